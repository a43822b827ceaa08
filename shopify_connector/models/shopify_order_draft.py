from odoo import _, api, fields, models

from ..lib.drafts import payload_of_draft
from ..lib.mapping import changed_facts, facts
from ..lib.payload import order_from_payload


class ShopifyOrder(models.Model):
    """Draft orders: a quotation that follows the draft until it is an order.

    The draft has a row of its own. The order that it becomes has another, which takes
    the quotation over: there is never a second sales order.
    """

    _inherit = "shopify.order"

    is_draft = fields.Boolean(
        "Draft", compute="_compute_is_draft", store=True, help="Not ordered yet."
    )
    became_gid = fields.Char("Became", readonly=True)

    @api.depends("gid")
    def _compute_is_draft(self):
        for order in self:
            order.is_draft = "/DraftOrder/" in (order.gid or "")

    def _is_open_draft(self):
        """Tell whether one of the orders is a draft that can still become an order."""
        return any(
            order.is_draft and not order.became_gid and not order.left_out_because
            for order in self
        )

    def _enqueue_import(self, priority=0):
        drafts = self.filtered("is_draft")
        for draft in drafts:
            draft.with_delay(
                identity_key=f"shopify-draft-{draft.id}",
                description=_("Read draft: %s", draft.name),
            )._attempt("_import_draft")
        return super(ShopifyOrder, self - drafts)._enqueue_import(priority)

    # === The draft === #

    def _import_draft(self):
        """Bring the quotation to what the draft says now; safe to repeat.

        :raise BlockedError: a person must decide or complete something
        """
        self._lock()
        node = self.shop_id._client().draft(self.gid)
        if node is None:
            self._drop_quotation(_("The draft was deleted at Shopify."))
        elif node["order"]:
            self._completed(node["order"])
        elif self.shop_id.import_drafts:
            self.left_out_because = False
            order = order_from_payload(payload_of_draft(node), **self._reading())
            self._quote(self._folded(order))

    def _quote(self, order):
        """Make the quotation, or rewrite it where the draft has changed."""
        self._keep(order)
        if not self.sale_order_id:
            self._create_sale_orders({self: order})
        elif changed_facts(self.imported_facts, self.current_facts):
            self._requote(order)

    def _requote(self, order):
        sale_order = self.sale_order_id
        (partners,) = self.env["res.partner"]._shopify_partners(
            [order], self.company_id
        )
        sale_order._rewrite(
            self._sale_order_vals(order, self._resolve(order), partners)
        )
        self.imported_facts = facts(order)
        self._settle_rounding(order)

    def _drop_quotation(self, because):
        self.left_out_because = because
        if self.sale_order_id.state in ("draft", "sent"):
            self.sale_order_id._action_cancel()

    def _completed(self, node):
        """The draft has become an order, which takes the quotation over."""
        self.became_gid = node["id"]
        self._hear_of(self.shop_id, node["id"], node["name"])
        domain = [("shop_id", "=", self.shop_id.id), ("gid", "=", node["id"])]
        order = self.search(domain, limit=1)
        if order.sale_order_id or not self.sale_order_id:
            # It was imported meanwhile, or the draft never had a quotation.
            self._drop_quotation(_("It became the order %s.", node["name"]))

    # === The order === #

    def _make_sale_orders(self, vals_list):
        drafts = self._drafts_of()
        made = self.env["sale.order"]
        new = [v for o, v in zip(self, vals_list, strict=True) if o not in drafts]
        created = iter(super()._make_sale_orders(new) if new else ())
        for order, vals in zip(self, vals_list, strict=True):
            if order in drafts:
                made |= drafts[order]._hand_quotation_over(order, vals)
            else:
                made |= next(created)
        return made

    def _drafts_of(self):
        """Return ``{order: the draft with a quotation that it was}``."""
        domain = [("shop_id", "in", self.shop_id.ids), ("is_draft", "=", True)]
        domain += [("sale_order_id", "!=", False), ("left_out_because", "=", False)]
        drafts = self.search(domain) - self
        if not drafts or self.env.context.get("shopify_trial"):
            return {}
        drafts._ask_what_became()
        became = {(row.shop_id, row.became_gid): row for row in drafts}
        return {
            order: became[(order.shop_id, order.gid)]
            for order in self
            if (order.shop_id, order.gid) in became
        }

    def _ask_what_became(self):
        """Ask Shopify which drafts are orders now: that news may come later."""
        for shop, drafts in (
            self.filtered(lambda d: not d.became_gid).grouped("shop_id").items()
        ):
            by_gid = drafts.grouped("gid")
            for gid, node in shop._client().draft_outcomes(list(by_gid)):
                if node and node["order"]:
                    by_gid[gid].became_gid = node["order"]["id"]

    def _hand_quotation_over(self, order, vals):
        """Make the quotation of this draft the sales order of ``order``."""
        sale_order = self.sale_order_id
        sale_order._rewrite(vals)
        because = _("It became the order %s.", order.name)
        self.write(
            {"sale_order_id": False, "left_out_because": because, "state": "skipped"}
        )
        self.env["o2c.exception"]._close(self)
        return sale_order


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _rewrite(self, vals):
        """Replace what a quotation says, lines included; its number stays."""
        if self.state == "cancel":
            self.action_draft()
        lines = [fields.Command.clear(), *vals["order_line"]]
        # Whoever writes the company anew has the taxes of all lines chosen anew.
        kept = {"name", "company_id", "order_line"}
        self.write({name: value for name, value in vals.items() if name not in kept})
        self.write({"order_line": lines})

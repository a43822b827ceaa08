from odoo import _, api, fields, models

from ..lib.mapping import naive
from .shopify_product_flow import write_differing

#: in these the customer waits for an answer, or the goods are on their way
UNDER_WAY = ("requested", "open")


class ShopifyReturn(models.Model):
    """What a customer sends back, from the request on: long before any money moves.

    Shopify tells what is asked for and approved. The receipt that waits for the goods
    is made once, follows the quantities, and is taken over by the refund.
    """

    _name = "shopify.return"
    _description = "Shopify Return"
    _inherit = ["o2c.exception.mixin"]
    _order = "requested_at desc, id desc"

    order_id = fields.Many2one(
        "shopify.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    shop_id = fields.Many2one(related="order_id.shop_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    sale_order_id = fields.Many2one(related="order_id.sale_order_id")
    partner_id = fields.Many2one(related="sale_order_id.partner_id")
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Return", readonly=True)
    state = fields.Selection(
        [
            ("requested", "To Be Answered"),
            ("open", "Under Way"),
            ("closed", "Closed"),
            ("declined", "Declined"),
            ("canceled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    requested_at = fields.Datetime("Asked On", readonly=True)
    approved_at = fields.Datetime("Approved On", readonly=True)
    closed_at = fields.Datetime("Closed On", readonly=True)
    line_ids = fields.One2many("shopify.return.line", "return_id", "Goods by Line")
    goods = fields.Text(compute="_compute_goods")
    reasons = fields.Text("Reason", compute="_compute_goods")
    words = fields.Text("Customer's Words", compute="_compute_goods")
    wanted_instead = fields.Text(
        readonly=True, help="What the customer takes in exchange."
    )
    picking_ids = fields.One2many("stock.picking", "shopify_return_id", "Receipts")
    prepared = fields.Json(
        readonly=True, help="Of which order lines how many pieces are expected back."
    )

    _sql_constraints = [
        ("gid_unique", "unique(order_id, gid)", "This return is known already."),
    ]

    def _o2c_connection(self):
        return self.shop_id

    @api.depends("line_ids.quantity", "line_ids.reason", "line_ids.words")
    def _compute_goods(self):
        for row in self:
            lines = row.line_ids.filtered("quantity")
            row.goods = "\n".join(f"{x.quantity} × {x.name}" for x in lines)
            row.reasons = _joined(line._why() for line in lines)
            row.words = _joined(line.words for line in lines)

    # === Keeping === #

    @api.model
    def _take_in(self, order, returns):
        """Keep the returns of an order as Shopify has them now.

        :param order: ``shopify.order``
        :param returns: ``[lib.returns.Return]``
        """
        known = {row.gid: row for row in order.return_ids}
        for found in returns:
            values = self._values(order, found)
            row = known.get(found.gid)
            if row:
                write_differing(row, values)
            else:
                row = self.create({"order_id": order.id, "gid": found.gid, **values})
            row._take_in_lines(found.lines)

    def _values(self, order, found):
        return {
            "name": found.name,
            "state": found.status.lower(),
            "requested_at": naive(found.created_at),
            "approved_at": naive(found.approved_at) if found.approved_at else False,
            "closed_at": naive(found.closed_at) if found.closed_at else False,
            "decline_reason": found.decline_reason or False,
            "decline_note": found.decline_note or False,
            "wanted_instead": self._said_instead(order, found.exchange),
        }

    @api.model
    def _said_instead(self, order, exchange):
        """Return in words what the customer takes instead."""
        gids = [row.variant_gid for row in exchange if not row.name]
        domain = [("shop_id", "=", order.shop_id.id), ("gid", "in", gids)]
        variants = self.env["shopify.variant"].search(domain) if gids else ()
        names = {row.gid: row.display_name for row in variants}
        return _joined(
            f"{row.quantity} × {row.name or names.get(row.variant_gid) or _('another')}"
            for row in exchange
        )

    def _take_in_lines(self, lines):
        known = {line.gid: line for line in self.line_ids}
        for found in lines:
            values = {
                "line_gid": found.line_gid or False,
                "name": found.name or _("Goods not named by Shopify"),
                "quantity": found.quantity,
                "reason": found.reason or False,
                "note": found.note or False,
                "words": found.words or False,
            }
            line = known.pop(found.gid, None)
            if line:
                write_differing(line, values)
            else:
                values |= {"return_id": self.id, "gid": found.gid}
                self.env["shopify.return.line"].create(values)
        for line in known.values():
            write_differing(line, {"quantity": 0})

    # === Receipts === #

    def _follow(self, coming, handled):
        """Expect what this return brings, no more and no less; safe to repeat.

        :param coming: ``lib.returns.ComingBack``
        :param handled: ``{order line gid: pieces}`` that are prepared already,
            whatever they were prepared for; changed by this
        """
        wanted = coming.by_return.get(self.gid, {})
        prepared = dict(self.prepared or {})
        more = {}
        for gid in {*wanted, *prepared}:
            change = wanted.get(gid, 0) - prepared.get(gid, 0)
            # A refund may have been faster: its receipt is this return's.
            open_units = coming.total(gid) - handled.get(gid, 0)
            if change > 0:
                more[gid] = max(min(change, open_units), 0)
                prepared[gid] = prepared.get(gid, 0) + change - more[gid]
            elif change < 0:
                prepared[gid] = wanted.get(gid, 0)
                fewer = max(min(-change, -open_units), 0)
                self._expect_fewer(gid, fewer)
                handled[gid] = handled.get(gid, 0) - fewer
        for gid, count in self.order_id._get_back(more, handled, self).items():
            prepared[gid] += count
        prepared = {gid: count for gid, count in prepared.items() if count}
        if prepared != (self.prepared or {}):
            self.prepared = prepared

    def _expect_fewer(self, gid, units):
        """Take pieces off receipts that nobody has begun, this return's own first.

        A return can stand in for one that was cancelled, with the latter's receipt.
        """
        pickings = self.picking_ids | self.order_id.return_ids.picking_ids
        waiting = pickings.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move.picked
        )
        for line in self.order_id._lines_of(gid) if units else ():
            fewer = line._shopify_spread(waiting, units, lambda m: m.product_uom_qty)
            units -= line._shopify_units_in(waiting, lambda m, t=fewer: t.get(m, 0))
            for move, count in fewer.items():
                if count == move.product_uom_qty:
                    move._action_cancel()
                elif count:
                    move.product_uom_qty -= count
        for picking in waiting.picking_id.filtered(lambda p: p.state == "cancel"):
            self.order_id._leave_label_to_do(picking)

    def _is_unprepared(self):
        """Tell whether goods come back that are not expected here yet."""
        units = sum(self.line_ids.filtered("line_gid").mapped("quantity"))
        return self.state == "open" and sum((self.prepared or {}).values()) < units

    def action_open_receipts(self):
        """Show the receipts that wait for the goods, or took them in."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        domain = [("id", "in", self.picking_ids.ids)]
        return {**action, "domain": domain, "context": {}}


class ShopifyReturnLine(models.Model):
    """Pieces of one order line that come back, and why."""

    _name = "shopify.return.line"
    _description = "Shopify Return's Goods"
    _order = "id"

    return_id = fields.Many2one(
        "shopify.return", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    line_gid = fields.Char("Order Line at Shopify", readonly=True)
    name = fields.Char("Product", readonly=True)
    quantity = fields.Integer(readonly=True)
    reason = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    words = fields.Char("Customer's Words", readonly=True)

    _sql_constraints = [
        ("gid_unique", "unique(return_id, gid)", "These goods are known already."),
    ]

    def _why(self):
        return ": ".join(filter(None, [self.reason, self.note]))


def _joined(sentences):
    """Return these sentences line by line, each once, ``False`` without any."""
    return "\n".join(dict.fromkeys(filter(None, sentences))) or False

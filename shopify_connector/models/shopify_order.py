from psycopg2 import IntegrityError

from odoo import _, api, fields, models
from odoo.tools import mute_logger

from odoo.addons.o2c_base.lib.errors import BlockedError, RetryableError

from ..lib.mapping import changed_facts

#: an order imported by a job needs no diary of its making and no followers
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
}


class ShopifyOrder(models.Model):
    """An order at Shopify and what became of it here.

    The row is made when the order is first heard of; a job then imports it, and again
    whenever it is heard of later.
    """

    _name = "shopify.order"
    _description = "Shopify Order"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"

    name = fields.Char(readonly=True)
    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("blocked", "Needs Attention"),
            ("imported", "Imported"),
            ("skipped", "Left Out"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    left_out_because = fields.Char(readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, index="btree_not_null"
    )
    payment_ids = fields.One2many("account.payment", "shopify_order_id", "Payments")
    fulfillment_ids = fields.One2many("shopify.fulfillment", "order_id", "Deliveries")
    ordered_at = fields.Datetime("Ordered On", readonly=True)
    changed_at = fields.Datetime("Changed at Shopify", readonly=True)
    total = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    financial_status = fields.Selection(
        [
            ("PENDING", "Not Paid"),
            ("AUTHORIZED", "Authorized"),
            ("PARTIALLY_PAID", "Partly Paid"),
            ("PAID", "Paid"),
            ("PARTIALLY_REFUNDED", "Partly Refunded"),
            ("REFUNDED", "Refunded"),
            ("VOIDED", "Voided"),
            ("EXPIRED", "Expired"),
        ],
        "Payment",
        readonly=True,
    )
    refund_ids = fields.One2many("shopify.refund", "order_id", "Refunds")
    in_shop_currency = fields.Boolean(
        readonly=True,
        help="The amounts are in the shop's currency, not the customer's.",
    )
    customer_currency_id = fields.Many2one(
        "res.currency",
        "Customer's Currency",
        readonly=True,
        help="In which the customer paid, whatever the amounts here are in.",
    )
    on_terms = fields.Boolean(
        "With Payment Terms", readonly=True, help="Sent and invoiced before it is paid."
    )
    due_when_sent = fields.Boolean(
        readonly=True, help="It is to be paid when it is sent, and invoiced then."
    )
    due_on = fields.Date(
        readonly=True, help="The day on which it is to be paid, when it was agreed."
    )
    risk = fields.Selection(
        [
            ("ACCEPT", "Send It"),
            ("INVESTIGATE", "Ask the Customer"),
            ("CANCEL", "Cancel It"),
            ("NONE", "None"),
        ],
        "Shopify's Advice",
        readonly=True,
    )
    held_because = fields.Char("On Hold at Shopify", readonly=True)
    risk_accepted = fields.Boolean(readonly=True)
    cancelled = fields.Boolean("Cancelled at Shopify", readonly=True)
    left_to_do = fields.Text(
        "To Do by Hand",
        readonly=True,
        help="What a refund or cancellation leaves to a person.",
    )
    imported_facts = fields.Json(readonly=True)
    current_facts = fields.Json(readonly=True)

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This order is known already."),
    ]

    @api.model
    def _hear_of(self, shop, gid, name, changed_at=None):
        """Keep that an order is new or changed, and have it imported.

        :param changed_at: Shopify's time of change; a change that the import has seen
            is no news. Unknown: it is news.
        """
        self._hear_of_all(shop, [(gid, name, changed_at)])

    @api.model
    def _hear_of_all(self, shop, heard, priority=0):
        """Keep which orders are new or changed, and have them imported.

        :param heard: ``[(gid, name, time of change or None)]``
        """
        domain = [("shop_id", "=", shop.id), ("gid", "in", [row[0] for row in heard])]
        known = self.search(domain).grouped("gid")
        vals, news = {}, self.browse()
        for gid, name, changed_at in heard:
            order = known.get(gid)
            if not order:
                vals[gid] = {"shop_id": shop.id, "gid": gid, "name": name}
            elif not (
                changed_at and order.changed_at and order.changed_at >= changed_at
            ):
                news |= order
        news |= self._create_once(list(vals.values()))
        news._enqueue_import(priority)

    @api.model
    def _create_once(self, vals_list):
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return self.create(vals_list)
        except IntegrityError as error:
            # Another worker was faster; this transaction cannot see its row.
            raise self._two_workers_met() from error

    def _enqueue_import(self, priority=0):
        if self:
            self.env["shopify.order.news"]._add(self, priority)
            self.shop_id._wake_import()

    # === Work and its outcome === #

    def _o2c_connection(self):
        return self.shop_id

    def _attempt(self, method, *args):
        return super(ShopifyOrder, self.with_context(**QUIET))._attempt(method, *args)

    @api.model
    def _two_workers_met(self):
        message = _("The same was being written by somebody else.")
        return RetryableError(message, seconds=2)

    def _retry_after_exception(self, reason):
        self.filtered(lambda order: order.state == "blocked").state = "waiting"
        self._enqueue_import()

    def _on_blocked(self, reason):
        self.state = "blocked"

    def _block(self, reason, error):
        res = super()._block(reason, error)
        # An attempt ends at the first obstacle: what stopped the former is history.
        self._open_exceptions().filtered(lambda e: e.reason != reason)._set_closed()
        if hasattr(error, "order"):
            self._keep(error.order)
        if hasattr(error, "key"):
            # The work was undone, the row that a person shall complete with it.
            self.env[error.model]._ensure(error.key, error.values)
        return res

    def _on_done(self, method):
        self.state = "skipped" if self.left_out_because else "imported"

    def _succeeded(self, connection, method):
        error = self._what_a_person_must_do()
        if not error:
            super()._succeeded(connection, method)
            return
        # What came with the change, such as a payment, is kept; the rest is told.
        connection._mark_answering()
        self.filtered("failed_tries").failed_tries = 0
        self._block(error.reason, error)

    def _what_a_person_must_do(self):
        """Return what the finished work leaves to a person, else ``None``."""
        changes = self._change_labels()
        if changes:
            return self._changed_error(changes)
        if self.left_to_do:
            advice = _("Do it, then press Changes Handled on the order.")
            return BlockedError("left_to_do", self.left_to_do, advice=advice)
        return None

    def _change_labels(self):
        """Return in words what a person has to change here, too."""
        if not self.imported_facts:
            return []
        labels = {
            "total": _("total"),
            "address": _("delivery address"),
            "lines": _("products or quantities"),
            "charges": _("shipping costs, duties or fees"),
        }
        changed = changed_facts(self.imported_facts, self.current_facts)
        return [labels[name] for name in changed]

    def _open_exceptions(self):
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return self.env["o2c.exception"].search([*domain, ("state", "=", "open")])

    def _changed_error(self, changes):
        return BlockedError(
            "order_changed",
            _("Changed at Shopify after the import: %s.", ", ".join(changes)),
            advice=_("Change the order here too, then press Changes Handled."),
        )

    def _leave_to_do(self, sentence):
        """Keep what only a person can do."""
        self.left_to_do = "\n".join(filter(None, [self.left_to_do, sentence]))

    # === Buttons === #

    def action_import(self):
        """Read the order at Shopify again."""
        self._checked()._enqueue_import()

    def action_changes_handled(self):
        """The person has made Shopify's changes here, too."""
        for order in self._checked():
            order.write(
                {
                    "imported_facts": order.current_facts,
                    "left_to_do": False,
                    "state": "imported",
                }
            )
            for reason in ("order_changed", "left_to_do"):
                self.env["o2c.exception"]._close(order, reason)

    def _checked(self):
        """Return the orders for work that who may see them may start."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        return self.sudo()

    def action_open_sale_order(self):
        """Show the sales order."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }

    def action_open_at_shopify(self):
        """Show the order in the shop's own pages."""
        shop_name = self.shop_id.domain.partition(".")[0]
        number = self.gid.rpartition("/")[2]
        pages = "draft_orders" if self.is_draft else "orders"
        return {
            "type": "ir.actions.act_url",
            "url": f"https://admin.shopify.com/store/{shop_name}/{pages}/{number}",
            "target": "new",
        }

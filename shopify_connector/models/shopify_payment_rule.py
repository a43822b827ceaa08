from odoo import api, fields, models

#: what a payment method can say otherwise than its shop, from lenient to strict
STRICTNESS = {
    "confirm_policy": ("always", "authorized", "paid", "manual"),
    "invoice_policy": ("confirmed", "payment", "delivery", "manual"),
    "deliver_policy": ("always", "paid"),
}
#: a change of one of these can let orders go on
RULES = {*STRICTNESS, "payment_term_id", "name", "currency_id"}


class ShopifyPaymentGateway(models.Model):
    """How orders by a payment method are handled, where not as the shop's others."""

    _inherit = "shopify.payment.gateway"

    confirm_policy = fields.Selection(
        [
            ("always", "At Once"),
            ("authorized", "When Paid or Authorized"),
            ("paid", "When Paid"),
            ("manual", "By Hand"),
        ],
        "Confirm",
        help="Empty: as the shop says.",
    )
    invoice_policy = fields.Selection(
        [
            ("confirmed", "When Confirmed"),
            ("payment", "When Paid"),
            ("delivery", "When Delivered"),
            ("manual", "By Hand"),
        ],
        "Invoice",
        help="Empty: as the shop says.",
    )
    deliver_policy = fields.Selection(
        [("always", "Before It Is Paid"), ("paid", "Only When Paid")],
        "Deliver",
        help="Empty: as the shop says.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Pay Later By",
        domain="[('company_id', 'in', (company_id, False))]",
        help="Payment term of orders whose money is still to come, such as by bank"
        " transfer.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        with_rules = rows.filtered(lambda row: any(row[name] for name in STRICTNESS))
        with_rules._free_held()
        return rows

    def write(self, vals):
        res = super().write(vals)
        if RULES & set(vals):
            self._free_held()
        return res

    @api.model
    def _rules_of(self, shop, label, currency_code):
        """Return the row whose rules a gateway's label has; empty when there is none.

        It need not have a journal yet: rules count before the money comes.
        """
        named = self._named(shop, label)
        return named.filtered(lambda row: row.currency_id.name == currency_code)[:1]

    def _free_held(self):
        """Let those orders go on that these rows, as they are now, do not hold."""
        orders = self and self.env["shopify.order"].sudo()._freed_by(self)
        if orders:
            orders._enqueue_import()

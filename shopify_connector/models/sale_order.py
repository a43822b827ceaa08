from odoo import _, api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    shopify_order_ids = fields.One2many(
        "shopify.order", "sale_order_id", "Shopify Orders"
    )
    shopify_order_id = fields.Many2one(
        "shopify.order", "Shopify Order", compute="_compute_shopify_order_id"
    )
    shopify_ordered_at = fields.Datetime(related="shopify_order_id.ordered_at")
    shopify_total = fields.Monetary(
        "Total at Shopify", related="shopify_order_id.total"
    )
    shopify_financial_status = fields.Selection(
        related="shopify_order_id.financial_status"
    )
    shopify_state = fields.Selection(string="Import", related="shopify_order_id.state")
    shopify_left_to_do = fields.Text(related="shopify_order_id.left_to_do")
    shopify_decisions = fields.Html(related="shopify_order_id.decisions")
    shopify_po_number = fields.Char(
        "Purchase Order",
        copy=False,
        readonly=True,
        help="The customer's own number of the order; it is on the invoice.",
    )

    @api.depends("shopify_order_ids")
    def _compute_shopify_order_id(self):
        for order in self:
            order.shopify_order_id = order.sudo().shopify_order_ids[:1]

    def action_confirm(self):
        """Leave it to Shopify when a draft there becomes an order."""
        for order in self:
            if order.sudo().shopify_order_ids._is_open_draft():
                raise UserError(
                    _(
                        "%s is a draft at Shopify. Complete it there: this quotation"
                        " then becomes the order.",
                        order.name,
                    )
                )
        return super().action_confirm()

    def action_cancel(self):
        """Ask whether Shopify shall cancel its order, too, where the shop wants it.

        Core comes back here with ``disable_cancel_warning`` once somebody has answered.
        """
        answered = self.env.context.get("disable_cancel_warning")
        if len(self) == 1 and not answered and not self.locked:
            order = self.sudo().shopify_order_ids[:1]
            if order.can_be_cancelled and self.env.user.has_group(
                "o2c_base.group_user"
            ):
                return order.action_cancel_at_shopify()
        return super().action_cancel()

    def action_open_at_shopify(self):
        """Show the order in the shop's own pages."""
        return self.shopify_order_id.action_open_at_shopify()

    def _prepare_invoice(self):
        """Name the customer's purchase order, and keep the day that was agreed."""
        values = super()._prepare_invoice()
        due_on = self.sudo().shopify_order_ids[:1].due_on
        if due_on:
            values.update(invoice_date_due=due_on, invoice_payment_term_id=False)
        if self.shopify_po_number:
            parts = (self.shopify_po_number, values.get("ref"))
            values["ref"] = ", ".join(filter(None, parts))
        return values

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class ShopifyCancel(models.TransientModel):
    """How an order that is cancelled here is cancelled at Shopify."""

    _name = "shopify.cancel"
    _description = "Cancel a Shopify Order"
    _rec_name = "order_id"

    order_id = fields.Many2one("shopify.order", required=True, ondelete="cascade")
    is_cancelled_here = fields.Boolean(related="order_id.cancelled_only_here")
    sent_names = fields.Char(compute="_compute_sent_names")
    currency_id = fields.Many2one(related="order_id.currency_id")
    paid = fields.Monetary("Paid by the Customer", compute="_compute_paid")
    reason = fields.Selection(
        lambda self: self._reasons(), required=True, default="CUSTOMER"
    )
    refund = fields.Boolean(
        "Refund the Customer",
        default=True,
        help="All of it goes back the way it came. Money that was only authorized is"
        " let go in any case.",
    )
    restock = fields.Boolean(
        "Sell the Goods Again",
        default=True,
        help="Shopify adds them to what it can sell.",
    )
    notify = fields.Boolean("Shopify Mails the Customer", default=True)
    note = fields.Char(
        "Note for Colleagues",
        size=255,
        help="Kept at Shopify; customers do not see it.",
    )

    @api.model
    def _reasons(self):
        field = self.env["shopify.cancellation"]._fields["reason"]
        return field._description_selection(self.env)

    @api.depends("order_id")
    def _compute_sent_names(self):
        for row in self:
            sent = row.order_id.sudo()._sent_pickings()
            row.sent_names = ", ".join(sent.mapped("name"))

    @api.depends("order_id")
    def _compute_paid(self):
        for row in self:
            row.paid = row.order_id.sudo()._paid_amount()

    def action_cancel_both(self):
        """Cancel the sales order, and have Shopify cancel its order.

        Money may go back by it: who may not change the sales order may not do it.
        """
        order = self.order_id._checked()
        sale_order = self.order_id.sale_order_id
        sale_order.check_access_rights("write")
        sale_order.check_access_rule("write")
        if not order.can_be_cancelled:
            raise UserError(_("This order cannot be cancelled at Shopify any more."))
        order._take_back_labels()
        self.action_cancel_here()
        answers = {
            name: self[name]
            for name in ("reason", "refund", "restock", "notify", "note")
        }
        self.env["shopify.cancellation"].sudo()._plan(order, answers)

    def action_cancel_here(self):
        """Cancel the sales order with the rights of who asks, and nothing else."""
        sale_order = self.order_id.sale_order_id
        if sale_order.state != "cancel":
            sale_order.with_context(disable_cancel_warning=True).action_cancel()

from markupsafe import Markup

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
    paid = fields.Monetary(related="order_id.paid_amount")
    outcome = fields.Html("What Will Happen", compute="_compute_outcome")
    reason = fields.Selection(
        lambda self: self._reasons(), required=True, default="CUSTOMER"
    )
    refund = fields.Boolean(
        "Refund the Customer",
        default=True,
        help="All that is paid when Shopify cancels goes back the way it came. Money"
        " that was only authorized is let go in any case.",
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

    @api.depends("order_id", "refund", "restock", "notify")
    def _compute_outcome(self):
        for row in self:
            sentences = [*row._said_money(), row._said_goods(), row._said_mail()]
            items = Markup("").join(Markup("<li>%s</li>") % s for s in sentences)
            row.outcome = Markup('<ul class="mb-0">%s</ul>') % items

    def _said_money(self):
        order = self.order_id.sudo()
        said = [self._said_paid(order)]
        if order.authorized_amount:
            amount = order._said(order.authorized_amount)
            said.append(_("%s that the bank only promised are let go.", amount))
        return said

    def _said_paid(self, order):
        amount = order._said(order.paid_amount)
        if not order.paid_amount:
            if self.refund:
                return _("Nothing is paid so far. What is paid meanwhile goes back.")
            return _("Nothing is paid so far, and nothing goes back.")
        if self.refund:
            return _("The customer gets %s back the way it came.", amount)
        return _("You keep %s: nothing goes back to the customer.", amount)

    def _said_goods(self):
        if self.restock:
            return _("Shopify sells the goods again.")
        return _("Shopify does not count the goods as there again.")

    def _said_mail(self):
        if self.notify:
            return _("Shopify mails the customer that the order is cancelled.")
        return _("Shopify sends the customer no mail.")

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

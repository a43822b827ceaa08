from odoo import _, api, fields, models

from ..lib.methods import authorized_by, paid_by


class ShopifyOrder(models.Model):
    """An order that somebody cancels here."""

    _inherit = "shopify.order"

    cancellation_ids = fields.One2many(
        "shopify.cancellation", "order_id", "Cancellation"
    )
    cancellation_state = fields.Selection(
        string="Cancelling", related="cancellation_ids.state"
    )
    cancellation_trouble = fields.Text(compute="_compute_cancellation_trouble")
    can_be_cancelled = fields.Boolean(compute="_compute_can_be_cancelled")
    cancelled_only_here = fields.Boolean(compute="_compute_cancelled_only_here")

    paid_amount = fields.Monetary(
        "Paid by the Customer",
        readonly=True,
        help="At Shopify, and not paid back; booked here a moment later.",
    )
    authorized_amount = fields.Monetary(
        "Authorized", readonly=True, help="Promised by the bank, not taken yet."
    )

    def _keep(self, order):
        res = super()._keep(order)
        self.write(
            {
                "paid_amount": float(paid_by(order)),
                "authorized_amount": float(authorized_by(order)),
            }
        )
        return res

    @api.depends("cancellation_ids.exception_ids.message")
    def _compute_cancellation_trouble(self):
        for order in self:
            messages = order.cancellation_ids.exception_ids.mapped("message")
            order.cancellation_trouble = "\n".join(messages) or False

    @api.depends("cancelled", "cancellation_ids", "shop_id.send_cancels", "is_draft")
    def _compute_can_be_cancelled(self):
        for order in self:
            is_open = order.sale_order_id and not (order.is_draft or order.cancelled)
            is_asked = bool(order.cancellation_ids)
            order.can_be_cancelled = (
                bool(is_open) and order.shop_id.send_cancels and not is_asked
            )

    @api.depends("cancelled", "sale_order_id.state", "is_draft")
    def _compute_cancelled_only_here(self):
        for order in self:
            is_cancelled = order.sudo().sale_order_id.state == "cancel"
            order.cancelled_only_here = (
                is_cancelled and not order.cancelled and not order.is_draft
            )

    def _cancel_sale_order(self):
        res = super()._cancel_sale_order()
        self.cancellation_ids._set_done()
        return res

    def action_cancel_at_shopify(self):
        """Ask how Shopify shall cancel the order."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Cancel %s", self.name),
            "res_model": "shopify.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_send_cancellation(self):
        """Ask Shopify again."""
        self._checked().cancellation_ids._retry_after_exception(None)

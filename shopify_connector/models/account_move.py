from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        # Who posts an invoice need not see sales orders.
        sale_orders = invoices.sudo().line_ids.sale_line_ids.order_id
        # Refunds of orders that were not invoiced yet wait for this.
        waiting = (
            self.env["shopify.refund"]
            .sudo()
            .search(
                [
                    ("state", "=", "waiting"),
                    ("order_id.sale_order_id", "in", sale_orders.ids),
                ]
            )
        )
        waiting.order_id._enqueue_import()
        if not self.env.context.get("shopify_has_refund"):
            credit_notes = posted.filtered(lambda move: move.move_type == "out_refund")
            credit_notes.sudo()._refund_at_shopify()
        return posted

    def _refund_at_shopify(self):
        """Have Shopify refund what is credited here, where the shop wants it."""
        for move in self:
            lines = move.invoice_line_ids.filtered("sale_line_ids")
            order = lines.sale_line_ids.order_id.shopify_order_ids
            if len(order) != 1:
                continue
            for line in lines:
                # A credit note makes Odoo believe that the units wait for an invoice.
                line.sale_line_ids[:1].shopify_credited_qty += line.quantity
            if order.shop_id.send_refunds:
                self.env["shopify.refund"]._plan_sending(move, order)

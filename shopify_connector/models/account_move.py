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
        return posted

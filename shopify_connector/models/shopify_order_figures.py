from decimal import Decimal

from odoo import models

from ..lib.mapping import rounded
from ..lib.proof import Figures


class ShopifyOrder(models.Model):
    """What Odoo's own documents say an order is worth."""

    _inherit = "shopify.order"

    def _figures(self):
        """Return the order's figures from its documents, not from what was read."""
        payments = self.payment_ids.filtered(lambda payment: payment.state == "posted")
        paid = payments.filtered(lambda payment: payment.payment_type == "inbound")
        return Figures(
            gross=self._decimal(self._worth("amount_total", "price_total")),
            tax=self._decimal(self._worth("amount_tax", "price_tax")),
            paid=self._decimal(_settled(paid)),
            refunded=self._decimal(_settled(payments - paid)),
        )

    def _worth(self, name, line_name):
        """Return what is invoiced less what is credited, and what is to be invoiced."""
        sale_order = self.sale_order_id
        moves = self._customer_moves()
        if not moves:
            return 0 if sale_order.state == "cancel" else sale_order[name]
        booked = sum(
            move[name] if move.move_type == "out_invoice" else -move[name]
            for move in moves
        )
        waiting = (
            line[line_name] * self._uninvoiced(line) / line.product_uom_qty
            for line in sale_order.order_line
            if line.product_uom_qty and sale_order.state != "cancel"
        )
        return booked + sum(waiting)

    def _uninvoiced(self, line):
        invoiced = line.qty_invoiced + line.shopify_credited_qty
        return max(line.product_uom_qty - invoiced, 0)

    def _decimal(self, amount):
        # Sums of floats carry dust such as 122.35000000000001.
        return rounded(Decimal(str(amount)), self.currency_id.decimal_places)


def _settled(payments):
    # Cash is rounded to coins; what it settles is not.
    return sum(payments.mapped("amount")) - sum(payments.mapped("shopify_rounding"))

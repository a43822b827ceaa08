from odoo import models
from odoo.tools import float_compare


class StockMove(models.Model):
    _inherit = "stock.move"

    def _sendcloud_worth(self):
        """Return what the goods of this move sell for, in the order's currency."""
        self.ensure_one()
        if self.state == "cancel":
            return 0.0
        line = self.sale_line_id
        if line.product_uom_qty:
            return line.price_total / line.product_uom_qty * self.product_uom_qty
        return self.product_id.lst_price * self.product_qty

    def _sendcloud_is_back(self):
        """Tell whether all that this move shipped was returned."""
        self.ensure_one()
        back = self.returned_move_ids.filtered(lambda move: move.state == "done")
        rounding = self.product_id.uom_id.rounding
        total = sum(back.mapped("product_qty"))
        return float_compare(total, self.product_qty, precision_rounding=rounding) >= 0

    def _sendcloud_not_returned(self):
        """Return how much of what left is not on its way back, in product units."""
        self.ensure_one()
        back = self.returned_move_ids.filtered(lambda move: move.state != "cancel")
        if self.state != "done":
            return 0.0
        return self.product_qty - sum(back.mapped("product_qty"))


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _sendcloud_value(self, without_tax=False):
        """Return what these goods are sold for, in the order's currency.

        :param bool without_tax: as customs want to know it
        """
        self.ensure_one()
        sold = self.move_id.sale_line_id
        if not without_tax or not sold.price_total:
            return self.sale_price
        return self.sale_price * sold.price_subtotal / sold.price_total

from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        res = super().write(vals)
        # What is promised changes when a move is confirmed, changed or cancelled;
        # what is there is told by the quants.
        if {"state", "product_uom_qty"} & set(vals):
            self.env["shopify.stock.change"]._hear_of(self.product_id.ids)
        return res

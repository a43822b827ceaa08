from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        res = super()._update_available_quantity(
            product_id, location_id, *args, **kwargs
        )
        # All that comes and goes passes here.
        if location_id.usage == "internal":
            self.env["shopify.stock.change"]._hear_of(product_id.ids)
        return res

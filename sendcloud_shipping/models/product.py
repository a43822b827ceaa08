from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """Check again the deliveries whose customs data changed."""
        res = super().write(vals)
        if {"hs_code", "country_of_origin", "list_price"} & set(vals):
            self.product_variant_ids._sendcloud_recheck_deliveries()
        return res


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        """Check again the deliveries of a product whose weight changed."""
        res = super().write(vals)
        if "weight" in vals:
            self._sendcloud_recheck_deliveries()
        return res

    def _sendcloud_recheck_deliveries(self):
        domain = [("move_ids.product_id", "in", self.ids)]
        self.env["stock.picking"]._sendcloud_recheck(domain)

from odoo import api, models


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._tell_shopify()
        return items

    def write(self, vals):
        self._tell_shopify()
        res = super().write(vals)
        self._tell_shopify()
        return res

    def unlink(self):
        self._tell_shopify()
        return super().unlink()

    def _tell_shopify(self):
        """Have the shops compared that take their prices from these lists."""
        lists = self.pricelist_id.ids
        domain = [("send_products", "=", True), "|"]
        domain += [("pricelist_id", "in", lists), ("compare_pricelist_id", "in", lists)]
        self.env["shopify.shop"].sudo().search(domain)._enqueue_product_comparison()

from odoo import api, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        products._free_blocked_shopify_orders()
        self.env["shopify.variant"]._link_waiting(products)
        return products

    def write(self, vals):
        res = super().write(vals)
        if vals.get("default_code") or vals.get("active"):
            self._free_blocked_shopify_orders()
        if vals.get("default_code") or vals.get("barcode") or vals.get("active"):
            self.env["shopify.variant"]._link_waiting(self)
        return res

    def _free_blocked_shopify_orders(self):
        """Let orders go on that waited for a product with this reference."""
        exceptions = self.env["o2c.exception"].sudo()
        domain = [("state", "=", "open"), ("reason", "=", "unknown_product")]
        subjects = {f"sku:{code}" for code in self.mapped("default_code") if code}
        # Most of the time nothing waits; a large import of products must stay fast.
        waiting = exceptions.search(domain + [("subject", "in", list(subjects))])
        for subject in set(waiting.mapped("subject")):
            exceptions._retry_blocked("unknown_product", subject)

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    shopify_variant_ids = fields.One2many(
        "shopify.variant", "product_tmpl_id", "Shopify Variants"
    )
    shopify_stock_ids = fields.One2many(
        "shopify.stock", "product_tmpl_id", "Shopify Stock", readonly=True
    )

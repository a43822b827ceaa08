from odoo import fields, models


class ShopifyPreviewLine(models.TransientModel):
    """One field of a product that would be another at Shopify."""

    _name = "shopify.preview.line"
    _description = "Shopify Change to Send"
    _order = "id"

    preview_id = fields.Many2one("shopify.preview", required=True, ondelete="cascade")
    product_id = fields.Many2one("shopify.product", "Product", ondelete="cascade")
    variant = fields.Char()
    what = fields.Char("Field")
    theirs = fields.Char("At Shopify Now")
    ours = fields.Char("Would Become")

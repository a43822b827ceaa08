from odoo import _, fields, models
from odoo.exceptions import UserError

#: what Shopify is told of a product, by the field that says it here
TOLD = {
    "name",
    "description_sale",
    "list_price",
    "taxes_id",
    "barcode",
    "weight",
    "hs_code",
    "country_of_origin",
    "standard_price",
    "active",
    "image_1920",
    "image_variant_1920",
    "product_tag_ids",
    "shopify_collection_ids",
    "shopify_channel_ids",
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    shopify_variant_ids = fields.One2many(
        "shopify.variant", "product_tmpl_id", "Shopify Variants"
    )
    shopify_stock_ids = fields.One2many(
        "shopify.stock", "product_tmpl_id", "Shopify Stock", readonly=True
    )

    def write(self, vals):
        res = super().write(vals)
        if TOLD & set(vals):
            self.env["shopify.product"]._hear_of_change(self)
        return res

    def action_send_to_shopify(self):
        """Have the products made at Shopify, in each shop that takes them from here."""
        products = self.env["shopify.product"]
        products.check_access_rights("write")
        self.check_access_rights("read")
        self.check_access_rule("read")
        domain = [("send_products", "=", True), ("state", "=", "connected")]
        shops = self.env["shopify.shop"].search(domain)
        if not shops:
            raise UserError(
                _(
                    "No shop is told of products: tick “Change Products at Shopify” on"
                    " its page Products."
                )
            )
        for shop in shops:
            for template in self:
                if template.company_id in (shop.company_id, self.env["res.company"]):
                    products.sudo()._send_template(shop, template)
        return shops._notification(_("The products are sent in a moment."))

from odoo import _, api, fields, models

#: products that are read for one look
COUNT = 50


class ShopifyPreview(models.TransientModel):
    """What a shop would be told of products, before it is told."""

    _name = "shopify.preview"
    _description = "Shopify Products to Send"
    _rec_name = "shop_id"

    shop_id = fields.Many2one("shopify.shop", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id")
    send_products = fields.Boolean(related="shop_id.send_products")
    product_ids = fields.Many2many("shopify.product", readonly=True)
    differing_count = fields.Integer("Products to Look At", readonly=True)
    shown_count = fields.Integer("Products Looked At", readonly=True)
    line_ids = fields.One2many("shopify.preview.line", "preview_id", readonly=True)

    @api.model
    def _show(self, shop, products=None):
        """Compare products with Shopify and show what differs.

        :param products: ``shopify.product``; none: those that may differ
        """
        shop._may_start()
        if products is None:
            domain = [("shop_id", "=", shop.id), ("status", "!=", "DELETED")]
            linked = self.env["shopify.product"].search(domain).filtered("template_id")
            products = linked.filtered(
                lambda row: row.sudo().sent_digest != row.sudo()._wanted_digest()
            )
        preview = self.create({"shop_id": shop.id, "differing_count": len(products)})
        preview._compare(products.filtered("gid")[:COUNT])
        return {
            "type": "ir.actions.act_window",
            "name": _("What Would Be Sent"),
            "res_model": self._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    def _compare(self, products):
        shop = self.shop_id.sudo().with_company(self.company_id)
        with self.shop_id._service_errors():
            nodes = shop._client().products_of(products.mapped("gid"))
            found = {node["id"]: node for node in nodes}
        lines = products.sudo().with_company(self.company_id)._preview(found)
        self.write(
            {
                "product_ids": [fields.Command.set(products.ids)],
                "shown_count": len(products),
                "line_ids": [fields.Command.create(values) for values in lines],
            }
        )

    def action_send(self):
        """Send what was shown; a shop that was not told of products is from now on."""
        self.check_access_rights("write")
        if not self.shop_id.send_products:
            self.shop_id.send_products = True
        else:
            self.product_ids.sudo()._enqueue_send(seconds=0)
        return self.shop_id._notification(_("The products are sent in a moment."))

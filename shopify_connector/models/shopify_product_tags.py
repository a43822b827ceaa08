from dataclasses import replace

from odoo import fields, models
from odoo.fields import Command

from .tags import MEMO, named


class ShopifyProduct(models.Model):
    """Tags of a product, whichever side decides about them."""

    _inherit = "shopify.product"

    sent_tags = fields.Json(
        readonly=True, copy=False, help="Taken off at Shopify once they go here."
    )

    def _heard(self, products):
        # A page of products has the same tags again and again.
        memo = self.env.context.get(MEMO, {})
        return super(ShopifyProduct, self.with_context(**{MEMO: memo}))._heard(products)

    def _template_values(self, product, owned=None):
        values = super()._template_values(product, owned)
        if owned is None or "tags" in owned:
            tags = named(self.env["product.tag"], product.tags)
            values["product_tag_ids"] = [Command.set(tags.ids)]
        return values

    def _our_tags(self):
        template = self.template_id or self.source_template_id
        tags = template.with_context(lang="en_US").product_tag_ids
        return sorted(tags.mapped("name"))

    def _product_wish(self, status=None):
        wish = super()._product_wish(status)
        if self.shop_id.owner_tags != "odoo":
            return wish
        ours = self._our_tags()
        dropped = sorted(set(self.sent_tags or ()) - set(ours))
        return replace(wish, tags=tuple(ours), dropped_tags=tuple(dropped))

    def _new_values(self, template):
        return {**super()._new_values(template), "tags": self._our_tags()}

    def _send_differing(self, client, product):
        res = super()._send_differing(client, product)
        if self.shop_id.owner_tags == "odoo":
            self.sent_tags = self._our_tags()
            self.sent_digest = self._wanted_digest()
        return res

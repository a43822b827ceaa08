import base64

from odoo import _, models
from odoo.tools.mimetypes import guess_mimetype

from ..lib.pictures import KINDS


class ShopifyProduct(models.Model):
    """A picture for a product that has none at Shopify."""

    _inherit = "shopify.product"

    def _send_differing(self, client, product):
        res = super()._send_differing(client, product)
        picture = self._picture_to_send(product)
        if picture:
            client.add_picture(self.gid, picture, self.template_id.name)
        return res

    def _picture_to_send(self, product):
        """Return ``(file name, MIME type, bytes)``, ``None`` when nothing is sent.

        Only a product without any gets one: whoever arranged pictures in the shop
        shall not find another among them. So a second try has nothing to send, too.

        :param product: ``lib.products.Product``
        """
        if self.shop_id.owner_picture != "odoo" or product.has_media:
            return None
        content = self.template_id.image_1920
        kind = guess_mimetype(base64.b64decode(content)) if content else None
        if kind not in KINDS:
            return None
        name = f"{product.handle}.{kind.rpartition('/')[2]}"
        return name, kind, base64.b64decode(content)

    def _preview_lines(self, product):
        yield from super()._preview_lines(product)
        if self._picture_to_send(product):
            yield {"what": _("Picture"), "ours": _("That of Odoo")}

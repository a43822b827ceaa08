"""How a picture gets to Shopify: to its storage first, then to the product."""

from urllib.parse import urlsplit

from odoo.addons.o2c_base.lib.errors import RejectedError
from odoo.addons.o2c_base.lib.http_client import JsonClient

from . import queries_product

#: where Shopify lets files be put; no picture goes anywhere else
STORAGE = ("storage.googleapis.com", "shopify-staged-uploads.storage.googleapis.com")


class PictureCalls:
    """Part of :class:`~.client.AdminClient`: pictures of products."""

    def add_picture(self, gid, picture, alt):
        """Give a product one more picture.

        https://shopify.dev/docs/apps/build/online-store/product-media

        :param picture: ``(file name, MIME type, bytes)``
        :raise RejectedError: the shop says no, or names a strange place for the file
        """
        source = self._put_aside(*picture)
        media = {"originalSource": source, "mediaContentType": "IMAGE", "alt": alt}
        variables = {"product": {"id": gid}, "media": [media]}
        self.mutate(queries_product.ADD_PICTURE, variables)

    def _put_aside(self, name, kind, content):
        """Upload a file to Shopify's storage and return its address there."""
        wish = {
            "filename": name,
            "mimeType": kind,
            "resource": "IMAGE",
            "httpMethod": "POST",
            "fileSize": str(len(content)),
        }
        answer = self.mutate(queries_product.STAGE_FILE, {"input": [wish]})
        (target,) = answer["stagedTargets"]
        parts = urlsplit(target["url"])
        origin = f"{parts.scheme}://{parts.netloc}"
        is_storage = parts.scheme == "https" and parts.netloc in STORAGE
        if not is_storage and origin != self.transport.base_url:
            message = "Shopify names a strange place for the picture."
            raise RejectedError(message, service="Shopify")
        fields = {row["name"]: row["value"] for row in target["parameters"]}
        storage = JsonClient("Shopify", origin, **self._options)
        # The same file at the same place twice is one file.
        storage.send(
            "POST",
            parts.path,
            safe=True,
            data=fields,
            files={"file": (name, content, kind)},
        )
        return target["resourceUrl"]

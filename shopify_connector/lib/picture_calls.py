"""How a picture gets to Shopify: to its storage first, then to the product."""

from urllib.parse import urlsplit

from odoo.addons.o2c_base.lib.errors import RejectedError
from odoo.addons.o2c_base.lib.http_client import JsonClient

from . import queries_picture
from .gallery import gallery_from_payload
from .values import readable

#: where Shopify lets files be put; no picture goes anywhere else
STORAGE = ("storage.googleapis.com", "shopify-staged-uploads.storage.googleapis.com")
#: in one answer, and in one call (text of the schema's errors: 100 pairs)
VARIANTS_PER_PAGE, PAIRS = 100, 100


class PictureCalls:
    """Part of :class:`~.client.AdminClient`: pictures of products."""

    @readable("pictures")
    def pictures(self, gid):
        """Return a product's :class:`~.gallery.Gallery`, ``None`` when it is gone."""
        variables = {"id": gid, "variants": VARIANTS_PER_PAGE, "after": None}
        variants = []
        while True:
            product = self.execute(queries_picture.PICTURES, variables)["product"]
            if product is None:
                return None
            variants += product["variants"]["nodes"]
            page = product["variants"]["pageInfo"]
            if not page["hasNextPage"]:
                return gallery_from_payload(product["media"]["nodes"], variants)
            variables["after"] = page["endCursor"]

    def attach_pictures(self, gid, pairs):
        """Let variants of a product have other pictures of it.

        ``mediaId`` takes the place of the picture that a variant has, in one step;
        ``productVariantAppendMedia`` refuses a variant that has one.

        :param pairs: ``{variant's gid: picture's gid}``
        :raise RejectedError: the shop says no
        """
        rows = [{"id": variant, "mediaId": one} for variant, one in pairs.items()]
        self.change_product(gid, {}, rows)

    def detach_pictures(self, gid, pairs):
        """Take pictures off variants; the product keeps them.

        :param pairs: ``{variant's gid: picture's gid}``
        :raise RejectedError: the shop says no
        """
        rows = [{"variantId": v, "mediaIds": [one]} for v, one in pairs.items()]
        for start in range(0, len(rows), PAIRS):
            variables = {"id": gid, "media": rows[start : start + PAIRS]}
            self.mutate(queries_picture.DETACH_PICTURES, variables)

    def move_picture(self, gid, picture, place):
        """Move a picture of a product to a place, counted from 0."""
        moves = [{"id": picture, "newPosition": str(place)}]
        self.mutate(queries_picture.MOVE_PICTURE, {"id": gid, "moves": moves})

    def drop_pictures(self, gid, pictures):
        """Take pictures off a product and its variants; needs write_files."""
        files = [{"id": one, "referencesToRemove": [gid]} for one in pictures]
        if files:
            self.mutate(queries_picture.DROP_PICTURES, {"files": files})

    @readable("what it did")
    def add_picture(self, gid, picture, alt, known):
        """Give a product one more picture; return its id.

        https://shopify.dev/docs/apps/build/online-store/product-media

        :param picture: ``(file name, MIME type, bytes)``
        :param known: ids of the pictures that the product has
        :raise RejectedError: the shop says no, or names a strange place for the file
        """
        source = self._put_aside(*picture)
        media = {"originalSource": source, "mediaContentType": "IMAGE", "alt": alt}
        variables = {"product": {"id": gid}, "media": [media]}
        payload = self.mutate(queries_picture.ADD_PICTURE, variables)
        nodes = payload["product"]["media"]["nodes"]
        (new,) = {node["id"] for node in nodes} - set(known)
        return new

    def _put_aside(self, name, kind, content):
        """Upload a file to Shopify's storage and return its address there."""
        wish = {
            "filename": name,
            "mimeType": kind,
            "resource": "IMAGE",
            "httpMethod": "POST",
            "fileSize": str(len(content)),
        }
        answer = self.mutate(queries_picture.STAGE_FILE, {"input": [wish]})
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

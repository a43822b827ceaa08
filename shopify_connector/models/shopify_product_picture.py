import base64

from odoo import _, fields, models

from ..lib.pictures import KINDS, fetch_picture


class ShopifyProduct(models.Model):
    """How pictures of a shop come to Odoo: later, by a job of their own."""

    # What is heard, made and changed are stories of their own, each in its file.
    _inherit = "shopify.product"

    picture_mark = fields.Char(
        readonly=True, copy=False, help="The checksum of the picture that was taken."
    )

    def _enqueue_pictures(self):
        for row in self:
            if any(holder._picture_changed() for holder in (row, *row.variant_ids)):
                row.with_delay(
                    identity_key=f"shopify-pictures-{row.id}-{row.picture_url}",
                    description=_("Fetch pictures: %s", row.name),
                )._attempt("_fetch_pictures")

    def _picture_changed(self):
        return (self.picture_url or False) != (self.picture_taken or False)

    def _retry_after_exception(self, reason):
        res = super()._retry_after_exception(reason)
        if self.shop_id.owner_picture == "shopify" or reason == "rejected":
            self._enqueue_pictures()
        return res

    def _fetch_pictures(self):
        """Take over the pictures whose address is another than last time.

        Shopify gives a picture that changed another address.
        """
        if self.template_id and self._picture_changed():
            self.template_id.image_1920 = _fetched(self.picture_url)
            self.picture_taken = self.picture_url
            marks = picture_marks(self.template_id, "image_1920")
            self.picture_mark = marks.get(self.template_id.id)
        for variant in self.variant_ids.filtered("product_id"):
            if variant._picture_changed():
                variant._fetch_picture()


class ShopifyVariant(models.Model):
    """A variant's own picture."""

    _inherit = "shopify.variant"

    picture_url = fields.Char("Picture at Shopify", readonly=True)
    picture_taken = fields.Char(
        "Picture Taken From", readonly=True, help="The address it was taken from."
    )
    picture_mark = fields.Char(
        readonly=True, copy=False, help="The checksum of the picture that was taken."
    )

    def _prepare_values(self, row, variant):
        return {
            **super()._prepare_values(row, variant),
            "picture_url": variant.picture or False,
        }

    def _picture_changed(self):
        return (self.picture_url or False) != (self.picture_taken or False)

    def _fetch_picture(self):
        own = self.picture_url != self.shopify_product_id.picture_url
        # The product's own picture is every variant's that has no other.
        picture = _fetched(self.picture_url) if own else False
        if picture or self.product_id.image_variant_1920:
            self.product_id.image_variant_1920 = picture
        self.picture_taken = self.picture_url
        marks = picture_marks(self.product_id, "image_variant_1920")
        self.picture_mark = marks.get(self.product_id.id)


def _fetched(url):
    return base64.b64encode(fetch_picture(url)) if url else False


def picture_files(records, field):
    """Return the files that Odoo keeps of a picture field, which Shopify can show.

    :param records: products, all read at once
    """
    domain = [("res_model", "=", records._name), ("res_field", "=", field)]
    domain += [("res_id", "in", records.ids), ("mimetype", "in", KINDS)]
    return records.env["ir.attachment"].sudo().search(domain)


def picture_marks(records, field):
    """Return ``{id: checksum of the picture}`` of those that have one."""
    return {file.res_id: file.checksum for file in picture_files(records, field)}

import hashlib

from odoo import _, fields, models
from odoo.fields import Command


class ProductTemplate(models.Model):
    _inherit = "product.template"

    shopify_collection_ids = fields.Many2many(
        "shopify.collection",
        string="Collections",
        copy=False,
        groups="o2c_base.group_user",
        domain="[('is_automatic', '=', False)]",
        help="Where the shop shows the product. Collections with a rule fill"
        " themselves.",
    )


class ShopifyProduct(models.Model):
    """In which collections of the shop a product is."""

    _inherit = "shopify.product"

    collection_ids = fields.Many2many("shopify.collection", readonly=True)
    sent_collection_ids = fields.Many2many(
        "shopify.collection",
        "shopify_product_sent_collection_rel",
        readonly=True,
        copy=False,
        help="Left at Shopify once they go here.",
    )

    def _wanted_collections(self):
        """Return the collections that somebody chose here and may choose."""
        template = self.template_id or self.source_template_id
        return template.shopify_collection_ids.filtered(
            lambda row: row.shop_id == self.shop_id and not row.is_automatic
        )

    def _collections_to_move(self):
        """Return the collections that the product has to join and to leave."""
        none = self.env["shopify.collection"]
        if self.shop_id.owner_collections != "odoo":
            return none, none
        wanted = self._wanted_collections()
        left = self.sent_collection_ids.filtered("active") - wanted
        return wanted - self.collection_ids, left & self.collection_ids

    def _send_differing(self, client, product):
        res = super()._send_differing(client, product)
        join, leave = self._collections_to_move()
        moves = {"collectionsToJoin": join, "collectionsToLeave": leave}
        values = {name: rows.mapped("gid") for name, rows in moves.items() if rows}
        client.change_product(self.gid, values, [])
        if self.shop_id.owner_collections == "odoo":
            self.collection_ids = self.collection_ids + join - leave
            self.sent_collection_ids = [Command.set(self._wanted_collections().ids)]
            self.sent_digest = self._wanted_digest()
        return res

    def _wanted_digest(self):
        digest = super()._wanted_digest()
        join, leave = self._collections_to_move()
        if not join | leave:
            return digest
        words = f"{digest} {sorted(join.ids)} {sorted(leave.ids)}"
        return hashlib.sha256(words.encode()).hexdigest()

    def _preview_lines(self, product):
        yield from super()._preview_lines(product)
        join, leave = self._collections_to_move()
        if join | leave:
            now = self.collection_ids
            yield {
                "what": _("Collections"),
                "theirs": ", ".join(now.mapped("name")),
                "ours": ", ".join((now + join - leave).mapped("name")),
            }

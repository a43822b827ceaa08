import json

from odoo import _, api, fields, models

COLLECTION_TOPICS = ("COLLECTIONS_CREATE", "COLLECTIONS_UPDATE", "COLLECTIONS_DELETE")


class ShopifyShop(models.Model):
    """How a shop's collections become known."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    sync_collections = fields.Boolean(
        "Read Collections",
        copy=False,
        help="Products can then be put into the shop's collections here. Read each"
        " night and when Shopify tells of a change.",
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("sync_collections"):
            connected = self.filtered(lambda shop: shop.state == "connected")
            for shop in connected.sudo():
                shop.with_delay(
                    identity_key=f"shopify-webhooks-{shop.id}",
                    description=_("Check messages: %s", shop.display_name),
                )._attempt("_check_webhooks")
            connected._enqueue_collections()
        return res

    def _topics(self):
        topics = super()._topics()
        return topics + COLLECTION_TOPICS if self.sync_collections else topics

    # === Messages === #

    def _webhook_identity(self, raw, headers):
        topic = headers.get("X-Shopify-Topic") or ""
        delivery_id = headers.get("X-Shopify-Webhook-Id")
        if topic.startswith("collections/") and delivery_id:
            self._collection_in_webhook(raw)
            return delivery_id, topic
        return super()._webhook_identity(raw, headers)

    def _process_webhook(self, event):
        if not (event.topic or "").startswith("collections/"):
            return super()._process_webhook(event)
        gid = self._collection_in_webhook(event.raw)
        domain = [("shop_id", "=", self.id), ("gid", "=", gid)]
        known = self.env["shopify.collection"].search(domain)
        known._enqueue_read()
        if not known:
            # The message does not say whether it is filled by hand.
            self._enqueue_collections()
        return None

    @api.model
    def _collection_in_webhook(self, raw):
        """Return the gid of the collection that a message is about.

        :raise ValueError: the message is no collection
        """
        body = json.loads(raw)
        number = str(body.get("id")) if isinstance(body, dict) else ""
        if not number.isascii() or not number.isdigit() or len(number) > 30:
            raise ValueError("the message is about no collection")
        return f"gid://shopify/Collection/{number}"

    # === Sweep === #

    @api.model
    def _cron_collections(self):
        """Read the collections of all connected shops that want it."""
        self.search([("state", "=", "connected")])._enqueue_collections()

    def _enqueue_collections(self):
        for shop in self.filtered("sync_collections").sudo():
            shop.with_delay(
                identity_key=f"shopify-collections-{shop.id}",
                description=_("Read collections: %s", shop.display_name),
            )._attempt("_sweep_collections")

    def _sweep_collections(self):
        """Bring the list of collections to what the shop has; safe to repeat."""
        client = self._client()
        kinds = [
            (False, list(client.collections("custom"))),
            (True, list(client.collections("smart"))),
        ]
        self.env["shopify.collection"]._take_in_all(self, kinds)

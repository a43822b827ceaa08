import itertools
import json
import re
from datetime import datetime, timedelta

from odoo import _, api, fields, models

from ..lib.mapping import naive
from ..lib.products import product_from_payload

#: Shopify tells these at once; the hourly sweep finds all but what was deleted
PRODUCT_TOPICS = ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE")
#: Shopify's search index can lag behind; so much is asked for again
OVERLAP = timedelta(minutes=10)
#: rows written together: few questions to the database, little memory
BATCH = 50
#: products read by one job, so that others get their turn in between
PER_JOB = 1000


class ShopifyShop(models.Model):
    """How a shop's products become known."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    sync_products = fields.Boolean(
        "Read Products",
        default=True,
        help="Each variant is linked with the product in Odoo that has its SKU or"
        " barcode. Stock and prices need it.",
    )
    products_synced_until = fields.Datetime(
        "Products Complete Until", readonly=True, copy=False
    )
    product_ids = fields.One2many("shopify.product", "shop_id", "Products")
    unlinked_count = fields.Integer(compute="_compute_unlinked_count")

    def _compute_unlinked_count(self):
        groups = self.env["shopify.variant"]._read_group(
            [("shop_id", "in", self.ids), ("state", "in", ("missing", "duplicate"))],
            ["shop_id"],
            ["__count"],
        )
        counts = {shop.id: count for shop, count in groups}
        for shop in self:
            shop.unlinked_count = counts.get(shop.id, 0)

    def _on_connected(self):
        res = super()._on_connected()
        self._enqueue_products()
        return res

    def _topics(self):
        topics = super()._topics()
        return topics + PRODUCT_TOPICS if self.sync_products else topics

    # === Messages === #

    def _webhook_identity(self, raw, headers):
        topic = headers.get("X-Shopify-Topic") or ""
        delivery_id = headers.get("X-Shopify-Webhook-Id")
        if topic.startswith("products/") and delivery_id:
            self._product_in_webhook(raw)
            return delivery_id, topic
        return super()._webhook_identity(raw, headers)

    def _process_webhook(self, event):
        if not (event.topic or "").startswith("products/"):
            return super()._process_webhook(event)
        if self.sync_products:
            gid = self._product_in_webhook(event.raw)
            self.env["shopify.product"]._hear_of(self, gid)
        return None

    @api.model
    def _product_in_webhook(self, raw):
        """Return the gid of the product that a message is about.

        :raise ValueError: the message is no product
        """
        body = json.loads(raw)
        # A deleted product is told by its number alone.
        number = str(body.get("id")) if isinstance(body, dict) else ""
        if not re.fullmatch("[0-9]{1,30}", number):
            raise ValueError("the message is about no product")
        return f"gid://shopify/Product/{number}"

    # === Sweep === #

    @api.model
    def _cron_products(self):
        """Ask all connected shops for new and changed products."""
        for shop in self.search([("state", "=", "connected")]):
            shop._enqueue_products()

    def _enqueue_products(self):
        for shop in self.filtered("sync_products"):
            shop.sudo().with_delay(
                identity_key=f"shopify-products-{shop.id}",
                description=_("Read products: %s", shop.display_name),
            )._attempt("_sweep_products")

    def _sweep_products(self):
        """Take in the products that changed since the last sweep, in batches.

        The watermark is Shopify's own time of change and moves with what is kept:
        whatever stops in between is asked for again.
        """
        found = self._client().changed_products(self._product_condition())
        nodes = itertools.islice(found, PER_JOB)
        count = 0
        while batch := list(itertools.islice(nodes, BATCH)):
            products = [product_from_payload(node) for node in batch]
            self.env["shopify.product"]._take_in(self, products)
            changed_at = naive(products[-1].updated_at)
            if changed_at > (self.products_synced_until or datetime.min):
                self.products_synced_until = changed_at
            count += len(batch)
        if count == PER_JOB:
            self._go_on_with_products()

    def _go_on_with_products(self):
        self.with_delay(
            identity_key=f"shopify-products-{self.id}-{self.products_synced_until}",
            description=_("Read more products: %s", self.display_name),
        )._attempt("_sweep_products")

    def _product_condition(self):
        if not self.products_synced_until:
            return None
        since = self.products_synced_until - OVERLAP
        return f"updated_at:>='{since.isoformat()}Z'"

    # === Buttons === #

    def action_fetch_products(self):
        """Read new and changed products now."""
        self._may_start()
        self._enqueue_products()
        return self._notification(_("Products arrive in a moment."))

    def action_show_variants(self):
        """Show the shop's variants; first those without a product in Odoo."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "shopify_connector.shopify_variant_action"
        )
        context = {"search_default_unlinked": bool(self.unlinked_count)}
        domain = [("shop_id", "=", self.id)]
        return {**action, "domain": domain, "context": context}

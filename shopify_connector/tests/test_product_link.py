"""Each variant of a shop is linked with the one product in Odoo that it is."""

import json
from unittest.mock import patch

from odoo.addons.shopify_connector.lib import product_calls
from odoo.addons.shopify_connector.models import shopify_shop_product

from sandbox.shopify import products as theirs

from .common import ShopifyCase


class TestProductLink(ShopifyCase):
    def add(self, title, *variants, **fields):
        return theirs.add(self.shopify.store, title, variants, **fields)

    def read_products(self):
        self.env["shopify.shop"]._cron_products()
        self.run_jobs()
        self.env.invalidate_all()

    def variant(self, sku):
        domain = [("shop_id", "=", self.shop.id), ("sku", "=", sku)]
        return self.env["shopify.variant"].search(domain)

    def test_catalogue_is_linked_by_sku(self):
        self.read_products()
        shears = self.variant("TW-SHEARS-01")
        self.assertEqual(shears.product_id, self.products["TW-SHEARS-01"])
        self.assertEqual(shears.state, "linked")
        self.assertEqual(shears.price, 34.95)
        self.assertEqual(self.variant("TW-HOSE-01").state, "missing")
        self.assertEqual(self.shop.unlinked_count, 10)

    def test_barcode_finds_what_the_sku_does_not(self):
        product = self.env["product.product"].create(
            {"name": "Hose", "default_code": "H-25", "barcode": "8719900000001"}
        )
        self.add("Hose", {"sku": "OTHER", "barcode": "8719900000001"})
        self.read_products()
        self.assertEqual(self.variant("OTHER").product_id, product)

    def test_a_product_made_later_is_linked_at_once(self):
        self.read_products()
        product = self.product("TW-HOSE-01")
        self.assertEqual(self.variant("TW-HOSE-01").product_id, product)

    def test_sku_of_two_products_is_named(self):
        self.env["product.product"].create(
            {"name": "Copy", "default_code": "TW-SHEARS-01"}
        )
        self.shop.product_ids.variant_ids.product_id = False
        self.shop.products_synced_until = False
        self.read_products()
        shears = self.variant("TW-SHEARS-01")
        self.assertEqual(shears.state, "duplicate")
        exception = self.open_exceptions(shears.shopify_product_id)
        self.assertEqual(exception.reason, "duplicate_sku")
        self.assertIn("TW-SHEARS-01", exception.message)

    def test_sku_of_two_variants_is_named_and_freed_when_mended(self):
        first = self.add("Left glove", {"sku": "GLOVE"})
        second = self.add("Right glove", {"sku": "GLOVE"})
        product = self.product("GLOVE")
        self.read_products()
        self.assertEqual(set(self.variant("GLOVE").mapped("state")), {"duplicate"})
        theirs.change(self.shopify.store, second, variant=("GLOVE", {"sku": "GLOVE-R"}))
        self.read_products()
        rows = self.env["shopify.product"].search([("gid", "=", first["id"])])
        self.open_exceptions(rows).action_retry()
        self.run_jobs()
        self.assertEqual(self.variant("GLOVE").product_id, product)
        self.assertFalse(self.open_exceptions(rows))

    def test_a_persons_choice_is_kept(self):
        self.read_products()
        shears = self.variant("TW-SHEARS-01")
        chosen = self.product("MY-OWN-SHEARS")
        shears.product_id = chosen
        self.shop.products_synced_until = False
        self.read_products()
        self.assertEqual(shears.product_id, chosen)

    def test_deleted_product_and_variant_are_gone_but_their_product_stays(self):
        mug = self.add(
            "Mug",
            {"sku": "MUG-R", "values": ("Red",)},
            {"sku": "MUG-B", "values": ("Blue",)},
            options=("Colour",),
        )
        products = self.product("MUG-R") | self.product("MUG-B")
        self.read_products()
        self.world.clock.advance(hours=1)
        theirs.remove_variant(self.shopify.store, mug, "MUG-B")
        self.read_products()
        self.assertEqual(self.variant("MUG-B").state, "gone")
        theirs.delete(self.shopify.store, mug)
        row = self.variant("MUG-R").shopify_product_id
        row.action_read()
        self.run_jobs()
        self.assertEqual(row.status, "DELETED")
        self.assertEqual(self.variant("MUG-R").state, "gone")
        self.assertEqual(products.mapped("active"), [True, True])

    def test_variant_that_comes_back_is_linked_again(self):
        self.read_products()
        self.variant("TW-SHEARS-01")._mark_gone()
        self.shop.products_synced_until = False
        self.read_products()
        self.assertEqual(self.variant("TW-SHEARS-01").state, "linked")

    def test_sweep_asks_from_the_watermark_and_twice_is_as_once(self):
        self.read_products()
        self.assertIn("updated_at:>=", self.shop._product_condition())
        before = self.env["shopify.variant"].search_count([])
        self.read_products()
        self.assertEqual(self.env["shopify.variant"].search_count([]), before)

    def test_many_products_are_read_by_several_jobs(self):
        with (
            patch.object(shopify_shop_product, "PER_JOB", 5),
            patch.object(shopify_shop_product, "BATCH", 2),
            patch.object(shopify_shop_product, "OVERLAP", -1 * _SECOND),
        ):
            for number in range(12):
                self.world.clock.advance(minutes=1)
                self.add(f"Pot {number}", {"sku": f"POT-{number:02}"})
            self.read_products()
        self.assertEqual(len(self.variant("POT-11")), 1)
        self.assertEqual(self.shop.unlinked_count, 22)

    def test_dear_pages_are_asked_for_in_parts(self):
        asked = []
        execute = self.shop._client().execute

        def run(client, document, variables=None, name=None):
            asked.append(variables.get("first"))
            return execute(document, variables, name)

        with (
            patch.object(product_calls, "VARIANTS_PER_PAGE", 250),
            patch.object(product_calls, "PRODUCTS_PER_PAGE", 200),
            patch.object(product_calls.ProductCalls, "execute", run, create=True),
            patch("odoo.addons.shopify_connector.lib.client.AdminClient.execute", run),
        ):
            found = list(self.shop._client().changed_products(None))
        self.assertEqual(len(found), 12)
        self.assertLess(asked[-1], 200)

    def test_more_variants_than_a_page_holds(self):
        rows = [
            {"sku": f"BEAD-{number:03}", "values": (f"No. {number}",)}
            for number in range(7)
        ]
        self.add("Bead", *rows, options=("Number",))
        with patch.object(product_calls, "VARIANTS_PER_PAGE", 2):
            self.read_products()
        beads = self.env["shopify.variant"].search([("sku", "=like", "BEAD-%")])
        self.assertEqual(len(beads), 7)

    def test_message_brings_one_product_and_wrong_messages_are_refused(self):
        mug = self.add("Mug", {"sku": "MUG"})
        number = int(mug["id"].rpartition("/")[2])
        self.receive("products/create", {"id": number})
        self.assertEqual(self.variant("MUG").state, "missing")
        theirs.delete(self.shopify.store, mug)
        self.receive("products/delete", {"id": number})
        self.assertEqual(self.variant("MUG").state, "gone")
        headers = {"X-Shopify-Topic": "products/x", "X-Shopify-Webhook-Id": "1"}
        for body in (b"[]", b'{"id": "x"}', b"{}"):
            with self.assertRaises(ValueError):
                self.shop._webhook_identity(body, headers)

    def receive(self, topic, body):
        raw = json.dumps(body).encode()
        headers = {"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": topic}
        identity = self.shop._webhook_identity(raw, headers)
        self.env["o2c.webhook.event"]._receive(self.shop, *identity, raw)
        self.run_jobs()

    def test_messages_about_products_are_ordered(self):
        topics = {hook["topic"] for hook in self.shop._client().webhooks()}
        self.assertFalse(topics, "this sandbox is a new one")
        self.shop._subscribe()
        topics = {hook["topic"] for hook in self.shop._client().webhooks()}
        self.assertLessEqual({"PRODUCTS_UPDATE", "PRODUCTS_DELETE"}, topics)

    def test_order_line_without_sku_is_found_by_its_variant(self):
        mug = self.add("Mug", {"price": "10.00"})
        self.read_products()
        row = {"title": "Mug", "price": "10.00", "quantity": 2}
        row["variant"] = mug["variants"][0]
        order = self.bought(row)
        self.assertEqual(self.open_exceptions(order).reason, "unknown_product")
        chosen = self.product("MUG-HERE")
        variants = self.env["shopify.variant"].search([("gid", "=", row["variant"])])
        variants.product_id = chosen
        self.open_exceptions(order).action_retry()
        self.run_jobs()
        self.assertIn(chosen, order.sale_order_id.order_line.product_id)
        self.assertFalse(self.open_exceptions(order))

    def test_shop_that_reads_no_products(self):
        self.shop.sync_products = False
        self.add("Mug", {"sku": "MUG"})
        self.read_products()
        self.assertFalse(self.variant("MUG"))
        self.assertNotIn("PRODUCTS_UPDATE", self.shop._topics())


_SECOND = shopify_shop_product.timedelta(seconds=1)

"""Collections: read with their products, joined and left from Odoo."""

from sandbox.shopify import groupings

from .test_product_send import SendCase

SHEARS = "TW-SHEARS-01"


class CollectionCase(SendCase):
    def setUp(self):
        super().setUp()
        self.garden = groupings.add(self.shopify.store, "Garden", [self.theirs()])
        self.new = groupings.add(self.shopify.store, "New", kind=groupings.BY_RULE)
        self.shop.sync_collections = True
        self.settle()
        self.template = self.products[SHEARS].product_tmpl_id
        self.row = self.template.shopify_variant_ids.shopify_product_id

    def collection(self, theirs):
        collections = self.env["shopify.collection"].with_context(active_test=False)
        return collections.search([("gid", "=", theirs["id"])])

    def choose(self, *collections):
        ours = [self.collection(theirs).id for theirs in collections]
        self.template.shopify_collection_ids = [(6, 0, ours)]
        self.settle()


class TestRead(CollectionCase):
    def test_collections_come_with_their_products(self):
        garden, new = self.collection(self.garden), self.collection(self.new)
        self.assertEqual((garden.name, garden.handle), ("Garden", "garden"))
        self.assertEqual((garden.is_automatic, new.is_automatic), (False, True))
        self.assertEqual(garden.product_ids, self.row)
        self.assertEqual((garden.product_count, new.product_count), (1, 0))

    def test_topics_are_ordered_and_their_messages_read_again(self):
        self.assertIn("COLLECTIONS_UPDATE", self.shop._topics())
        groupings.change(self.shopify.store, self.garden, [])
        number = self.garden["id"].rpartition("/")[2]
        headers = {
            "X-Shopify-Topic": "collections/update",
            "X-Shopify-Webhook-Id": "c-1",
        }
        raw = f'{{"id": {number}}}'.encode()
        self.assertEqual(
            self.shop._webhook_identity(raw, headers), ("c-1", "collections/update")
        )
        with self.assertRaises(ValueError):
            self.shop._webhook_identity(b'{"id": "1 or 1"}', headers)
        events = self.env["o2c.webhook.event"]
        events._receive(self.shop, "c-1", "collections/update", raw)
        self.settle()
        self.assertFalse(self.collection(self.garden).product_ids)

    def test_new_and_deleted_ones_are_found_each_night(self):
        summer = groupings.add(self.shopify.store, "Summer")
        groupings.delete(self.shopify.store, self.garden)
        self.shop._cron_collections()
        self.settle()
        self.assertTrue(self.collection(summer).active)
        self.assertFalse(self.collection(self.garden).active)

    def test_a_night_without_changes_writes_nothing(self):
        written, collections = [], type(self.env["shopify.collection"])
        write = collections.write

        def record(rows, values):
            written.append((rows.name, set(values)))
            return write(rows, values)

        self.patch(collections, "write", record)
        self.shop._cron_collections()
        self.settle()
        self.assertFalse(written)
        self.garden["title"] = "Garden and Yard"
        self.shop._cron_collections()
        self.settle()
        self.assertEqual(written, [("Garden", {"name"})])
        self.assertEqual(self.collection(self.garden).name, "Garden and Yard")

    def test_deleted_while_it_is_read(self):
        groupings.delete(self.shopify.store, self.garden)
        self.collection(self.garden).action_read()
        self.settle()
        self.assertFalse(self.collection(self.garden).active)
        self.assertFalse(self.open_exceptions(self.collection(self.garden)))

    def test_shopify_decides(self):
        self.shop.owner_collections = "shopify"
        self.collection(self.garden).action_read()
        self.settle()
        garden = self.collection(self.garden)
        self.assertEqual(self.template.shopify_collection_ids, garden)
        groupings.change(self.shopify.store, self.garden, [])
        garden.action_read()
        self.settle()
        self.assertFalse(self.template.shopify_collection_ids)

    def test_nothing_is_read_unless_wanted(self):
        self.shop.sync_collections = False
        self.assertNotIn("COLLECTIONS_UPDATE", self.shop._topics())
        summer = groupings.add(self.shopify.store, "Summer")
        self.shop._cron_collections()
        self.settle()
        self.assertFalse(self.collection(summer))


class TestSend(CollectionCase):
    def test_a_product_joins_and_leaves_what_was_chosen(self):
        summer = groupings.add(self.shopify.store, "Summer")
        self.shop._cron_collections()
        self.settle()
        self.choose(summer)
        self.assertIn(self.theirs()["id"], summer["_products"])
        self.assertIn(self.theirs()["id"], self.garden["_products"], "not chosen here")
        self.choose()
        self.assertNotIn(self.theirs()["id"], summer["_products"])
        self.assertIn(self.theirs()["id"], self.garden["_products"])

    def test_twice_is_as_once(self):
        self.choose(self.garden)
        told = self.told()
        self.shop._send_products()
        self.row._attempt("_send")
        self.settle()
        self.assertFalse(told)

    def test_a_rule_is_not_overruled(self):
        told = self.told()
        self.choose(self.new)
        self.assertFalse(told)
        self.assertFalse(self.open_exceptions(self.row))

    def test_preview_says_it(self):
        summer = groupings.add(self.shopify.store, "Summer")
        self.shop._cron_collections()
        self.settle()
        self.template.shopify_collection_ids = self.collection(summer)
        self.row.action_preview()
        lines = self.env["shopify.preview.line"].search([])
        self.assertIn(("Garden", "Garden, Summer"), lines.mapped(_both))


def _both(line):
    return line.theirs, line.ours

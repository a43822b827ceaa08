"""A shop shows what Odoo has, and never what somebody bought already."""

from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib import stock as lib
from odoo.addons.shopify_connector.lib.client import AdminClient
from odoo.addons.shopify_connector.models import shopify_shop_stock

from sandbox import settings
from sandbox.clock import ManualClock
from sandbox.shopify import ShopifyApp, inventory, products as theirs
from sandbox.world import World

from .common import SANNE, UTRECHT, ShopifyCase

SHEARS, TROWEL = "TW-SHEARS-01", "TW-TROWEL-01"
WAREHOUSE = "gid://shopify/Location/9000000001"
STORE_FRONT = "gid://shopify/Location/9000000002"


@tagged("standard", "post_install", "-at_install")
class TestWhatToShow(BaseCase):
    def test_free_less_what_is_kept_back(self):
        self.assertEqual(lib.to_show(10.9, 3, 0, 0), 7)
        self.assertEqual(lib.to_show(2, 3, 0, 0), 0)
        self.assertEqual(lib.to_show(-4, 0, 0, 0), 0)

    def test_sold_but_not_heard_of_is_not_offered_again(self):
        self.assertEqual(lib.to_show(10, 0, 3, 1), 8)
        self.assertEqual(lib.to_show(10, 0, 1, 3), 10)

    def test_sold_in_advance_is_left_alone_until_there_is_stock(self):
        self.assertTrue(lib.is_right(-2, 0))
        self.assertFalse(lib.is_right(-2, 1))
        self.assertFalse(lib.is_right(5, 4))

    def test_key_is_the_same_for_the_same_wish_only(self):
        wish = lib.Wish("i", 5, 4, "2026-11-02T09:00:00Z")
        later = lib.Wish("i", 5, 4, "2026-11-03T09:00:00Z")
        key = lib.idempotency_key([wish], "l", 0)
        self.assertEqual(key, lib.idempotency_key([wish], "l", 0))
        self.assertNotEqual(key, lib.idempotency_key([later], "l", 0))
        self.assertNotEqual(key, lib.idempotency_key([wish], "l", 1))


class StockCase(ShopifyCase):
    """A shop that is sent the stock of two linked products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.shop.warehouse_id
        cls.shelf = cls.warehouse.lot_stock_id
        cls.shop.send_stock = True
        cls.changed()

    @classmethod
    def changed(cls):
        """End the transaction as far as changes are concerned, and send them."""
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.run_jobs(later=True)
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        # The sandbox begins anew for each test; let it show what it should.
        self.shop._enqueue_comparison()
        self.changed()

    def receive(self, sku, units, shelf=None):
        """Let goods come in; negative: let them leave."""
        product = self.products[sku]
        quants = self.env["stock.quant"]
        quants._update_available_quantity(product, shelf or self.shelf, units)

    def shown(self, sku, location=WAREHOUSE, app=None):
        """Return what the shop shows at a location."""
        store = (app or self.shopify).store
        return self.level(store, sku, location)["available"]

    def level(self, store, sku, location=WAREHOUSE):
        (item,) = [i for i in store.all("InventoryItem") if i["sku"] == sku]
        return inventory.level_of(store, item["id"], location)

    def row(self, sku, location=WAREHOUSE, shop=None):
        return self.env["shopify.stock"].search(
            [
                ("shop_id", "=", (shop or self.shop).id),
                ("variant_id.sku", "=", sku),
                ("location_id.gid", "=", location),
            ]
        )

    def writes(self):
        """Record the quantities that are sent to Shopify."""
        sent = []
        set_available = AdminClient.set_available

        def record(client, wishes, *args):
            sent.extend((wish.change_from, wish.quantity) for wish in wishes)
            return set_available(client, wishes, *args)

        return sent, patch.object(AdminClient, "set_available", record)


class TestStock(StockCase):
    def test_a_change_is_sent(self):
        self.assertEqual(self.shown(SHEARS), 1000)
        self.receive(SHEARS, -10)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 990)
        row = self.row(SHEARS)
        self.assertEqual(
            (row.free_quantity, row.wanted_quantity, row.shown_quantity),
            (990, 990, 990),
        )
        self.assertEqual((row.sent_quantity, row.state), (990, "equal"))

    def test_changes_gather_and_each_product_is_sent_once(self):
        sent, watch = self.writes()
        with watch:
            for _number in range(5):
                self.receive(SHEARS, -1)
            self.env.cr.precommit.run()
            self.receive(SHEARS, -1)
            self.env.cr.precommit.run()
            jobs = self.env["queue.job"].search([("state", "=", "pending")])
            self.assertEqual(len(jobs), 1)
            self.assertTrue(jobs.eta)
            self.changed()
        self.assertEqual(sent, [(1000, 994)])

    def test_nothing_changed_nothing_is_written(self):
        sent, watch = self.writes()
        with watch:
            self.receive(SHEARS, -1)
            self.receive(SHEARS, 1)
            self.changed()
        self.assertFalse(sent)

    def test_an_order_of_the_shop_is_not_subtracted_twice(self):
        self.bought({"sku": SHEARS, "quantity": 4})
        self.changed()
        self.assertEqual(self.shown(SHEARS), 996)
        self.assertEqual(self.row(SHEARS).wanted_quantity, 996)

    def test_another_sale_here_lowers_what_the_shop_shows(self):
        self.sell_here(SHEARS, 3)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 997)

    def sell_here(self, sku, units):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ada"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.products[sku].id,
                            "product_uom_qty": units,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def test_cancelled_sale_is_offered_again(self):
        order = self.sell_here(SHEARS, 3)
        self.changed()
        order._action_cancel()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)

    def test_what_was_promised_without_stock_stays_promised(self):
        self.receive(SHEARS, -1000)
        self.sell_here(SHEARS, 2)
        self.receive(SHEARS, 3)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1, "two of the three are promised")

    def test_delivered_and_told_is_no_change(self):
        order = self.bought({"sku": SHEARS, "quantity": 4})
        self.deliver(order.sale_order_id, carrier_tracking_ref="3S1")
        self.changed()
        self.assertEqual(self.shown(SHEARS), 996)
        self.assertEqual(self.level(self.shopify.store, SHEARS)["committed"], 0)
        self.shop._enqueue_comparison()
        self.changed()
        self.assertEqual(self.row(SHEARS).state, "equal")

    def test_delivered_and_not_told_yet_is_no_change(self):
        picking = type(self.env["stock.picking"])
        order = self.bought({"sku": SHEARS, "quantity": 4})
        with patch.object(picking, "_awaits_tracking", lambda self: True):
            self.deliver(order.sale_order_id)
        self.changed()
        self.assertEqual(self.level(self.shopify.store, SHEARS)["committed"], 4)
        self.assertEqual(self.shown(SHEARS), 996)

    def test_an_order_that_odoo_has_not_heard_of_is_not_offered_again(self):
        self.buy({"sku": SHEARS, "quantity": 5})
        self.receive(SHEARS, -900)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 95)
        self.fetch()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 95)

    def test_blocked_order_keeps_its_goods(self):
        self.gateway.unlink()
        order = self.bought({"sku": SHEARS, "quantity": 5})
        self.assertEqual(order.state, "blocked")
        self.receive(SHEARS, 100)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1095)

    def test_sold_while_we_write_is_read_again(self):
        set_available = AdminClient.set_available
        bought = []

        def buy_first(client, *args):
            if not bought:
                bought.append(self.buy({"sku": SHEARS, "quantity": 2}))
            return set_available(client, *args)

        self.receive(SHEARS, -10)
        with patch.object(AdminClient, "set_available", buy_first):
            self.changed()
        self.assertEqual(self.shown(SHEARS), 988)
        self.assertFalse(self.env["shopify.stock.change"].search([]))

    def test_product_in_great_demand_waits_for_the_next_job(self):
        set_available = AdminClient.set_available

        def buy_first(client, *args):
            self.buy(SHEARS)
            return set_available(client, *args)

        self.receive(SHEARS, -10)
        with patch.object(AdminClient, "set_available", buy_first):
            self.env.cr.precommit.run()
            job = self.env["queue.job"].search([("state", "=", "pending")])
            self._perform(job.uuid)
        self.assertEqual(self.shown(SHEARS), 997)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 987)

    def test_lost_answer_is_not_written_twice(self):
        set_available = AdminClient.set_available
        lost = []

        def lose_answer(client, *args):
            if not lost:
                lost.append(1)
                self.world.faults.break_("shopify", "answer_lost", times=3)
            return set_available(client, *args)

        self.receive(SHEARS, -10)
        sent, watch = self.writes()
        with watch, patch.object(AdminClient, "set_available", lose_answer):
            self.changed()
        self.assertEqual(self.shown(SHEARS), 990)
        groups = self.shopify.store.all("InventoryAdjustmentGroup")
        self.assertEqual(len([g for g in groups if self.moved(g)]), 1)

    def moved(self, group):
        (item,) = [
            i["id"]
            for i in self.shopify.store.all("InventoryItem")
            if i["sku"] == SHEARS
        ]
        return any(c["item"] == item and c["delta"] == -10 for c in group["changes"])

    def test_worker_that_dies_loses_nothing(self):
        self.receive(SHEARS, -10)
        self.env.cr.precommit.run()
        with (
            patch.object(AdminClient, "set_available", side_effect=ValueError("died")),
            self.assertRaises(ValueError),
            self.env.cr.savepoint(),
        ):
            self.shop._send_changed_stock()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 990)

    def test_refused_product_is_set_aside_and_the_others_go_on(self):
        # Shopify makes its own number for what it counts by its parts.
        store = self.shopify.store
        self.level(store, SHEARS)["_frozen"] = True
        self.receive(SHEARS, -10)
        self.receive(TROWEL, -20)
        with self.refusing(self.level(store, SHEARS)["item"]):
            self.changed()
        self.assertEqual(self.row(SHEARS).state, "problem")
        self.assertIn("cannot be set", self.row(SHEARS).problem)
        self.assertEqual(self.shown(TROWEL), 980)
        self.assertEqual(self.shop.stock_differing_count, 1)
        self.shop.action_mend_stock()
        self.changed()
        self.assertEqual(self.row(SHEARS).state, "equal")

    def refusing(self, item):
        """Let Shopify refuse one item for good."""
        set_available = AdminClient.set_available

        def refuse(client, wishes, *args):
            places = [n for n, wish in enumerate(wishes) if wish.item_gid == item]
            if not places:
                return set_available(client, wishes, *args)
            field = ["input", "quantities", str(places[0]), "inventoryItemId"]
            message = "It cannot be set."
            return [
                {
                    "code": "NON_MUTABLE_INVENTORY_ITEM",
                    "field": field,
                    "message": message,
                }
            ]

        return patch.object(AdminClient, "set_available", refuse)

    def test_permissions_are_asked_for_when_it_is_turned_on(self):
        self.shop.send_stock = False
        (installation,) = self.shopify.store.all("AppInstallation")
        installation["accessScopes"] = [
            scope
            for scope in installation["accessScopes"]
            if scope["handle"] not in ("write_inventory", "write_fulfillments")
        ]
        with self.assertRaises(UserError) as caught:
            self.shop.send_stock = True
        self.assertIn("write_inventory", str(caught.exception))
        with self.assertRaises(UserError) as caught:
            self.shop.write({"send_stock": False, "tell_journey": True})
        self.assertIn("write_fulfillments", str(caught.exception))
        self.assertEqual(self.shop.state, "connected")

    def test_shop_that_is_sent_nothing(self):
        self.shop.send_stock = False
        self.receive(SHEARS, -10)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)
        self.assertFalse(self.env["shopify.stock.change"].search([]))

    def test_kept_back_units_are_not_shown(self):
        self.shop.safety_stock = 5
        self.changed()
        self.assertEqual(self.shown(SHEARS), 995)
        self.row(SHEARS).variant_id.safety_stock = 40
        self.changed()
        self.assertEqual(self.shown(SHEARS), 960)
        self.assertEqual(self.shown(TROWEL), 995)

    def test_expected_goods_count_when_wanted(self):
        picking_type = self.warehouse.in_type_id
        supplier = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].create(
            {
                "name": "Receipt",
                "product_id": self.products[SHEARS].id,
                "product_uom_qty": 50,
                "location_id": supplier.id,
                "location_dest_id": self.shelf.id,
                "picking_type_id": picking_type.id,
            }
        )
        move._action_confirm()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)
        self.shop.stock_counts = "forecast"
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1050)

    def test_untracked_variant_is_left_alone(self):
        item = self.shopify.store.get(self.level(self.shopify.store, SHEARS)["item"])
        item["tracked"] = False
        self.receive(SHEARS, -10)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)
        self.assertEqual(self.row(SHEARS).state, "untracked")

    def test_variant_whose_stock_is_not_sent(self):
        self.row(SHEARS).variant_id.send_stock = False
        self.receive(SHEARS, -10)
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)

    def test_product_without_stock_of_its_own_is_left_alone(self):
        theirs.add(self.shopify.store, "Advice", [{"sku": "ADVICE", "stock": 7}])
        service = self.env["product.product"].create(
            {"name": "Advice", "default_code": "ADVICE", "detailed_type": "service"}
        )
        self.shop._enqueue_products()
        self.changed()
        self.shop._enqueue_comparison()
        self.changed()
        variant = self.env["shopify.variant"].search([("sku", "=", "ADVICE")])
        self.assertEqual(variant.product_id, service)
        self.assertEqual(self.shown("ADVICE"), 7)

    def test_two_locations_show_their_own_shelves(self):
        front = self.env["stock.location"].create(
            {"name": "Shop", "location_id": self.warehouse.view_location_id.id}
        )
        self.shop.location_ids.filtered(lambda row: row.gid == STORE_FRONT).write(
            {"warehouse_id": self.warehouse.id, "stock_location_id": front.id}
        )
        self.receive(SHEARS, 7, front)
        self.changed()
        self.assertEqual(self.shown(SHEARS, STORE_FRONT), 7)
        self.assertEqual(self.shown(SHEARS), 1000)
        self.bought({"sku": SHEARS, "quantity": 4})
        self.changed()
        self.assertEqual(self.shown(SHEARS), 996)
        self.assertEqual(self.shown(SHEARS, STORE_FRONT), 7)

    def test_new_product_is_stocked_where_there_is_some(self):
        theirs.add(self.shopify.store, "Mug", [{"sku": "MUG", "locations": ()}])
        self.products["MUG"] = self.product("MUG")
        self.addCleanup(self.products.pop, "MUG")
        self.shop._enqueue_products()
        self.changed()
        self.assertEqual(self.shown("MUG"), 1000)
        self.assertEqual(self.row("MUG").state, "equal")

    def test_location_that_stocks_nothing_new(self):
        self.shop.location_ids.activate_missing = False
        theirs.add(self.shopify.store, "Mug", [{"sku": "MUG", "locations": ()}])
        self.product("MUG")
        self.shop._enqueue_products()
        self.changed()
        self.assertIsNone(self.level(self.shopify.store, "MUG"))
        self.assertEqual(self.row("MUG").state, "not_stocked")

    def test_deleted_item_is_gone(self):
        mug = theirs.add(self.shopify.store, "Mug", [{"sku": "MUG"}])
        self.product("MUG")
        self.shop._enqueue_products()
        self.changed()
        theirs.delete(self.shopify.store, mug)
        self.shop._enqueue_comparison()
        self.changed()
        self.assertEqual(self.row("MUG").variant_id.state, "gone")

    def test_more_changes_than_one_job_takes(self):
        with patch.object(shopify_shop_stock, "PER_JOB", 1):
            self.receive(SHEARS, -10)
            self.receive(TROWEL, -20)
            self.changed()
        self.assertEqual((self.shown(SHEARS), self.shown(TROWEL)), (990, 980))

    def test_dear_question_is_asked_in_halves(self):
        execute = AdminClient.execute
        sizes = []

        def run(client, document, variables=None, name=None):
            if "query Levels" in document:
                sizes.append(len(variables["ids"]))
                if len(variables["ids"]) > 1:
                    raise dear()
            return execute(client, document, variables, name)

        def dear():
            from odoo.addons.o2c_base.lib.errors import RejectedError

            return RejectedError("Too dear.", code="MAX_COST_EXCEEDED")

        with patch.object(AdminClient, "execute", run):
            self.shop._enqueue_comparison()
            self.changed()
        self.assertEqual(sizes, [2, 1, 1])
        self.assertEqual(self.row(SHEARS).state, "equal")


class TestComparison(StockCase):
    def test_what_somebody_changed_at_shopify_is_found_and_mended(self):
        self.level(self.shopify.store, SHEARS)["available"] = 17
        self.shop.repair_stock = False
        self.env["shopify.shop"]._cron_compare_stock()
        self.changed()
        self.assertEqual(self.row(SHEARS).state, "differs")
        self.assertEqual(self.row(SHEARS).shown_quantity, 17)
        self.assertEqual(self.shop.stock_differing_count, 1)
        self.assertEqual(self.shown(SHEARS), 17, "a person decides")
        action = self.shop.action_show_stock()
        self.assertTrue(action["context"]["search_default_differs"])
        self.shop.action_mend_stock()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)
        self.assertFalse(self.shop.stock_differing_count)

    def test_it_is_mended_by_itself_when_wanted(self):
        self.level(self.shopify.store, SHEARS)["available"] = 17
        self.env["shopify.shop"]._cron_compare_stock()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 1000)
        self.assertTrue(self.shop.stock_compared_at)

    def test_many_variants_are_compared_by_several_jobs(self):
        self.level(self.shopify.store, SHEARS)["available"] = 17
        self.level(self.shopify.store, TROWEL)["available"] = 18
        with patch.object(shopify_shop_stock, "PER_JOB", 1):
            self.shop.action_compare_stock()
            self.changed()
        self.assertEqual((self.shown(SHEARS), self.shown(TROWEL)), (1000, 1000))

    def test_questions_to_the_database_do_not_grow_with_the_products(self):
        few_new, few = self.count_queries(10)
        many_new, many = self.count_queries(200)
        self.assertLess(many, few + 10)
        self.assertLess(many_new, few_new + 20)

    def count_queries(self, number):
        """Return the queries of a first comparison of so many, and of the next."""
        rows = [
            {"sku": f"N{number}-{place}", "values": (str(place),)}
            for place in range(number)
        ]
        theirs.add(self.shopify.store, f"Nail {number}", rows, options=("Size",))
        self.env["product.product"].create(
            [
                {
                    "name": row["sku"],
                    "default_code": row["sku"],
                    "detailed_type": "product",
                }
                for row in rows
            ]
        )
        self.shop._enqueue_products()
        self.changed()
        location = self.row(SHEARS).location_id
        variants = self.env["shopify.variant"].search(
            [("sku", "=like", f"N{number}-%")]
        )
        rows = self.env["shopify.stock"].search([("variant_id", "in", variants.ids)])
        rows.unlink()
        return [self.queries_of_comparing(location, variants) for _time in range(2)]

    def queries_of_comparing(self, location, variants):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        location._compare_stock(variants)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


class TestTwoShops(StockCase):
    """Two shops sell the same goods from the same warehouse."""

    def setUp(self):
        super().setUp()
        self.other_world = World(clock=ManualClock())
        self.other = ShopifyApp(self.other_world)
        url = "http://second.sandbox"
        self.services[url] = self.other
        self.addCleanup(self.services.pop, url)
        self.second = self.shop.copy(
            {
                "name": "Outlet",
                "domain": "outlet.myshopify.com",
                "access_token": settings.SHOPIFY_TOKEN,
                "client_secret": settings.SHOPIFY_CLIENT_SECRET,
                "base_url": url,
                "orders_since": datetime(2026, 11, 1),
            }
        )
        self.second.action_test_connection()
        self.copy_mappings()
        self.second.send_stock = True
        self.changed()

    def copy_mappings(self):
        for rows in (self.shop.gateway_ids, self.shop.tax_ids):
            for row in rows:
                row.copy({"shop_id": self.second.id})

    def both(self):
        return self.shown(SHEARS), self.shown(SHEARS, app=self.other)

    def leave_one(self):
        self.receive(SHEARS, -999)
        self.changed()
        self.assertEqual(self.both(), (1, 1))

    def test_the_last_piece_sold_in_one_is_gone_in_the_other(self):
        self.leave_one()
        self.bought(SHEARS)
        self.changed()
        self.assertEqual(self.both(), (0, 0))

    def test_both_sold_it_at_once_and_neither_offers_it_again(self):
        self.leave_one()
        self.buy(SHEARS)
        self.buy_there()
        # Odoo hears of one sale, then of the other; goods come in between.
        self.shop._enqueue_sweep()
        self.changed()
        self.assertEqual(self.both(), (0, 0))
        self.second._enqueue_sweep()
        self.changed()
        self.assertEqual(self.both(), (0, 0))
        self.receive(SHEARS, 1)
        self.changed()
        self.assertEqual(self.both(), (0, 0), "it is for the second customer")
        self.receive(SHEARS, 1)
        self.changed()
        self.assertEqual(self.both(), (1, 1))

    def buy_there(self):
        return self.other.place_order(
            [{"sku": SHEARS, "quantity": 1}],
            customer=SANNE,
            shipping_address=UTRECHT,
            payment=self.ideal(payment_id="rOther"),
        )

    def test_sold_in_the_other_and_not_heard_of_is_not_offered_again(self):
        self.leave_one()
        self.buy_there()
        self.receive(SHEARS, 1)
        self.changed()
        # Two are here, one is sold in the second shop: it may show one, as the first.
        self.assertEqual(self.shown(SHEARS, app=self.other), 1)

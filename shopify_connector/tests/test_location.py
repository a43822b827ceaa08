"""The places from which a shop sells, and the stock in Odoo that each stands for."""

from odoo.exceptions import ValidationError

from .common import ShopifyCase

WAREHOUSE = "gid://shopify/Location/9000000001"
STORE_FRONT = "gid://shopify/Location/9000000002"


class TestLocation(ShopifyCase):
    def location(self, gid):
        rows = self.env["shopify.location"].with_context(active_test=False)
        return rows.search([("shop_id", "=", self.shop.id), ("gid", "=", gid)])

    def theirs(self, gid):
        return self.shopify.store.get(gid)

    def test_connecting_brings_the_locations(self):
        self.assertEqual(
            set(self.shop.location_ids.mapped("name")),
            {"Warehouse Eindhoven", "Shop Delft"},
        )

    def test_the_only_one_that_sends_online_is_the_warehouse_of_the_orders(self):
        row = self.location(WAREHOUSE)
        self.assertEqual(row.warehouse_id, self.shop.warehouse_id)
        self.assertEqual(row._shelf(), self.shop.warehouse_id.lot_stock_id)
        self.assertFalse(self.location(STORE_FRONT)._shelf())

    def test_a_choice_that_was_made_is_kept(self):
        row = self.location(WAREHOUSE)
        row.write({"warehouse_id": False, "without_stock": True})
        self.shop._fetch_locations()
        self.assertTrue(row.without_stock)
        self.assertFalse(row.warehouse_id)

    def test_two_that_send_online_are_a_persons_choice(self):
        self.location(WAREHOUSE).warehouse_id = False
        self.theirs(STORE_FRONT)["fulfillsOnlineOrders"] = True
        self.shop._fetch_locations()
        self.assertFalse(self.location(WAREHOUSE).warehouse_id)

    def test_closed_and_deleted_locations_sell_nothing_any_more(self):
        self.theirs(WAREHOUSE)["isActive"] = False
        self.shopify.store.remove(self.theirs(STORE_FRONT))
        self.shop._fetch_locations()
        self.assertFalse(self.location(WAREHOUSE).active)
        self.assertFalse(self.location(WAREHOUSE)._shelf())
        self.assertFalse(self.location(STORE_FRONT).active)

    def test_a_new_name_is_taken_over_and_nothing_is_doubled(self):
        self.theirs(WAREHOUSE)["name"] = "Warehouse Helmond"
        self.shop._fetch_locations()
        self.shop._fetch_locations()
        self.assertEqual(self.location(WAREHOUSE).name, "Warehouse Helmond")
        self.assertEqual(len(self.shop.location_ids), 2)

    def test_one_stock_is_not_sold_from_two_locations_of_a_shop(self):
        warehouse = self.shop.warehouse_id
        with self.assertRaises(ValidationError):
            self.location(STORE_FRONT).warehouse_id = warehouse
        inside = self.shelf(warehouse.lot_stock_id)
        with self.assertRaises(ValidationError):
            self.location(STORE_FRONT).write(
                {"warehouse_id": warehouse.id, "stock_location_id": inside.id}
            )
        beside = self.shelf(warehouse.view_location_id)
        self.location(STORE_FRONT).write(
            {"warehouse_id": warehouse.id, "stock_location_id": beside.id}
        )
        self.assertEqual(self.location(STORE_FRONT)._shelf(), beside)

    def shelf(self, parent):
        """Make a place in the warehouse."""
        values = {"name": "Shop shelf", "location_id": parent.id}
        return self.env["stock.location"].create(values)

    def test_a_fulfilment_service_looks_after_its_own_stock(self):
        self.theirs(WAREHOUSE)["isFulfillmentService"] = True
        self.shop._fetch_locations()
        self.assertFalse(self.location(WAREHOUSE)._shelf())
        self.assertTrue(self.location(WAREHOUSE)._is_complete())

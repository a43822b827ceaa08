"""The first load: orders of the past, listed by Shopify in one go."""

from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import RejectedError

from sandbox.shopify import bulk

from ..models import shopify_shop_history
from .common import ShopifyCase


class TestHistory(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.old = [self.buy() for _number in range(5)]
        self.shop.orders_since = datetime(2026, 12, 1)

    def start(self, again=False):
        wizard = self.env["shopify.import"].create(
            {
                "shop_id": self.shop.id,
                "by": "history",
                "date_from": "2026-11-01",
                "again": again,
            }
        )
        return wizard.action_import()

    def work(self):
        # The list takes Shopify some looks to prepare.
        self.run_jobs(later=True)

    def operations(self):
        return self.shopify.store.all("BulkOperation")

    def states(self):
        return [self.find(order).state for order in self.old]

    def test_orders_from_before_the_start_are_imported(self):
        self.start()
        self.work()
        self.assertEqual(self.states(), ["imported"] * 5)
        self.assertEqual(self.shop.history_count, 5)
        self.assertTrue(self.shop.history_done_at)
        self.assertEqual(len(self.operations()), 1)
        self.assertEqual(self.shop.orders_since, datetime(2026, 10, 31, 23))

    def test_list_is_taken_in_parts_and_each_part_once(self):
        with patch.object(shopify_shop_history, "ROWS", 2):
            self.start()
            self.work()
        self.assertEqual(self.shop.history_row, 5)
        self.assertEqual(self.states(), ["imported"] * 5)
        names = [order["name"] for order in self.old]
        sold = self.env["sale.order"].search([("client_order_ref", "in", names)])
        self.assertEqual(len(sold), 5)

    def test_worker_that_dies_between_two_parts_goes_on_there(self):
        self.stops_are_expected()
        taken = type(self.shop)._take_history
        calls = []

        def dies_once(shop, rows):
            calls.append(shop.history_row)
            if len(calls) == 2:
                raise MemoryError("killed")
            return taken(shop, rows)

        with (
            patch.object(shopify_shop_history, "ROWS", 2),
            patch.object(type(self.shop), "_take_history", dies_once),
            self.assertLogs("odoo.addons.o2c_base", "ERROR"),
        ):
            self.start()
            self.work()
        self.assertEqual(calls, [0, 2, 2, 4])
        self.assertEqual(self.states(), ["imported"] * 5)

    def test_second_load_is_asked_for(self):
        self.start()
        self.work()
        with self.assertRaisesRegex(UserError, "5 orders since 2026-10-31"):
            self.start()
        self.start(again=True)
        self.work()
        self.assertEqual(len(self.operations()), 2)
        self.assertEqual(self.states(), ["imported"] * 5)

    def test_failed_list_is_told_and_a_new_one_begins(self):
        self.start()
        self._perform(self._next_job(later=False))
        bulk.fail(self.shopify.store, self.operations()[0], part=2)
        self.work()
        self.assertEqual(
            self.open_exceptions(self.shop).mapped("reason"), ["history_stopped"]
        )
        self.start(again=True)
        self.work()
        self.assertEqual(self.states(), ["imported"] * 5)

    def test_shop_without_orders_has_no_file(self):
        self.open_sandbox()
        self.start()
        self.work()
        self.assertTrue(self.shop.history_done_at)
        self.assertEqual(self.shop.history_count, 0)

    def test_file_elsewhere_is_not_opened(self):
        for url in ("http://evil.example/x", "https://googleapis.com.evil.example/x"):
            with self.assertRaises(RejectedError):
                self.shop._client().bulk_rows(url)

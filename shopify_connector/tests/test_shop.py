"""Connecting a shop, and the sweep that misses no order."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from odoo.addons.o2c_base.lib.errors import RetryableError

from sandbox import settings

from .common import ShopifyCase


class TestConnection(ShopifyCase):
    def test_connected_shop_knows_currency_time_zone_and_subscribes(self):
        self.shop.state = "draft"
        action = self.shop.action_test_connection()
        self.assertIn("Trade Wins", action["params"]["message"])
        self.assertEqual(self.shop.state, "connected")
        self.assertEqual(self.shop.currency_id.name, "EUR")
        self.assertEqual(self.shop.timezone, "Europe/Amsterdam")
        hooks = self.shopify.subscriptions()
        self.assertEqual(len(hooks), len(self.shop._topics()))
        self.assertEqual({hook["uri"] for hook in hooks}, {self.shop.webhook_url})

    def test_connecting_again_subscribes_to_what_lacks(self):
        self.shop._on_connected()
        self.shop._on_connected()
        wanted = len(self.shop._topics())
        self.assertEqual(len(self.shopify.subscriptions()), wanted)

    def test_refused_address_hinders_nothing(self):
        self.shop.state = "draft"
        with patch.object(type(self.shop), "get_base_url", lambda shop: "ftp://odoo"):
            self.shop.action_test_connection()
        self.assertEqual(self.shop.state, "connected")
        self.assertTrue(self.shop.webhook_trouble)

    def test_wrong_token_is_said_and_not_connected(self):
        self.shop.write({"state": "draft", "access_token": "shpat_wrong"})
        with self.assertRaises(UserError) as caught:
            self.shop.action_test_connection()
        self.assertNotIn("shpat_wrong", str(caught.exception))
        self.assertEqual(self.shop.state, "draft")

    def test_missing_permission_is_named(self):
        (installation,) = self.shopify.store.all("AppInstallation")
        installation["accessScopes"] = [
            scope
            for scope in installation["accessScopes"]
            if scope["handle"] != "read_customers"
        ]
        with self.assertRaises(UserError) as caught:
            self.shop.action_test_connection()
        self.assertIn("read_customers", str(caught.exception))

    def test_no_keys_at_all(self):
        self.shop.write({"access_token": False, "client_secret": False})
        with self.assertRaises(UserError):
            self.shop.action_test_connection()

    def test_token_is_granted_kept_and_renewed(self):
        self.shop.write(
            {"access_token": False, "client_id": settings.SHOPIFY_CLIENT_ID}
        )
        self.shop.action_test_connection()
        first = self.shop.granted_token
        self.assertTrue(first)
        self.shop.action_test_connection()
        self.assertEqual(self.shop.granted_token, first)
        self.shop.granted_token_until = fields.Datetime.now() + timedelta(minutes=9)
        self.shop.action_test_connection()
        self.assertNotEqual(self.shop.granted_token, first)

    def test_only_one_worker_renews_the_token(self):
        self.shop.write(
            {"access_token": False, "client_id": settings.SHOPIFY_CLIENT_ID}
        )
        first = self.shop._granted_token()
        self.shop.granted_token_until = fields.Datetime.now() + timedelta(minutes=5)
        busy = patch.object(type(self.shop), "_is_mine_to_renew", lambda shop: False)
        with busy:
            self.assertEqual(self.shop._granted_token(), first)
        self.assertNotEqual(self.shop._granted_token(), first)
        self.shop.granted_token_until = fields.Datetime.now() - timedelta(minutes=1)
        with busy, self.assertRaises(RetryableError):
            self.shop._granted_token()

    def test_token_of_other_keys_is_dropped(self):
        until = fields.Datetime.now() + timedelta(days=1)
        self.shop.write({"granted_token": "t", "granted_token_until": until})
        self.shop.client_secret = "new"
        self.assertFalse(self.shop.granted_token)

    def test_refused_key_stops_the_shop_and_tells(self):
        self.shop.access_token = "shpat_wrong"
        self.shop.action_fetch_orders()
        self.run_jobs()
        self.assertEqual(self.shop.state, "error")
        self.assertTrue(self.shop.last_error)

    def test_address_looks_like_shopifys(self):
        for domain in ("www.trade-wins.example", "x.myshopify.com/admin", "x"):
            with self.assertRaises(ValidationError):
                self.shop.domain = domain

    def test_form_loads_and_counts(self):
        self.bought()
        self.shop.invalidate_recordset()
        with Form(self.shop) as form:
            self.assertEqual(form.order_count, 1)
        self.assertFalse(self.shop.exception_count)
        action = self.shop.action_show_orders()
        self.assertEqual(action["domain"], [("shop_id", "=", self.shop.id)])

    def test_exceptions_of_orders_and_deliveries_are_shown(self):
        theirs = self.buy()
        self.bought("TW-HOSE-01")
        self.shopify.hold(theirs)
        self.deliver(self.find(theirs).sale_order_id)
        self.run_jobs()
        self.shop.invalidate_recordset()
        self.assertEqual(self.shop.exception_count, 2)
        domain = self.shop.action_show_exceptions()["domain"]
        reasons = self.env["o2c.exception"].search(domain).mapped("reason")
        self.assertEqual(set(reasons), {"unknown_product", "cannot_fulfill"})


class TestSweep(ShopifyCase):
    def names(self):
        orders = self.env["shopify.order"].search([("shop_id", "=", self.shop.id)])
        return sorted(orders.mapped("name"))

    def test_order_whose_message_was_lost_is_found(self):
        self.buy()
        self.fetch()
        self.assertEqual(self.names(), ["#1001"])
        self.assertEqual(self.shop.synced_until, datetime(2026, 11, 2, 9))

    def test_next_sweep_asks_from_the_watermark_less_the_overlap(self):
        self.shop.synced_until = datetime(2026, 11, 2, 9)
        self.assertIn(
            "updated_at:>='2026-11-02T08:50:00Z'", self.shop._sweep_condition()
        )

    def test_sweep_that_finds_nothing_keeps_the_watermark(self):
        self.shop.synced_until = datetime(2026, 11, 2, 9)
        self.fetch()
        self.assertEqual(self.shop.synced_until, datetime(2026, 11, 2, 9))

    def test_twice_is_as_once(self):
        self.buy()
        self.fetch()
        before = self.env["queue.job"].search_count([])
        self.fetch()
        self.assertEqual(self.env["queue.job"].search_count([]), before + 1)
        self.assertEqual(self.names(), ["#1001"])

    def test_changed_order_is_imported_again(self):
        theirs = self.buy(payment=self.ideal(status="pending"))
        self.fetch()
        self.world.clock.advance(days=3)
        self.shopify.record_payment(
            theirs, "Mollie - iDEAL", self.ideal()["payment_id"]
        )
        self.fetch()
        self.assertEqual(len(self.find(theirs).payment_ids), 1)

    def test_orders_from_before_the_start_are_not_asked_for(self):
        self.shop.orders_since = datetime(2026, 11, 3)
        self.buy()
        self.fetch()
        self.assertFalse(self.names())

    def test_broken_sweep_moves_no_watermark_and_loses_nothing(self):
        self.stops_are_expected()
        self.buy()
        order_class = type(self.env["shopify.order"])
        with patch.object(
            order_class, "_hear_of_all", side_effect=ValueError("broken")
        ):
            self.fetch()
        self.assertFalse(self.shop.synced_until)
        self.assertEqual(self.open_exceptions(self.shop).reason, "failed")
        self.fetch()
        self.assertEqual(self.names(), ["#1001"])

    def test_shopify_down_is_waited_for(self):
        self.buy()
        self.world.faults.break_("shopify", "rate_limit", times=1)
        self.fetch()
        self.assertFalse(self.names())
        self.run_jobs(later=True)
        self.assertEqual(self.names(), ["#1001"])

    def test_paused_shop_is_not_asked(self):
        self.shop.action_pause()
        self.buy()
        self.fetch()
        self.assertFalse(self.names())

    def test_button_fetches(self):
        self.buy()
        self.shop.action_fetch_orders()
        self.run_jobs()
        self.assertEqual(self.names(), ["#1001"])


class TestUpgrade(ShopifyCase):
    """A database with shops meets a version that thought of one more product."""

    def test_shop_gets_a_new_product_once_its_data_is_loaded(self):
        card = self.env.ref("shopify_connector.product_gift_card")
        data = self.env["ir.model.data"].search(
            [("module", "=", "shopify_connector"), ("name", "=", "product_gift_card")]
        )
        data.name = "product_of_the_next_version"
        self.env.flush_all()
        # As Odoo does it: the column first, its requirement when the data is there.
        self.env.cr.execute(
            "ALTER TABLE shopify_shop ALTER gift_card_product_id DROP NOT NULL"
        )
        self.env.cr.execute("UPDATE shopify_shop SET gift_card_product_id = NULL")
        self.env.invalidate_all()
        self.env["shopify.shop"]._init_column("gift_card_product_id")
        self.assertFalse(self.shop.gift_card_product_id)
        data.name = "product_gift_card"
        self.env.flush_all()
        self.env["shopify.shop"]._fill_products()
        self.assertEqual(self.shop.gift_card_product_id, card)

    def test_chosen_products_stay(self):
        chosen = self.shop.tip_product_id.copy()
        self.shop.tip_product_id = chosen
        self.env["shopify.shop"]._fill_products()
        self.assertEqual(self.shop.tip_product_id, chosen)

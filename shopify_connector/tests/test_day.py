"""The daily proof and the health of Shopify's messages."""

from datetime import date, datetime

from odoo import fields
from odoo.tests import Form

from .common import ShopifyCase

DAY = date(2026, 11, 2)


class TestDay(ShopifyCase):
    def prove(self, day=DAY):
        days = self.env["shopify.day"]
        days._enqueue_proof(self.shop, day)
        self.run_jobs()
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.env.invalidate_all()
        return days.search([("shop_id", "=", self.shop.id), ("day", "=", day)])

    def test_equal_day(self):
        self.bought()
        self.bought("TW-TROWEL-01")
        day = self.prove()
        self.assertEqual(day.state, "equal")
        self.assertEqual((day.their_count, day.our_count), (2, 2))
        for name in ("gross", "tax", "paid", "refunded"):
            theirs, ours = day[f"their_{name}"], day[f"our_{name}"]
            self.assertAlmostEqual(theirs, ours, msg=name)
        self.assertGreater(day.their_gross, 74.85)
        self.assertGreater(day.their_tax, 0)
        self.assertFalse(self.open_exceptions(day))

    def test_lost_order_is_named_and_repaired_by_one_button(self):
        self.bought()
        lost = self.buy()
        day = self.prove()
        self.assertEqual(day.state, "differs")
        self.assertEqual((day.their_count, day.our_count), (2, 1))
        self.assertEqual(day.line_ids.mapped("name"), [lost["name"]])
        self.assertIn("Missing", day.line_ids.difference)
        self.assertIn(lost["name"], self.open_exceptions(day).message)
        day.action_repair()
        self.run_jobs()
        self.run_jobs(later=True)
        self.env.invalidate_all()
        self.assertEqual(self.find(lost).state, "imported")
        self.assertEqual(day.state, "equal")
        self.assertFalse(day.line_ids)
        self.assertFalse(self.open_exceptions(day))

    def test_order_that_waits_says_for_what(self):
        self.buy("TW-HOSE-01")
        self.fetch()
        row = self.prove()
        self.assertEqual(row.state, "differs")
        self.assertIn("TW-HOSE-01", row.line_ids.difference)

    def test_lost_refund_is_named_and_repaired(self):
        theirs = self.buy()
        self.fetch()
        self.shopify.refund(theirs, {"TW-SHEARS-01": 1}, amount="34.95")
        day = self.prove()
        self.assertIn("34.95", day.line_ids.difference)
        self.assertEqual((day.their_refunded, day.our_refunded), (34.95, 0))
        day.action_repair()
        self.run_jobs()
        self.run_jobs(later=True)
        self.env.invalidate_all()
        self.assertEqual(day.state, "equal")
        self.assertEqual((day.their_refunded, day.our_refunded), (34.95, 34.95))
        self.assertAlmostEqual(day.our_gross, 39.90)

    def test_document_changed_here_is_found(self):
        order = self.bought()
        payment = order.payment_ids
        payment.action_draft()
        payment.action_cancel()
        day = self.prove()
        self.assertIn("paid", day.line_ids.difference)
        self.assertEqual((day.their_paid, day.our_paid), (74.85, 0))

    def test_cancelled_and_uninvoiced_days_are_equal(self):
        self.shop.invoice_policy = "delivery"
        self.bought()
        theirs = self.buy()
        self.fetch()
        self.world.clock.advance(hours=1)
        self.shopify.cancel_order(theirs)
        self.fetch()
        day = self.prove()
        self.assertEqual(day.line_ids.mapped("difference"), [])
        self.assertAlmostEqual(day.our_gross, 74.85)

    def test_left_out_orders_do_not_count(self):
        self.bought(test=True)
        day = self.prove()
        self.assertEqual((day.state, day.their_count), ("equal", 0))

    def test_day_is_the_shops(self):
        # 23:30 in UTC is the next day in Amsterdam.
        self.world.clock.moment = datetime.fromisoformat("2026-11-02T23:30:00+00:00")
        self.bought()
        self.assertEqual(self.prove().their_count, 0)
        self.assertEqual(self.prove(date(2026, 11, 3)).their_count, 1)

    def test_each_night_proves_the_last_days_and_those_that_differ(self):
        self.shop.orders_since = datetime(2020, 1, 1)
        old = self.env["shopify.day"].create(
            {
                "shop_id": self.shop.id,
                "day": date(2021, 5, 5),
                "currency_id": self.shop.currency_id.id,
                "state": "differs",
            }
        )
        self.env["shopify.shop"]._cron_prove()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(old.state, "equal")
        days = self.env["shopify.day"].search([("shop_id", "=", self.shop.id)])
        self.assertEqual(len(days), 8)
        self.assertEqual(set(days.mapped("state")), {"equal"})

    def test_days_before_the_start_are_not_proved(self):
        self.assertFalse(self.prove(date(2026, 10, 1)))

    def test_form_loads(self):
        self.buy()
        day = self.prove()
        self.assertEqual(day.line_ids.action_open_order(), False)
        self.assertTrue(Form(day))


class TestMessages(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.shop._subscribe()

    def lose(self, topic="ORDERS_PAID"):
        for hook in self.shopify.subscriptions():
            if hook["topic"] == topic:
                self.shopify.store.remove(hook)

    def test_all_is_well(self):
        action = self.shop.action_check_webhooks()
        self.assertEqual(action["params"]["type"], "success")
        self.assertFalse(self.shop.webhook_trouble)

    def test_missing_message_is_named_and_repaired(self):
        self.lose()
        self.shop.action_check_webhooks()
        self.assertIn("orders/paid", self.shop.webhook_trouble)
        self.shop.action_repair_webhooks()
        self.assertFalse(self.shop.webhook_trouble)
        wanted = len(self.shop._topics())
        self.assertEqual(len(self.shopify.subscriptions()), wanted)

    def test_repaired_each_night(self):
        self.shop.orders_since = fields.Datetime.now()
        self.lose("ORDERS_CREATE")
        self.env["shopify.shop"]._cron_prove()
        self.run_jobs()
        wanted = len(self.shop._topics())
        self.assertEqual(len(self.shopify.subscriptions()), wanted)

from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from ..lib.client import SendcloudClient
from ..models.sendcloud_return import SendcloudReturn
from .common import SendcloudCase


class ReturnMixin:
    """Goods that went out by a method that brings them back as well."""

    def setUp(self):
        super().setUp()
        self.carrier.sendcloud_return_option_code = "postnl:standard/return"
        # A lost return is looked for by when it was made: both live today.
        self.world.clock.moment = datetime.now(timezone.utc)

    def send_back(self, order, quantity=1, reason="It does not fit"):
        """Return the return transfer of ``quantity`` of the order's first product."""
        [move] = list(order._sendcloud_returnable())[:1]
        return order._sendcloud_return({move.id: quantity}, reason)

    def returned(self, quantity=1):
        """Return a return transfer whose label was asked for and made."""
        back = self.send_back(self.ship().sale_id, quantity)
        self.run_jobs()
        self.assertFalse(self.failed_jobs())
        return back


class TestReturn(ReturnMixin, SendcloudCase):
    def outgoing(self):
        """Return what was charged for returns."""
        return [e for e in self.sendcloud.ledger() if "JVGL" in e["tracking_number"]]

    def carrier_says(self, back, status):
        """Let an hour pass and ask where the returned parcel is."""
        self.world.clock.advance(hours=1)
        parcel = back.sendcloud_return_id.parcel_number
        self.sendcloud.set_status(int(parcel), status)
        self.account._follow_parcels()

    def test_label_tracking_and_price(self):
        back = self.returned()
        record = back.sendcloud_return_id
        self.assertEqual(record.state, "label")
        self.assertTrue(record.label_id.raw.startswith(b"%PDF"))
        self.assertIn("LabelReturn-sendcloud-", record.label_id.name)
        self.assertEqual(back.carrier_tracking_ref, record.tracking_number)
        self.assertIn(record.tracking_number, record.tracking_url)
        self.assertEqual((record.price, record.currency_id.name), (5.75, "EUR"))
        self.assertEqual(len(self.outgoing()), 1)

    def test_request_goes_from_the_customer_to_the_warehouse(self):
        back = self.returned(quantity=2)
        [shown] = self.sendcloud.returns()
        self.assertEqual(shown["from_address"]["house_number"], "241 A")
        self.assertEqual(shown["from_address"]["city"], "Amsterdam")
        self.assertEqual(shown["to_address"]["city"], "Eindhoven")
        self.assertEqual(shown["weight"], {"value": 2.5, "unit": "kg"})
        [item] = shown["parcel_items"]
        self.assertEqual((item["quantity"], item["hs_code"]), (2, "392490"))
        self.assertTrue(shown["order_number"].startswith(back.sale_id.name))

    def test_customer_gets_the_label_by_mail(self):
        back = self.returned()
        message = back.sale_id.message_ids[0]
        self.assertIn("label for your return", message.body)
        self.assertEqual(message.partner_ids, self.partner)
        label = back.sendcloud_return_id.label_id
        self.assertEqual(message.attachment_ids.raw, label.raw)

    def test_button_of_the_return_transfer(self):
        back = self.send_back(self.ship().sale_id)
        back.sendcloud_return_ids._cancel_soon()
        self.run_jobs()
        self.assertEqual(self.outgoing(), [])
        packer = self.create_user("packer", "stock.group_stock_user")
        mine = back.with_user(packer)
        self.assertTrue(mine.sendcloud_can_return)
        mine.action_sendcloud_return_label()
        mine.action_sendcloud_return_label()
        self.run_jobs()
        self.assertEqual(len(self.outgoing()), 1)
        self.assertEqual(back.sendcloud_return_id.attempt, 2)
        self.assertIn("/web/content", mine.action_sendcloud_return_label()["url"])

    def test_only_what_comes_from_a_customer_gets_a_return_label(self):
        delivery = self.create_picking()
        self.assertFalse(delivery.sendcloud_can_return)
        with self.assertRaises(UserError):
            delivery.action_sendcloud_return_label()

    def test_return_that_sendcloud_forgot_stops_no_other(self):
        forgotten, known = self.returned(), self.returned()
        forgotten.sendcloud_return_id.external_id = "999999"
        parcel = known.sendcloud_return_id.parcel_number
        self.world.clock.advance(hours=1)
        self.sendcloud.set_status(int(parcel), 11)
        self.account._cron_follow_parcels()
        self.assertEqual(known.sendcloud_return_id.state, "arrived")
        self.assertEqual(forgotten.sendcloud_return_id.state, "label")

    def test_no_option_no_label(self):
        back = self.send_back(self.ship().sale_id)
        self.run_jobs()
        self.carrier.sendcloud_return_option_code = False
        back.invalidate_recordset(["sendcloud_can_return"])
        back.sendcloud_return_ids._cancel_soon()
        self.run_jobs()
        with self.assertRaises(UserError):
            back.action_sendcloud_return_label()

    # === Nothing twice === #

    def test_lost_answer_is_asked_for_and_bought_once(self):
        order = self.ship().sale_id
        buy = SendcloudClient.create_return

        def lose(client, body):
            self.world.faults.break_("sendcloud", "answer_lost", times=1)
            return buy(client, body)

        back = self.send_back(order)
        with patch.object(SendcloudClient, "create_return", lose):
            self.run_jobs()
        self.assertEqual(len(self.outgoing()), 1, "bought, unknown to us")
        self.assertEqual(back.sendcloud_return_state, "waiting")
        self.run_jobs(later=True)
        self.assertEqual(back.sendcloud_return_state, "label")
        self.assertEqual(len(self.outgoing()), 1)

    def test_worker_killed_after_the_purchase(self):
        order = self.ship().sale_id
        back = self.send_back(order)
        record = back.sendcloud_return_id
        record._create_at(self.account._client())
        self.run_jobs()
        self.assertEqual(record.state, "label")
        self.assertEqual(len(self.outgoing()), 1, "found by our own number")

    def test_each_call_survives_each_fault(self):
        buy = ("find_return", "create_return", "read_return", "label")
        kinds = ("html_error", "wrong_types", "answer_lost")
        order = self.ship(quantity=len(buy) * len(kinds)).sale_id
        for call in buy:
            for kind in kinds:
                with self.subTest(call=call, kind=kind):
                    back = self.send_back(order)
                    bought = len(self.outgoing())
                    with self.broken_once(call, kind):
                        self.run_jobs()
                        self.run_jobs(later=True)
                    self.assertEqual(back.sendcloud_return_state, "label")
                    self.assertEqual(len(self.outgoing()), bought + 1)
        self.assertFalse(self.open_exceptions().mapped("message"))

    def broken_once(self, call, kind):
        """Let the service fail at one call of the client, the first time."""
        real, calls = getattr(SendcloudClient, call), []

        def broken(client, *args, **kwargs):
            if not calls:
                self.world.faults.break_("sendcloud", kind, times=3, seconds=1)
            calls.append(call)
            try:
                return real(client, *args, **kwargs)
            finally:
                self.world.faults.mend("sendcloud")

        return patch.object(SendcloudClient, call, broken)

    def test_same_job_twice(self):
        record = self.returned().sendcloud_return_id
        for method in ("_buy", "_apply"):
            self.assertTrue(record._attempt(method))
        self.assertEqual(len(self.outgoing()), 1)

    def test_outage_waits(self):
        order = self.ship().sale_id
        self.world.faults.break_("sendcloud", "down", times=4)
        back = self.send_back(order)
        self.run_jobs()
        self.assertEqual(back.sendcloud_return_state, "waiting")
        self.run_jobs(later=True)
        self.assertEqual(back.sendcloud_return_state, "label")
        self.assertEqual(len(self.outgoing()), 1)

    def test_refusal_is_told_and_mended(self):
        self.carrier.sendcloud_return_option_code = "pigeon:return"
        back = self.returned()
        self.assertEqual(back.sendcloud_return_state, "attention")
        self.assertIn("No shipping method found", back.sendcloud_return_problem)
        self.carrier.sendcloud_return_option_code = "dpd:return/return"
        self.open_exceptions().action_retry()
        self.run_jobs()
        self.assertEqual(back.sendcloud_return_state, "label")
        self.assertFalse(self.open_exceptions())

    # === Cancelling and arriving === #

    def test_cancelled_return_gives_its_label_back(self):
        back = self.returned()
        back.action_cancel()
        self.run_jobs()
        self.assertEqual(back.sendcloud_return_state, "cancelled")
        self.assertTrue(self.outgoing()[0]["refunded_at"])

    def test_too_late_to_cancel_is_told(self):
        back = self.returned()
        self.carrier_says(back, 22)
        back.action_cancel()
        self.run_jobs()
        exception = self.open_exceptions(back.sendcloud_return_id)
        self.assertEqual(exception.reason, "return_not_cancelled")
        self.assertIn("not cancellable", exception.message)

    def test_arrival_asks_somebody_to_receive(self):
        back = self.returned()
        self.carrier_says(back, 22)
        self.assertEqual(back.sendcloud_return_status, "Shipment picked up by driver")
        self.carrier_says(back, 11)
        self.assertEqual(back.sendcloud_return_state, "arrived")
        [activity] = back.activity_ids
        self.assertIn("arrived", activity.summary)
        self.assertEqual(activity.user_id, self.account.responsible_id)
        back.move_ids.write({"quantity": 1, "picked": True})
        back.with_context(skip_backorder=True)._action_done()
        self.assertFalse(back.activity_ids)

    def test_late_and_doubled_news_change_nothing(self):
        record = self.returned().sendcloud_return_id
        now = self.world.now()
        record._move_on("Parcel en route", now)
        record._move_on("Announced", now - timedelta(hours=1))
        self.assertEqual(record.status, "Parcel en route")
        record._move_on("Delivered", now)
        record._move_on("Delivered", now)
        self.assertEqual(len(record.picking_id.activity_ids), 1)

    # === What may come back === #

    def test_not_more_than_was_sent(self):
        order = self.ship(quantity=2).sale_id
        self.send_back(order)
        [quantity] = order._sendcloud_returnable().values()
        self.assertEqual(quantity, 1)
        with self.assertRaisesRegex(UserError, "cannot be returned"):
            self.send_back(order, quantity=2)
        self.send_back(order)
        self.assertFalse(order._sendcloud_returnable())
        self.run_jobs()

    def test_only_this_order_and_something(self):
        other, order = self.ship().sale_id, self.ship().sale_id
        [foreign] = other._sendcloud_returnable()
        with self.assertRaises(UserError):
            order._sendcloud_return({foreign.id: 1}, "x")
        with self.assertRaisesRegex(UserError, "Choose"):
            order._sendcloud_return({}, "x")

    def test_window_counts_from_the_customers_door(self):
        picking = self.ship()
        order = picking.sale_id
        with self.at(picking.date_done + timedelta(days=15)):
            self.assertFalse(order._sendcloud_returnable())
            self.sendcloud.set_status(
                int(picking.sendcloud_shipment_id.parcel_ids.external_id), 11
            )
            parcel = picking.sendcloud_shipment_id.parcel_ids
            parcel.write({"meaning": "delivered", "status_at": fields.Datetime.now()})
            self.assertTrue(order._sendcloud_returnable())
        self.account.return_days = 0
        self.assertFalse(order._sendcloud_returnable())

    def test_model_is_no_shipment(self):
        self.returned()
        self.account.proved_at = "2026-11-01 00:00:00"
        self.account._prove()
        self.assertFalse(self.account.orphan_ids, "returns are on no list of labels")
        self.assertEqual(SendcloudReturn._name, "sendcloud.return")

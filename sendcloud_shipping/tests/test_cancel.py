from datetime import timedelta

from odoo import fields

from .common import SendcloudCase

READY, ANNOUNCED, PICKED_UP, CANCEL_REQUESTED = 1000, 1, 22, 1999


class TestCancel(SendcloudCase):
    """A cancellation that is queued (202), and what becomes of it."""

    def setUp(self):
        super().setUp()
        self.picking = self.ship(partner=self._create_partner(city="Slowtown"))
        self.shipment = self.picking.sendcloud_shipment_id
        self.parcel = self.shipment.parcel_ids

    def carrier_says(self, status):
        """Let an hour pass and ask for the parcel's new status."""
        self.world.clock.advance(hours=1)
        self.sendcloud.set_status(int(self.parcel.external_id), status)
        self.account._follow_parcels()

    def settle(self):
        """Let the queue of cancellations come to its end."""
        self.world.clock.advance(hours=1)
        self.sendcloud.next_status()
        self.account._follow_parcels()

    def test_queued_is_said_and_not_yet_cancelled(self):
        self.picking.cancel_shipment()
        self.assertEqual(self.picking.sendcloud_state, "cancelling")
        self.assertIn("14 days", self.picking.message_ids[1].body)
        self.assertFalse(self.picking.carrier_tracking_ref)
        self.assertFalse(self.shipment.board_state, "nobody prints it any more")
        self.assertEqual(self.sendcloud.charged_count(), 1)

    def test_queued_is_done_in_the_end(self):
        self.picking.cancel_shipment()
        self.carrier_says(CANCEL_REQUESTED)
        self.assertEqual(self.shipment.state, "cancelling")
        self.settle()
        self.assertEqual(self.shipment.state, "cancelled")
        self.assertIn("was cancelled", self.picking.message_ids[0].body)
        self.assertEqual(self.sendcloud.charged_count(), 0)
        self.assertFalse(self.open_exceptions())

    def test_watched_while_nothing_changes(self):
        """Sendcloud watches a parcel that stays ready: that is no failure."""
        self.picking.cancel_shipment()
        for status in (READY, ANNOUNCED):
            self.carrier_says(status)
            self.assertEqual(self.shipment.state, "cancelling")
        self.assertFalse(self.open_exceptions())

    def test_queued_that_fails_is_told(self):
        self.picking.cancel_shipment()
        self.carrier_says(PICKED_UP)
        self.assertEqual(self.shipment.state, "label")
        self.assertEqual(self.picking.carrier_tracking_ref, self.parcel.tracking_number)
        exception = self.open_exceptions(self.shipment)
        self.assertEqual(exception.reason, "label_not_cancelled")
        self.assertIn("yet its parcel travels", exception.message)
        self.assertTrue(exception.activity_ids)

    def test_failed_beside_a_second_label_says_so(self):
        self.picking.cancel_shipment()
        self.picking.send_to_shipper()
        self.run_jobs()
        second = self.picking.sendcloud_shipment_id
        self.assertEqual((second.state, second.attempt), ("label", 2))
        self.carrier_says(PICKED_UP)
        exception = self.open_exceptions(self.shipment)
        self.assertIn("second label", exception.advice)
        self.assertEqual(self.picking.carrier_tracking_ref, second.tracking_number)

    def test_order_cancelled_waits_for_the_queue(self):
        self.picking.sale_id._action_cancel()
        self.run_jobs()
        self.assertEqual(self.shipment.state, "cancelling")
        self.shipment._attempt("_cancel")
        self.assertEqual(self.shipment.state, "cancelling", "asked once")
        self.settle()
        self.assertEqual(self.shipment.state, "cancelled")

    def test_job_of_a_label_that_is_being_cancelled_does_nothing(self):
        self.picking.cancel_shipment()
        for method in ("_buy", "_apply"):
            self.assertTrue(self.shipment._attempt(method))
        self.assertEqual(self.shipment.state, "cancelling")

    def test_never_confirmed_is_told_after_its_time(self):
        self.picking.cancel_shipment()
        shipments = self.env["sendcloud.shipment"]
        for days, reasons in ((10, []), (16, ["label_not_cancelled"])):
            with self.at(fields.Datetime.now() + timedelta(days=days)):
                shipments._cron_find_stuck()
            self.assertEqual(self.open_exceptions().mapped("reason"), reasons)
        self.settle()
        self.assertFalse(self.open_exceptions())

    def test_one_parcel_of_two_cancelled_is_not_all(self):
        self.picking.cancel_shipment()
        other = self.parcel.copy({"external_id": "0", "tracking_number": "OTHER"})
        self.settle()
        self.assertEqual(self.shipment.state, "cancelling")
        other._move_on("Cancelled", self.world.now())
        self.assertEqual(self.shipment.state, "cancelled")

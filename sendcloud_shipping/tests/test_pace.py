from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import BaseCase, tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..lib.pace import BURST, WRITES_PER_MINUTE, Bucket
from .common import SendcloudCase

NOW = datetime(2026, 11, 2, 14, 2)


@tagged("standard", "post_install", "-at_install")
class TestBucket(BaseCase):
    def test_a_burst_then_the_pace(self):
        bucket = Bucket(BURST, NOW)
        taken = sum(bucket.take(1) for _count in range(100))
        for second in range(1, 61):
            bucket.fill(NOW + timedelta(seconds=second))
            taken += sum(bucket.take(1) for _count in range(100))
        self.assertEqual(taken, BURST + WRITES_PER_MINUTE)

    def test_a_long_rest_brings_one_burst(self):
        bucket = Bucket(0, NOW)
        bucket.fill(NOW + timedelta(hours=3))
        self.assertEqual(bucket.tokens, BURST)

    def test_a_clock_set_back_changes_nothing(self):
        bucket = Bucket(3, NOW)
        bucket.fill(NOW - timedelta(hours=1))
        self.assertEqual(bucket.tokens, 3)

    def test_says_when_the_next_call_may_be(self):
        self.assertEqual(Bucket(0, NOW).next_at(), NOW + timedelta(seconds=1))
        self.assertEqual(Bucket(2, NOW).next_at(2), NOW)


class TestPace(SendcloudCase):
    def create_pickings(self, count):
        pickings = self.env["stock.picking"]
        for _count in range(count):
            pickings += self.create_picking()
        return pickings

    def break_down(self):
        """Let Sendcloud fail and the account note it; return a waiting delivery."""
        self.world.faults.break_("sendcloud", "down")
        picking = self.ship()
        self.assertTrue(self.account.next_try_at)
        return picking

    def next_try(self):
        return self.at(self.account.next_try_at + timedelta(seconds=1))

    # === Pace === #

    def test_many_at_once_are_bought_at_the_pace(self):
        pickings = self.create_pickings(BURST + 4)
        with self.at(NOW):
            self.validate(pickings)
            self.run_jobs()
            self.assertEqual(self.sendcloud.charged_count(), BURST)
        self.assertEqual(len(self.waiting_jobs()), 1, "one job for all that wait")
        with self.at(NOW + timedelta(seconds=1)):
            self.run_jobs()
        self.assertEqual(self.sendcloud.charged_count(), BURST + 1)
        self.run_jobs(later=True)
        self.assertEqual(set(pickings.mapped("sendcloud_state")), {"label"})
        self.assertFalse(self.failed_jobs())

    def test_more_than_one_round_looks_at(self):
        pickings = self.create_pickings(5)
        pace, shipments = "sendcloud_account_pace", "sendcloud_shipment_pace"
        models = "odoo.addons.sendcloud_shipping.models"
        with (
            patch(f"{models}.{pace}.ROUND", 2),
            patch(f"{models}.{shipments}.ROUND", 2),
        ):
            self.validate(pickings)
            self.run_jobs()
        self.assertEqual(set(pickings.mapped("sendcloud_state")), {"label"})

    def test_oldest_pick_up_first(self):
        pickings = self.create_pickings(3)
        middle, late, early = pickings
        middle.scheduled_date = "2026-11-05 10:00"
        late.scheduled_date = "2026-11-06 10:00"
        early.scheduled_date = "2026-11-04 10:00"
        self.validate(pickings)
        self.run_jobs()
        bought = [s["reference"] for s in self.sendcloud.shipments()]
        self.assertEqual(bought, (early + middle + late).mapped("name"))

    def test_a_quote_counts_too(self):
        carrier = self._create_carrier(name="Real", invoice_policy="real")
        picking = self.create_picking(carrier=carrier)
        with self.at(NOW):
            self.account.write({"tokens": 1, "tokens_at": NOW})
            self.validate(picking)
            self.run_jobs()
            self.assertEqual(self.sendcloud.ledger(), [])
        self.run_jobs(later=True)
        self.assertEqual(picking.sendcloud_state, "label")

    def test_two_workers_let_labels_go_one_after_the_other(self):
        with patch.object(type(self.account), "_hold", return_value=False):
            with self.assertRaises(RetryableJobError):
                self.account._release_labels()

    def test_a_lost_job_is_found_again(self):
        picking = self.create_picking()
        self.validate(picking)
        self.run_jobs_of_account()
        self.waiting_jobs().unlink()
        with self.at(fields.Datetime.now() + timedelta(minutes=31)):
            self.account._cron_release_labels()
            self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def run_jobs_of_account(self):
        self.env.flush_all()
        while self._next_record()._name == "sendcloud.account":
            self._perform(self._next_job(later=False))

    # === Outage === #

    def test_in_an_outage_only_one_label_tries(self):
        picking = self.break_down()
        others = self.create_pickings(3)
        with patch.object(type(self.account), "_client") as client:
            self.validate(others)
            self.run_jobs()
            client.assert_not_called()
        for each in picking + others:
            self.assertIn("not reachable since", each.sendcloud_waits_for)
        calls = []
        buy = type(picking.sendcloud_shipment_id)._buy

        def counted(shipment):
            calls.append(shipment)
            return buy(shipment)

        with patch.object(type(picking.sendcloud_shipment_id), "_buy", counted):
            with self.next_try():
                self.run_jobs()
        self.assertEqual(len(calls), 1)

    def test_outage_ends_by_itself_for_all(self):
        pickings = self.break_down() + self.create_pickings(3)
        self.validate(pickings[1:])
        self.run_jobs()
        self.world.faults.mend("sendcloud")
        with self.next_try():
            self.run_jobs()
        self.assertEqual(set(pickings.mapped("sendcloud_state")), {"label"})
        self.assertFalse(self.account.outage)
        self.assertFalse(self.account.last_error)
        self.assertFalse(self.open_exceptions())

    def test_outage_says_since_when_and_when_next(self):
        self.env.user.tz = "Europe/Amsterdam"
        self.account.write({"last_error_at": NOW, "last_error": "It is down."})
        self.account.next_try_at = NOW + timedelta(minutes=5)
        self.assertEqual(
            self.account.outage,
            "Sendcloud not reachable since 15:02, next try 15:07.",
        )

    def test_test_connection_ends_the_outage_at_once(self):
        picking = self.break_down()
        self.world.faults.mend("sendcloud")
        self.account.action_test_connection()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def test_a_no_ends_the_outage_too(self):
        self.world.faults.break_("sendcloud", "down")
        self.ship(partner=self._create_partner(city="Failtown"))
        self.world.faults.mend("sendcloud")
        self.run_jobs(later=True)
        self.assertFalse(self.account.next_try_at)

    def test_a_label_that_is_not_ready_is_no_outage(self):
        picking = self.create_picking()
        self.validate(picking)
        self.run_one_job()
        [parcel] = self.sendcloud._shipments.all()[0]["parcels"]
        parcel["status"] = 1001
        self.run_jobs()
        self.assertFalse(self.account.next_try_at)
        parcel["status"] = 1000
        self.run_jobs(later=True)
        self.assertEqual(picking.sendcloud_state, "label")

from datetime import timedelta
from unittest.mock import patch

import requests
from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import fields

from odoo.addons.queue_job.exception import RetryableJobError

from ..lib import mapping
from .common import SendcloudCase


class TestFailures(SendcloudCase):
    def assert_one_label(self, picking):
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertEqual(len(self.sendcloud.ledger()), 1)
        self.assertFalse(self.failed_jobs())
        self.assertFalse(self.open_exceptions())

    def assert_waits_then_one_label(self, picking):
        """What went wrong was passing: it mends itself and is bought once."""
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.sendcloud_state, "waiting")
        self.assertTrue(picking.sendcloud_waits_for)
        self.run_jobs(later=True)
        self.assertFalse(picking.sendcloud_waits_for)
        self.assert_one_label(picking)

    # === A definite no === #

    def test_one_of_three_refused_leaves_the_others_alone(self):
        bad = self._create_partner(name="Unlucky", city="Failtown")
        pickings = self.create_picking() + self.create_picking(partner=bad)
        pickings += self.create_picking()
        self.validate(pickings)
        self.run_jobs()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(
            pickings.mapped("sendcloud_state"), ["label", "attention", "label"]
        )
        self.assertEqual(len(self.sendcloud.ledger()), 2)
        exception = self.open_exceptions()
        self.assertEqual(exception.reason, "label_refused")
        self.assertIn("carrier does not know the address", exception.message)
        self.assertEqual(
            self.env[exception.res_model].browse(exception.res_id).picking_id,
            pickings[1],
        )

    def test_refused_delivery_says_so_on_its_form(self):
        picking = self.ship(partner=self._create_partner(city="Failtown"))
        self.assertIn("does not know the address", picking.sendcloud_problem)
        self.assertIn("then try again", picking.sendcloud_problem)

    def test_next_attempt_only_after_a_definite_no(self):
        partner = self._create_partner(city="Failtown")
        picking = self.ship(partner=partner)
        first = picking.sendcloud_shipment_id
        partner.city = "Amsterdam"
        picking.action_sendcloud_retry()
        self.run_jobs()
        second = picking.sendcloud_shipment_id
        self.assertEqual((second.attempt, second.state), (2, "label"))
        self.assertTrue(second.external_reference.endswith("-A2"))
        self.assertEqual(first.state, "cancelled")
        self.assert_one_label(picking)

    def test_rejected_request_names_the_field_and_keeps_its_reference(self):
        partner = self._create_partner(zip=False)
        picking = self.ship(partner=partner)
        exception = self.open_exceptions(picking.sendcloud_shipment_id)
        self.assertEqual(exception.reason, "rejected")
        self.assertIn("delivery address: postal code", exception.message)
        partner.zip = "1016 EA"
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_shipment_id.attempt, 1)
        self.assert_one_label(picking)

    def test_unknown_option_is_a_matter_for_a_person(self):
        carrier = self._create_carrier(sendcloud_option_code="pigeon:post")
        picking = self.ship(carrier=carrier)
        self.assertEqual(picking.state, "done")
        self.assertIn("Shipping option does not exist", picking.sendcloud_problem)

    def test_retry_of_a_ready_label_changes_nothing(self):
        picking = self.ship()
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assert_one_label(picking)

    # === The answer was lost === #

    def test_lost_answer_is_asked_for_and_bought_once(self):
        self.world.faults.break_("sendcloud", "answer_lost", times=1)
        picking = self.ship()
        self.assertEqual(len(self.sendcloud.ledger()), 1, "bought, unknown to us")
        self.assert_waits_then_one_label(picking)

    def test_broken_json_after_nothing_was_done(self):
        self.world.faults.break_("sendcloud", "garbage", times=1)
        self.assert_waits_then_one_label(self.ship())

    def test_bad_gateway(self):
        self.world.faults.break_("sendcloud", "html_error", times=1)
        self.assert_waits_then_one_label(self.ship())

    def test_worker_killed_after_the_purchase(self):
        """Nothing was noted here, so the same is sent again and answered with 409."""
        picking = self.create_picking()
        self.validate(picking)
        shipment = picking.sendcloud_shipment_id
        body = mapping.announce_body(picking._sendcloud_request(shipment))
        self.account._client().announce(body)
        self.run_jobs()
        self.assert_one_label(picking)

    def find_another_label(self, **values):
        """Return a delivery whose label was bought for another address."""
        self.world.faults.break_("sendcloud", "answer_lost", times=1)
        partner = self._create_partner(**values)
        picking = self.ship(partner=partner)
        partner.write({"zip": "5611 ZB", "street": "Fellenoord 1"})
        self.run_jobs(later=True)
        exception = self.open_exceptions(picking.sendcloud_shipment_id)
        self.assertEqual(exception.reason, "label_differs")
        self.assertIn("postal code", exception.message)
        self.assertFalse(picking.sendcloud_shipment_id.label_id)
        return picking

    def test_label_for_another_address_is_replaced_in_one_step(self):
        picking = self.find_another_label()
        self.open_exceptions(picking.sendcloud_shipment_id).action_retry()
        self.run_jobs()
        shipment = picking.sendcloud_shipment_id
        self.assertEqual((shipment.state, shipment.attempt), ("label", 2))
        self.assertFalse(self.open_exceptions())
        self.assertEqual(self.sendcloud.charged_count(), 1)
        self.assertEqual(self.sendcloud.cancelled_count(), 1)

    def test_worker_dies_while_a_label_is_replaced(self):
        picking = self.find_another_label()
        picking.action_sendcloud_retry()
        # The other label was given back, then nothing of it was noted.
        [other] = self.sendcloud.shipments()
        self.account._client().cancel(other["id"])
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertEqual(self.sendcloud.charged_count(), 1)

    def test_clicked_twice_one_label_is_bought(self):
        picking = self.find_another_label()
        picking.action_sendcloud_retry()
        picking.action_sendcloud_retry()
        self.run_jobs()
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(len(picking.sendcloud_shipment_ids), 2)
        self.assertEqual(self.sendcloud.charged_count(), 1)

    def test_other_label_is_taken_when_it_fits_again(self):
        picking = self.find_another_label()
        picking.partner_id.write({"zip": "1016 EA", "street": "Keizersgracht 241 A"})
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_shipment_id.attempt, 1)
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertEqual(len(self.sendcloud.ledger()), 1)

    def test_other_label_that_cannot_be_given_back_stays_told(self):
        picking = self.find_another_label()
        [other] = self.sendcloud.shipments()
        self.sendcloud.set_status(other["parcels"][0]["id"], 3)
        picking.action_sendcloud_retry()
        self.run_jobs()
        [exception] = self.open_exceptions(picking.sendcloud_shipment_id)
        self.assertIn("cannot be given back", exception.message)
        self.assertEqual(len(picking.sendcloud_shipment_ids), 1)
        self.sendcloud.set_status(other["parcels"][0]["id"], 1000)
        picking.action_sendcloud_retry()
        self.run_jobs()

    def test_other_label_given_back_later_is_followed(self):
        picking = self.find_another_label(city="Slowtown")
        other = picking.sendcloud_shipment_id
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(other.state, "cancelling")
        self.assertTrue(other.parcel_ids)
        self.assertEqual(picking.sendcloud_shipment_id.attempt, 2)
        self.assertEqual(picking.sendcloud_state, "label")
        self.sendcloud.next_status(int(other.parcel_ids.external_id))
        self.account._follow_parcels()
        self.assertEqual(other.state, "cancelled")

    # === Not now === #

    def test_too_many_requests_waits_as_long_as_asked(self):
        self.world.faults.break_("sendcloud", "rate_limit", times=1, seconds=420)
        picking = self.ship()
        wait = self.waiting_jobs().eta - fields.Datetime.now()
        self.assertAlmostEqual(wait, timedelta(seconds=420), delta=timedelta(seconds=9))
        self.assertEqual(self.sendcloud.ledger(), [])
        self.assert_waits_then_one_label(picking)

    def test_storm_of_refusals_for_pace_buys_each_label_once(self):
        pickings = self.env["stock.picking"].union(
            *(self.create_picking() for _number in range(4))
        )
        self.world.faults.break_("sendcloud", "rate_limit", times=9, seconds=3)
        self.validate(pickings)
        self.run_jobs(later=True)
        self.assertFalse(self.failed_jobs())
        self.assertEqual(set(pickings.mapped("sendcloud_state")), {"label"})
        self.assertEqual(len(self.sendcloud.ledger()), 4)
        self.assertFalse(self.open_exceptions(), "nobody is called for it")

    def test_nobody_answers(self):
        class NewConnectionError(Exception):
            pass

        def refuse(environ, start_response):
            error = requests.ConnectionError()
            error.reason = NewConnectionError()
            raise requests.ConnectionError(error)

        with patch.dict(self.services, {"http://sendcloud.sandbox": refuse}):
            picking = self.ship()
        self.assertIn("cannot be reached", self.account.last_error)
        self.assertIn("not reachable since", picking.sendcloud_waits_for)
        self.assert_waits_then_one_label(picking)

    def test_long_outage_is_told_to_a_person_and_ends_by_itself(self):
        self.world.faults.break_("sendcloud", "down")
        picking = self.ship()
        for _count in range(4):
            self.assertEqual(len(self.waiting_jobs()), 1, "tries do not pile up")
            with self.at(self.waiting_jobs().eta + timedelta(seconds=1)):
                self.run_jobs()
        self.assertEqual(self.open_exceptions().reason, "service_down")
        self.assertEqual(self.open_exceptions().res_model, "sendcloud.account")
        self.world.faults.mend("sendcloud")
        self.run_jobs(later=True)
        self.assert_one_label(picking)

    def test_paused_account_waits(self):
        self.account.action_pause()
        picking = self.ship()
        self.assertIn("paused", picking.sendcloud_waits_for)
        self.account.action_resume()
        self.run_jobs()
        self.assert_one_label(picking)

    def test_refused_key_stops_the_account_and_not_the_warehouse(self):
        self.account.secret_key = "old"
        picking = self.ship()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.account.state, "error")
        self.account.secret_key = "sandbox-secret-key"
        self.account.action_test_connection()
        self.assert_waits_then_one_label(picking)

    def test_serialization_failure_repeats_the_validation_and_buys_once(self):
        """Odoo undoes such a request and runs it again: nothing was bought in it."""
        picking = self.create_picking()
        for _count in range(2):
            with self.assertRaises(SerializationFailure), self.env.cr.savepoint():
                self.validate(picking)
                self.env.flush_all()
                raise SerializationFailure
            self.env.invalidate_all()
        self.assertEqual(self.sendcloud.ledger(), [])
        self.validate(picking)
        self.run_jobs()
        self.assert_one_label(picking)

    # === A crash after the purchase === #

    def test_label_document_late_is_not_bought_again(self):
        picking = self.create_picking()
        self.validate(picking)
        self.run_one_job()
        [parcel] = self.sendcloud._shipments.all()[0]["parcels"]
        parcel["status"] = 1001  # its documents are answered with 404
        self.run_jobs()
        self.assertEqual(picking.sendcloud_waits_for, "The label is not ready yet.")
        parcel["status"] = 1000
        self.assert_waits_then_one_label(picking)

    def test_service_down_at_the_label_document(self):
        picking = self.create_picking()
        self.validate(picking)
        self.run_one_job()
        self.assertTrue(picking.sendcloud_shipment_id.external_id)
        self.world.faults.break_("sendcloud", "down", times=3)
        self.run_jobs()
        self.assertFalse(picking.carrier_tracking_ref)
        self.assert_waits_then_one_label(picking)

    def test_crash_at_the_label_is_told_and_can_be_retried(self):
        self.stops_are_expected()
        picking = self.create_picking()
        self.validate(picking)
        crash = patch.object(
            self.env.registry["sendcloud.shipment"], "_attach", side_effect=RuntimeError
        )
        with crash:
            self.run_jobs()
        shipment = picking.sendcloud_shipment_id
        self.assertEqual(self.open_exceptions(shipment).reason, "failed")
        self.open_exceptions(shipment).action_retry()
        self.run_jobs()
        self.assert_one_label(picking)

    def test_mail_that_fails_leaves_the_label_alone(self):
        self.stops_are_expected()
        picking = self.create_picking()
        self.validate(picking)
        mail = "_sendcloud_send_held_confirmation"
        with patch.object(type(picking), mail, side_effect=RuntimeError):
            self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertTrue(picking.carrier_tracking_ref)
        self.open_exceptions().action_retry()
        self.run_jobs()
        self.assertFalse(picking.sendcloud_confirmation)
        self.assert_one_label(picking)

    def test_second_worker_steps_back(self):
        picking = self.create_picking()
        self.validate(picking)
        shipment = picking.sendcloud_shipment_id
        self.env.flush_all()
        with self.assertRaises(RetryableJobError):
            with patch.object(self.env.cr, "execute", side_effect=LockNotAvailable):
                shipment._lock()
        self.assertEqual(self.sendcloud.ledger(), [])
        self.run_jobs()
        self.assert_one_label(picking)

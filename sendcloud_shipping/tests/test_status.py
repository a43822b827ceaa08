import json
from unittest.mock import patch

from .common import SendcloudCase

URL = "http://odoo.test/sendcloud/webhook/token"


class TestStatus(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.world.state["settings"]["sendcloud_webhook_url"] = URL
        self.world.outbox.waiting.clear()
        self.picking = self.ship()
        self.shipment = self.picking.sendcloud_shipment_id
        self.parcel = self.shipment.parcel_ids
        self.world.outbox.waiting.clear()

    def step(self, times=1, branch=None):
        """Let the carrier work: hours pass and webhooks are posted."""
        for _count in range(times):
            self.world.clock.advance(hours=3)
            self.sendcloud.next_status(branch=branch)

    def take_messages(self):
        """Return the bodies in the post, and empty it."""
        bodies = [message["body"] for message in self.world.outbox.waiting]
        self.world.outbox.waiting.clear()
        return bodies

    def receive(self, bodies):
        """Take messages in as the door does, and work on them."""
        events = self.env["o2c.webhook.event"]
        for body in bodies:
            delivery_id, topic = self.account._webhook_identity(body, {})
            events._receive(self.account, delivery_id, topic, body)
        self.run_jobs()
        self.assertFalse(self.failed_jobs())

    def chatter(self):
        return " ".join(self.picking.message_ids.mapped("body"))

    def deliver(self):
        self.step(6)
        self.receive(self.take_messages())

    def test_new_label_is_ready_to_send(self):
        self.assertEqual(self.shipment.carrier_status, "Ready to send")
        self.assertFalse(self.shipment.delivered_at)

    def test_webhooks_move_the_parcel_to_the_customer(self):
        self.step()
        self.receive(self.take_messages())
        self.assertEqual(self.shipment.carrier_status, "Announced")
        self.step(5)
        self.receive(self.take_messages())
        self.assertEqual(self.parcel.meaning, "delivered")
        moment = self.world.now().replace(tzinfo=None)
        self.assertEqual(self.shipment.delivered_at, moment)
        self.assertIn(f"Delivered: {self.parcel.tracking_number}", self.chatter())

    def test_others_hear_of_each_step_once(self):
        heard = []

        def hear(_picking, status, happened_at, words="", number=""):
            heard.append((status, happened_at, words, number))

        picking_class = self.env.registry["stock.picking"]
        with patch.object(picking_class, "_on_parcel_status", hear):
            self.step(6)
            bodies = self.take_messages()
            self.receive(bodies + bodies)
        self.assertEqual(heard[0][0], "collected")
        moment = self.world.now().replace(tzinfo=None)
        number = self.parcel.tracking_number
        self.assertEqual(heard[-1], ("delivered", moment, "Delivered", number))
        self.assertEqual(len(heard), len(set(heard)))

    def test_delivery_is_delivered_with_its_last_parcel(self):
        other = self.parcel.copy({"external_id": "other", "meaning": "underway"})
        picking_class = self.env.registry["stock.picking"]
        with patch.object(picking_class, "_on_parcel_status", autospec=True) as hear:
            self.deliver()
        steps = [call.args[1] for call in hear.call_args_list]
        self.assertNotIn("delivered", steps)
        self.assertIn("out_for_delivery", steps)
        # Sendcloud charges nothing for what only this test knows.
        other.unlink()

    def test_status_is_on_the_order(self):
        order = self.picking.sale_id
        self.assertEqual(order.sendcloud_status, "Ready to send")
        self.deliver()
        self.assertEqual(order.sendcloud_status, "Delivered")
        seller = self.create_user("seller", "sales_team.group_sale_salesman_all_leads")
        action = order.with_user(seller).action_sendcloud_parcels()
        parcels = self.env["sendcloud.parcel"].with_user(seller)
        [shown] = parcels.search(action["domain"]).read(["tracking_url", "status"])
        self.assertIn(self.parcel.tracking_number, shown["tracking_url"])

    def test_repeated_message_changes_nothing(self):
        self.step(6)
        bodies = self.take_messages()
        self.receive(bodies + bodies)
        self.assertEqual(self.chatter().count("Delivered:"), 1)
        events = self.env["o2c.webhook.event"].search(
            [("connection_model", "=", "sendcloud.account")]
        )
        self.assertEqual(len(events), len(bodies))

    def test_messages_are_taken_in_during_an_outage(self):
        self.world.faults.break_("sendcloud", "down")
        self.ship()
        self.assertTrue(self.account.outage)
        self.step(6)
        self.receive(self.take_messages())
        self.assertEqual(self.parcel.meaning, "delivered")
        events = self.env["o2c.webhook.event"].search([])
        self.assertEqual(set(events.mapped("state")), {"done"})
        self.assertTrue(self.account.outage, "to tell is not to answer")

    def test_messages_are_taken_in_while_the_account_is_paused(self):
        self.account.action_pause()
        self.step(6)
        self.receive(self.take_messages())
        self.assertEqual(self.parcel.meaning, "delivered")

    def test_late_message_does_not_turn_back_time(self):
        self.step(3)
        bodies = self.take_messages()
        self.receive(reversed(bodies))
        self.assertEqual(self.shipment.carrier_status, "En route to sorting center")

    def test_delivered_stays_delivered(self):
        self.deliver()
        self.world.clock.advance(hours=1)
        self.sendcloud.set_status(int(self.parcel.external_id), 91)
        self.receive(self.take_messages())
        self.assertEqual(self.shipment.carrier_status, "Delivered")

    def test_seconds_and_milliseconds_are_the_same_moment(self):
        self.step()
        [body] = self.take_messages()
        message = json.loads(body)
        message["timestamp"] //= 1000
        self.receive([json.dumps(message).encode()])
        moment = self.world.now().replace(tzinfo=None)
        self.assertEqual(self.parcel.status_at, moment)

    def test_problem_is_told_and_ends_with_the_delivery(self):
        self.step(6, branch="undeliverable")
        self.receive(self.take_messages())
        self.assertEqual(self.parcel.meaning, "problem")
        exception = self.open_exceptions(self.shipment)
        self.assertEqual(exception.reason, "delivery_problem")
        self.assertIn("Unable to deliver", exception.message)
        self.assertIn("Unable to deliver", self.picking.sendcloud_problem)
        self.world.clock.advance(hours=9)
        self.sendcloud.set_status(int(self.parcel.external_id), 11)
        self.receive(self.take_messages())
        self.assertFalse(self.open_exceptions())

    def test_returned_parcel_stays_open_until_a_person_closes_it(self):
        self.step(7, branch="undeliverable")
        self.receive(self.take_messages())
        self.assertEqual(self.parcel.meaning, "returned")
        exception = self.open_exceptions(self.shipment)
        self.assertIn("Returned to sender", exception.message)
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(exception.state, "closed")
        self.assertEqual(len(self.sendcloud.ledger()), 1)

    def test_label_cancelled_at_sendcloud(self):
        self.account._client().cancel(self.shipment.external_id)
        self.receive(self.take_messages())
        self.assertEqual(self.shipment.state, "cancelled")
        self.assertFalse(self.picking.carrier_tracking_ref)
        self.assertIn("cancelled at Sendcloud", self.chatter())

    def test_unknown_status_is_on_its_way(self):
        body = self.status_body(status={"id": 424242, "message": "On the moon"})
        self.receive([body])
        self.assertEqual(self.shipment.carrier_status, "On the moon")
        self.assertEqual(self.parcel.meaning, "underway")
        self.assertFalse(self.open_exceptions())

    def status_body(self, **parcel):
        self.step()
        [body] = self.take_messages()
        message = json.loads(body)
        message["parcel"].update(parcel)
        return json.dumps(message).encode()

    def test_message_before_our_own_note_is_tried_later(self):
        external_id, self.parcel.external_id = self.parcel.external_id, "later"
        self.step()
        self.receive(self.take_messages())
        self.assertEqual(self.shipment.carrier_status, "Ready to send")
        self.assertEqual(len(self.waiting_jobs()), 1)
        self.parcel.external_id = external_id
        self.run_jobs(later=True)
        self.assertEqual(self.shipment.carrier_status, "Announced")

    def test_parcel_made_by_hand_at_sendcloud_is_none_of_ours(self):
        self.receive([self.status_body(id=999)])
        self.run_jobs(later=True)
        self.assertFalse(self.waiting_jobs())
        self.assertFalse(self.open_exceptions())

    def test_other_messages_are_kept_and_change_nothing(self):
        self.receive([b'{"action": "integration_updated", "timestamp": 1525271885993}'])
        self.assertEqual(self.shipment.carrier_status, "Ready to send")

    # === The sweep === #

    def sweep(self):
        self.env["sendcloud.account"]._cron_follow_parcels()

    def test_sweep_brings_what_webhooks_did_not(self):
        self.step(6)
        self.sweep()
        self.assertEqual(self.shipment.carrier_status, "Delivered")
        self.assertIn("Delivered:", self.chatter())

    def test_webhook_after_the_sweep_changes_nothing(self):
        self.step(6)
        self.sweep()
        self.receive(self.take_messages())
        self.assertEqual(self.chatter().count("Delivered:"), 1)

    def test_delivered_parcels_are_asked_about_no_more(self):
        self.deliver()
        self.world.faults.break_("sendcloud", "down")
        self.sweep()
        self.assertFalse(self.account.last_error)

    def test_sweep_notes_trouble_and_goes_on_next_time(self):
        self.step()
        self.world.faults.break_("sendcloud", "rate_limit")
        self.sweep()
        self.assertIn("slow down", self.account.last_error)
        self.world.faults.mend("sendcloud")
        self.sweep()
        self.assertEqual(self.shipment.carrier_status, "Announced")

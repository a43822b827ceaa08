from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from ..lib import client, mapping
from .common import SendcloudCase


class TestProof(SendcloudCase):
    def setUp(self):
        super().setUp()
        # The sandbox's clock and Odoo's must agree on what was announced lately.
        self.account.proved_at = "2026-11-01 00:00:00"

    def buy_unknown(self, picking=None, ours=None, **body):
        """Buy a label behind Odoo's back; return Sendcloud's shipment."""
        picking = picking or self.create_picking()
        if picking.state != "done":
            picking.carrier_id.integration_level = "rate"
            self.validate(picking)
            picking.carrier_id.integration_level = "rate_and_ship"
        shipment = self.env["sendcloud.shipment"].new(
            self.env["sendcloud.shipment"]._prepare_values(picking)
        )
        request = mapping.announce_body(picking._sendcloud_request(shipment))
        request.update(body)
        if ours is not None:
            request["external_reference_id"] = ours
        return self.account._client().announce(request)

    def forget(self, bought):
        """Give the label back, so that nothing is charged when the test ends."""
        self.account._client().cancel(bought["id"])

    def orphans(self):
        return self.env["sendcloud.orphan"].search([("state", "=", "open")])

    def test_all_labels_are_known(self):
        self.ship()
        self.ship()
        self.account._prove()
        self.assertFalse(self.account.orphan_ids)
        self.assertIn("2 labels at Sendcloud", self.account.proof)
        self.assertIn("2 known here, 0 open", self.account.proof)

    def test_pages_are_followed(self):
        for _count in range(3):
            self.ship()
        with patch.object(client, "IDS_PER_CALL", 1):
            self.account._prove()
        self.assertIn("3 known here", self.account.proof)

    def test_lost_answer_is_adopted_by_itself(self):
        picking = self.create_picking()
        self.validate(picking)
        shipment = picking.sendcloud_shipment_id
        body = mapping.announce_body(picking._sendcloud_request(shipment))
        self.account._client().announce(body)
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()
        self.account._prove()
        self.assertFalse(self.orphans())
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertEqual(len(self.sendcloud.ledger()), 1)

    def test_lost_label_is_told_with_its_price_and_adopted(self):
        picking = self.create_picking()
        self.buy_unknown(picking)
        self.account._prove()
        orphan = self.orphans()
        self.assertEqual((orphan.kind, orphan.picking_id), ("lost", picking))
        self.assertEqual(orphan.price, 6.95)
        exception = self.open_exceptions(self.account)
        self.assertIn("1 labels at Sendcloud have no delivery", exception.message)
        self.assertIn("6.95 EUR", exception.message)
        orphan.action_adopt()
        self.run_jobs()
        self.assertEqual(orphan.state, "adopted")
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertEqual(picking.carrier_tracking_ref, orphan.tracking_number)
        self.assertEqual(len(self.sendcloud.ledger()), 1)
        self.assertFalse(self.open_exceptions())

    def test_second_label_is_cancelled(self):
        picking = self.ship()
        self.buy_unknown(picking)
        self.account._prove()
        orphan = self.orphans()
        self.assertEqual(orphan.kind, "second")
        with self.assertRaises(UserError):
            orphan.action_adopt()
        orphan.action_cancel_label()
        self.assertEqual(orphan.state, "cancelled")
        self.assertEqual(self.sendcloud.charged_count(), 1)
        self.assertFalse(self.open_exceptions())
        with self.assertRaises(UserError):
            orphan.action_cancel_label()

    def test_label_made_in_the_panel_is_explained(self):
        bought = self.buy_unknown(ours="by-hand")
        self.account._prove()
        orphan = self.orphans()
        self.assertEqual(orphan.kind, "panel")
        with self.assertRaises(UserError):
            orphan.action_explain()
        orphan.explanation = "A replacement, sent by hand."
        orphan.action_explain()
        self.account._prove()
        self.assertEqual(orphan.state, "explained")
        self.assertFalse(self.orphans())
        self.forget(bought)

    def test_label_of_a_delivery_that_is_gone(self):
        ours = f"{self.account._database()}-P999999999-A1"
        bought = self.buy_unknown(ours=ours, reference="WH")
        self.account._prove()
        self.assertEqual(self.orphans().kind, "gone")
        self.assertFalse(self.orphans().picking_id)
        self.forget(bought)

    def test_label_of_another_database_is_none_of_ours(self):
        bought = self.buy_unknown(ours="ffffffff-P1-A1")
        self.account._prove()
        self.assertEqual(self.orphans().kind, "panel")
        self.forget(bought)

    def test_compared_twice_is_noted_once(self):
        bought = self.buy_unknown()
        self.account._prove()
        self.account._prove()
        self.assertEqual(len(self.account.orphan_ids), 1)
        self.forget(bought)

    def test_cancelled_at_sendcloud_meanwhile(self):
        bought = self.buy_unknown()
        self.account._prove()
        orphan = self.orphans()
        self.forget(bought)
        self.account._prove()
        self.assertEqual(orphan.state, "cancelled")
        self.assertFalse(self.open_exceptions())

    def test_refused_and_cancelled_are_not_charged(self):
        self.ship(partner=self._create_partner(city="Failtown"))
        self.ship().cancel_shipment()
        self.account._prove()
        self.assertFalse(self.orphans())

    def test_cron_leaves_trouble_for_the_next_time(self):
        self.ship()
        self.world.faults.break_("sendcloud", "down")
        with self.assertLogs(
            "odoo.addons.sendcloud_shipping.models.sendcloud_account", "WARNING"
        ):
            self.account._cron_prove()
        self.assertTrue(self.account.last_error)
        self.world.faults.mend("sendcloud")
        self.account._cron_prove()
        self.assertIn("1 known here", self.account.proof)

    def test_button_says_the_result(self):
        self.ship()
        answer = self.account.action_prove()
        self.assertIn("1 known here", answer["params"]["message"])

    def test_only_managers_settle(self):
        bought = self.buy_unknown()
        self.account._prove()
        packer = self.create_user("packer", "stock.group_stock_user")
        clerk = self.create_user("clerk", "o2c_base.group_user")
        for user in (packer, clerk):
            with self.assertRaises(UserError):
                self.orphans().with_user(user).action_cancel_label()
        self.forget(bought)

    # === The other direction === #

    def old_label(self):
        """Return a label of yesterday: old enough to be on Sendcloud's lists."""
        picking = self.ship()
        shipment = picking.sendcloud_shipment_id
        shipment.bought_at = fields.Datetime.now() - timedelta(hours=20)
        return shipment

    def lose_at_sendcloud(self, shipment):
        """Let Sendcloud forget a label, as when keys of another account are used."""
        section = self.sendcloud._shipments.section
        kept = section["shipments"].pop(shipment.external_id)
        entries = [e for e in section["ledger"] if e["shipment_id"] == kept["id"]]
        for entry in entries:
            section["ledger"].remove(entry)
        return kept, entries

    def test_label_that_sendcloud_lacks_is_told(self):
        shipment, other = self.old_label(), self.old_label()
        kept, entries = self.lose_at_sendcloud(shipment)
        self.account._prove()
        self.assertIn("1 of ours not found there", self.account.proof)
        exception = self.open_exceptions(shipment)
        self.assertEqual(exception.reason, "label_missing")
        self.assertFalse(self.open_exceptions(other))
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(exception.state, "open", "asked again, still not there")
        # It was only a fault of Sendcloud's list.
        section = self.sendcloud._shipments.section
        section["shipments"][kept["id"]] = kept
        section["ledger"] += entries
        exception.action_retry()
        self.run_jobs()
        self.assertFalse(self.open_exceptions())

    def test_label_that_sendcloud_lacks_is_cancelled_here(self):
        shipment = self.old_label()
        picking = shipment.picking_id
        self.lose_at_sendcloud(shipment)
        with self.assertRaises(UserError):
            picking.cancel_shipment()
        self.account._prove()
        picking.cancel_shipment()
        self.assertEqual(shipment.state, "cancelled")
        self.assertFalse(self.open_exceptions())
        picking.send_to_shipper()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def test_cancelled_in_the_panel_is_taken_over(self):
        shipment = self.old_label()
        self.world.clock.moment = datetime.now(timezone.utc)
        # A label of another day is watched for two weeks before it is given back.
        answer = self.account._client().cancel(shipment.external_id)
        self.assertEqual(answer, "queued")
        self.world.clock.advance(days=15)
        self.account._prove()
        self.assertEqual(shipment.state, "cancelled")
        self.assertFalse(self.open_exceptions())

    def test_fresh_label_is_not_missed(self):
        shipment = self.ship().sendcloud_shipment_id
        shipment.bought_at = fields.Datetime.now() - timedelta(minutes=1)
        kept, entries = self.lose_at_sendcloud(shipment)
        self.account._prove()
        self.assertFalse(self.open_exceptions())
        self.sendcloud._shipments.section["shipments"][kept["id"]] = kept
        self.sendcloud._shipments.section["ledger"] += entries

    def test_orphan_whose_cancellation_failed_is_open_again(self):
        partner = self._create_partner(city="Slowtown")
        bought = self.buy_unknown(self.create_picking(partner=partner))
        self.account._prove()
        orphan = self.orphans()
        orphan.action_cancel_label()
        self.account._prove()
        self.assertEqual(orphan.state, "cancelled", "it is being cancelled")
        self.sendcloud.set_status(bought["parcels"][0]["id"], 22)
        self.account._prove()
        self.assertEqual(orphan.state, "open")
        self.assertTrue(self.open_exceptions(self.account))
        orphan.explanation = "The carrier had it: paid, and expected back."
        orphan.action_explain()
        self.sendcloud.set_status(bought["parcels"][0]["id"], 1999)
        self.sendcloud.next_status(bought["parcels"][0]["id"])

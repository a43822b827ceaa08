from odoo import fields

from .common import SendcloudCase


class TestAfter(SendcloudCase):
    def move_on(self, picking, status):
        """Let the carrier say something, as its message would."""
        parcel = picking.sendcloud_shipment_id.parcel_ids
        self.sendcloud.set_status(int(parcel.external_id), status)
        parcel.write({"status_at": "2026-11-01 00:00:00"})
        self.account._follow_parcels()

    def return_all(self, picking, quantity=2):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(wizard.create_returns()["res_id"])
        back.move_ids.quantity = quantity
        back.move_ids.picked = True
        back.with_context(skip_backorder=True)._action_done()
        self.run_jobs()
        return back

    # === The clock === #

    def test_clock(self):
        picking = self.ship()
        shipment = picking.sendcloud_shipment_id
        self.account.responsible_id.tz = "Europe/Amsterdam"
        bought = fields.Datetime.to_datetime("2026-11-02 09:00:00")
        self.assertEqual(shipment.bought_at.date(), self.world.clock.now().date())
        shipment.bought_at = bought
        cases = [
            ("2026-11-02 22:58:00", "Free to cancel until 23:59 today."),
            ("2026-11-02 23:00:00", "Usually given back"),
            ("2026-12-20 09:00:00", "Too old"),
        ]
        for moment, words in cases:
            with self.subTest(moment), self.at(fields.Datetime.to_datetime(moment)):
                shipment.invalidate_recordset(["cancel_notice"])
                self.assertIn(words, shipment.cancel_notice)
        self.move_on(picking, 22)
        self.assertIn("With the carrier", picking.sendcloud_cancel_notice)

    def test_printed_label_is_to_be_thrown_away(self):
        picking = self.ship()
        picking.action_sendcloud_open_label()
        self.assertIn("throw that label away", picking.sendcloud_cancel_notice)

    # === By itself === #

    def test_cancelled_order_gives_its_label_back(self):
        picking = self.ship()
        picking.sale_id._action_cancel()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "cancelled")
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertEqual(self.sendcloud.charged_count(), 0)
        self.assertFalse(self.open_exceptions())

    def test_cancelled_order_stops_a_label_that_waits(self):
        self.account.action_pause()
        picking = self.ship()
        picking.sale_id._action_cancel()
        self.account.action_resume()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "cancelled")
        self.assertEqual(self.sendcloud.ledger(), [])

    def test_parcel_under_way_is_told_instead(self):
        picking = self.ship()
        self.move_on(picking, 22)
        picking.sale_id._action_cancel()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        exception = self.open_exceptions(picking.sendcloud_shipment_id)
        self.assertEqual(exception.reason, "label_not_cancelled")
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(exception.state, "open")

    def test_cancelling_survives_an_outage(self):
        picking = self.ship()
        self.world.faults.break_("sendcloud", "down", times=3)
        picking.sale_id._action_cancel()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        self.run_jobs(later=True)
        self.assertEqual(picking.sendcloud_state, "cancelled")
        self.assertEqual(self.sendcloud.charged_count(), 0)

    def test_all_goods_back_before_the_carrier_came(self):
        picking = self.ship()
        self.return_all(picking)
        self.assertEqual(picking.sendcloud_state, "cancelled")
        self.assertEqual(self.sendcloud.charged_count(), 0)

    def test_part_of_the_goods_back_keeps_the_label(self):
        picking = self.ship()
        self.return_all(picking, quantity=1)
        self.assertEqual(picking.sendcloud_state, "label")

    def test_goods_back_from_the_customer_keep_the_label(self):
        picking = self.ship()
        self.move_on(picking, 11)
        self.return_all(picking)
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertFalse(self.open_exceptions())

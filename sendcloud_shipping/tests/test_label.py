from unittest.mock import patch

from odoo.exceptions import UserError

from .common import SendcloudCase


class TestLabel(SendcloudCase):
    def test_validated_delivery_gets_label_and_tracking(self):
        picking = self.create_picking()
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.sendcloud.ledger(), [], "nothing is bought inside")
        self.assertEqual(picking.sendcloud_state, "waiting")
        self.run_jobs()
        shipment = picking.sendcloud_shipment_id
        self.assertEqual(shipment.state, "label")
        self.assertTrue(shipment.label_id.raw.startswith(b"%PDF"))
        self.assertEqual(shipment.label_id.res_model, "stock.picking")
        self.assertEqual(shipment.label_id.res_id, picking.id)
        self.assertEqual(
            shipment.label_id.name,
            f"LabelShipping-sendcloud-{shipment.tracking_number}.pdf",
        )
        [entry] = self.sendcloud.ledger()
        self.assertEqual(picking.carrier_tracking_ref, entry["tracking_number"])
        self.assertEqual(picking.carrier_tracking_url, shipment.parcel_ids.tracking_url)
        self.assertFalse(self.open_exceptions())

    def test_label_is_in_the_chatter(self):
        picking = self.ship()
        self.assertIn(
            picking.sendcloud_shipment_id.label_id, picking.message_ids.attachment_ids
        )

    def test_request_says_what_is_shipped(self):
        picking = self.ship(quantity=2)
        [bought] = self.sendcloud.shipments()
        self.assertEqual(bought["to_address"]["address_line_1"], "Keizersgracht")
        self.assertEqual(bought["to_address"]["house_number"], "241 A")
        self.assertEqual(bought["to_address"]["phone_number"], "+31612345678")
        self.assertEqual(bought["order_number"], picking.sale_id.name)
        self.assertEqual(bought["reference"], picking.name)
        [parcel] = bought["parcels"]
        self.assertEqual(parcel["weight"], {"value": "2.500", "unit": "kg"})
        [item] = parcel["parcel_items"]
        self.assertEqual(
            (item["quantity"], item["hs_code"], item["origin_country"]),
            (2, "392490", "NL"),
        )

    def test_reference_names_database_delivery_and_attempt(self):
        shipment = self.ship().sendcloud_shipment_id
        uuid = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(
            shipment.external_reference, f"{uuid[:8]}-P{shipment.picking_id.id}-A1"
        )

    def test_validation_rolled_back_leaves_nothing(self):
        picking = self.create_picking()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.validate(picking)
            self.env.flush_all()
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.run_jobs()
        self.assertFalse(picking.sendcloud_shipment_ids)
        self.assertEqual(self.sendcloud.ledger(), [])

    def test_button_clicked_twice_buys_once(self):
        picking = self.create_picking()
        self.validate(picking)
        picking.send_to_shipper()
        picking.send_to_shipper()
        self.run_jobs()
        picking.send_to_shipper()
        self.run_jobs()
        self.assertEqual(len(picking.sendcloud_shipment_ids), 1)
        self.assertEqual(len(self.sendcloud.ledger()), 1)

    def test_same_job_twice_buys_once(self):
        shipment = self.ship().sendcloud_shipment_id
        for method in ("_buy", "_apply", "_confirm"):
            self.assertTrue(shipment._attempt(method))
        self.assertEqual(len(self.sendcloud.ledger()), 1)
        attachments = self.env["ir.attachment"].search(
            [("res_id", "=", shipment.picking_id.id), ("name", "=like", "LabelShip%")]
        )
        self.assertEqual(len(attachments), 1)

    def test_cost_is_the_price_of_the_shipping_method(self):
        self.assertEqual(self.ship().carrier_price, 5.95)

    def test_real_cost_is_quoted_and_invoiced(self):
        carrier = self._create_carrier(name="Real", invoice_policy="real")
        order = self.create_order(carrier=carrier)
        self.validate(order.picking_ids)
        self.run_jobs()
        self.assertEqual(order.picking_ids.carrier_price, 6.95)
        line = order.order_line.filtered("is_delivery")
        self.assertEqual(line.price_unit, 6.95)

    def test_mail_waits_for_the_tracking_link(self):
        sent = []

        def remember(pickings):
            sent.extend((p.id, p.carrier_tracking_ref) for p in pickings)

        core = type(self.env["stock.picking"]).mro()
        base = next(
            c for c in core if c.__module__.endswith("stock.models.stock_picking")
        )
        picking = self.create_picking()
        with patch.object(base, "_send_confirmation_email", remember):
            self.validate(picking)
            self.assertEqual(sent, [])
            self.run_jobs()
            picking._send_confirmation_email()
        self.assertEqual(sent[0], (picking.id, picking.carrier_tracking_ref))
        self.assertTrue(picking.carrier_tracking_ref)

    def test_mail_goes_out_once(self):
        picking = self.create_picking()
        template = self.env.company.stock_mail_confirmation_template_id
        self.validate(picking)

        def mails():
            return picking.message_ids.filtered(
                lambda message: (
                    message.message_type == "comment"
                    or message.subject
                    and picking.name in message.subject
                )
            )

        self.assertTrue(template)
        before = len(mails())
        self.run_jobs()
        self.assertFalse(picking.sendcloud_confirmation)
        after = len(mails())
        self.assertGreater(after, before)
        picking.sendcloud_shipment_id._attempt("_confirm")
        self.assertEqual(len(mails()), after)

    def test_text_message_is_not_sent_when_the_user_said_no(self):
        picking = self.create_picking()
        contexts = []
        core = type(self.env["stock.picking"]).mro()
        base = next(
            c for c in core if c.__module__.endswith("stock.models.stock_picking")
        )

        def remember(pickings):
            contexts.append(pickings.env.context.get("skip_sms"))

        with patch.object(base, "_send_confirmation_email", remember):
            self.validate(picking)
            self.run_jobs()
        self.assertEqual(contexts[-1], True)

    def test_other_carriers_are_left_to_core(self):
        fixed = self.env["delivery.carrier"].create(
            {"name": "Bike", "product_id": self.carrier.product_id.id}
        )
        picking = self.ship(carrier=fixed)
        self.assertFalse(picking.sendcloud_shipment_ids)
        self.assertFalse(picking.sendcloud_confirmation)
        self.assertEqual(picking.carrier_price, 5.95)

    def test_without_print_label_nothing_is_bought(self):
        picking = self.create_picking()
        picking.picking_type_id.print_label = False
        self.validate(picking)
        self.run_jobs()
        self.assertFalse(picking.sendcloud_shipment_ids)

    def test_rate_only_waits_for_the_button(self):
        carrier = self._create_carrier(name="By hand", integration_level="rate")
        picking = self.ship(carrier=carrier)
        self.assertFalse(picking.sendcloud_shipment_ids)
        picking.send_to_shipper()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def test_cancelled_label_is_given_back_and_may_be_bought_again(self):
        picking = self.ship()
        first = picking.sendcloud_shipment_id
        picking.cancel_shipment()
        self.assertEqual(first.state, "cancelled")
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertEqual(self.sendcloud.charged_count(), 0)
        picking.send_to_shipper()
        self.run_jobs()
        second = picking.sendcloud_shipment_id
        self.assertEqual((second.state, second.attempt), ("label", 2))
        self.assertEqual(picking.carrier_tracking_ref, second.tracking_number)

    def test_cancel_after_its_answer_was_lost(self):
        picking = self.ship()
        self.world.faults.break_("sendcloud", "answer_lost", times=1)
        picking.cancel_shipment()
        self.assertEqual(picking.sendcloud_state, "cancelled")

    def test_cancel_refused_keeps_the_label(self):
        picking = self.ship()
        shipment = picking.sendcloud_shipment_id
        self.sendcloud.set_status(int(shipment.parcel_ids.external_id), 22)
        with self.assertRaisesRegex(UserError, "no longer be cancelled"):
            picking.cancel_shipment()
        self.assertEqual(shipment.state, "label")
        self.assertEqual(picking.carrier_tracking_ref, shipment.tracking_number)

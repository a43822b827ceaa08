from odoo.exceptions import UserError

from .common import SendcloudCase


class TestPapers(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.ups = self._create_carrier(
            name="UPS", sendcloud_option_code="ups:standard"
        )
        self.swiss = self._create_partner(
            country_id=self.env.ref("base.ch").id, zip="8001", phone="+41446681800"
        )

    def ship_abroad(self):
        return self.ship(partner=self.swiss, carrier=self.ups)

    def test_declaration_is_on_the_delivery(self):
        picking = self.ship_abroad()
        papers = picking.sendcloud_papers_id
        self.assertTrue(papers.raw.startswith(b"%PDF"))
        self.assertEqual(papers.res_id, picking.id)
        self.assertFalse(papers.public)
        self.assertTrue(papers.name.startswith("ShippingDoc-sendcloud-"))
        self.assertIn(papers, picking.message_ids.attachment_ids)
        action = picking.action_sendcloud_open_papers()
        self.assertIn(str(papers.id), action["url"])

    def test_no_papers_inside_the_union(self):
        picking = self.ship()
        self.assertFalse(picking.sendcloud_papers_id)
        with self.assertRaisesRegex(UserError, "None of these"):
            picking.action_sendcloud_open_papers()

    def test_outage_delays_the_papers_and_not_the_label(self):
        picking = self.create_picking(partner=self.swiss, carrier=self.ups)
        self.validate(picking)
        while not picking.sendcloud_shipment_id.label_id:
            self.run_one_job()
        self.world.faults.break_("sendcloud", "down", times=3)
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertFalse(picking.sendcloud_papers_id)
        self.run_jobs(later=True)
        self.assertTrue(picking.sendcloud_papers_id)
        self.assertEqual(len(self.sendcloud.ledger()), 1)

    def test_fetched_once(self):
        picking = self.ship_abroad()
        papers = picking.sendcloud_papers_id
        picking.sendcloud_shipment_id._attempt("_fetch_papers")
        self.assertEqual(picking.sendcloud_papers_id, papers)

    def test_several_deliveries_as_one_document(self):
        shipments = (
            self.ship_abroad() + self.ship() + self.ship_abroad()
        ).sendcloud_shipment_id
        action = shipments.action_open_papers()
        self.assertTrue(action["url"].startswith("/sendcloud/papers/"))
        self.assertTrue(shipments._papers_file().startswith(b"%PDF"))

    def test_a_page_for_each_parcel(self):
        picking = self.create_picking(partner=self.swiss, carrier=self.ups)
        line = picking.move_line_ids
        line.quantity = 1
        line.result_package_id = self.env["stock.quant.package"].create({})
        line.copy({"quantity": 1, "result_package_id": False})
        self.validate(picking)
        self.run_jobs()
        parcels = picking.sendcloud_shipment_id.parcel_ids
        self.assertEqual(parcels.mapped("papers"), ["customs-declaration"] * 2)
        self.assertGreaterEqual(picking.sendcloud_papers_id.raw.count(b"/Page"), 2)

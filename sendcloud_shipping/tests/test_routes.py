import io
import json

from PyPDF2 import PdfFileReader

from .common import SendcloudCase


class TestRoutes(SendcloudCase):
    def bought(self):
        """Return the parcels that were bought, as Sendcloud shows them."""
        return [p for s in self.sendcloud.shipments() for p in s["parcels"]]

    def weights(self):
        return [parcel["weight"]["value"] for parcel in self.bought()]

    def test_two_steps_label_at_the_door_only(self):
        self.warehouse.delivery_steps = "pick_ship"
        pick, out = (
            self.create_order()
            .picking_ids.sorted("id", reverse=True)
            .sorted(lambda picking: picking.picking_type_code == "outgoing")
        )
        self.assertEqual(pick.carrier_id, self.carrier)
        self.validate(pick)
        self.run_jobs()
        self.assertEqual(self.sendcloud.ledger(), [])
        self.validate(out)
        self.run_jobs()
        self.assertEqual(len(self.sendcloud.ledger()), 1)
        self.assertFalse(pick.sendcloud_shipment_ids)
        self.assertEqual(pick.carrier_tracking_ref, out.carrier_tracking_ref)
        self.assertEqual(pick.carrier_tracking_url, out.carrier_tracking_url)

    def test_backorder_gets_its_own_label(self):
        picking = self.create_picking(quantity=3)
        picking.move_ids.write({"quantity": 1, "picked": True})
        self.validate(picking)
        backorder = self.env["stock.picking"].search(
            [("backorder_id", "=", picking.id)]
        )
        self.assertFalse(backorder.sendcloud_shipment_ids)
        self.assertFalse(backorder.sendcloud_confirmation)
        self.run_jobs()
        self.assertEqual(self.weights(), ["1.250"], "what was done, not what was asked")
        backorder.action_assign()
        self.validate(backorder)
        self.run_jobs()
        self.assertEqual(self.weights(), ["1.250", "2.500"])
        self.assertNotEqual(
            picking.carrier_tracking_ref, backorder.carrier_tracking_ref
        )

    def test_each_package_is_a_parcel(self):
        picking = self.create_picking(quantity=2)
        line = picking.move_line_ids
        line.quantity = 1
        second = line.copy({"quantity": 1})
        packages = self.env["stock.quant.package"].create([{}, {}])
        packages[1].shipping_weight = 4
        line.result_package_id, second.result_package_id = packages
        self.validate(picking)
        self.run_jobs()
        self.assertEqual(sorted(self.weights()), ["1.250", "4.000"])
        shipment = picking.sendcloud_shipment_id
        self.assertEqual(len(shipment.parcel_ids), 2)
        pages = PdfFileReader(io.BytesIO(shipment.label_id.raw)).getNumPages()
        self.assertEqual(pages, 2)
        numbers = shipment.parcel_ids.mapped("tracking_number")
        self.assertEqual(picking.carrier_tracking_ref, ",".join(numbers))
        links = json.loads(picking.carrier_tracking_url)
        self.assertEqual([number for number, _url in links], numbers)

    def test_minimum_weight(self):
        feather = self._create_product("Label", "TW-LBL", 0)
        self.ship(product=feather)
        self.assertEqual(self.weights(), ["0.100"])

    def test_minimum_weight_of_the_shipping_method_comes_first(self):
        feather = self._create_product("Label", "TW-LBL", 0)
        carrier = self._create_carrier(sendcloud_minimum_weight=0.02)
        self.ship(product=feather, carrier=carrier)
        self.assertEqual(self.weights(), ["0.020"])

    def test_pounds(self):
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        self.ship(quantity=2)
        self.assertEqual(self.weights(), ["1.134"])

    def test_product_sold_by_weight(self):
        seed = self._create_product("Grass seed", "TW-SEED", 1)
        seed.uom_id = seed.uom_po_id = self.env.ref("uom.product_uom_kgm")
        self.ship(product=seed, quantity=0.5)
        [parcel] = self.bought()
        self.assertEqual(parcel["weight"]["value"], "0.500")
        self.assertEqual(parcel["parcel_items"][0]["quantity"], 1)
        self.assertEqual(parcel["parcel_items"][0]["weight"]["value"], 0.5)

    def test_contents_without_customs_code_stay_out(self):
        self.product.hs_code = False
        self.ship()
        self.assertNotIn("parcel_items", self.bought()[0])

    def test_return_of_a_delivery_has_no_label(self):
        picking = self.ship()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        new_id, _type = wizard._create_returns()
        returned = self.env["stock.picking"].browse(new_id)
        returned.move_ids.write({"picked": True})
        self.validate(returned)
        self.run_jobs()
        self.assertFalse(returned.sendcloud_shipment_ids)
        self.assertEqual(len(self.sendcloud.ledger()), 1)

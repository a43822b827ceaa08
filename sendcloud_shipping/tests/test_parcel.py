from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ..lib import address, customs, insurance, mapping
from .common import SendcloudCase
from .test_mapping import ITEM


@tagged("standard", "post_install", "-at_install")
class TestBox(BaseCase):
    def test_empty_box_weighs_too_unless_the_scale_had_it(self):
        packed = mapping.packed([ITEM], Decimal(0), Decimal(0), Decimal("0.4"))
        goods = ITEM.weight * ITEM.quantity
        self.assertEqual(packed.weight, goods + Decimal("0.4"))
        scaled = mapping.packed([ITEM], goods + 1, Decimal(0), Decimal("0.4"))
        self.assertEqual(scaled.weight, goods + 1)


@tagged("standard", "post_install", "-at_install")
class TestInsurance(BaseCase):
    def shares(self, euros, *values):
        parcels = [
            mapping.Parcel(
                Decimal(1), (replace(ITEM, price=Decimal(v), quantity=Decimal(1)),)
            )
            for v in values
        ]
        return [p.insured for p in insurance.insured(parcels, Decimal(euros))]

    def test_parcels_share_to_the_cent(self):
        self.assertEqual(
            self.shares("100", 1, 1, 1),
            [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")],
        )
        self.assertEqual(sum(self.shares("99.99", 7, 11, 3)), Decimal("99.99"))

    def test_limits(self):
        self.assertEqual(self.shares("1.99", 5), [None])
        self.assertEqual(self.shares("7000", 5), [Decimal(5000)])

    def test_worthless_goods_share_alike(self):
        self.assertEqual(self.shares("10", 0, 0), [Decimal(5), Decimal(5)])


@tagged("standard", "post_install", "-at_install")
class TestTerritory(BaseCase):
    def test_country_as_carriers_know_it(self):
        cases = {
            ("FR", "97400"): "RE",
            ("FR", "97150"): "MF",
            ("FR", "97110"): "GP",
            ("FR", "75001"): "FR",
            ("GB", "JE2 4WA"): "JE",
            ("GB", "GY1 1AA"): "GG",
            ("GB", "SW1A 1AA"): "GB",
            ("FI", "22100"): "AX",
            ("ES", "35001"): "ES",
        }
        for (country, code), expected in cases.items():
            with self.subTest(code):
                self.assertEqual(customs.shipping_country(country, code), expected)
                known = customs.needs_customs("NL", expected, code)
                self.assertIs(known, customs.needs_customs("NL", country, code))

    def test_british_addresses(self):
        cases = {
            "10 Downing Street": ("Downing Street", "10", ""),
            "221B Baker Street": ("Baker Street", "221B", ""),
            "Flat 3, 12 High Street": ("High Street", "12", "Flat 3"),
            "Rose Cottage, Mill Lane": ("Rose Cottage, Mill Lane", "", ""),
        }
        for line, (street, number, rest) in cases.items():
            with self.subTest(line):
                split = address.split(line, "", "GB")
                self.assertEqual(
                    (split.line_1, split.house_number, split.line_2),
                    (street, number, rest),
                )


class TestParcels(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.box = self.env["stock.package.type"].create(
            {
                "name": "Medium box",
                "packaging_length": 400,
                "width": 300,
                "height": 200,
                "base_weight": 0.35,
            }
        )

    def bought(self, picking):
        return self.sendcloud.shipments()[-1]

    def test_usual_box_has_a_size_and_a_weight(self):
        self.carrier.sendcloud_package_type_id = self.box
        [parcel] = self.bought(self.ship())["parcels"]
        self.assertEqual(
            parcel["dimensions"],
            {"length": "40.00", "width": "30.00", "height": "20.00", "unit": "cm"},
        )
        self.assertEqual(parcel["weight"]["value"], "2.850")

    def test_package_of_the_packer_goes_before_the_usual_box(self):
        self.carrier.sendcloud_package_type_id = self.box
        small = self.box.copy({"packaging_length": 100, "base_weight": 0.1})
        picking = self.create_picking()
        picking.move_line_ids.result_package_id = self.env[
            "stock.quant.package"
        ].create({"package_type_id": small.id})
        self.validate(picking)
        self.run_jobs()
        [parcel] = self.bought(picking)["parcels"]
        self.assertEqual(parcel["dimensions"]["length"], "10.00")
        self.assertEqual(parcel["weight"]["value"], "2.600")

    def test_box_without_a_height_has_no_size(self):
        self.box.height = 0
        self.carrier.sendcloud_package_type_id = self.box
        [parcel] = self.bought(self.ship())["parcels"]
        self.assertNotIn("dimensions", parcel)

    def test_limits_are_told_before_packing(self):
        self.box.packaging_length = 3000
        self.carrier.sendcloud_package_type_id = self.box
        picking = self.create_picking()
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("box is too large for PostNL", picking.sendcloud_check_text)
        self.box.packaging_length = 400
        picking._sendcloud_recheck([("id", "=", picking.id)])
        self.assertEqual(picking.sendcloud_check, "ok")
        heavy = self.create_picking(quantity=20)
        self.assertEqual(heavy.sendcloud_check, "warning")
        self.assertIn("takes 23.001 kg a parcel", heavy.sendcloud_check_text)

    def test_option_that_wants_size_telephone_and_gets_them(self):
        express = self._create_carrier(
            name="Express", sendcloud_option_code="dhl_express:worldwide"
        )
        berlin = {
            "country_id": self.env.ref("base.de").id,
            "zip": "10115",
            "street": "Invalidenstr. 1",
            "phone": False,
        }
        picking = self.create_picking(
            partner=self._create_partner(**berlin), carrier=express
        )
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("size of the box", picking.sendcloud_check_text)
        self.assertIn("wants a telephone number", picking.sendcloud_check_text)
        express.sendcloud_package_type_id = self.box
        picking.partner_id.phone = "+49 30 901820"
        self.assertEqual(picking.sendcloud_check, "ok")
        self.validate(picking)
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def test_insured_for_what_the_goods_sell_for(self):
        self.carrier.sendcloud_insurance = "value"
        picking = self.ship()
        [parcel] = self.bought(picking)["parcels"]
        goods = picking.sale_id.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(
            parcel["additional_insured_price"],
            {"value": f"{goods.price_total:.2f}", "currency": "EUR"},
        )

    def test_insured_amount_and_its_limit(self):
        self.carrier.write(
            {"sendcloud_insurance": "amount", "sendcloud_insured_amount": 6000}
        )
        picking = self.create_picking()
        self.assertEqual(picking.sendcloud_check, "warning")
        self.assertIn("5,000 euros at most", picking.sendcloud_check_text)
        self.validate(picking)
        self.run_jobs()
        [parcel] = self.bought(picking)["parcels"]
        self.assertEqual(parcel["additional_insured_price"]["value"], "5000.00")

    def test_reunion_is_no_part_of_france_for_a_carrier(self):
        express = self._create_carrier(
            name="Express",
            sendcloud_option_code="dhl_express:worldwide",
            sendcloud_package_type_id=self.box.id,
        )
        partner = self._create_partner(
            country_id=self.env.ref("base.fr").id,
            zip="97400",
            street="12 rue de Paris",
            phone="+262262403000",
        )
        picking = self.ship(partner=partner, carrier=express)
        bought = self.bought(picking)
        self.assertEqual(bought["to_address"]["country_code"], "RE")
        self.assertEqual(
            bought["customs_information"]["invoice_number"], picking.sale_id.name
        )

    def test_business_abroad(self):
        buyer = self._create_partner(
            name="Garten AG",
            is_company=True,
            vat="CHE-123.456.788 TVA",
            country_id=self.env.ref("base.ch").id,
            zip="8001",
            phone="+41446681800",
        )
        carrier = self._create_carrier(
            name="UPS",
            sendcloud_option_code="ups:standard",
            sendcloud_export_reason="commercial_sample",
        )
        picking = self.create_picking(partner=buyer, carrier=carrier)
        told = picking._sendcloud_declaration()
        body = customs.declaration_body(told)
        self.assertEqual(body["export_type"], "commercial_b2b")
        self.assertEqual(body["export_reason"], "commercial_sample")
        self.assertEqual(
            body["tax_numbers"]["receiver"],
            [{"name": "VAT", "country_code": "CH", "value": buyer.vat}],
        )

    def test_sender_without_eori_is_told(self):
        self.account.sender_id.tax_numbers = "VAT NL859123456B01"
        partner = self._create_partner(
            country_id=self.env.ref("base.ch").id, zip="8001", phone="+41446681800"
        )
        picking = self.create_picking(partner=partner)
        self.assertEqual(picking.sendcloud_check, "warning")
        self.assertIn("EORI", picking.sendcloud_check_text)

    def test_urgent_deliveries_first(self):
        slow, urgent = self.create_picking(), self.create_picking()
        urgent.priority = "1"
        self.validate(slow + urgent)
        waiting = self.env["sendcloud.shipment"]._waiting_to_be_bought(self.account)
        self.assertEqual(waiting.picking_id[0], urgent)
        self.run_jobs()

    def test_several_parcels_share_the_insurance(self):
        self.carrier.write(
            {"sendcloud_insurance": "amount", "sendcloud_insured_amount": 100}
        )
        picking = self.create_picking(quantity=2)
        line = picking.move_line_ids
        line.quantity = 1
        line.result_package_id = self.env["stock.quant.package"].create({})
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "quantity": 1,
                    "picking_id": picking.id,
                    "location_id": line.location_id.id,
                    "location_dest_id": line.location_dest_id.id,
                    "result_package_id": self.env["stock.quant.package"].create({}).id,
                }
            )
        ]
        self.validate(picking)
        self.run_jobs()
        shares = [
            parcel["additional_insured_price"]["value"]
            for parcel in self.bought(picking)["parcels"]
        ]
        self.assertEqual(shares, ["50.00", "50.00"])

from decimal import Decimal

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, Form, tagged

from ..lib import customs, preflight
from ..lib.mapping import Address
from .common import SendcloudCase

ADDRESS = {
    "name": "Jo",
    "line_1": "Keizersgracht",
    "house_number": "1",
    "postal_code": "1016 EA",
    "city": "Amsterdam",
    "country_code": "NL",
    "phone": "+31612345678",
}


@tagged("standard", "post_install", "-at_install")
class TestPreflight(BaseCase):
    def codes(self, weight="1", minimum=Decimal(0), content=None, **address):
        goods = {"hs_code": "392490", "origin_country": "NL", **(content or {})}
        price = goods.pop("price", Decimal(5))
        content = preflight.Content(7, "Can", Decimal(weight), price, **goods)
        found = preflight.findings(
            Address(**{**ADDRESS, **address}), [content], "NL", minimum
        )
        return [finding.code for finding in found]

    def test_nothing_to_say(self):
        self.assertEqual(self.codes(), [])

    def test_address(self):
        cases = {
            "no_name": {"name": ""},
            "no_street": {"line_1": ""},
            "no_house_number": {"house_number": ""},
            "unsure_house_number": {"line_1": "Plein 1944", "house_number": ""},
            "no_postal_code": {"postal_code": ""},
            "no_city": {"city": ""},
            "no_country": {"country_code": ""},
            "no_phone": {"phone": ""},
        }
        for code, change in cases.items():
            with self.subTest(code):
                self.assertIn(code, self.codes(**change))

    def test_po_box_needs_no_house_number(self):
        self.assertEqual(self.codes(house_number="", po_box="Postbus 12"), [])

    def test_weight(self):
        self.assertEqual(self.codes(weight="0"), ["no_weight"])
        self.assertEqual(
            self.codes(weight="0", minimum=Decimal("0.1")), ["minimum_weight"]
        )

    def test_abroad(self):
        nothing = {"hs_code": "", "origin_country": "", "price": Decimal(0)}
        us = {"country_code": "US", "phone": "", "content": nothing}
        self.assertEqual(
            self.codes(**us),
            ["no_state", "no_phone_abroad", "no_hs_code", "no_origin", "no_value"],
        )
        self.assertEqual(self.codes(country_code="DE", content=nothing), [])

    def test_nothing_to_ship(self):
        found = preflight.findings(Address(**ADDRESS), [], "NL", 0)
        self.assertEqual([f.code for f in found], ["no_products"])

    def test_customs_area(self):
        cases = [
            ("NL", "NL", "1016 EA", False),
            ("NL", "DE", "10115", False),
            ("NL", "DE", "78266", True),
            ("NL", "ES", "28001", False),
            ("NL", "ES", "35001", True),
            ("ES", "ES", "38001", True),
            ("NL", "FI", "22100", True),
            ("NL", "GB", "SW1A 1AA", True),
            ("NL", "GB", "BT1 5GS", False),
            ("NL", "CH", "8001", True),
            ("GB", "NL", "1016 EA", True),
            ("NL", "IT", "23041", True),
        ]
        for sender, country, code, expected in cases:
            with self.subTest(country=country, code=code):
                self.assertIs(customs.needs_customs(sender, country, code), expected)


class TestCheck(SendcloudCase):
    def test_good_delivery(self):
        picking = self.create_picking()
        self.assertEqual(picking.sendcloud_check, "ok")
        self.assertEqual(picking.sendcloud_address_split, "Keizersgracht | 241 A")

    def test_problem_is_there_before_packing_and_goes_when_mended(self):
        partner = self._create_partner(street="Keizersgracht", zip=False)
        picking = self.create_picking(partner=partner)
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("no house number", picking.sendcloud_check_text)
        self.assertIn("no postal code", picking.sendcloud_check_text)
        found = self.env["stock.picking"].search([("sendcloud_check", "=", "problem")])
        self.assertIn(picking, found)
        partner.write({"street": "Keizersgracht 1", "zip": "1016 EA"})
        self.assertEqual(picking.sendcloud_check, "ok")
        self.assertFalse(picking.sendcloud_check_text)

    def test_product_is_mended(self):
        swiss = self._create_partner(
            country_id=self.env.ref("base.ch").id, zip="8001", phone="+41446681800"
        )
        product = self._create_product("Rake", "TW-RAKE", 0)
        product.hs_code = False
        picking = self.create_picking(partner=swiss, product=product)
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("HS code missing, customs of Switz", picking.sendcloud_check_text)
        action = picking.action_sendcloud_mend_products()
        self.assertEqual(action["domain"], [("id", "in", product.ids)])
        product.hs_code = "820130"
        self.assertEqual(picking.sendcloud_check, "warning", "weight is taken from set")
        product.weight = 1.5
        self.assertEqual(picking.sendcloud_check, "ok")

    def test_what_was_found_good_is_taken_by_sendcloud(self):
        carrier = self._create_carrier(name="UPS", sendcloud_option_code="ups:standard")
        swiss = self._create_partner(
            country_id=self.env.ref("base.ch").id, zip="8001", phone="+41446681800"
        )
        picking = self.create_picking(partner=swiss, carrier=carrier)
        self.assertEqual(picking.sendcloud_check, "ok")
        self.validate(picking)
        self.run_jobs()
        self.assertFalse(picking.sendcloud_problem)
        [bought] = self.sendcloud.shipments()
        self.assertEqual(
            bought["customs_information"],
            {
                "invoice_number": picking.sale_id.name,
                "export_reason": "commercial_goods",
                "export_type": "commercial_b2c",
                "invoice_date": fields.Date.to_string(fields.Date.today()),
                "freight_costs": {"value": "5.95", "currency": "EUR"},
                "tax_numbers": {
                    "sender": [
                        {
                            "name": "VAT",
                            "country_code": "NL",
                            "value": "NL859123456B01",
                        },
                        {"name": "EORI", "country_code": "NL", "value": "NL859123456"},
                    ],
                    "receiver": [],
                    "importer_of_record": [],
                },
            },
        )

    def test_form_offers_only_what_helps(self):
        picking = self.create_picking(partner=self._create_partner(street="Dorpsplein"))
        mends = (picking.sendcloud_mend_address, picking.sendcloud_mend_products)
        self.assertEqual(mends, (True, False))
        self.product.weight = 0
        picking = self.create_picking()
        mends = (picking.sendcloud_mend_address, picking.sendcloud_mend_products)
        self.assertEqual(mends, (False, True))
        self.product.weight = 1
        picking = self.create_picking()
        mends = (picking.sendcloud_mend_address, picking.sendcloud_mend_products)
        self.assertEqual(mends, (False, False))

    def test_special_territory_is_named(self):
        product = self._create_product("Rake", "TW-RAKE", 1)
        product.country_of_origin = False
        partner = self._create_partner(
            country_id=self.env.ref("base.es").id, zip="35001", phone="+34911234567"
        )
        picking = self.create_picking(partner=partner, product=product)
        self.assertIn("Canary Islands", picking.sendcloud_check_text)

    def test_telephone_falls_back_to_the_accounts(self):
        partner = self._create_partner(phone="ask my wife")
        picking = self.create_picking(partner=partner)
        self.assertEqual(picking.sendcloud_check, "warning")
        self.account.fallback_phone = "+31201234567"
        self.assertEqual(picking.sendcloud_check, "ok")
        self.validate(picking)
        self.run_jobs()
        [bought] = self.sendcloud.shipments()
        self.assertEqual(bought["to_address"]["phone_number"], "+31201234567")

    def test_fallback_telephone_must_be_one(self):
        with self.assertRaises(ValidationError):
            self.account.fallback_phone = "none"

    def test_state_is_needed_in_italy(self):
        partner = self._create_partner(
            country_id=self.env.ref("base.it").id,
            zip="00184",
            phone="+390612345678",
            street="Via Cavour 1",
        )
        picking = self.create_picking(partner=partner)
        self.assertEqual(picking.sendcloud_check, "problem")
        partner.state_id = self.env.ref("base.state_it_rm")
        self.assertEqual(picking.sendcloud_check, "ok")
        self.assertEqual(picking._sendcloud_address().state_code, "IT-RM")

    def test_only_open_deliveries_of_sendcloud(self):
        self.assertFalse(self.ship().sendcloud_check)
        fixed = self.env["delivery.carrier"].create(
            {"name": "Bike", "product_id": self.carrier.product_id.id}
        )
        self.assertFalse(self.create_picking(carrier=fixed).sendcloud_check)

    def test_other_carrier_is_checked_again(self):
        partner = self._create_partner(zip=False)
        picking = self.create_picking(partner=partner)
        self.assertEqual(picking.sendcloud_check, "problem")
        picking.carrier_id = False
        self.assertFalse(picking.sendcloud_check)

    def test_address_opens_over_the_delivery(self):
        action = self.create_picking().action_sendcloud_mend_address()
        self.assertEqual(action["res_id"], self.partner.id)
        self.assertEqual(action["target"], "new")

    def test_queries_do_not_grow_with_the_number_of_deliveries(self):
        pickings = self.env["stock.picking"]
        for _count in range(8):
            pickings += self.create_picking(partner=self._create_partner())
        few = self.queries_to_check(pickings[:2])
        self.assertEqual(self.queries_to_check(pickings), few)

    def queries_to_check(self, pickings):
        self.env.flush_all()
        self.env.invalidate_all()
        for name in ("sendcloud_check", "sendcloud_check_text"):
            self.env.add_to_compute(pickings._fields[name], pickings)
        before = self.env.cr.sql_log_count
        pickings._recompute_recordset(["sendcloud_check"])
        return self.env.cr.sql_log_count - before

    def test_form_shows_it(self):
        picking = self.create_picking(partner=self._create_partner(zip=False))
        with Form(picking) as form:
            self.assertEqual(form.sendcloud_check, "problem")

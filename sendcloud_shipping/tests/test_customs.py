from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..lib import customs
from .common import SendcloudCase

VAT = customs.TaxNumber("VAT", "GB", "GB123456789")
IOSS = customs.TaxNumber("IOSS", "NL", "IM5281234567")


@tagged("standard", "post_install", "-at_install")
class TestTaxNumbers(BaseCase):
    def held(self, goods="150.00", start="GB", to=("NL", "1016 EA"), **told):
        declaration = customs.Declaration("S1", **told)
        numbers = customs.numbers_that_hold(
            (VAT, IOSS), start, to, Decimal(goods), declaration
        )
        return [number.name for number in numbers]

    def test_ioss_up_to_its_limit(self):
        self.assertEqual(self.held("150.00"), ["VAT", "IOSS"])
        self.assertEqual(self.held("150.01"), ["VAT"])

    def test_ioss_only_for_what_consumers_buy(self):
        self.assertEqual(self.held(is_business=True), ["VAT"])
        self.assertEqual(self.held(reason=customs.GIFT), ["VAT"])
        self.assertEqual(self.held(reason=customs.SAMPLE), ["VAT"])

    def test_ioss_only_into_the_union(self):
        self.assertEqual(self.held(start="NL", to=("CH", "8001")), ["VAT"])
        self.assertEqual(self.held(start="NL", to=("ES", "35001")), ["VAT"])
        self.assertEqual(self.held(start="GB", to=("ES", "35001")), ["VAT"])
        # Northern Ireland counts as inside, for goods.
        self.assertEqual(self.held(start="US", to=("GB", "BT1 1AA")), ["VAT", "IOSS"])
        self.assertEqual(self.held(start="NL", to=("GB", "BT1 1AA")), ["VAT"])

    def test_both_sides_are_named(self):
        told = customs.Declaration(
            "S1", vat="CHE-123", country_code="CH", sender_numbers=(VAT,)
        )
        self.assertEqual(
            customs.declaration_body(told)["tax_numbers"],
            {
                "sender": [
                    {"name": "VAT", "country_code": "GB", "value": "GB123456789"}
                ],
                "receiver": [{"name": "VAT", "country_code": "CH", "value": "CHE-123"}],
                "importer_of_record": [],
            },
        )

    def test_without_numbers_nothing_is_named(self):
        body = customs.declaration_body(customs.Declaration("S1"))
        self.assertNotIn("tax_numbers", body)


class TestCustoms(SendcloudCase):
    def leave(self, picking):
        """Let the goods leave without asking for a label."""
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def abroad(self):
        country = self.env.ref("base.ch").id
        return self._create_partner(
            country_id=country, zip="8001", phone="+41446681800"
        )

    def test_customs_see_prices_without_vat(self):
        vat = self.env["account.tax"].create({"name": "25%", "amount": 25})
        self.product.taxes_id = vat
        picking = self.leave(self.create_picking(partner=self.abroad()))
        line = picking.sale_id.order_line[0]
        self.assertEqual(line.price_subtotal, 49.90)
        self.assertGreater(line.price_total, 62)
        shipment = self.env["sendcloud.shipment"].new({"picking_id": picking.id})
        [parcel] = picking._sendcloud_parcels(shipment)
        self.assertEqual(round(parcel.items[0].price, 2), Decimal("24.95"))

    def ups(self):
        return self._create_carrier(name="UPS", sendcloud_option_code="ups:standard")

    def described(self, order):
        """Return what Sendcloud was told that the last label's goods are."""
        [parcel] = order.picking_ids.sendcloud_shipment_id.parcel_ids
        [item] = next(
            shown["parcel_items"]
            for shipment in self.sendcloud.shipments()
            for shown in shipment["parcels"]
            if str(shown["id"]) == parcel.external_id
        )
        return item["description"]

    def test_customs_read_english_whoever_ships(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.product.with_context(lang="nl_NL").name = "Gieter"
        packer = self.create_user(
            "packer", "stock.group_stock_user", "o2c_base.group_user"
        )
        packer.lang = "nl_NL"
        self.account.responsible_id = packer
        picking = self.create_picking(partner=self.abroad(), carrier=self.ups())
        dutch = picking.with_user(packer).with_context(lang="nl_NL")
        self.assertEqual(dutch.move_ids.product_id.name, "Gieter")
        self.validate(dutch)
        self.run_jobs()
        self.assertEqual(self.described(picking.sale_id), "Watering can")
        [item] = list(dutch._sendcloud_return_items())
        self.assertEqual(item.description, "Watering can")

    def test_name_in_one_language_only_is_better_than_none(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        dutch = self.env["product.product"].with_context(lang="nl_NL")
        product = dutch.create({"name": "Hark"})
        self.assertEqual(product._customs_description(), "Hark")

    def test_words_for_customs_go_before_the_name(self):
        self.product.customs_description = "plastic watering can"
        order = self.ship(partner=self.abroad(), carrier=self.ups()).sale_id
        self.assertEqual(self.described(order), "plastic watering can")

    def test_our_numbers_are_named(self):
        picking = self.leave(self.create_picking(partner=self.abroad()))
        told = customs.declaration_body(picking._sendcloud_declaration())
        self.assertEqual(
            told["tax_numbers"]["sender"],
            [
                {"name": "VAT", "country_code": "NL", "value": "NL859123456B01"},
                {"name": "EORI", "country_code": "NL", "value": "NL859123456"},
            ],
        )

    def test_ioss_goes_by_the_value_of_the_goods(self):
        sender = self.account.sender_id
        sender.country_code = self.account.sender_country_code = "GB"
        sender.tax_number_list = [
            {"name": "EORI", "country_code": "GB", "value": "GB987654312000"},
            {"name": "IOSS", "country_code": "NL", "value": "IM5281234567"},
        ]
        # 6 x 24.95 = 149.70 and 7 x 24.95 = 174.65, delivery costs not counted
        for quantity, names in ((6, ["EORI", "IOSS"]), (7, ["EORI"])):
            picking = self.leave(self.create_picking(quantity=quantity))
            body = customs.declaration_body(picking._sendcloud_declaration())
            found = [row["name"] for row in body["tax_numbers"]["sender"]]
            self.assertEqual(found, names, f"{quantity} pieces")

"""What we send and what we can read, against Sendcloud's own specification.

It is looked for in $O2C_SPECS, by default beside the project; see
``sandbox/tests/specs.py``.
"""

import json
from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from sandbox.tests import specs

from ..lib import answers, customs, mapping, quotes, returns, webhook
from .common import SendcloudCase
from .test_mapping import ITEM, REQUEST
from .test_return import ReturnMixin

FOLDER = specs.FOLDER / "sendcloud"
ABSENT = "Sendcloud's specification is not here (O2C_SPECS)"


class TestOfficialSchema(SendcloudCase):
    def setUp(self):
        super().setUp()
        if not FOLDER.is_dir():
            self.skipTest(ABSENT)

    def check(self, path, body):
        specs.check(specs.sendcloud_request_validator(path, "post"), body)

    def test_announce(self):
        business = self._create_partner(
            name="Fleur",
            street="Rue de la Loi 16 bte 3",
            street2="2e étage",
            zip="1000",
            city="Bruxelles",
            country_id=self.env.ref("base.be").id,
            phone="0470 12 34 56",
            parent_id=self._create_partner(name="Jardin SA", is_company=True).id,
        )
        carrier = self._create_carrier(sendcloud_contract_id=517)
        feather = self._create_product("Label", "TW-LBL", 0)
        for picking in (
            self.create_picking(),
            self.create_picking(partner=business, carrier=carrier),
            self.create_picking(product=feather),
        ):
            self.validate(picking)
            request = picking._sendcloud_request(picking.sendcloud_shipment_id)
            self.check("/shipments/announce", mapping.announce_body(request))
        self.run_jobs()

    def test_announce_with_customs(self):
        numbers = (customs.TaxNumber("IOSS", "NL", "IM5281234567"),)
        told = customs.Declaration(
            "INV/2026/0001", vat="CHE-1", country_code="CH", sender_numbers=numbers
        )
        body = mapping.announce_body(replace(REQUEST, declaration=told))
        self.assertIn("tax_numbers", body["customs_information"])
        self.check("/shipments/announce", body)

    def test_announce_with_a_part_of_a_unit(self):
        parcel = mapping.packed(
            [replace(ITEM, quantity=Decimal("0.5"))], Decimal(0), Decimal(0)
        )
        request = replace(REQUEST, parcels=(parcel, parcel))
        self.check("/shipments/announce", mapping.announce_body(request))

    def test_shipping_options(self):
        self.check("/shipping-options", quotes.quote_criteria(REQUEST, "NL"))
        self.check("/shipping-options", quotes.option_criteria("dpd:classic", 517))


@tagged("standard", "post_install", "-at_install")
class TestOfficialExamples(BaseCase):
    def setUp(self):
        super().setUp()
        if not FOLDER.is_dir():
            self.skipTest(ABSENT)

    def examples(self, pattern):
        """Yield the example bodies whose file names fit ``pattern``."""
        paths = sorted((FOLDER / "examples").glob(pattern))
        self.assertTrue(paths, f"no example fits {pattern}")
        for path in paths:
            yield path.name, json.loads(path.read_text())

    def test_announced_shipments_are_read(self):
        for name, body in self.examples("v3-shipments*__post_shipments_announce__201*"):
            shipment = answers.shipment_from_answer(body["data"])
            self.assertEqual(shipment.is_refused, "AnnouncementFailed" in name, name)
            self.assertFalse(shipment.is_cancelled, name)

    def test_listed_shipments_are_read(self):
        for _name, body in self.examples("v3-shipments*__get_shipments__200*"):
            for data in body["data"]:
                self.assertTrue(answers.shipment_from_answer(data).parcels)

    def test_quotes_are_read(self):
        for _name, body in self.examples("*post_shipping_options__200*"):
            amount, currency = quotes.price_from_options(body["data"])
            self.assertGreater(amount, 0)
            self.assertEqual(currency, "EUR")

    def test_webhook_is_read(self):
        text = (
            FOLDER / "docs-pages" / "webhook-parcel-status-changed.json"
        ).read_text()
        payload = json.loads(text)
        delivery_id, _topic = webhook.webhook_identity(payload)
        self.assertEqual(delivery_id, "parcel_status_changed:1:1:123")
        self.assertEqual(webhook.status_change_from_webhook(payload).parcel_id, 1)


class TestOfficialReturns(ReturnMixin, SendcloudCase):
    """What we send and read of returns."""

    def setUp(self):
        super().setUp()
        if not FOLDER.is_dir():
            self.skipTest(ABSENT)

    def test_return(self):
        self.ship()
        order = self.env["sale.order"].search([], limit=1, order="id desc")
        back = self.send_back(order)
        client = self.account._client()
        record = back.sendcloud_return_id
        body = returns.return_body(back._sendcloud_return_request(record, client))
        path = "/returns/announce-synchronously"
        specs.check(specs.sendcloud_request_validator(path, "post"), body)
        self.run_jobs()

    def test_official_example_is_read(self):
        name = "v3-returns__get_returns__200__Success.json"
        answer = json.loads((FOLDER / "examples" / name).read_text())["data"][0]
        label = returns.return_label(answer)
        self.assertEqual((label.parcel_id, label.cost), (7, Decimal("6.15")))
        self.assertEqual(label.tracking_number, "JVGL1234567800001339")
        self.assertTrue(label.is_delivered)
        self.assertEqual(label.at.utcoffset().total_seconds(), 7200)

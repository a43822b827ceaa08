from dataclasses import FrozenInstanceError, replace
from datetime import datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..lib import answers, const, mapping, quotes, webhook
from ..lib.mapping import Address, ParcelItem, ShipmentRequest, packed

ITEM = ParcelItem(
    description="Watering can",
    quantity=Decimal(2),
    weight=Decimal("1.25"),
    price=Decimal("24.95"),
    currency="EUR",
    hs_code="3924.90",
    origin_country="NL",
    sku="TW-CAN",
)
ADDRESS = Address(
    name="Jo Jansen",
    line_1="Keizersgracht",
    house_number="241 A",
    postal_code="1016EA",
    city="Amsterdam",
    country_code="NL",
)
REQUEST = ShipmentRequest(
    external_reference="db-P1-A1",
    order_number="S00001",
    reference="WH/OUT/00001",
    sender_address_id=192,
    to_address=ADDRESS,
    option_code="postnl:standard",
    parcels=(packed([ITEM], Decimal(0), Decimal("0.1")),),
)


def answer(*codes, errors=(), **address):
    """Return an answer's data with a parcel for each status code."""
    shown = {
        "name": "Jo Jansen",
        "address_line_1": "Keizersgracht",
        "house_number": "241 A",
        "postal_code": "1016 EA",
        "country_code": "NL",
    }
    return {
        "id": "abc",
        "to_address": {**shown, **address},
        "ship_with": {"properties": {"shipping_option_code": "postnl:standard"}},
        "errors": list(errors),
        "parcels": [
            {
                "id": number,
                "status": {"code": code, "message": code.title()},
                "updated_at": "2024-06-06T17:11:14.648081Z",
            }
            for number, code in enumerate(codes or ["READY_TO_SEND"], 1)
        ],
    }


@tagged("standard", "post_install", "-at_install")
class TestRequest(BaseCase):
    def test_facts_cannot_be_changed(self):
        with self.assertRaises(FrozenInstanceError):
            REQUEST.reference = "other"

    def test_body(self):
        body = mapping.announce_body(REQUEST)
        self.assertEqual(body["external_reference_id"], "db-P1-A1")
        self.assertEqual(body["from_address"], {"sender_address_id": 192})
        self.assertEqual(
            body["ship_with"],
            {
                "type": "shipping_option_code",
                "properties": {"shipping_option_code": "postnl:standard"},
            },
        )
        self.assertNotIn("total_order_price", body)
        [parcel] = body["parcels"]
        self.assertEqual(parcel["weight"], {"value": "2.500", "unit": "kg"})
        self.assertEqual(
            parcel["parcel_items"],
            [
                {
                    "description": "Watering can",
                    "quantity": 2,
                    "weight": {"value": 1.25, "unit": "kg"},
                    "price": {"value": "24.95", "currency": "EUR"},
                    "hs_code": "392490",
                    "origin_country": "NL",
                    "sku": "TW-CAN",
                }
            ],
        )

    def test_what_is_empty_is_left_out_of_the_address(self):
        address = mapping.announce_body(REQUEST)["to_address"]
        self.assertEqual(
            set(address),
            {
                "name",
                "address_line_1",
                "house_number",
                "postal_code",
                "city",
                "country_code",
            },
        )

    def test_contract_and_total(self):
        request = replace(
            REQUEST, contract_id=517, total=Decimal("49.9"), currency="EUR"
        )
        body = mapping.announce_body(request)
        self.assertEqual(body["ship_with"]["properties"]["contract_id"], 517)
        self.assertEqual(
            body["total_order_price"], {"value": "49.90", "currency": "EUR"}
        )

    def test_one_item_without_customs_code_leaves_all_out(self):
        parcel = packed([ITEM, replace(ITEM, hs_code="")], Decimal(0), Decimal(0))
        body = mapping.announce_body(replace(REQUEST, parcels=(parcel,)))
        self.assertNotIn("parcel_items", body["parcels"][0])

    def test_long_description_is_cut(self):
        parcel = packed([replace(ITEM, description="x" * 300)], Decimal(0), Decimal(0))
        body = mapping.announce_body(replace(REQUEST, parcels=(parcel,)))
        item = body["parcels"][0]["parcel_items"][0]
        self.assertEqual(len(item["description"]), 255)


@tagged("standard", "post_install", "-at_install")
class TestWeight(BaseCase):
    def pack(self, quantity, weight, scale="0", minimum="0"):
        item = replace(ITEM, quantity=Decimal(quantity), weight=Decimal(weight))
        parcel = packed([item], Decimal(scale), Decimal(minimum))
        contents = sum(i.weight * i.quantity for i in parcel.items)
        self.assertLessEqual(contents, parcel.weight, "heavier inside than outside")
        return parcel

    def test_sum_of_the_products(self):
        self.assertEqual(self.pack("3", "0.4").weight, Decimal("1.2"))

    def test_scale_wins(self):
        self.assertEqual(self.pack("3", "0.4", scale="1.5").weight, Decimal("1.5"))

    def test_products_shrink_to_what_the_scale_says(self):
        parcel = self.pack("3", "0.4", scale="0.9")
        self.assertEqual(parcel.weight, Decimal("0.9"))
        self.assertEqual(parcel.items[0].weight, Decimal("0.3"))

    def test_grams_round_so_that_they_still_fit(self):
        parcel = self.pack("3", "0.3335")
        self.assertEqual(parcel.weight, Decimal("1.001"))
        self.assertEqual(parcel.items[0].weight, Decimal("0.333"))

    def test_minimum(self):
        self.assertEqual(self.pack("1", "0", minimum="0.1").weight, Decimal("0.1"))

    def test_nothing_weighs_nothing(self):
        parcel = self.pack("5", "0")
        self.assertEqual(parcel.items[0].weight, Decimal("0.001"))
        self.assertEqual(parcel.weight, Decimal("0.005"))

    def test_part_of_a_unit_is_one_piece(self):
        parcel = self.pack("0.5", "1")
        self.assertEqual(parcel.items[0].quantity, 1)
        self.assertEqual(parcel.items[0].weight, Decimal("0.5"))
        self.assertEqual(parcel.items[0].price, Decimal("12.475"))


@tagged("standard", "post_install", "-at_install")
class TestAnswer(BaseCase):
    def test_bought(self):
        shipment = answers.shipment_from_answer(answer())
        self.assertFalse(shipment.is_refused or shipment.is_pending)
        self.assertFalse(shipment.is_cancelled)
        [parcel] = shipment.parcels
        self.assertEqual(
            parcel.updated_at,
            datetime(2024, 6, 6, 17, 11, 14, 648081, tzinfo=timezone.utc),
        )

    def test_created_is_not_bought(self):
        error = {"status": "500", "code": "x", "detail": "Service error."}
        for data in (answer("ANNOUNCEMENT_FAILED"), answer(errors=[error])):
            self.assertTrue(answers.shipment_from_answer(data).is_refused)
        self.assertEqual(
            answers.shipment_from_answer(answer(errors=[error])).errors,
            ("Service error.",),
        )

    def test_one_refused_parcel_of_two_is_no_label(self):
        data = answer("READY_TO_SEND", "ANNOUNCEMENT_FAILED")
        self.assertTrue(answers.shipment_from_answer(data).is_refused)

    def test_pending_and_cancelled(self):
        pending = answers.shipment_from_answer(answer("ANNOUNCING"))
        self.assertTrue(pending.is_pending)
        for code in ("CANCELLED", "CANCELLATION_REQUESTED"):
            shipment = answers.shipment_from_answer(answer(code))
            self.assertTrue(shipment.is_cancelled)

    def test_time_without_a_zone_is_utc(self):
        data = answer()
        data["parcels"][0]["updated_at"] = "2018-01-01T21:47:12"
        [parcel] = answers.shipment_from_answer(data).parcels
        moment = datetime(2018, 1, 1, 21, 47, 12, tzinfo=timezone.utc)
        self.assertEqual(parcel.updated_at, moment)

    def test_tidied_answer_is_still_ours(self):
        shipment = answers.shipment_from_answer(answer(name="JO JANSEN"))
        self.assertEqual(mapping.differences(REQUEST, shipment), [])

    def test_differences_in_words(self):
        other = answer(
            "READY_TO_SEND", "READY_TO_SEND", postal_code="5611 ZB", house_number="1"
        )
        other["ship_with"]["properties"]["shipping_option_code"] = "dpd:classic"
        self.assertEqual(
            mapping.differences(REQUEST, answers.shipment_from_answer(other)),
            ["postal code", "house number", "shipping option", "number of parcels"],
        )

    def test_price_of_the_first_quote(self):
        quote = {"price": {"total": {"value": "6.95", "currency": "EUR"}}}
        price = quotes.price_from_options([{"quotes": None}, {"quotes": [quote]}])
        self.assertEqual(price, (Decimal("6.95"), "EUR"))
        self.assertIsNone(quotes.price_from_options([{"quotes": []}]))


@tagged("standard", "post_install", "-at_install")
class TestWebhook(BaseCase):
    def payload(self, **values):
        parcel = {"id": 7, "status": {"id": 11, "message": "Delivered"}}
        return {
            "action": "parcel_status_changed",
            "timestamp": 1525271885993,
            "parcel": parcel,
            **values,
        }

    def test_identity_is_parcel_status_and_moment(self):
        self.assertEqual(
            webhook.webhook_identity(self.payload()),
            ("parcel_status_changed:7:11:1525271885993", "parcel_status_changed"),
        )

    def test_other_actions_have_an_identity_too(self):
        payload = {"action": "integration_deleted", "timestamp": 1525271885}
        self.assertEqual(
            webhook.webhook_identity(payload),
            ("integration_deleted:1525271885", "integration_deleted"),
        )

    def test_what_is_no_webhook_is_refused(self):
        for payload in (
            [],
            None,
            "text",
            {},
            self.payload(parcel=None),
            self.payload(parcel={"id": 7}),
            self.payload(parcel={"id": "x", "status": {"id": 1}}),
            self.payload(timestamp="soon"),
        ):
            with self.assertRaises(ValueError, msg=payload):
                webhook.webhook_identity(payload)

    def test_status_change(self):
        change = webhook.status_change_from_webhook(self.payload())
        self.assertEqual((change.parcel_id, change.message), (7, "Delivered"))
        moment = datetime(2018, 5, 2, 14, 38, 5, 993000, tzinfo=timezone.utc)
        self.assertEqual(change.at, moment)

    def test_seconds(self):
        self.assertEqual(
            webhook.moment_from_timestamp(1525271885),
            datetime(2018, 5, 2, 14, 38, 5, tzinfo=timezone.utc),
        )

    def test_status_without_words(self):
        payload = self.payload(parcel={"id": 7, "status": {"id": 424242}})
        change = webhook.status_change_from_webhook(payload)
        self.assertEqual(change.message, "424242")

    def test_meanings(self):
        self.assertEqual(const.meaning("delivered"), const.DELIVERED)
        self.assertEqual(const.meaning("Returned to sender"), const.RETURNED)
        self.assertEqual(const.meaning("Something new"), const.UNDERWAY)
        self.assertEqual(const.words(11, "x"), "Delivered")
        self.assertEqual(const.words(424242, "x"), "x")

"""The two steps of the mapping, and what Shopify is told about a parcel."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib import lines as lines_module
from odoo.addons.shopify_connector.lib.fulfillment import (
    find_existing,
    next_parcel,
    open_units,
    to_move,
    tracking_info,
    tracking_numbers,
)
from odoo.addons.shopify_connector.lib.lines import NO_TAX, Line, Tax
from odoo.addons.shopify_connector.lib.mapping import (
    Resolved,
    changed_facts,
    facts,
    line_vals,
    order_vals,
    payment_vals,
    split_amount,
)
from odoo.addons.shopify_connector.lib.payload import order_from_payload

from .common import PAYMENT_ID, SANNE, UTRECHT
from .test_client import ClientCase

VAT = Tax("VAT", Decimal("21.0000"))


def total(parts):
    return sum(quantity * price for quantity, price in parts)


@tagged("standard", "post_install", "-at_install")
class TestSplitAmount(BaseCase):
    def test_even_price_is_one_line(self):
        self.assertEqual(split_amount(Decimal("69.90"), 2, 2), [(2, Decimal("34.95"))])

    def test_uneven_price_is_two_lines(self):
        self.assertEqual(
            split_amount(Decimal("20.00"), 3, 2),
            [(2, Decimal("6.67")), (1, Decimal("6.66"))],
        )

    def test_more_digits_need_no_second_line(self):
        ((quantity, price),) = split_amount(Decimal("20.00"), 3, 6)
        self.assertEqual((quantity, price), (3, Decimal("6.666667")))

    def test_every_amount_is_exact(self):
        for cents in range(0, 400):
            for quantity in (1, 2, 3, 7, 11, 250):
                net = Decimal(cents) / 100
                parts = split_amount(net, quantity, 2)
                self.assertEqual(total(parts), net)
                self.assertEqual(sum(part[0] for part in parts), quantity)
                self.assertTrue(all(part[0] > 0 for part in parts))

    def test_currencies_with_other_decimals(self):
        self.assertEqual(round(total(split_amount(Decimal("1000"), 3, 2, 0))), 1000)
        amount = Decimal("10.001")
        self.assertEqual(total(split_amount(amount, 3, 3, 3)), amount)


class PayloadCase(ClientCase):
    def read_order(self, *cart, **options):
        rows = cart or [{"sku": "TW-SHEARS-01", "quantity": 3}]
        options.setdefault("customer", SANNE)
        options.setdefault("shipping_address", UTRECHT)
        options.setdefault(
            "payment", {"gateway": "Mollie - iDEAL", "payment_id": PAYMENT_ID}
        )
        theirs = self.app.place_order(list(rows), **options)
        return order_from_payload(self.client.order(theirs["id"]))


@tagged("standard", "post_install", "-at_install")
class TestPayload(PayloadCase):
    def test_money_is_decimal_and_moments_are_aware(self):
        order = self.read_order()
        self.assertEqual(order.total, Decimal("109.80"))
        self.assertIsInstance(order.total, Decimal)
        self.assertEqual(
            order.created_at, datetime(2026, 11, 2, 9, tzinfo=timezone.utc)
        )

    def test_line_knows_its_net_after_all_discounts(self):
        order = self.read_order(discount={"code": "TEN", "amount": "10.00"})
        (line,) = order.lines
        self.assertEqual(line.net, Decimal("94.85"))
        self.assertEqual(line.discounts, (("TEN", Decimal("10.00")),))
        self.assertEqual(line.taxes, (replace(VAT, title=line.taxes[0].title),))

    def test_addresses_are_kept_apart(self):
        billing = {**UTRECHT, "address1": "Kerkstraat 1", "company": "Bakkerij BV"}
        order = self.read_order(billing_address=billing)
        self.assertEqual(order.billing.company, "Bakkerij BV")
        self.assertEqual(order.shipping.street, "Oudegracht 158")
        self.assertEqual(order.shipping.name, "Sanne de Vries")

    def test_only_money_that_came_counts(self):
        payments = [
            {"gateway": "Mollie", "payment_id": "r1", "status": "failure"},
            {"gateway": "Mollie", "payment_id": "r2", "status": "pending"},
            {"gateway": "Mollie", "payment_id": "r3", "kind": "AUTHORIZATION"},
            {"gateway": "Mollie", "payment_id": "r4", "amount": "1.00"},
        ]
        order = self.read_order(payment=payments)
        self.assertEqual([t.payment_id for t in order.received], ["r4"])
        self.assertFalse(order.is_paid)

    def test_customer_pays_in_own_currency(self):
        order = self.read_order(presentment_currency="USD", exchange_rate="1.10")
        self.assertEqual(order.currency, "USD")
        self.assertEqual(order.received[0].currency, "USD")
        self.assertEqual(order.total, order.received[0].amount)

    def test_order_without_customer_or_address(self):
        order = self.read_order(
            {"sku": "TW-SHEARS-01", "quantity": 1},
            customer=None,
            shipping_address=None,
            shipping=None,
        )
        self.assertEqual((order.email, order.billing, order.shipping), ("", None, None))

    def test_no_tax_is_said(self):
        abroad = {"country_code": "CH", "first_name": "A", "last_name": "B"}
        order = self.read_order(shipping_address=abroad)
        self.assertEqual(order.lines[0].taxes, (NO_TAX,))

    def test_tax_that_the_channel_pays_is_not_ours(self):
        node = {"title": "VAT", "rate": 0.21, "channelLiable": True}
        self.assertEqual(lines_module.taxes_from_payload([node]), (NO_TAX,))

    def test_same_rate_is_the_same_number(self):
        percent = lines_module.tax_percent
        self.assertEqual(percent(0.21), percent(0.2100))
        self.assertEqual(str(percent(0.07)), "7.0000")
        self.assertEqual(percent(None), 0)


@tagged("standard", "post_install", "-at_install")
class TestValues(PayloadCase):
    def ids(self, order, **changes):
        lines = order.charged
        values = {name: 1 for name in Resolved.__dataclass_fields__}
        values["products"] = {line.gid: 7 for line in order.lines}
        values["taxes"] = {line.gid: [3] for line in lines}
        return Resolved(**{**values, **changes})

    def test_order_values_hold_lines_shipping_and_name(self):
        order = self.read_order()
        vals = order_vals(order, self.ids(order, warehouse_id=5), 2)
        self.assertEqual(vals["client_order_ref"], "#1001")
        self.assertEqual(vals["warehouse_id"], 5)
        self.assertEqual(vals["date_order"], datetime(2026, 11, 2, 9))
        goods, shipping = [command[2] for command in vals["order_line"]]
        self.assertEqual(goods["tax_id"], [(6, 0, [3])])
        self.assertTrue(shipping["is_delivery"])
        self.assertEqual(shipping["price_unit"], 4.95)

    def test_removed_line_is_not_sold(self):
        order = self.read_order()
        gone = replace(order.lines[0], quantity=0)
        vals = order_vals(replace(order, lines=(gone,)), self.ids(order), 2)
        self.assertEqual(len(vals["order_line"]), 1)

    def test_tip_is_a_line_without_tax(self):
        order = replace(self.read_order(), tip=Decimal("2.50"))
        vals = order_vals(order, self.ids(order, tip_product_id=9), 2)
        tip = vals["order_line"][-1][2]
        self.assertEqual(
            (tip["product_id"], tip["price_unit"], tip["tax_id"]),
            (9, 2.5, [(6, 0, [])]),
        )

    def test_discount_is_named_on_the_line(self):
        line = Line(
            gid="g",
            name="Secateurs",
            sku="S",
            quantity=3,
            ordered_quantity=3,
            net=Decimal("20.00"),
            taxes=(VAT,),
            discounts=(("TEN", Decimal("10.00")),),
        )
        ids = self.ids(self.read_order(), products={"g": 7}, taxes={"g": [3]})
        first, second = line_vals(line, ids, 2)
        self.assertEqual(first["name"], "Secateurs\nTEN −10.00")
        self.assertEqual(first["shopify_line_gid"], second["shopify_line_gid"])

    def test_payment_has_its_day_in_the_shops_time_zone(self):
        (transaction,) = self.read_order().received
        late = datetime(2026, 11, 2, 23, 30, tzinfo=timezone.utc)
        transaction = replace(transaction, processed_at=late)
        vals = payment_vals(transaction, ZoneInfo("Europe/Amsterdam"))
        self.assertEqual(vals["date"], date(2026, 11, 3))
        self.assertEqual(vals["payment_reference"], transaction.payment_id)

    def test_changes_are_named_and_keep_no_address(self):
        order = self.read_order()
        before = facts(order)
        moved = replace(order.shipping, street="Elsewhere 1")
        now = facts(replace(order, shipping=moved, total=Decimal("1.00")))
        self.assertEqual(changed_facts(before, now), ["total", "address"])
        self.assertEqual(changed_facts(before, facts(order)), [])
        self.assertNotIn("Oudegracht", str(before))


def fulfillment_order(gid, location, *items, status="OPEN"):
    nodes = [
        {"id": f"{gid}.{line}", "remainingQuantity": left, "lineItem": {"id": line}}
        for line, left in items
    ]
    return {
        "id": gid,
        "status": status,
        "assignedLocation": {"location": {"id": location}},
        "supportedActions": [{"action": "MOVE"}],
        "lineItems": {"nodes": nodes},
    }


def fulfilled(gid, numbers=(), status="SUCCESS", **quantities):
    nodes = [{"lineItem": {"id": k}, "quantity": n} for k, n in quantities.items()]
    return {
        "id": gid,
        "status": status,
        "trackingInfo": [{"number": number} for number in numbers],
        "fulfillmentLineItems": {"nodes": nodes},
    }


@tagged("standard", "post_install", "-at_install")
class TestFulfillmentInput(BaseCase):
    def test_units_are_spread_over_open_orders_of_one_location(self):
        orders = [
            fulfillment_order("F1", "L1", ("a", 1)),
            fulfillment_order("F2", "L1", ("a", 5), ("b", 2)),
        ]
        parcel = next_parcel({"a": 3, "b": 1}, orders)
        self.assertEqual(parcel.lines, {"a": 3, "b": 1})
        self.assertEqual(
            parcel.allocation,
            [
                {
                    "fulfillmentOrderId": "F1",
                    "fulfillmentOrderLineItems": [{"id": "F1.a", "quantity": 1}],
                },
                {
                    "fulfillmentOrderId": "F2",
                    "fulfillmentOrderLineItems": [
                        {"id": "F2.a", "quantity": 2},
                        {"id": "F2.b", "quantity": 1},
                    ],
                },
            ],
        )

    def test_location_that_has_most_comes_first_unless_another_is_home(self):
        orders = [
            fulfillment_order("F1", "L1", ("a", 1)),
            fulfillment_order("F2", "L2", ("a", 2)),
        ]
        self.assertEqual(next_parcel({"a": 2}, orders).location_gid, "L2")
        parcel = next_parcel({"a": 2}, orders, home="L1")
        self.assertEqual((parcel.location_gid, parcel.lines), ("L1", {"a": 1}))

    def test_never_from_two_locations_in_one_call(self):
        orders = [
            fulfillment_order("F1", "L1", ("a", 1)),
            fulfillment_order("F2", "L2", ("b", 1)),
        ]
        self.assertEqual(next_parcel({"a": 1, "b": 1}, orders).lines, {"a": 1})
        self.assertEqual(open_units({"a": 1, "b": 2}, orders), 2)

    def test_held_or_closed_is_not_taken(self):
        for status in ("ON_HOLD", "CLOSED", "CANCELLED", "SCHEDULED"):
            orders = [fulfillment_order("F1", "L1", ("a", 1), status=status)]
            self.assertIsNone(next_parcel({"a": 1}, orders))
            self.assertEqual(open_units({"a": 1}, orders), 0)

    def test_only_what_home_lacks_is_moved_there(self):
        orders = [
            fulfillment_order("F1", "L1", ("a", 1)),
            fulfillment_order("F2", "L2", ("a", 5), ("b", 2)),
        ]
        moves = list(to_move({"a": 3, "b": 1}, orders, "L1"))
        lines = [{"id": "F2.a", "quantity": 2}, {"id": "F2.b", "quantity": 1}]
        self.assertEqual(moves, [("F2", lines)])
        self.assertEqual(list(to_move({"a": 1}, orders, "L1")), [])

    def test_a_part_of_it_is_found_only_when_asked_for(self):
        theirs = [fulfilled("G1", a=1)]
        self.assertIsNone(find_existing(theirs, [], {"a": 2}, set()))
        found = find_existing(theirs, [], {"a": 2}, set(), parts=True)
        self.assertEqual(found["id"], "G1")
        too_much = find_existing(theirs, [], {"b": 2}, set(), parts=True)
        self.assertIsNone(too_much)

    def test_existing_is_found_by_tracking_number(self):
        theirs = [fulfilled("G1", ["3S1"], a=1), fulfilled("G2", ["3S2"], a=1)]
        found = find_existing(theirs, ["3S2"], {"a": 1}, set())
        self.assertEqual(found["id"], "G2")
        self.assertIsNone(find_existing(theirs, ["3S3"], {"a": 1}, set()))

    def test_existing_without_number_is_found_by_its_quantities(self):
        theirs = [fulfilled("G1", a=1), fulfilled("G2", a=2)]
        self.assertEqual(find_existing(theirs, [], {"a": 2}, set())["id"], "G2")
        self.assertIsNone(find_existing(theirs, [], {"a": 2}, {"G2"}))
        self.assertIsNone(find_existing(theirs, [], {"a": 3}, set()))

    def test_cancelled_is_not_ours(self):
        theirs = [fulfilled("G1", ["3S1"], status="CANCELLED", a=1)]
        self.assertIsNone(find_existing(theirs, ["3S1"], {"a": 1}, set()))

    def test_tracking_of_several_parcels(self):
        url = '[["3S1", "https://t.example/1"], ["3S2", "https://t.example/2"]]'
        self.assertEqual(
            tracking_info("3S1, 3S2", url, "PostNL"),
            {
                "numbers": ["3S1", "3S2"],
                "urls": ["https://t.example/1", "https://t.example/2"],
                "company": "PostNL",
            },
        )

    def test_tracking_of_one_parcel_without_link_or_carrier(self):
        self.assertEqual(
            tracking_info("3S1", False, False), {"numbers": ["3S1"], "urls": []}
        )
        info = tracking_info("3S1", "https://t.example/1", False)
        self.assertEqual(info["urls"], ["https://t.example/1"])

    def test_no_number_is_no_tracking(self):
        self.assertEqual(tracking_info(False, "https://t.example", "PostNL"), {})
        self.assertEqual(tracking_numbers("3S1,,3S1 "), ["3S1"])

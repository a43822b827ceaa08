"""The money of orders: everything adds up, to the cent, in both currencies."""

from decimal import Decimal
from itertools import product

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.money import allocate, amounts
from sandbox.shopify.testing import ADDRESS, CUSTOMER, PAYMENT, buy, new_world
from sandbox.shopify.vat import rate


@pytest.fixture
def app():
    return ShopifyApp(new_world())


def shop_amount(bag):
    """Return the amount in the shop's currency."""
    return amounts(bag)[0]


def assert_adds_up(app, order):
    """Check an order from its lines upwards, in both currencies."""
    for side in (0, 1):

        def total(bags, side=side):
            return sum((amounts(bag)[side] for bag in bags), Decimal(0))

        parts = app.lines(order) + app.store.refs(order["shippingLines"])
        gross = total(p.get("originalTotalSet") or p["originalPriceSet"] for p in parts)
        allocations = [a for part in parts for a in part["discountAllocations"]]
        off = total(entry["allocatedAmountSet"] for entry in allocations)
        tax = total(entry["priceSet"] for part in parts for entry in part["taxLines"])
        assert off == total([order["currentTotalDiscountsSet"]])
        assert tax == total([order["currentTotalTaxSet"]])
        assert tax == total(entry["priceSet"] for entry in order["currentTaxLines"])
        added = Decimal(0) if order["taxesIncluded"] else tax
        assert gross - off + added == total([order["currentTotalPriceSet"]])
        net = total(
            line["priceAfterAllDiscountsBeforeTaxesSet"] for line in app.lines(order)
        )
        lines_tax = total(
            e["priceSet"] for line in app.lines(order) for e in line["taxLines"]
        )
        inside = lines_tax if order["taxesIncluded"] else Decimal(0)
        assert net + inside == total([order["currentSubtotalPriceSet"]])


CARTS = [
    [("TW-SHEARS-01", 1)],
    [("TW-SHEARS-01", 3), ("TW-BOOK-01", 1), ("TW-TWINE-01", 7)],
    [("TW-BOOK-01", 2), ("TW-FORK-01", 1)],
]
DISCOUNTS = [
    None,
    {"code": "SPRING", "percent": "10"},
    {"code": "TENNER", "amount": "10.00"},
    {"title": "Everything", "percent": "100"},
    {"code": "FREESHIP", "percent": "100", "target": "SHIPPING_LINE"},
    [{"code": "THIRD", "percent": "33.3"}, {"title": "Welcome", "amount": "1.01"}],
]


@pytest.mark.parametrize(
    ("cart", "discount", "included", "country", "exchange_rate"),
    list(product(CARTS, DISCOUNTS, (True, False), ("NL", "FI", "CH"), ("1", "0.8437"))),
)
def test_orders_add_up(app, cart, discount, included, country, exchange_rate):
    order = buy(
        app,
        cart,
        discount=discount,
        taxes_included=included,
        shipping_address={**ADDRESS, "country_code": country},
        presentment_currency="EUR" if exchange_rate == "1" else "GBP",
        exchange_rate=exchange_rate,
    )
    assert_adds_up(app, order)
    assert order["displayFinancialStatus"] == "PAID"
    assert amounts(order["totalOutstandingSet"]) == (0, 0)


def test_dutch_vat_is_inside_the_price(app):
    order = buy(app, [("TW-SHEARS-01", 1), ("TW-BOOK-01", 1)])
    taxes = {line["rate"]: shop_amount(line["priceSet"]) for line in order["taxLines"]}
    assert taxes == {0.21: Decimal("6.93"), 0.09: Decimal("1.86")}
    assert shop_amount(order["totalPriceSet"]) == Decimal("62.40")


def test_another_country_keeps_the_price_and_changes_the_vat(app):
    order = buy(app, shipping_address={**ADDRESS, "country_code": "DE"})
    (tax,) = order["taxLines"]
    assert (tax["title"], tax["ratePercentage"]) == ("DE VAT", 19.0)
    assert shop_amount(order["totalPriceSet"]) == Decimal("39.90")


def test_outside_the_eu_there_is_no_vat(app):
    order = buy(app, shipping_address={**ADDRESS, "country_code": "CH"})
    assert order["taxLines"] == []
    assert rate("CH") is None


def test_prices_without_vat_get_it_on_top(app):
    order = buy(app, taxes_included=False, shipping=None)
    assert shop_amount(order["currentSubtotalPriceSet"]) == Decimal("28.88")
    assert shop_amount(order["currentTotalPriceSet"]) == Decimal("34.94")


def test_three_times_ten_less_ten_is_twenty(app):
    cart = [{"title": "Thing", "price": "10.00", "quantity": 3}]
    discount = {"code": "TEN", "amount": "10"}
    order = app.place_order(cart, CUSTOMER, ADDRESS, shipping=None, discount=discount)
    (line,) = app.lines(order)
    assert shop_amount(order["currentTotalPriceSet"]) == Decimal("20.00")
    unit = shop_amount(line["discountedUnitPriceAfterAllDiscountsSet"])
    assert unit * 3 == Decimal("20.01"), "the unit price is approximate, as at Shopify"


def test_allocations_give_the_odd_cents_to_the_largest_remainders():
    parts = allocate(Decimal("10.00"), [Decimal(1), Decimal(1), Decimal(1)])
    assert parts == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert allocate(Decimal("5.00"), [Decimal(0), Decimal(0)]) == [0, 0]


def test_awkward_lines_have_no_variant(app):
    cart = [
        {
            "sku": "GONE-01",
            "title": "Discontinued rake",
            "price": "12.00",
            "quantity": 1,
        },
        {
            "title": "Gift wrap",
            "price": "2.50",
            "quantity": 1,
            "requires_shipping": False,
        },
    ]
    order = app.place_order(cart, None, ADDRESS, payment=PAYMENT, test=True)
    assert [line["variant"] for line in app.lines(order)] == [None, None]
    assert order["customer"] is None and order["test"] is True
    methods = [f["_method"] for f in app.store.refs(order["fulfillmentOrders"])]
    assert methods == ["SHIPPING", "NONE"]
    assert_adds_up(app, order)


def test_what_the_shop_does_not_sell_needs_a_price(app):
    with pytest.raises(ValueError, match="NOPE is not sold here"):
        buy(app, [("NOPE", 1)])
    with pytest.raises(TypeError, match="no colour"):
        buy(app, colour="red")
    assert app.orders() == []


def test_stock_is_promised_to_the_order(app):
    buy(app, [("TW-SHEARS-01", 5)])
    assert app.stock("TW-SHEARS-01") == 115


def test_the_same_person_is_the_same_customer(app):
    assert buy(app)["customer"] == buy(app)["customer"]


def test_the_same_steps_give_the_same_orders():
    first, second = (buy(ShopifyApp(new_world())) for _run in range(2))
    assert first == second


# === Payments ===


def test_a_pending_payment_becomes_paid(app):
    order = buy(app, payment={**PAYMENT, "status": "pending"})
    assert order["displayFinancialStatus"] == "PENDING"
    app.record_payment(order, PAYMENT["gateway"], PAYMENT["payment_id"])
    assert order["displayFinancialStatus"] == "PAID"
    (transaction,) = app.transactions(order)
    assert transaction["status"] == "SUCCESS"


def test_a_failed_payment_pays_nothing(app):
    order = buy(app, payment={**PAYMENT, "status": "failure"})
    assert order["displayFinancialStatus"] == "PENDING"
    assert app.transactions(order)[0]["errorCode"] == "GENERIC_ERROR"


def test_two_payments_share_an_order(app):
    gift = {"gateway": "gift_card", "payment_id": None, "amount": "10.00"}
    order = buy(app, payment=[gift, PAYMENT])
    paid = [amounts(entry["amountSet"])[1] for entry in app.transactions(order)]
    assert paid == [Decimal("10.00"), Decimal("29.90")]
    assert order["paymentGatewayNames"] == ["gift_card", "Mollie - iDEAL"]
    assert order["displayFinancialStatus"] == "PAID"


def test_less_than_the_total_is_partially_paid(app):
    order = buy(app, payment={**PAYMENT, "amount": "30.00"})
    assert order["displayFinancialStatus"] == "PARTIALLY_PAID"
    assert amounts(order["totalOutstandingSet"])[1] == Decimal("9.90")

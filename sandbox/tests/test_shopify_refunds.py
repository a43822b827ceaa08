"""Refunds: lines to the last cent, shipping with its tax, money by payment."""

from decimal import Decimal

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.money import amounts
from sandbox.shopify.testing import Caller, buy, new_world

REFUND = """mutation ($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount } } }
    order { displayFinancialStatus } userErrors { field message } } }"""


@pytest.fixture
def app():
    """A shop with an order of three books for 20.00 in total and 4.95 of shipping."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    cart = [("TW-BOOK-01", 3)]
    app.bought = buy(app, cart, discount={"code": "CHEAP", "amount": "47.50"})
    return app


def refund(app, quantity=0, key="k1", restock="RETURN", **given):
    """Refund books and return the payload."""
    (line,) = app.bought["lineItems"]
    lines = [{"lineItemId": line, "quantity": quantity, "restockType": restock}]
    given = {
        "orderId": app.bought["id"],
        "refundLineItems": lines if quantity else [],
        **given,
    }
    return app.caller.ask(REFUND, input=given, key=key)["refundCreate"]


def money(app, amount):
    """Return the transactions that pay ``amount`` back."""
    return [
        {
            "orderId": app.bought["id"],
            "parentId": app.bought["transactions"][0],
            "kind": "REFUND",
            "gateway": "Mollie - iDEAL",
            "amount": amount,
        }
    ]


def refused(payload):
    """Return the one message of a payload that did nothing."""
    assert payload["refund"] is None
    (error,) = payload["userErrors"]
    return error["message"]


def test_pieces_refunded_one_by_one_make_the_whole_line(app):
    for key in "abc":
        refund(app, 1, key=key)
    rows = [
        row
        for record in app.store.refs(app.bought["refunds"])
        for row in app.store.refs(record["refundLineItems"])
    ]
    subtotals = [amounts(row["subtotalSet"])[0] for row in rows]
    assert subtotals == [Decimal("6.67"), Decimal("6.66"), Decimal("6.67")]
    assert sum(amounts(row["totalTaxSet"])[0] for row in rows) == Decimal("1.65")
    assert amounts(app.bought["currentSubtotalPriceSet"]) == (0, 0)
    assert amounts(app.bought["currentTotalDiscountsSet"]) == (0, 0)
    (tax,) = [line for line in app.bought["currentTaxLines"] if line["rate"] == 0.09]
    assert amounts(tax["priceSet"]) == (0, 0)


def test_shipping_goes_back_with_its_tax(app):
    refund(app, shipping={"fullRefund": True})
    (record,) = app.store.refs(app.bought["refunds"])
    (row,) = record["refundShippingLines"]
    assert amounts(row["subtotalAmountSet"])[0] == Decimal("4.95")
    assert amounts(row["taxAmountSet"])[0] == Decimal("0.86")
    assert amounts(app.bought["currentTotalPriceSet"])[0] == Decimal("20.00")
    (shipping,) = app.store.refs(app.bought["shippingLines"])
    assert amounts(shipping["currentDiscountedPriceSet"]) == (0, 0)
    assert amounts(shipping["discountedPriceSet"])[0] == Decimal("4.95")
    assert "more than is left" in refused(
        refund(app, key="b", shipping={"amount": "1"})
    )


def test_money_goes_back_over_its_payment(app):
    payload = refund(app, 3, transactions=money(app, "20.00"))
    assert payload["order"]["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert payload["refund"]["totalRefundedSet"]["shopMoney"]["amount"] == "20.0"
    back = app.transactions(app.bought)[-1]
    assert back["kind"] == "REFUND"
    assert back["parentTransaction"] == app.bought["transactions"][0]
    assert amounts(app.bought["netPaymentSet"])[0] == Decimal("4.95")
    payload = refund(app, key="b", transactions=money(app, "4.95"))
    assert payload["order"]["displayFinancialStatus"] == "REFUNDED"


def test_money_without_goods_is_an_adjustment(app):
    refund(app, transactions=money(app, "3.00"), discrepancyReason="DAMAGE")
    (record,) = app.store.refs(app.bought["refunds"])
    (row,) = record["orderAdjustments"]
    assert (row["reason"], amounts(row["amountSet"])[0]) == ("DAMAGE", Decimal("-3.00"))
    assert amounts(app.bought["refundDiscrepancySet"])[0] == Decimal("-3.00")
    assert amounts(app.bought["totalOutstandingSet"])[0] == 0
    assert amounts(app.bought["currentTotalPriceSet"])[0] == Decimal("24.95")


def test_goods_without_money_leave_the_shop_in_debt(app):
    refund(app, 3)
    assert amounts(app.bought["totalOutstandingSet"])[0] == Decimal("-20.00")
    assert app.bought["displayFinancialStatus"] == "PAID"


def test_no_more_goes_back_than_was_paid(app):
    payload = refund(app, transactions=money(app, "24.96"))
    assert "more than is left of the payment" in refused(payload)
    twice = money(app, "20.00") + money(app, "20.00")
    assert "more than is left" in refused(refund(app, key="b", transactions=twice))
    assert app.bought["refunds"] == []


def test_no_more_pieces_go_back_than_were_bought(app):
    assert "more items than were purchased" in refused(refund(app, 4))


def test_the_same_key_refunds_once(app):
    first = refund(app, 1, transactions=money(app, "6.67"))
    assert refund(app, 1, transactions=money(app, "6.67")) == first
    assert len(app.bought["refunds"]) == 1
    (error,) = refund(app, 2)["userErrors"]
    assert "other parameters" in error["message"]


def test_cancelled_pieces_are_not_sent_any_more(app):
    refund(app, 2, restock="CANCEL")
    (line,) = app.lines(app.bought)
    assert (line["currentQuantity"], line["unfulfilledQuantity"]) == (1, 1)
    (record,) = app.store.refs(app.bought["fulfillmentOrders"])
    (row,) = app.store.refs(record["lineItems"])
    assert (row["totalQuantity"], row["remainingQuantity"]) == (1, 1)
    assert app.stock("TW-BOOK-01") == 79


def test_returned_pieces_are_back_on_the_shelf(app):
    refund(app, 1, restock="RETURN")
    assert app.stock("TW-BOOK-01") == 78
    refund(app, 1, key="b", restock="NO_RESTOCK")
    assert app.stock("TW-BOOK-01") == 78


def test_cancelling_an_unpaid_order_voids_it():
    app = ShopifyApp(new_world())
    order = buy(app, payment=None)
    app.cancel_order(order, reason="INVENTORY")
    assert order["displayFinancialStatus"] == "VOIDED"
    assert order["cancelReason"] == "INVENTORY"
    assert app.transactions(order) == []

"""Cancelling by the API: a job now, the cancellation a moment later."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

CANCEL = """mutation ($id: ID!, $refund: Boolean!, $restock: Boolean!, $note: String) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: $restock, staffNote: $note
    refundMethod: {originalPaymentMethodsRefund: $refund}) {
    job { id done } orderCancelUserErrors { code field message } } }"""
JOB = "query ($id: ID!) { job(id: $id) { done } }"
ORDER = """query ($id: ID!) { order(id: $id) {
  cancelledAt cancelReason cancellation { staffNote } displayFinancialStatus } }"""


@pytest.fixture
def app():
    """A shop with a paid order."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.bought = buy(app)
    return app


def cancel(app, refund=True, restock=True, note=None):
    """Ask to cancel the order and return the payload."""
    variables = {"id": app.bought["id"], "refund": refund, "restock": restock}
    return app.caller.ask(CANCEL, **variables, note=note)["orderCancel"]


def look(app):
    """Return what Shopify says of the order."""
    return app.caller.ask(ORDER, id=app.bought["id"])["order"]


def refused(payload):
    """Return code and message of a payload that did nothing."""
    assert payload["job"] is None
    (error,) = payload["orderCancelUserErrors"]
    return error["code"], error["message"]


def test_it_is_cancelled_after_the_answer(app):
    stock = app.stock("TW-SHEARS-01")
    payload = cancel(app, note="Called on Monday")
    assert payload["job"]["done"] is False
    assert app.bought["cancelledAt"] is None
    order = look(app)
    assert order["cancelledAt"] and order["cancelReason"] == "CUSTOMER"
    assert order["cancellation"] == {"staffNote": "Called on Monday"}
    assert order["displayFinancialStatus"] == "REFUNDED"
    assert app.stock("TW-SHEARS-01") == stock + 1
    assert app.caller.ask(JOB, id=payload["job"]["id"])["job"]["done"] is True


def test_money_and_goods_stay_when_not_asked_for(app):
    stock = app.stock("TW-SHEARS-01")
    cancel(app, refund=False, restock=False)
    assert look(app)["displayFinancialStatus"] != "REFUNDED"
    assert len(app.bought["transactions"]) == 1
    assert app.stock("TW-SHEARS-01") == stock


def test_it_can_take_its_time(app):
    app.finish_cancellations(within=60)
    job = cancel(app)["job"]["id"]
    assert look(app)["cancelledAt"] is None
    assert app.caller.ask(JOB, id=job)["job"]["done"] is False
    app.world.clock.advance(seconds=61)
    assert look(app)["cancelledAt"]


def test_what_stands_in_the_way_is_said(app):
    assert refused(cancel(app, note="x" * 256))[0] == "INVALID"
    cancel(app)
    look(app)
    code, message = refused(cancel(app))
    assert code == "INVALID" and "already" in message


def test_what_was_sent_is_not_cancelled(app):
    app.finish_cancellations(within=60)
    job = cancel(app)["job"]["id"]
    order = app.store.get(app.bought["fulfillmentOrders"][0])
    app.caller.ask(
        """mutation ($id: ID!) { fulfillmentCreate(fulfillment: {
          lineItemsByFulfillmentOrder: [{fulfillmentOrderId: $id}]
        }) { userErrors { message } } }""",
        id=order["id"],
    )
    app.world.clock.advance(seconds=61)
    assert look(app)["cancelledAt"] is None, "it was sent while it waited"
    assert app.caller.ask(JOB, id=job)["job"]["done"] is True
    assert refused(cancel(app))[0] == "INVALID"


def test_unknown_order(app):
    app.bought = {"id": "gid://shopify/Order/1"}
    assert refused(cancel(app))[0] == "NOT_FOUND"

"""Sending goods: what is left, what is refused, where it travels."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

CREATE = """mutation ($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id name status trackingInfo(first: 10) { company number url } }
    userErrors { field message } } }"""
TRACK = """mutation ($id: ID!, $tracking: FulfillmentTrackingInput!) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking) {
    fulfillment { trackingInfo { number url } } userErrors { field message } } }"""
EVENT = """mutation ($event: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $event) {
    fulfillmentEvent { id status } userErrors { field message } } }"""
MOVE = """mutation ($id: ID!, $location: ID!) {
  fulfillmentOrderMove(id: $id, newLocationId: $location) {
    movedFulfillmentOrder { id assignedLocation { name } lineItems(first: 5) {
      nodes { remainingQuantity } } }
    remainingFulfillmentOrder { id } userErrors { message } } }"""
HOLD = """mutation ($id: ID!) { fulfillmentOrderHold(id: $id,
    fulfillmentHold: {reason: INCORRECT_ADDRESS, reasonNotes: "No such street"}) {
  fulfillmentOrder { status fulfillmentHolds { reasonNotes } }
  userErrors { message } } }"""
RELEASE = """mutation ($id: ID!) { fulfillmentOrderReleaseHold(id: $id) {
  fulfillmentOrder { status } userErrors { message } } }"""
DELFT = "gid://shopify/Location/9000000002"


@pytest.fixture
def app():
    """A shop with an order of two shears and a book."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.bought = buy(app, [("TW-SHEARS-01", 2), ("TW-BOOK-01", 1)])
    app.world.clock.advance(hours=1)
    return app


def fulfilment_order(app, order=None):
    """Return the (newest) fulfilment order of an order."""
    return app.store.get((order or app.bought)["fulfillmentOrders"][-1])


def send(app, *parts, **tracking):
    """Send ``(fulfilment order, {place of the line: quantity})`` parts."""
    rows = []
    for record, quantities in parts:
        lines = [
            {"id": record["lineItems"][index], "quantity": quantity}
            for index, quantity in quantities.items()
        ]
        rows.append(
            {"fulfillmentOrderId": record["id"], "fulfillmentOrderLineItems": lines}
        )
    given = {"lineItemsByFulfillmentOrder": rows, "trackingInfo": tracking}
    return app.caller.ask(CREATE, fulfillment=given)["fulfillmentCreate"]


def refusal(payload):
    """Return the one message of a payload that did nothing."""
    assert payload["fulfillment"] is None
    (error,) = payload["userErrors"]
    return error["message"]


def test_sending_everything_closes_the_order(app):
    record = fulfilment_order(app)
    urls = ["https://postnl.example/3SA", "https://postnl.example/3SB"]
    parcels = {"company": "PostNL", "numbers": ["3SA", "3SB"], "urls": urls}
    answer = send(app, (record, {}), **parcels)
    assert answer["userErrors"] == []
    assert answer["fulfillment"]["name"] == "#1001-F1"
    assert answer["fulfillment"]["trackingInfo"] == [
        {"company": "PostNL", "number": "3SA", "url": urls[0]},
        {"company": "PostNL", "number": "3SB", "url": urls[1]},
    ]
    assert app.bought["displayFulfillmentStatus"] == "FULFILLED"
    assert record["status"] == "CLOSED"
    assert app.bought["updatedAt"] == "2026-11-02T10:00:00Z"
    assert [line["unfulfilledQuantity"] for line in app.lines(app.bought)] == [0, 0]


def test_sending_a_part_leaves_the_rest(app):
    record = fulfilment_order(app)
    assert send(app, (record, {0: 1}))["fulfillment"]["status"] == "SUCCESS"
    assert app.bought["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert record["status"] == "IN_PROGRESS"
    assert send(app, (record, {0: 1, 1: 1}))["fulfillment"]["name"] == "#1001-F2"
    assert app.bought["displayFulfillmentStatus"] == "FULFILLED"


@pytest.mark.parametrize("quantities", [{0: 3}, {0: 0}, {1: -1}])
def test_no_more_than_what_is_left_can_be_sent(app, quantities):
    payload = send(app, (fulfilment_order(app), quantities))
    assert refusal(payload) == "Invalid fulfillment order line item quantity requested."
    assert app.bought["fulfillments"] == []


def test_nothing_is_sent_twice(app):
    record = fulfilment_order(app)
    send(app, (record, {}))
    assert "unfulfillable status= closed" in refusal(send(app, (record, {})))
    assert len(app.bought["fulfillments"]) == 1


def test_one_fulfilment_is_of_one_order(app):
    other = buy(app)
    parts = (fulfilment_order(app), {}), (fulfilment_order(app, other), {})
    assert "same order and location" in refusal(send(app, *parts))


def test_an_unknown_fulfilment_order_is_refused(app):
    payload = send(
        app, ({"id": "gid://shopify/FulfillmentOrder/1", "lineItems": []}, {})
    )
    assert refusal(payload) == "Fulfillment order does not exist."


def test_what_is_on_hold_is_not_sent(app):
    record = fulfilment_order(app)
    held = app.caller.ask(HOLD, id=record["id"])["fulfillmentOrderHold"]
    assert held["fulfillmentOrder"]["fulfillmentHolds"] == [
        {"reasonNotes": "No such street"}
    ]
    assert app.bought["displayFulfillmentStatus"] == "ON_HOLD"
    assert "status= on_hold" in refusal(send(app, (record, {})))
    app.caller.ask(RELEASE, id=record["id"])
    assert send(app, (record, {}))["userErrors"] == []


def test_new_tracking_replaces_the_old(app):
    sent = send(app, (fulfilment_order(app), {}), number="OLD")["fulfillment"]
    tracking = {"number": "NEW", "url": "https://a.example"}
    answer = app.caller.ask(TRACK, id=sent["id"], tracking=tracking)
    (row,) = answer["fulfillmentTrackingInfoUpdate"]["fulfillment"]["trackingInfo"]
    assert row == tracking
    answer = app.caller.ask(TRACK, id="gid://shopify/Fulfillment/1", tracking={})
    (error,) = answer["fulfillmentTrackingInfoUpdate"]["userErrors"]
    assert error["message"] == "Fulfillment does not exist."


def test_events_tell_the_journey(app):
    sent = send(app, (fulfilment_order(app), {}))["fulfillment"]
    for status in ("IN_TRANSIT", "DELIVERED"):
        event = {"fulfillmentId": sent["id"], "status": status}
        answer = app.caller.ask(EVENT, event=event)["fulfillmentEventCreate"]
        assert answer["fulfillmentEvent"]["status"] == status
    (record,) = app.fulfillments(app.bought)
    assert record["displayStatus"] == "DELIVERED"
    assert record["deliveredAt"] == record["inTransitAt"] == "2026-11-02T10:00:00Z"


def test_another_location_can_send_what_is_left(app):
    record = fulfilment_order(app)
    send(app, (record, {0: 1}))
    moved = app.caller.ask(MOVE, id=record["id"], location=DELFT)[
        "fulfillmentOrderMove"
    ]
    assert moved["userErrors"] == []
    assert moved["movedFulfillmentOrder"]["assignedLocation"]["name"] == "Shop Delft"
    left = moved["movedFulfillmentOrder"]["lineItems"]["nodes"]
    assert [row["remainingQuantity"] for row in left] == [1, 1]
    assert record["status"] == "CLOSED"
    assert send(app, (fulfilment_order(app), {}))["userErrors"] == []
    assert app.bought["displayFulfillmentStatus"] == "FULFILLED"


def test_a_cancelled_order_is_not_sent(app):
    app.cancel_order(app.bought)
    assert "status= cancelled" in refusal(send(app, (fulfilment_order(app), {})))
    assert app.bought["displayFinancialStatus"] == "REFUNDED"
    assert app.stock("TW-SHEARS-01") == 120

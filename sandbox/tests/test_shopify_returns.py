"""Returns: asked for, answered, changed, refunded; told each time."""

import json

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

RETURN = """query ($id: ID!) { return(id: $id) {
  name status totalQuantity createdAt requestApprovedAt closedAt
  decline { reason note } refunds(first: 5) { nodes { id } }
  exchangeLineItems(first: 5) { nodes { quantity variantId title lineItems { id } } }
  returnLineItems(first: 5) { nodes { __typename id quantity refundedQuantity
    customerNote returnReasonNote returnReasonDefinition { name handle }
    ... on ReturnLineItem { fulfillmentLineItem { lineItem { sku } } } } } } }"""
OF_ORDER = """query ($id: ID!) { order(id: $id) {
  returns(first: 1) { nodes { id } pageInfo { hasNextPage } } } }"""
APPROVE = """mutation ($input: ReturnApproveRequestInput!) {
  returnApproveRequest(input: $input) {
    return { status } userErrors { code field message } } }"""
DECLINE = """mutation ($input: ReturnDeclineRequestInput!) {
  returnDeclineRequest(input: $input) {
    return { status decline { reason note } } userErrors { code field message } } }"""
HOOK = """mutation ($topic: WebhookSubscriptionTopic!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription:
    {uri: "https://odoo.example/hook"}) { userErrors { message } } }"""
SHEARS = "TW-SHEARS-01"


@pytest.fixture
def app():
    """A shop with an order of three pieces that were sent."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.bought = buy(app, [(SHEARS, 3)])
    for record in app.store.refs(app.bought["fulfillmentOrders"]):
        rows = [{"fulfillmentOrderId": record["id"]}]
        app.caller.ask(
            """mutation ($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
            fulfillment { id } userErrors { message } } }""",
            f={"lineItemsByFulfillmentOrder": rows},
        )
    return app


def look(app, record):
    """Return what Shopify says of a return."""
    return app.caller.ask(RETURN, id=record["id"])["return"]


def told(app):
    """Return ``[(topic, body)]`` of the messages that wait."""
    return [
        (message["headers"]["X-Shopify-Topic"], json.loads(message["body"]))
        for message in app.world.outbox.waiting
    ]


def test_a_request_says_what_and_why(app):
    record = app.request_return(
        app.bought,
        {SHEARS: 2},
        reason="Too small",
        words="Like scissors for a doll.",
        exchange=[{"sku": "TW-TROWEL-01", "quantity": 1}],
    )
    found = look(app, record)
    assert (found["name"], found["status"]) == ("#1001-R1", "REQUESTED")
    assert found["totalQuantity"] == 2
    (line,) = found["returnLineItems"]["nodes"]
    assert line["fulfillmentLineItem"]["lineItem"]["sku"] == SHEARS
    assert line["returnReasonDefinition"]["name"] == "Too small"
    assert line["customerNote"] == "Like scissors for a doll."
    (other,) = found["exchangeLineItems"]["nodes"]
    assert (other["quantity"], other["lineItems"]) == (1, [])
    listed = app.caller.ask(OF_ORDER, id=app.bought["id"])["order"]["returns"]
    assert listed["nodes"] == [{"id": record["id"]}]
    assert not listed["pageInfo"]["hasNextPage"]


def test_only_what_was_sent_and_is_not_coming_back(app):
    app.request_return(app.bought, {SHEARS: 2})
    with pytest.raises(ValueError):
        app.request_return(app.bought, {SHEARS: 2})
    with pytest.raises(ValueError):
        app.request_return(buy(app), {SHEARS: 1})


def test_declined_pieces_can_be_asked_for_again(app):
    record = app.request_return(app.bought, {SHEARS: 3})
    app.decline_return(record, note="Used.")
    assert look(app, record)["decline"] == {"reason": "FINAL_SALE", "note": "Used."}
    again = app.request_return(app.bought, {SHEARS: 3})
    assert again["name"] == "#1001-R2"


def test_approved_once(app):
    record = app.request_return(app.bought, {SHEARS: 1})
    given = {"id": record["id"], "notifyCustomer": True}
    payload = app.caller.ask(APPROVE, input=given)["returnApproveRequest"]
    assert payload == {"return": {"status": "OPEN"}, "userErrors": []}
    payload = app.caller.ask(APPROVE, input=given)["returnApproveRequest"]
    assert payload["return"] is None
    assert payload["userErrors"][0]["code"] == "INVALID_STATE"
    assert look(app, record)["requestApprovedAt"]


def test_declined_with_words(app):
    record = app.request_return(app.bought, {SHEARS: 1})
    given = {
        "id": record["id"],
        "declineReason": "RETURN_PERIOD_ENDED",
        "declineNote": "x" * 501,
    }
    payload = app.caller.ask(DECLINE, input=given)["returnDeclineRequest"]
    assert payload["userErrors"][0]["code"] == "TOO_LONG"
    given["declineNote"] = "Sorry, too late."
    payload = app.caller.ask(DECLINE, input=given)["returnDeclineRequest"]
    assert payload["return"]["status"] == "DECLINED"
    given["id"] = "gid://shopify/Return/1"
    payload = app.caller.ask(DECLINE, input=given)["returnDeclineRequest"]
    assert payload["userErrors"][0]["code"] == "NOT_FOUND"


def test_closed_by_the_refund_of_the_last_piece(app):
    record = app.open_return(app.bought, {SHEARS: 2})
    app.refund(app.bought, {SHEARS: 1}, amount="10.00", of_return=record)
    found = look(app, record)
    assert found["status"] == "OPEN"
    assert found["returnLineItems"]["nodes"][0]["refundedQuantity"] == 1
    app.refund(app.bought, {SHEARS: 1}, amount="10.00", of_return=record)
    found = look(app, record)
    assert (found["status"], len(found["refunds"]["nodes"])) == ("CLOSED", 2)
    app.reopen_return(record)
    assert look(app, record)["closedAt"] is None


def test_refunded_while_the_goods_are_under_way_stays_open(app):
    record = app.open_return(app.bought, {SHEARS: 1})
    app.refund(
        app.bought, {SHEARS: 1}, amount="10", restock="NO_RESTOCK", of_return=record
    )
    assert look(app, record)["status"] == "OPEN"


def test_every_message_has_its_own_shape(app):
    for topic in "REQUEST APPROVE DECLINE CANCEL CLOSE REOPEN UPDATE".split():
        app.caller.ask(HOOK, topic=f"RETURNS_{topic}")
    record = app.request_return(app.bought, {SHEARS: 2})
    app.approve_return(record)
    app.change_return(record, {SHEARS: 1})
    app.close_return(record)
    app.reopen_return(record)
    app.cancel_return(record)
    other = app.request_return(app.bought, {SHEARS: 1})
    app.decline_return(other)
    bodies = dict(told(app))
    assert len(bodies) == 7
    assert bodies["returns/request"]["order"]["admin_graphql_api_id"]
    assert bodies["returns/cancel"]["order_id"]
    assert list(bodies["returns/update"]) == ["admin_graphql_api_id"]
    assert bodies["returns/decline"]["decline"]["reason"] == "final_sale"


def test_a_line_that_is_taken_out_is_gone(app):
    record = app.request_return(app.bought, {SHEARS: 2})
    app.change_return(record, {SHEARS: 0})
    found = look(app, record)
    assert found["totalQuantity"] == 0
    assert found["returnLineItems"]["nodes"] == []


def test_orders_are_found_by_how_their_returns_stand(app):
    document = """query ($q: String!) { orders(first: 5, query: $q) {
      nodes { id returnStatus } } }"""

    def found(status):
        answer = app.caller.ask(document, q=f"return_status:{status}")
        return [node["returnStatus"] for node in answer["orders"]["nodes"]]

    assert found("return_requested") == []
    record = app.request_return(app.bought, {SHEARS: 1})
    assert found("return_requested") == ["RETURN_REQUESTED"]
    app.approve_return(record)
    assert found("in_progress") == ["IN_PROGRESS"]
    app.cancel_return(record)
    assert found("no_return") == ["NO_RETURN"]


def test_without_the_permission_nothing_is_said(app):
    app.request_return(app.bought, {SHEARS: 1})
    app.store.data["scopes"] = ["read_orders"]
    assert app.caller.errors(OF_ORDER, id=app.bought["id"]) == ["ACCESS_DENIED"]

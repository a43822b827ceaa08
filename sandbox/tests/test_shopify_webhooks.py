"""Subscriptions and what is sent to them."""

import base64
import hashlib
import hmac
import json
import uuid

import pytest

from sandbox import settings
from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import PAYMENT, Caller, buy, new_world

CREATE = """mutation ($topic: WebhookSubscriptionTopic!,
    $given: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) {
    webhookSubscription { id topic uri format includeFields apiVersion { handle } }
    userErrors { field message } } }"""
UPDATE = """mutation ($id: ID!, $given: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $given) {
    webhookSubscription { uri } userErrors { message } } }"""
DELETE = """mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId userErrors { message } } }"""
LIST = "{ webhookSubscriptions(first: 50) { nodes { id topic uri updatedAt } } }"
ADDRESS = "https://odoo.example/shopify/webhook"


@pytest.fixture
def app():
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    return app


def subscribe(app, topic, **given):
    """Subscribe and return the payload."""
    given = {"uri": ADDRESS, **given}
    answer = app.caller.ask(CREATE, topic=topic, given=given)
    return answer["webhookSubscriptionCreate"]


def sent(app):
    """Return what waits in the outbox as ``(topic, body)``."""
    return [
        (message["headers"]["X-Shopify-Topic"], json.loads(message["body"]))
        for message in app.world.outbox.waiting
    ]


def test_a_paid_order_is_told_to_the_subscribers(app):
    for topic in ("ORDERS_CREATE", "ORDERS_PAID", "ORDER_TRANSACTIONS_CREATE"):
        subscribe(app, topic)
    order = buy(app)
    topics, bodies = zip(*sent(app), strict=True)
    assert topics == ("orders/create", "order_transactions/create", "orders/paid")
    assert bodies[0]["admin_graphql_api_id"] == order["id"]
    assert str(bodies[0]["id"]) == order["legacyResourceId"]
    assert bodies[0]["name"] == "#1001"
    assert bodies[0]["updated_at"] == order["updatedAt"]
    assert bodies[0]["financial_status"] == "paid"
    assert bodies[0]["total_price"] == "39.90"
    assert bodies[0]["currency"] == "EUR"
    assert bodies[1]["payment_id"] == PAYMENT["payment_id"]


def test_without_subscription_nothing_is_sent(app):
    buy(app)
    assert app.world.outbox.waiting == []


def test_webhooks_are_signed_over_their_exact_bytes(app):
    subscribe(app, "ORDERS_CREATE")
    buy(app)
    (message,) = app.world.outbox.waiting
    key = settings.SHOPIFY_CLIENT_SECRET.encode()
    digest = hmac.new(key, message["body"], hashlib.sha256).digest()
    headers = message["headers"]
    assert headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert headers["X-Shopify-Shop-Domain"] == settings.SHOP_DOMAIN
    assert headers["X-Shopify-API-Version"] == "2026-10"
    assert headers["X-Shopify-Triggered-At"] == "2026-11-02T09:00:00Z"
    assert message["url"] == ADDRESS


def test_deliveries_have_their_own_id_and_share_the_event(app):
    subscribe(app, "ORDERS_CREATE")
    subscribe(app, "ORDERS_PAID")
    buy(app)
    headers = [message["headers"] for message in app.world.outbox.waiting]
    ids = {uuid.UUID(h["X-Shopify-Webhook-Id"]) for h in headers}
    events = {uuid.UUID(h["X-Shopify-Event-Id"]) for h in headers}
    assert (len(ids), len(events)) == (2, 1)


def test_an_unpaid_order_is_paid_later(app):
    subscribe(app, "ORDERS_PAID")
    order = buy(app, payment={**PAYMENT, "status": "pending"})
    assert sent(app) == []
    app.record_payment(order, PAYMENT["gateway"], PAYMENT["payment_id"])
    assert [topic for topic, _body in sent(app)] == ["orders/paid"]


def test_refunds_and_cancellations_are_told(app):
    for topic in ("REFUNDS_CREATE", "ORDERS_CANCELLED"):
        subscribe(app, topic)
    app.cancel_order(buy(app))
    topics, bodies = zip(*sent(app), strict=True)
    assert topics == ("refunds/create", "orders/cancelled")
    assert bodies[1]["cancel_reason"] == "customer"
    assert bodies[1]["financial_status"] == "refunded"


def test_only_the_wanted_fields_are_sent(app):
    subscribe(app, "ORDERS_CREATE", includeFields=["id", "updated_at"])
    buy(app)
    ((_topic, body),) = sent(app)
    assert set(body) == {"id", "updated_at"}


def test_the_same_subscription_is_made_once(app):
    assert subscribe(app, "ORDERS_CREATE")["userErrors"] == []
    (error,) = subscribe(app, "ORDERS_CREATE")["userErrors"]
    assert error["message"] == "Address for this topic has already been taken"
    assert len(app.subscriptions()) == 1


@pytest.mark.parametrize(
    ("topic", "given"),
    [
        ("ORDERS_CREATE", {"uri": "not an address"}),
        ("THEMES_CREATE", {}),
        ("ORDERS_CREATE", {"filter": "id:1"}),
        ("ORDERS_CREATE", {"format": "XML"}),
    ],
)
def test_what_cannot_be_played_is_refused(app, topic, given):
    payload = subscribe(app, topic, **given)
    assert payload["webhookSubscription"] is None
    assert len(payload["userErrors"]) == 1


def test_subscriptions_change_and_end(app):
    made = subscribe(app, "ORDERS_CREATE")["webhookSubscription"]
    given = {"uri": f"{ADDRESS}/2"}
    app.caller.ask(UPDATE, id=made["id"], given=given)
    (listed,) = app.caller.ask(LIST)["webhookSubscriptions"]["nodes"]
    assert listed["uri"] == f"{ADDRESS}/2"
    gone = app.caller.ask(DELETE, id=made["id"])["webhookSubscriptionDelete"]
    assert gone["deletedWebhookSubscriptionId"] == made["id"]
    assert app.caller.ask(LIST)["webhookSubscriptions"]["nodes"] == []
    (error,) = app.caller.ask(DELETE, id=made["id"])["webhookSubscriptionDelete"][
        "userErrors"
    ]
    assert error["message"] == "Webhook subscription does not exist"

"""Webhook subscriptions, and the signed webhooks that go out to them."""

import base64
import hashlib
import hmac
import json
import uuid

from .. import settings
from . import schemas
from .fields import mutation, refused, user_error

#: the namespace of the sandbox's webhook and event ids, so that runs repeat themselves
NAMESPACE = uuid.UUID("5f0d3c52-94a5-4f3b-a9a4-5d1c8a0f6b10")
#: what the sandbox sends; Shopify has more topics
TOPICS = {
    "ORDERS_CREATE": "orders/create",
    "ORDERS_UPDATED": "orders/updated",
    "ORDERS_PAID": "orders/paid",
    "ORDERS_CANCELLED": "orders/cancelled",
    "ORDERS_FULFILLED": "orders/fulfilled",
    "ORDERS_PARTIALLY_FULFILLED": "orders/partially_fulfilled",
    "ORDER_TRANSACTIONS_CREATE": "order_transactions/create",
    "REFUNDS_CREATE": "refunds/create",
    "RETURNS_REQUEST": "returns/request",
    "RETURNS_APPROVE": "returns/approve",
    "RETURNS_DECLINE": "returns/decline",
    "RETURNS_CANCEL": "returns/cancel",
    "RETURNS_CLOSE": "returns/close",
    "RETURNS_REOPEN": "returns/reopen",
    "RETURNS_UPDATE": "returns/update",
    "RETURNS_PROCESS": "returns/process",
    "FULFILLMENTS_CREATE": "fulfillments/create",
    "FULFILLMENTS_UPDATE": "fulfillments/update",
    "FULFILLMENT_EVENTS_CREATE": "fulfillment_events/create",
    "PRODUCTS_CREATE": "products/create",
    "PRODUCTS_UPDATE": "products/update",
    "PRODUCTS_DELETE": "products/delete",
    "COLLECTIONS_CREATE": "collections/create",
    "COLLECTIONS_UPDATE": "collections/update",
    "COLLECTIONS_DELETE": "collections/delete",
    "INVENTORY_LEVELS_UPDATE": "inventory_levels/update",
    "DRAFT_ORDERS_CREATE": "draft_orders/create",
    "DRAFT_ORDERS_UPDATE": "draft_orders/update",
    "DRAFT_ORDERS_DELETE": "draft_orders/delete",
}
ENUMS = {topic: enum for enum, topic in TOPICS.items()}


def signature(body, secret=settings.SHOPIFY_CLIENT_SECRET):
    """Return ``X-Shopify-Hmac-Sha256`` of the exact bytes of a body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def emit(store, *messages):
    """Send ``(topic, body)`` pairs, all of one event, to whoever subscribed."""
    event = _uuid(store, "event")
    for topic, body in messages:
        for subscription in store.all("WebhookSubscription"):
            if subscription["topic"] == ENUMS[topic]:
                _send(store, subscription, topic, body, event)


def _send(store, subscription, topic, body, event):
    names = subscription["includeFields"]
    chosen = {name: body[name] for name in names if name in body} if names else body
    raw = json.dumps(chosen, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": signature(raw),
        "X-Shopify-Shop-Domain": store.domain,
        "X-Shopify-API-Version": subscription["apiVersion"]["handle"],
        "X-Shopify-Webhook-Id": _uuid(store, "webhook"),
        "X-Shopify-Event-Id": event,
        "X-Shopify-Triggered-At": store.now(),
    }
    if subscription["name"]:
        headers["X-Shopify-Name"] = subscription["name"]
    store.world.outbox.send("shopify", subscription["uri"], headers, raw)


def _uuid(store, kind):
    number = store.world.next_number(f"shopify.{kind}")
    return str(uuid.uuid5(NAMESPACE, f"{kind} {number}"))


# === Subscriptions ===


@mutation("webhookSubscriptionCreate")
def create(store, arguments):
    """Subscribe to a topic; plain http is allowed here, a real shop wants https."""
    given, topic = arguments["webhookSubscription"], arguments["topic"]
    uri = given.get("uri") or given.get("callbackUrl")
    error = _refusal(store, given, topic, uri)
    if error:
        return refused("webhookSubscription", error)
    subscription = store.add(
        "WebhookSubscription",
        topic=topic,
        uri=uri,
        callbackUrl=uri,
        format=given.get("format") or "JSON",
        filter=None,
        includeFields=given.get("includeFields") or [],
        metafieldNamespaces=given.get("metafieldNamespaces") or [],
        name=given.get("name"),
        apiVersion=api_version(schemas.VERSIONS[-1]),
    )
    return {"webhookSubscription": subscription["id"], "userErrors": []}


def _refusal(store, given, topic, uri, own=None):
    path = "webhookSubscription"
    if not uri or not uri.startswith(("https://", "http://")):
        return user_error("Address is invalid", path, "uri")
    if topic not in TOPICS:
        return user_error("The sandbox does not send this topic", "topic")
    if given.get("filter") or given.get("format") == "XML":
        return user_error("The sandbox sends unfiltered JSON only", path, "filter")
    for other in store.all("WebhookSubscription"):
        if other is not own and (other["topic"], other["uri"]) == (topic, uri):
            message = "Address for this topic has already been taken"
            return user_error(message, path, "uri")
    return None


@mutation("webhookSubscriptionUpdate")
def update(store, arguments):
    """Change address or fields of a subscription."""
    subscription = store.get(arguments["id"], "WebhookSubscription")
    if not subscription:
        return refused("webhookSubscription", _missing())
    given = arguments["webhookSubscription"]
    uri = given.get("uri") or given.get("callbackUrl") or subscription["uri"]
    error = _refusal(store, given, subscription["topic"], uri, own=subscription)
    if error:
        return refused("webhookSubscription", error)
    changes = {
        name: given[name]
        for name in ("includeFields", "metafieldNamespaces", "name")
        if given.get(name) is not None
    }
    store.touch(subscription, uri=uri, callbackUrl=uri, **changes)
    return {"webhookSubscription": subscription["id"], "userErrors": []}


@mutation("webhookSubscriptionDelete")
def delete(store, arguments):
    """End a subscription."""
    subscription = store.get(arguments["id"], "WebhookSubscription")
    if not subscription:
        return refused("deletedWebhookSubscriptionId", _missing())
    store.remove(subscription)
    return {"deletedWebhookSubscriptionId": subscription["id"], "userErrors": []}


def _missing():
    return user_error("Webhook subscription does not exist", "id")


def api_version(handle):
    """Return an ApiVersion."""
    name = f"{handle} (Latest)" if handle == schemas.VERSIONS[-1] else handle
    return {"handle": handle, "displayName": name, "supported": True}

"""Webhooks of Mollie: the unsigned classic one and the signed events."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

from .. import settings
from . import ids
from .errors import DOCUMENTATION


def signature(body, secret=settings.MOLLIE_WEBHOOK_SECRET):
    """Return the value of the header X-Mollie-Signature for these bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def payment_changed(world, payment):
    """Post the payment's id, and nothing else, to its own address."""
    if not payment["webhookUrl"]:
        return
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"id": payment["id"]}).encode()
    world.outbox.send("mollie", payment["webhookUrl"], headers, body)


def event(world, kind, entity_id):
    """Send a signed event such as ``balance-transaction.created``."""
    url = world.state["settings"].get("mollie_webhook_url")
    if not url:
        return
    event_id = ids.new(world, "event")
    message = {
        "resource": "event",
        "id": event_id,
        "type": kind,
        "entityId": entity_id,
        "createdAt": moment(world),
        "_links": {
            "self": {
                "href": f"https://api.mollie.com/v2/events/{event_id}",
                "type": "application/hal+json",
            },
            "documentation": DOCUMENTATION,
        },
    }
    body = json.dumps(message).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Mollie-Signature": signature(body),
    }
    world.outbox.send("mollie", url, headers, body)


def moment(world):
    """Return the world's time as Mollie writes it: ``2026-11-02T09:00:00+00:00``."""
    return world.now().replace(microsecond=0).isoformat()

"""Signed messages as Shopify sends them, each about another order."""

import base64
import hashlib
import hmac
import json

SECRET = "bench-secret"
#: bytes that an order's message has besides what names it; a few lines of goods
FILLING = 6000


def message(number):
    """Return body and headers of the message about an order."""
    body = {
        "admin_graphql_api_id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "note": "x" * FILLING,
    }
    raw = json.dumps(body).encode()
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
    return raw, {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": f"delivery-{number}",
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
    }


def forged(number):
    """Return the same with a body that was changed on the way."""
    raw, headers = message(number)
    return raw + b" ", {**headers, "X-Shopify-Webhook-Id": f"forged-{number}"}

"""Shopify's webhook signature: base64 of HMAC-SHA256 over the bytes as they came.

https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
"""

import base64
import hashlib
import hmac


def sign(raw, secret):
    """Return the signature that Shopify puts on the bytes ``raw``."""
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def is_authentic(raw, signature, secrets):
    """Tell whether one of ``secrets`` signed the bytes ``raw``.

    For up to an hour after a rotation Shopify may still sign with the old secret,
    so a shop has two. Empty secrets sign nothing.
    """
    given = (signature or "").encode()
    fitting = [
        hmac.compare_digest(sign(raw, secret).encode(), given)
        for secret in secrets
        if secret
    ]
    return any(fitting)

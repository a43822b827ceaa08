"""Signature of Mollie's webhooks: ``X-Mollie-Signature: sha256=<hex>``."""

import hashlib
import hmac

HEADER = "X-Mollie-Signature"
PREFIX = "sha256="


def sign(secret, raw):
    """Return the header's value for the body ``raw`` (bytes)."""
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return f"{PREFIX}{digest}"


def is_authentic(secret, raw, signature):
    """Tell whether ``signature`` was made of these very bytes with ``secret``."""
    if not secret or not signature:
        return False
    return hmac.compare_digest(sign(secret, raw).encode(), signature.encode())

"""The signature on Sendcloud's webhooks (https://sendcloud.dev/api/v3/webhooks)."""

import hashlib
import hmac


def is_authentic(raw, signature, secret):
    """Tell whether ``signature`` is the hex HMAC-SHA256 of the bytes ``raw``."""
    expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), (signature or "").strip().encode())

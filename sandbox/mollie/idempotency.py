"""Idempotency-Key: the same key gets the same answer again, for an hour."""

from datetime import datetime, timedelta

from werkzeug.wrappers import Response

KEPT = timedelta(hours=1)


def replay(section, key, now):
    """Return the answer first given to a key, or None."""
    stored = section["idempotency"].get(key)
    if not stored or now - datetime.fromisoformat(stored["at"]) >= KEPT:
        return None
    headers = {"Idempotent-Replayed": "true"}
    return Response(
        stored["body"],
        stored["status"],
        headers=headers,
        mimetype="application/hal+json",
    )


def remember(section, key, now, response):
    """Keep the answer given to a key."""
    section["idempotency"][key] = {
        "at": now.isoformat(),
        "status": response.status_code,
        "body": response.get_data(as_text=True),
    }

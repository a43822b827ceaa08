"""What a ``parcel_status_changed`` webhook says.

API: https://sendcloud.dev/api/v3/webhooks
"""

from dataclasses import dataclass
from datetime import datetime, timezone

from . import const

#: the webhook that tells where a parcel is
STATUS_CHANGED = "parcel_status_changed"


@dataclass(frozen=True)
class StatusChange:
    """A parcel's status in a ``parcel_status_changed`` webhook."""

    parcel_id: int
    message: str
    at: datetime


def webhook_identity(payload):
    """Return ``(delivery id, action)`` of a webhook; equal for a repetition.

    :raise ValueError: it is no webhook of Sendcloud
    """
    try:
        action, timestamp = payload["action"], int(payload["timestamp"])
        if action != STATUS_CHANGED:
            return f"{action}:{timestamp}", action
        parcel = payload["parcel"]
        parcel_id, number = int(parcel["id"]), int(parcel["status"]["id"])
        return f"{action}:{parcel_id}:{number}:{timestamp}", action
    except (KeyError, TypeError) as error:
        raise ValueError("not a Sendcloud webhook") from error


def status_change_from_webhook(payload):
    """Return the :class:`StatusChange` that a webhook tells of."""
    parcel = payload["parcel"]
    number = int(parcel["status"]["id"])
    return StatusChange(
        parcel_id=parcel["id"],
        message=const.words(number, parcel["status"].get("message") or str(number)),
        at=moment_from_timestamp(int(payload["timestamp"])),
    )


def moment_from_timestamp(timestamp):
    """Return the moment of a timestamp in seconds or, as newer hooks, milliseconds."""
    milliseconds = timestamp if timestamp > 10**11 else timestamp * 1000
    # Whole numbers: float seconds would lose the order of two quick events.
    seconds, rest = divmod(milliseconds, 1000)
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.replace(microsecond=rest * 1000)

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
        action, timestamp = payload["action"], _whole(payload["timestamp"])
        if action != STATUS_CHANGED:
            return f"{action}:{timestamp}", action
        change = status_change_from_webhook(payload)
        number = _whole(payload["parcel"]["status"]["id"])
        return f"{action}:{change.parcel_id}:{number}:{timestamp}", action
    except (KeyError, TypeError, OverflowError, OSError) as error:
        # the last two: a moment that no calendar has
        raise ValueError("not a Sendcloud webhook") from error


def status_change_from_webhook(payload):
    """Return the :class:`StatusChange` that a webhook tells of."""
    parcel = payload["parcel"]
    number, said = _whole(parcel["status"]["id"]), parcel["status"].get("message")
    fallback = said.replace("\0", "") if isinstance(said, str) else ""
    return StatusChange(
        parcel_id=_whole(parcel["id"]),
        message=const.words(number, fallback or str(number)),
        at=moment_from_timestamp(_whole(payload["timestamp"])),
    )


def _whole(value):
    """Return a number that may be written as text; what else there is, is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not a whole number")
    return int(value)


def moment_from_timestamp(timestamp):
    """Return the moment of a timestamp in seconds or, as newer hooks, milliseconds."""
    milliseconds = timestamp if timestamp > 10**11 else timestamp * 1000
    # Whole numbers: float seconds would lose the order of two quick events.
    seconds, rest = divmod(milliseconds, 1000)
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.replace(microsecond=rest * 1000)

"""Service points: where customers fetch their parcels.

API: https://sendcloud.dev/api/v3/service-points (beta)
"""

import re
from dataclasses import dataclass

from .readable import readable

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: as checkouts write it: "sendcloud_service_point_id: 1000001", "Pickup point NL-00002"
_REFERENCE = re.compile(
    r"(?:service|pick-?up)[ _-]?point(?:[ _-]?id)?\W{0,4}"
    r"(?P<reference>[A-Z]{2}-?\d{3,12}|\d{4,12})(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ServicePoint:
    """A service point: ``distance`` in metres from where one searched."""

    id: int
    carrier_reference: str
    name: str
    carrier_code: str
    address: str
    country_code: str
    kind: str
    hours: tuple
    distance: int = None


@readable("a service point")
def point_from_answer(data):
    """Return the :class:`ServicePoint` in an answer."""
    address = data["address"]
    street = f"{address['street']} {address.get('house_number') or ''}".strip()
    times = data.get("opening_times") or {}
    return ServicePoint(
        id=data["id"],
        carrier_reference=data["carrier_service_point_id"],
        name=data["name"],
        carrier_code=data["carrier"]["code"],
        address=f"{street}, {address['postal_code']} {address['city']}",
        country_code=address["country_code"],
        kind=data.get("general_shop_type") or "",
        hours=tuple(_hours(times.get(day)) for day in DAYS),
        distance=data.get("distance"),
    )


def _hours(spans):
    return ", ".join(f"{span['start_time']}-{span['end_time']}" for span in spans or ())


def grouped_hours(hours):
    """Yield ``(first day, last day, hours)``, equal days in a row as one.

    :param hours: the seven texts of :class:`ServicePoint`, empty on a closed day
    """
    first = 0
    for day in range(1, len(hours) + 1):
        if day == len(hours) or hours[day] != hours[first]:
            yield first, day - 1, hours[first]
            first = day


def reference_in(texts):
    """Return the service point that one of ``texts`` names, ``""`` without one."""
    for text in texts:
        found = _REFERENCE.search(text or "")
        if found:
            return found["reference"].upper()
    return ""


def without_reference(text):
    """Return ``text`` without the service point that it names."""
    return _REFERENCE.sub("", text or "").strip(" ,;()")


def point_body(reference):
    """Return ``to_service_point``, by Sendcloud's number or by the carrier's."""
    by = "id" if reference.isdigit() else "carrier_service_point_id"
    return {by: reference}

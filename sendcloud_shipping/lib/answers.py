"""Sendcloud's answers -> plain facts."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

from . import const
from .client import sentence
from .readable import readable

WEB_LINK = re.compile(r"https?://[^\s/][^\s]*", re.IGNORECASE)


@dataclass(frozen=True)
class BoughtParcel:
    """A parcel as Sendcloud knows it."""

    id: int
    code: str
    message: str
    tracking_number: str
    tracking_url: str
    updated_at: datetime
    announced_at: datetime
    weight: dict
    papers: tuple = ()


@dataclass(frozen=True)
class Shipment:
    """A shipment as Sendcloud knows it."""

    id: str
    parcels: tuple
    errors: tuple
    to_address: dict
    option_code: str
    external_reference: str = ""
    order_number: str = ""
    reference: str = ""
    rules: tuple = ()

    @property
    def codes(self):
        """Return the status codes of all parcels."""
        return {parcel.code for parcel in self.parcels}

    @property
    def is_pending(self):
        """The carrier has not answered yet."""
        return const.ANNOUNCING_CODE in self.codes

    @property
    def is_refused(self):
        """The carrier said no, although Sendcloud answered 201."""
        return bool(self.errors) or const.FAILED_CODE in self.codes

    @property
    def is_charged(self):
        """It was announced and stands: Sendcloud asks money for it."""
        announced = not (self.is_pending or self.is_refused)
        return announced and not self.is_cancelled

    @property
    def announced_at(self):
        """Return when it was bought, in UTC without a zone."""
        moment = min(parcel.announced_at for parcel in self.parcels)
        return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)

    @property
    def is_cancelled(self):
        """Somebody cancelled it; its reference is used up."""
        return bool(self.codes & const.CANCELLED_CODES)


@readable("a shipment")
def shipment_from_answer(data):
    """Return the :class:`Shipment` in an answer's ``data``."""
    properties = data["ship_with"]["properties"]
    parcels = tuple(_bought_parcel(parcel) for parcel in data["parcels"])
    if not parcels:
        raise ValueError("nobody can say what becomes of a shipment without parcels")
    return Shipment(
        id=data["id"],
        parcels=parcels,
        errors=tuple(sentence(error) for error in data.get("errors") or ()),
        to_address=data["to_address"],
        option_code=properties["shipping_option_code"],
        external_reference=data.get("external_reference_id") or "",
        order_number=data.get("order_number") or "",
        reference=data.get("reference") or "",
        rules=tuple(
            row["rule"]["name"] for row in data.get("applied_shipping_rules") or ()
        ),
    )


def _bought_parcel(data):
    return BoughtParcel(
        id=data["id"],
        code=data["status"]["code"],
        message=data["status"]["message"],
        tracking_number=data.get("tracking_number") or "",
        tracking_url=web_link(data.get("tracking_url")),
        updated_at=_moment(data["updated_at"]),
        announced_at=_moment(data.get("announced_at") or data["updated_at"]),
        weight=data.get("weight") or {},
        papers=tuple(filter(None, map(_paper, data.get("documents") or ()))),
    )


def web_link(text):
    """Return an address that people may click on, empty for any other text.

    It stands on customers' pages: ``javascript:`` would run there.
    """
    found = WEB_LINK.fullmatch(text or "")
    return found[0] if found else ""


def _paper(document):
    kind = document.get("document_type") or document.get("type")
    return kind if kind in const.PAPERS else None


def _moment(text):
    # Some of the documentation's examples leave out the time zone, which is UTC.
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)

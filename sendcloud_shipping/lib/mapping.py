"""What we know of a delivery -> Sendcloud's request; its answers -> plain facts."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from . import const
from .client import sentence

_GRAM = Decimal("0.001")
_CENT = Decimal("0.01")
#: longest texts that Sendcloud takes
_MAX_DESCRIPTION, _MAX_HS_CODE, _MAX_INVOICE_NUMBER = 255, 12, 40

#: the webhook that tells where a parcel is
STATUS_CHANGED = "parcel_status_changed"

# === Out: from a delivery to a request === #


@dataclass(frozen=True)
class Address:
    """Where a parcel goes."""

    name: str
    line_1: str
    postal_code: str
    city: str
    country_code: str
    company_name: str = ""
    house_number: str = ""
    line_2: str = ""
    po_box: str = ""
    state_code: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class ParcelItem:
    """One product in a parcel: kilograms and price of a single unit."""

    description: str
    quantity: Decimal
    weight: Decimal
    price: Decimal
    currency: str
    hs_code: str = ""
    origin_country: str = ""
    sku: str = ""


@dataclass(frozen=True)
class Parcel:
    """A parcel: its kilograms and what is in it."""

    weight: Decimal
    items: tuple = ()


@dataclass(frozen=True)
class ShipmentRequest:
    """A shipment to be bought."""

    external_reference: str
    order_number: str
    reference: str
    sender_address_id: int
    to_address: Address
    option_code: str
    parcels: tuple
    contract_id: int = None
    total: Decimal = None
    currency: str = ""
    customs_invoice: str = ""


def packed(items, weight, minimum):
    """Return a :class:`Parcel` whose weights fit together.

    :param items: what is in it
    :param weight: what the scale said, 0 when nobody weighed it
    :param minimum: no parcel is announced lighter than this
    """
    contents = tuple(_whole_units(item) for item in items)
    calculated = sum((i.weight * i.quantity for i in contents), Decimal(0))
    if weight and weight < calculated:
        factor = weight / calculated
        contents = tuple(replace(i, weight=i.weight * factor) for i in contents)
    # Items round down and the parcel rounds up: Sendcloud refuses items that are
    # heavier than their parcel.
    contents = tuple(replace(i, weight=_grams(i.weight, ROUND_DOWN)) for i in contents)
    floor = sum((i.weight * i.quantity for i in contents), Decimal(0))
    own = _grams(weight or calculated, ROUND_UP)
    return Parcel(max(own, floor, _grams(minimum, ROUND_UP)), contents)


def _whole_units(item):
    """Half a kilo of seed is one piece that weighs and costs half."""
    if item.quantity == item.quantity.to_integral_value():
        return item
    part = item.quantity
    return replace(
        item, quantity=Decimal(1), weight=item.weight * part, price=item.price * part
    )


def _grams(kilograms, rounding):
    return max(kilograms.quantize(_GRAM, rounding=rounding), _GRAM)


def announce_body(request):
    """Return the body of ``POST /shipments/announce``."""
    option = {"shipping_option_code": request.option_code}
    if request.contract_id:
        option["contract_id"] = request.contract_id
    body = {
        "label_details": {"mime_type": "application/pdf", "dpi": 72},
        "external_reference_id": request.external_reference,
        "order_number": request.order_number,
        "reference": request.reference,
        # Only a stored address carries our tax numbers; never mix the two forms.
        "from_address": {"sender_address_id": request.sender_address_id},
        "to_address": _address_body(request.to_address),
        "ship_with": {"type": "shipping_option_code", "properties": option},
        "parcels": [_parcel_body(parcel) for parcel in request.parcels],
    }
    if request.total is not None:
        body["total_order_price"] = _price(request.total, request.currency)
    if request.customs_invoice:
        body["customs_information"] = {
            "invoice_number": request.customs_invoice[:_MAX_INVOICE_NUMBER],
            "export_reason": "commercial_goods",
        }
    return body


def _address_body(address):
    body = {
        "name": address.name,
        "company_name": address.company_name,
        "address_line_1": address.line_1,
        "house_number": address.house_number,
        "address_line_2": address.line_2,
        "po_box": address.po_box,
        "postal_code": address.postal_code,
        "city": address.city,
        "state_province_code": address.state_code,
        "country_code": address.country_code,
        "email": address.email,
        "phone_number": address.phone,
    }
    return {name: value for name, value in body.items() if value}


def _parcel_body(parcel):
    body = {"weight": _weight_body(parcel)}
    # Contents are only needed by customs; an item without its code is refused.
    if parcel.items and all(item.hs_code for item in parcel.items):
        body["parcel_items"] = [_item_body(item) for item in parcel.items]
    return body


def _item_body(item):
    body = {
        "description": item.description[:_MAX_DESCRIPTION],
        "quantity": int(item.quantity),
        # The schema wants a number here and a text for the parcel.
        "weight": {"value": float(item.weight), "unit": "kg"},
        "price": _price(item.price, item.currency),
        "hs_code": re.sub(r"[^0-9A-Za-z]", "", item.hs_code)[:_MAX_HS_CODE],
    }
    if item.origin_country:
        body["origin_country"] = item.origin_country
    if item.sku:
        body["sku"] = item.sku
    return body


def _price(amount, currency):
    value = amount.quantize(_CENT, rounding=ROUND_HALF_UP)
    return {"value": f"{value:.2f}", "currency": currency}


def quote_criteria(request, from_country):
    """Return the body of ``POST /shipping-options`` that prices ``request``."""
    return {
        **option_criteria(request.option_code, request.contract_id),
        "from_country_code": from_country,
        "to_country_code": request.to_address.country_code,
        "to_postal_code": request.to_address.postal_code[:12],
        "parcels": [{"weight": _weight_body(parcel)} for parcel in request.parcels],
        "calculate_quotes": True,
    }


def quote_of_bought(shipment, from_country):
    """Return the body of ``POST /shipping-options`` that prices a bought shipment."""
    return {
        **option_criteria(shipment.option_code),
        "from_country_code": from_country,
        "to_country_code": shipment.to_address["country_code"],
        "to_postal_code": shipment.to_address["postal_code"][:12],
        "parcels": [{"weight": parcel.weight} for parcel in shipment.parcels],
        "calculate_quotes": True,
    }


def option_criteria(option_code, contract_id=None):
    """Return the body of ``POST /shipping-options`` that looks for one option."""
    criteria = {"shipping_option_code": option_code}
    if contract_id:
        criteria["contract_id"] = contract_id
    return criteria


def _weight_body(parcel):
    return {"value": f"{parcel.weight:.3f}", "unit": "kg"}


# === In: from an answer to facts === #


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


@dataclass(frozen=True)
class StatusChange:
    """A parcel's status in a ``parcel_status_changed`` webhook."""

    parcel_id: int
    message: str
    at: datetime


def shipment_from_answer(data):
    """Return the :class:`Shipment` in an answer's ``data``."""
    properties = data["ship_with"]["properties"]
    return Shipment(
        id=data["id"],
        parcels=tuple(_bought_parcel(parcel) for parcel in data["parcels"]),
        errors=tuple(sentence(error) for error in data.get("errors") or ()),
        to_address=data["to_address"],
        option_code=properties["shipping_option_code"],
        external_reference=data.get("external_reference_id") or "",
        order_number=data.get("order_number") or "",
        reference=data.get("reference") or "",
    )


def _bought_parcel(data):
    return BoughtParcel(
        id=data["id"],
        code=data["status"]["code"],
        message=data["status"]["message"],
        tracking_number=data.get("tracking_number") or "",
        tracking_url=data.get("tracking_url") or "",
        updated_at=_moment(data["updated_at"]),
        announced_at=_moment(data.get("announced_at") or data["updated_at"]),
        weight=data.get("weight") or {},
    )


def _moment(text):
    # Some of the documentation's examples leave out the time zone, which is UTC.
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def price_from_options(options):
    """Return ``(amount, currency)`` of the first quote, ``None`` without one."""
    quotes = [quote for option in options for quote in option.get("quotes") or ()]
    if not quotes:
        return None
    total = quotes[0]["price"]["total"]
    return Decimal(total["value"]), total["currency"]


def differences(request, shipment):
    """Return in words where a bought shipment is not what ``request`` asks for.

    Spaces and capitals do not count: Sendcloud tidies postal codes.
    """
    ours, theirs = _address_body(request.to_address), shipment.to_address
    words = {
        "country_code": "country",
        "postal_code": "postal code",
        "house_number": "house number",
        "address_line_1": "street",
        "name": "name",
    }
    found = [
        word
        for name, word in words.items()
        if _bare(ours.get(name)) != _bare(theirs.get(name))
    ]
    if request.option_code != shipment.option_code:
        found.append("shipping option")
    if len(request.parcels) != len(shipment.parcels):
        found.append("number of parcels")
    return found


def _bare(text):
    return re.sub(r"\W", "", text or "").casefold()


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

"""What we know of a delivery -> Sendcloud's request."""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import partial

from odoo.addons.o2c_base.lib.errors import Sentence

from . import formats
from .customs import Declaration, declaration_body
from .points import point_body

_ = partial(Sentence, __name__)

_GRAM = Decimal("0.001")
_CENT = Decimal("0.01")
#: longest texts that Sendcloud takes
_MAX_DESCRIPTION, _MAX_HS_CODE = 255, 12


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
    """A parcel: its kilograms, what is in it and its centimetres.

    ``insured`` is the value to insure above what the carrier does, in euros.
    """

    weight: Decimal
    items: tuple = ()
    sides: tuple = ()
    insured: Decimal = None

    @property
    def value(self):
        """Return what the contents are worth."""
        return sum((item.price * item.quantity for item in self.items), Decimal(0))


@dataclass(frozen=True)
class ShipmentRequest:
    """A shipment to be bought.

    Without an ``option_code`` Sendcloud chooses by the account's own rules; these may
    look at ``delivery_indicator``, the way of shipping in the shop's words.
    """

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
    declaration: Declaration = None
    delivery_indicator: str = ""
    service_point: str = ""
    label_format: formats.LabelFormat = formats.FORMATS[formats.DEFAULT]

    @property
    def by_rules(self):
        """Sendcloud's own rules choose how it goes."""
        return not self.option_code


def packed(items, weight, minimum, tare=Decimal(0), sides=()):
    """Return a :class:`Parcel` whose weights fit together.

    :param items: what is in it
    :param weight: what the scale said, 0 when nobody weighed it
    :param minimum: no parcel is announced lighter than this
    :param tare: what the empty box weighs; the scale has weighed it already
    :param sides: length, width and height of the box in centimetres
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
    own = _grams(weight or calculated + tare, ROUND_UP)
    return Parcel(max(own, floor, _grams(minimum, ROUND_UP)), contents, tuple(sides))


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
    body = {
        "label_details": request.label_format.details,
        "external_reference_id": request.external_reference,
        "order_number": request.order_number,
        "reference": request.reference,
        # Only a stored address carries our tax numbers; never mix the two forms.
        "from_address": {"sender_address_id": request.sender_address_id},
        "to_address": address_body(request.to_address),
        **_option_body(request),
        "parcels": [_parcel_body(parcel) for parcel in request.parcels],
    }
    if request.service_point:
        body["to_service_point"] = point_body(request.service_point)
    if request.total is not None:
        body["total_order_price"] = _price(request.total, request.currency)
    if request.declaration:
        body["customs_information"] = declaration_body(request.declaration)
    return body


def _option_body(request):
    if request.by_rules:
        return {
            "apply_shipping_rules": True,
            "apply_shipping_defaults": True,
            "delivery_indicator": request.delivery_indicator,
        }
    option = {"shipping_option_code": request.option_code}
    if request.contract_id:
        option["contract_id"] = request.contract_id
    return {"ship_with": {"type": "shipping_option_code", "properties": option}}


def address_body(address):
    """Return an :class:`Address` as Sendcloud's address object."""
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
    body = {"weight": weight_body(parcel)}
    if parcel.sides:
        length, width, height = (f"{side:.2f}" for side in parcel.sides)
        sides = {"length": length, "width": width, "height": height}
        body["dimensions"] = {**sides, "unit": "cm"}
    if parcel.insured:
        body["additional_insured_price"] = _price(parcel.insured, "EUR")
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


def weight_body(parcel):
    """Return the weight of a :class:`Parcel` as Sendcloud wants it: kilograms."""
    return {"value": f"{parcel.weight:.3f}", "unit": "kg"}


def differences(request, shipment):
    """Return in words where a bought shipment is not what ``request`` asks for.

    Spaces and capitals do not count: Sendcloud tidies postal codes.
    """
    ours, theirs = address_body(request.to_address), shipment.to_address
    words = {
        "country_code": _("country"),
        "postal_code": _("postal code"),
        "house_number": _("house number"),
        "address_line_1": _("street"),
        "name": _("name"),
    }
    found = [
        word
        for name, word in words.items()
        if _bare(ours.get(name)) != _bare(theirs.get(name))
    ]
    if request.by_rules:
        # A rule may change the option and the number of parcels.
        return found
    if request.option_code != shipment.option_code:
        found.append(_("shipping option"))
    if len(request.parcels) != len(shipment.parcels):
        found.append(_("number of parcels"))
    return found


def _bare(text):
    return re.sub(r"\W", "", text or "").casefold()

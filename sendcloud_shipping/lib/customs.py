"""Where a parcel needs a customs declaration, special territories included."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    " MC".split()
)
#: places outside the EU's customs or VAT area that are written with a country's code
_SPECIAL = {
    "DE": (("27498", "Helgoland"), ("78266", "Büsingen")),
    "ES": (
        ("35", "Canary Islands"),
        ("38", "Canary Islands"),
        ("51", "Ceuta"),
        ("52", "Melilla"),
    ),
    "FI": (("22", "Åland"),),
    "FR": (("97", "French overseas"), ("98", "French overseas")),
    "GR": (("63086", "Mount Athos"),),
    "IT": (("23041", "Livigno"), ("22061", "Campione d'Italia")),
    "GB": (
        ("BT", "Northern Ireland"),
        ("JE", "Jersey"),
        ("GY", "Guernsey"),
    ),
}
#: territories that carriers know by a code of their own, by the postal code's start
_OWN_CODE = {
    "FR": {
        "971": "GP",
        "972": "MQ",
        "973": "GF",
        "974": "RE",
        "975": "PM",
        "976": "YT",
        "97150": "MF",
        "97133": "BL",
        "986": "WF",
        "987": "PF",
        "988": "NC",
    },
    "GB": {"JE": "JE", "GY": "GG"},
    "FI": {"22": "AX"},
}
#: goods go there from the EU without customs, although the country left it
_LIKE_EU = frozenset({"Northern Ireland"})


#: why goods leave, as Sendcloud names it
COMMERCIAL, GIFT, SAMPLE, DOCUMENTS = (
    "commercial_goods",
    "gift",
    "commercial_sample",
    "documents",
)
_MAX_INVOICE_NUMBER = 40
#: tax number under which goods for consumers enter the EU with their VAT paid
IOSS = "IOSS"
#: euros of goods, without transport and VAT, up to which it may be used
#: (Directive (EU) 2017/2455, "intrinsic value")
IOSS_LIMIT = Decimal(150)
#: goods are sold: what is given away or sent as a sample is no distance sale
_SOLD = COMMERCIAL


@dataclass(frozen=True)
class TaxNumber:
    """A tax number as Sendcloud knows it: ``VAT``, ``EORI``, ``IOSS`` and others."""

    name: str
    country_code: str
    value: str


@dataclass(frozen=True)
class Declaration:
    """What customs want to know of a shipment besides its goods.

    :param freight: what the customer paid for the transport, without VAT
    :param vat: the receiver's VAT number, of a business only
    :param sender_numbers: our :class:`TaxNumber` that hold for this shipment
    """

    invoice_number: str
    reason: str = COMMERCIAL
    invoice_date: date = None
    is_business: bool = False
    freight: Decimal = None
    currency: str = ""
    vat: str = ""
    country_code: str = ""
    sender_numbers: tuple = ()


def numbers_that_hold(numbers, from_country, to_address, goods, declaration):
    """Return those of our tax numbers that a shipment goes under.

    All but IOSS hold always. An IOSS number tells customs that the buyer has paid the
    VAT: it may only stand on goods that are sold to a consumer, come into the EU from
    outside, and are worth no more than :data:`IOSS_LIMIT`.

    :param numbers: all our :class:`TaxNumber`
    :param to_address: ``(country, postal code)`` of the receiver
    :param goods: euros of the goods alone, without transport and VAT
    """
    enters = enters_eu(from_country, *to_address)
    is_sold = declaration.reason == _SOLD and not declaration.is_business
    by_ioss = enters and is_sold and goods <= IOSS_LIMIT
    return tuple(number for number in numbers if by_ioss or number.name != IOSS)


def enters_eu(from_country, to_country, postal_code):
    """Tell whether goods come into the EU's customs area from outside."""
    place = special_territory(to_country, postal_code)
    is_inside = place in _LIKE_EU if place else to_country in EU
    return is_inside and from_country not in EU


def declaration_body(declaration):
    """Return ``customs_information`` of a shipment.

    Numbers of ours are named only where we know them; else those of the sender
    address at Sendcloud hold.
    """
    body = {
        "invoice_number": declaration.invoice_number[:_MAX_INVOICE_NUMBER],
        "export_reason": declaration.reason,
        "export_type": (
            "commercial_b2b" if declaration.is_business else "commercial_b2c"
        ),
    }
    if declaration.invoice_date:
        body["invoice_date"] = declaration.invoice_date.isoformat()
    if declaration.freight:
        value = f"{declaration.freight:.2f}"
        body["freight_costs"] = {"value": value, "currency": declaration.currency}
    numbers = _tax_numbers(declaration)
    if numbers:
        body["tax_numbers"] = numbers
    return body


def _tax_numbers(declaration):
    receiver = ()
    if declaration.vat:
        receiver = (TaxNumber("VAT", declaration.country_code, declaration.vat),)
    sides = {
        "sender": declaration.sender_numbers,
        "receiver": receiver,
        "importer_of_record": (),
    }
    if not any(sides.values()):
        return {}
    # The schema wants all three, the empty ones as well.
    return {
        side: [asdict(number) for number in numbers] for side, numbers in sides.items()
    }


def shipping_country(country, postal_code):
    """Return the code by which carriers know an address: ``RE`` for Réunion."""
    bare = re.sub(r"\W", "", postal_code or "").upper()
    codes = _OWN_CODE.get(country, {})
    longest_first = sorted(codes, key=len, reverse=True)
    own = next((start for start in longest_first if bare.startswith(start)), None)
    return codes[own] if own else country


def special_territory(country, postal_code):
    """Return the name of the special territory of an address, or ``""``."""
    bare = re.sub(r"\W", "", postal_code or "").upper()
    for start, name in _SPECIAL.get(country, ()):
        if bare.startswith(start):
            return name
    return ""


def needs_customs(from_country, to_country, postal_code):
    """Tell whether a parcel's contents must be declared on the way."""
    special = special_territory(to_country, postal_code)
    if special:
        return special not in _LIKE_EU or from_country not in EU
    if from_country == to_country:
        return False
    return not (from_country in EU and to_country in EU)

"""Where a parcel needs a customs declaration, special territories included."""

import re
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Declaration:
    """What customs want to know of a shipment besides its goods.

    :param freight: what the customer paid for the transport, without VAT
    :param vat: the receiver's VAT number, of a business only
    """

    invoice_number: str
    reason: str = COMMERCIAL
    invoice_date: date = None
    is_business: bool = False
    freight: Decimal = None
    currency: str = ""
    vat: str = ""
    country_code: str = ""


def declaration_body(declaration):
    """Return ``customs_information`` of a shipment.

    The sender's VAT, EORI and IOSS numbers come from the sender address at Sendcloud.
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
    if declaration.vat:
        number = {
            "name": "VAT",
            "country_code": declaration.country_code,
            "value": declaration.vat,
        }
        body["tax_numbers"] = {"receiver": [number]}
    return body


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

"""What would keep a label from being made, found before anybody packs."""

from dataclasses import dataclass
from decimal import Decimal

from . import const
from .address import NUMBER_COUNTRIES
from .customs import EU, needs_customs
from .options import SIDES, fits

#: countries and territories where addresses have no postal code
_WITHOUT_POSTAL_CODE = frozenset({"HK", "AE", "QA", "MO", "AO", "BS", "GH", "PA"})
ADDRESS = "address"
#: what stops a label; the rest is only worth knowing
BLOCKING = frozenset(
    "no_name no_street no_house_number no_postal_code no_city no_country no_state"
    " no_phone_abroad no_weight no_hs_code no_origin no_value no_products"
    " option_gone no_service_point closed_service_point"
    " no_phone_wanted no_email_wanted no_size too_large".split()
)


@dataclass(frozen=True)
class Content:
    """A product of a delivery; ``key`` is whatever lets the caller find it again."""

    key: int
    name: str
    weight: Decimal
    price: Decimal
    hs_code: str = ""
    origin_country: str = ""


@dataclass(frozen=True)
class Limits:
    """What a way of shipping takes and asks for."""

    max_weight: Decimal
    sides: tuple
    fields: frozenset


@dataclass(frozen=True)
class Finding:
    """Something to mend: ``where`` is the address, or the key of a product."""

    code: str
    where: object = ADDRESS
    name: str = ""

    @property
    def is_blocking(self):
        """No label without mending this."""
        return self.code in BLOCKING


def findings(address, contents, from_country, minimum_weight):
    """Yield a :class:`Finding` for all that Sendcloud or a carrier will not take.

    :param address: the :class:`.mapping.Address`, as it would be sent
    :param contents: the :class:`Content` of the delivery
    :param from_country: where parcels leave from
    :param minimum_weight: what a parcel weighs at least, 0 when nothing is set
    """
    yield from _address_findings(address)
    if not contents:
        yield Finding("no_products", None)
    for content in contents:
        if not content.weight:
            code = "minimum_weight" if minimum_weight else "no_weight"
            yield Finding(code, content.key, content.name)
    if needs_customs(from_country, address.country_code, address.postal_code):
        yield from _customs_findings(contents)


def _address_findings(address):
    country = address.country_code
    wants_code = country not in _WITHOUT_POSTAL_CODE
    wants_state = country in const.WITH_STATE
    missing = {
        "no_name": not (address.name or address.company_name),
        "no_street": not address.line_1,
        "no_postal_code": wants_code and not address.postal_code,
        "no_city": not address.city,
        "no_country": not country,
        "no_state": wants_state and not address.state_code,
    }
    yield from (Finding(code) for code, is_missing in missing.items() if is_missing)
    yield from _house_number_findings(address)
    if country and not address.phone:
        yield Finding("no_phone" if country in EU else "no_phone_abroad")


def _house_number_findings(address):
    apart = address.house_number or address.po_box
    if apart or not address.line_1 or address.country_code not in NUMBER_COUNTRIES:
        return
    has_digits = any(char.isdigit() for char in address.line_1)
    yield Finding("unsure_house_number" if has_digits else "no_house_number")


def limit_findings(limits, address, weight, box):
    """Yield a :class:`Finding` for all that a way of shipping does not take.

    :param limits: its :class:`Limits`
    :param weight: planned kilograms; they may still be packed in several parcels
    :param box: the three centimetres of the usual box, empty when there is none
    """
    found = {
        "too_heavy": bool(limits.max_weight) and weight > limits.max_weight,
        "too_large": not fits(box, limits.sides),
        "no_size": bool(limits.fields & SIDES) and not box,
        "no_phone_wanted": "to_telephone" in limits.fields and not address.phone,
        "no_email_wanted": "to_email" in limits.fields and not address.email,
    }
    mended_in_address = ("no_phone_wanted", "no_email_wanted")
    for code, is_so in found.items():
        if is_so:
            yield Finding(code, ADDRESS if code in mended_in_address else None)


def _customs_findings(contents):
    for content in contents:
        wanted = {
            "no_hs_code": content.hs_code,
            "no_origin": content.origin_country,
            "no_value": content.price > 0,
        }
        for code, value in wanted.items():
            if not value:
                yield Finding(code, content.key, content.name)

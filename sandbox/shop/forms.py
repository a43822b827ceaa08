"""The checkout form: what it starts with, and what it must hold."""

import re

from ..checkout import COUNTRIES, CUSTOMER, METHODS, SHIPPING
from ..sendcloud import service_points

ADDRESS = tuple(CUSTOMER["address"])
NEEDED = {
    "first_name": "First name",
    "last_name": "Last name",
    "address1": "Street and number",
    "zip": "Postal code",
    "city": "City",
}
VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9]{6,13}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _person(email, first, last, street, code, city, country, phone, company="", vat=""):
    return {
        "email": email,
        "vat_id": vat,
        "first_name": first,
        "last_name": last,
        "company": company,
        "address1": street,
        "address2": "",
        "zip": code,
        "city": city,
        "country_code": country,
        "phone": phone,
    }


#: people to order as, so that nobody has to type in a demo
PEOPLE = {
    "Utrecht": {"email": CUSTOMER["email"], "vat_id": "", **CUSTOMER["address"]},
    "Antwerp": _person(
        "lotte.peeters@example.com", "Lotte", "Peeters", "Meir 50",
        "2000", "Antwerpen", "BE", "+32470123456",
    ),
    "Berlin": _person(
        "jonas.weber@example.com", "Jonas", "Weber", "Bergmannstraße 27",
        "10961", "Berlin", "DE", "+4915112345678",
    ),
    "Lyon": _person(
        "camille.moreau@example.com", "Camille", "Moreau", "18 Rue Mercière",
        "69002", "Lyon", "FR", "+33612345678",
    ),
    "A company": _person(
        "inkoop@hoveniersbedrijf-linde.example", "Pieter", "van Dam",
        "Lindelaan 12", "1217 HL", "Hilversum", "NL", "+31351234567",
        "Hoveniersbedrijf De Linde", "NL004495445B01",
    ),
}  # fmt: skip


def start(person=None):
    """Return the values of a fresh form."""
    values = dict(PEOPLE.get(person, PEOPLE["Utrecht"]))
    values.update({f"billing_{name}": "" for name in ADDRESS})
    values.update(billing_country_code="NL", other_billing="")
    values.update(shipping="standard", method="ideal", service_point="")
    return values


def read(form):
    """Return the values of a sent form, trimmed; a missing field is empty."""
    names = start()
    return {name: form.get(name, "").strip() for name in names}


def errors(values):
    """Return ``{field: what is wrong}`` of a sent form."""
    found = _address_errors(values, "")
    if values["other_billing"]:
        found.update(_address_errors(values, "billing_"))
    if not EMAIL.fullmatch(values["email"]):
        found["email"] = "This is not an e-mail address."
    if not re.fullmatch(r"\+?[\d ()/.-]{6,20}", values["phone"]):
        found["phone"] = "The carrier needs a phone number."
    if values["vat_id"] and not VAT_ID.fullmatch(vat_id(values)):
        found["vat_id"] = "A VAT number starts with the country: NL004495445B01."
    if values["shipping"] not in SHIPPING:
        found["shipping"] = "Choose a delivery."
    if values["shipping"] == "service_point" and not _point(values):
        found["service_point"] = "Choose where to fetch your parcel."
    if values["method"] not in METHODS:
        found["method"] = "Choose how to pay."
    return found


def _point(values):
    number = values["service_point"]
    return number.isdecimal() and int(number) in service_points.POINTS


def service_point(values):
    """Return the number of the point to fetch the parcel at, None for the door."""
    wanted = values["shipping"] == "service_point"
    return int(values["service_point"]) if wanted else None


def points(settings):
    """Return ``{town: [point]}`` of the open points of the shop's carrier."""
    towns = {}
    for point in service_points.POINTS.values():
        closed = point["id"] in service_points.closed(settings)
        if point["carrier"]["code"] == "postnl" and not closed:
            towns.setdefault(point["address"]["city"], []).append(point)
    return towns


def _address_errors(values, prefix):
    found = {
        prefix + name: f"{label} is missing."
        for name, label in NEEDED.items()
        if not values[prefix + name]
    }
    if values[prefix + "country_code"] not in COUNTRIES:
        found[prefix + "country_code"] = "We do not deliver there."
    return found


def vat_id(values):
    """Return the VAT number without blanks and dots."""
    return re.sub(r"[\s.]", "", values["vat_id"]).upper()


def addresses(values):
    """Return the delivery address and the invoice address, None when it is the same."""
    delivery = {name: values[name] for name in ADDRESS}
    if not values["other_billing"]:
        return delivery, None
    return delivery, {name: values[f"billing_{name}"] for name in ADDRESS}

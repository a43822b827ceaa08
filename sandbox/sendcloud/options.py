"""Shipping options and what a label costs: a small table of our own numbers."""

from dataclasses import dataclass, field
from decimal import Decimal

from . import account

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI "
    "SK".split()
)
#: a country belongs to the first zone that has it
ZONES = {
    "NL": {"NL"},
    "BENELUX": {"BE", "LU"},
    "EU": EU,
    "EUROPE": {"GB", "CH", "NO"},
}
GRAMS = {"kg": Decimal(1000), "g": Decimal(1), "lbs": Decimal("453.59237"),
         "oz": Decimal("28.349523125")}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One thing that can be bought: ``prices`` is ``{zone: [(up to kg, euros)]}``."""

    code: str
    name: str
    carrier: str
    prices: dict
    service_point: bool = False
    signature: bool = False
    fields: tuple = field(default=())
    #: longest side, second and third in centimetres
    size: tuple = (175, 78, 58)
    functions: dict = field(default_factory=dict)

    @property
    def max_kg(self):
        """Return the heaviest parcel any zone takes."""
        return max(Decimal(rows[-1][0]) for rows in self.prices.values())

    def price(self, country, kg):
        """Return the euros of one parcel, or None when the option does not go there."""
        rows = self.prices.get(zone(country), [])
        return next((Decimal(e) for limit, e in rows if kg <= Decimal(limit)), None)

    def goes_to(self, country):
        """Tell whether the option serves a country at all."""
        return zone(country) in self.prices


def zone(country):
    """Return the price zone of a country code."""
    return next(
        (name for name, members in ZONES.items() if country in members), "WORLD"
    )


OPTIONS = {
    option.code: option
    for option in [
        Option("postnl:standard", "PostNL Standard", "postnl", {
            "NL": [("10", "6.95"), ("23.001", "12.40")],
            "BENELUX": [("10", "9.10"), ("23.001", "15.60")],
        }),
        Option("postnl:standard/signature", "PostNL Standard + Signature", "postnl", {
            "NL": [("10", "8.05"), ("23.001", "13.50")],
        }, signature=True),
        Option("postnl:standard/service_point", "PostNL Service Point", "postnl", {
            "NL": [("10", "5.85"), ("23.001", "10.95")],
        }, service_point=True),
        Option("dpd:classic", "DPD Classic", "dpd", {
            "NL": [("31.5", "7.20")],
            "BENELUX": [("31.5", "8.95")],
            "EU": [("5", "12.15"), ("31.5", "17.90")],
        }),
        Option("ups:standard", "UPS Standard", "ups", {
            "NL": [("70", "9.75")],
            "BENELUX": [("70", "11.40")],
            "EU": [("70", "16.85")],
            "EUROPE": [("70", "27.30")],
        }, fields=("to_telephone",), size=(270, 100, 80)),
        Option("dhl_express:worldwide", "DHL Express Worldwide", "dhl_express", {
            "EU": [("70", "29.90")],
            "EUROPE": [("70", "38.50")],
            "WORLD": [("70", "54.20")],
        }, signature=True, fields=("to_telephone", "length", "width", "height"),
            size=(120, 80, 80), functions={"priority": "express"}),
        # The only label that costs nothing, at the real service as well.
        Option("sendcloud:letter", "Unstamped letter", "sendcloud", {
            "NL": [("2", "0.00")],
            "BENELUX": [("2", "0.00")],
            "EU": [("2", "0.00")],
        }, size=(38, 26, 3), functions={"form_factor": "letter"}),
    ]
}  # fmt: skip


#: what goes the other way; prices are by the country that it comes from
RETURN_OPTIONS = {
    option.code: option
    for option in [
        Option("postnl:standard/return", "PostNL Return", "postnl", {
            "NL": [("23.001", "5.75")],
            "BENELUX": [("23.001", "8.20")],
        }),
        Option("dpd:return/return", "DPD Return", "dpd", {
            "NL": [("31.5", "6.10")],
            "BENELUX": [("31.5", "7.90")],
            "EU": [("31.5", "14.40")],
        }),
    ]
}  # fmt: skip


def kilograms(weight):
    """Return a ``{"value", "unit"}`` weight in kilograms."""
    return Decimal(str(weight["value"])) * GRAMS[weight["unit"]] / 1000


def outside_eu(from_country, to_country):
    """Tell whether customs want papers for this way."""
    return not {from_country, to_country} <= EU


def _weight(kg):
    return {"value": f"{Decimal(kg):.3f}", "unit": "kg"}


def dimensions(size):
    """Return ``(length, width, height)`` in centimetres as the API shows it."""
    length, width, height = (f"{side:.2f}" for side in size)
    return {"length": length, "width": width, "height": height, "unit": "cm"}


def _euros(amount):
    return {"value": f"{amount:.2f}", "currency": "EUR"}


def _quote(option, country, weights):
    prices = [option.price(country, kg) for kg in weights]
    if None in prices:
        return None
    total = _euros(sum(prices))
    label = {"type": "price_without_insurance", "label": "Label", "price": total}
    return {
        "weight": {"min": _weight("0.001"), "max": _weight(option.max_kg)},
        "price": {"breakdown": [label], "total": total},
        "lead_time": 24 if country == "NL" else 72,
    }


def describe(option, contract_id=None, quotes=()):
    """Return one row of the answer to POST /shipping-options."""
    contract = account.contract(contract_id) or account.default_contract(option.carrier)
    last_mile = "service_point" if option.service_point else "home_delivery"
    return {
        "code": option.code,
        "name": option.name,
        "carrier": {"code": option.carrier, "name": account.CARRIERS[option.carrier]},
        "product": {"code": option.code.split("/")[0], "name": option.name},
        "functionalities": {
            "signature": option.signature,
            "tracked": option.code != "sendcloud:letter",
            "last_mile": last_mile,
            "multicollo": True,
            "returns": False,
            "form_factor": "parcel",
            **option.functions,
        },
        "contract": {
            "id": contract["id"],
            "client_id": contract["client_id"],
            "carrier_code": option.carrier,
            "name": f"{contract['carrier']['name']} sandbox",
        },
        "weight": {"min": _weight("0.001"), "max": _weight(option.max_kg)},
        "max_dimensions": dimensions(option.size),
        "requirements": {
            "fields": list(option.fields),
            "export_documents": False,
            "is_service_point_required": option.service_point,
        },
        "charging_type": "label_creation",
        "quotes": list(quotes),
    }


def search(request, gone=()):
    """Return the options that fit the body of a POST /shipping-options.

    :param gone: codes of options that are no longer offered
    """
    country = request.get("to_country_code")
    weights = [kilograms(p["weight"]) for p in request.get("parcels", ())
               if p.get("weight")]  # fmt: skip
    rows = []
    for option in OPTIONS.values():
        if option.code in gone or not _wanted(option, request):
            continue
        quote = _quote(option, country, weights) if country and weights else None
        if country and (not option.goes_to(country) or (weights and not quote)):
            continue
        quotes = [quote] if quote and request.get("calculate_quotes") else []
        rows.append(describe(option, request.get("contract_id"), quotes))
    return rows


def _wanted(option, request):
    carrier = request.get("carrier_code", option.carrier)
    code = request.get("shipping_option_code", option.code)
    contract = account.contract(request.get("contract_id"))
    if contract and contract["carrier"]["code"] != option.carrier:
        return False
    shown = describe(option)["functionalities"]
    asked = request.get("functionalities") or {}
    if any(shown.get(name) != value for name, value in asked.items()):
        return False
    return carrier == option.carrier and code == option.code

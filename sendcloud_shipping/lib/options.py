"""Ways of shipping as Sendcloud lists them (``POST /shipping-options``)."""

from dataclasses import dataclass
from decimal import Decimal

from .readable import readable

#: units of weight and length as Sendcloud names them
KILOGRAMS = {
    "kg": Decimal(1),
    "g": Decimal("0.001"),
    "lbs": Decimal("0.45359237"),
    "oz": Decimal("0.028349523125"),
}
CENTIMETRES = {
    "cm": Decimal(1),
    "mm": Decimal("0.1"),
    "m": Decimal(100),
    "in": Decimal("2.54"),
    "ft": Decimal("30.48"),
    "yd": Decimal("91.44"),
}
#: where a parcel ends
HOME, SERVICE_POINT, MAILBOX = "home_delivery", "service_point", "mailbox"
#: a functionality worth naming -> the values that name it; True: any that is set
_NAMED = {
    "signature": True,
    "age_check": True,
    "id_check": True,
    "insurance": True,
    "weekend_delivery": True,
    "delivery_before": True,
    "cash_on_delivery": True,
    "bulky_goods": True,
    "eco_delivery": True,
    "priority": ("express", "priority"),
    "incoterm": ("ddp",),
}
#: what an option can ask of every parcel besides its weight
SIDES = frozenset({"length", "width", "height"})


@dataclass(frozen=True)
class ShippingOption:
    """One way of shipping: what it takes, what it does and, if asked, its price.

    Weights are kilograms; ``sides`` are the longest centimetres a parcel may have,
    the longest side first, empty when Sendcloud names none.
    """

    code: str
    name: str
    carrier_code: str
    carrier_name: str
    contract_id: int
    contract_name: str
    min_weight: Decimal
    max_weight: Decimal
    sides: tuple
    last_mile: str
    features: tuple
    fields: frozenset
    needs_service_point: bool
    is_return: bool
    price: Decimal = None
    currency: str = ""
    hours: int = None


@readable("a way of shipping")
def option_from_answer(data):
    """Return the :class:`ShippingOption` in one row of an answer."""
    functions = data.get("functionalities") or {}
    wanted = data.get("requirements") or {}
    contract = data.get("contract") or {}
    weight = data.get("weight") or {}
    return ShippingOption(
        code=data["code"],
        name=data["name"],
        carrier_code=data["carrier"]["code"],
        carrier_name=data["carrier"]["name"],
        contract_id=contract.get("id") or 0,
        contract_name=contract.get("name") or "",
        min_weight=_kilograms(weight.get("min")),
        max_weight=_kilograms(weight.get("max")),
        sides=_sides(data.get("max_dimensions")),
        last_mile=functions.get("last_mile") or "",
        features=tuple(_features(functions)),
        fields=frozenset(wanted.get("fields") or ()),
        needs_service_point=bool(wanted.get("is_service_point_required")),
        is_return=bool(functions.get("returns")),
        **_quote(data),
    )


def _quote(data):
    quotes = data.get("quotes")
    if not quotes:
        return {}
    total = quotes[0]["price"]["total"]
    return {
        "price": Decimal(total["value"]),
        "currency": total["currency"],
        "hours": quotes[0].get("lead_time"),
    }


def _features(functions):
    for name, values in _NAMED.items():
        value = functions.get(name)
        if value and (values is True or value in values):
            yield name
    if functions.get("tracked") is False:
        yield "untracked"


def _kilograms(weight):
    if not weight or weight.get("value") is None:
        return Decimal(0)
    return Decimal(str(weight["value"])) * KILOGRAMS[weight["unit"]]


def _sides(dimensions):
    if not dimensions:
        return ()
    factor = CENTIMETRES[dimensions["unit"]]
    values = [dimensions.get(name) for name in ("length", "width", "height")]
    given = [Decimal(str(value)) * factor for value in values if value]
    return tuple(sorted(given, reverse=True)) if len(given) == len(values) else ()


def fits(sides, limits):
    """Tell whether a parcel of these sides goes through, however it is turned.

    :param sides: three centimetres in any order; empty when nobody knows them
    :param limits: ``sides`` of a :class:`ShippingOption`
    """
    if not (sides and limits):
        return True
    given = sorted(sides, reverse=True)
    return all(side <= most for side, most in zip(given, limits, strict=True))

"""Asking for ways of shipping and their prices: ``POST /shipping-options``."""

from decimal import Decimal

from .mapping import weight_body


def quote_criteria(request, from_country):
    """Return the body of ``POST /shipping-options`` that prices ``request``."""
    return {
        **option_criteria(request.option_code, request.contract_id),
        "from_country_code": from_country,
        "to_country_code": request.to_address.country_code,
        "to_postal_code": request.to_address.postal_code[:12],
        "parcels": [{"weight": weight_body(parcel)} for parcel in request.parcels],
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


def offer_criteria(from_country, to_country="", weight=None, **functions):
    """Return the body of ``POST /shipping-options`` that lists what is on offer.

    :param weight: kilograms; with it and both countries there are prices
    :param functions: what an option must do, as ``signature=True``; None: no matter
    """
    criteria = {"from_country_code": from_country, "to_country_code": to_country}
    criteria = {name: code for name, code in criteria.items() if code}
    wanted = {name: value for name, value in functions.items() if value is not None}
    if wanted:
        criteria["functionalities"] = wanted
    if weight:
        criteria["parcels"] = [{"weight": {"value": f"{weight:.3f}", "unit": "kg"}}]
        criteria["calculate_quotes"] = bool(to_country)
    return criteria


def price_criteria(option_code, contract_id, from_country, to_country, weight):
    """Return the body of ``POST /shipping-options`` that prices one option.

    No postal code: a price is kept for all who live there.
    """
    return {
        **option_criteria(option_code, contract_id),
        **offer_criteria(from_country, to_country, weight),
    }


def option_criteria(option_code, contract_id=None):
    """Return the body of ``POST /shipping-options`` that looks for one option."""
    criteria = {"shipping_option_code": option_code}
    if contract_id:
        criteria["contract_id"] = contract_id
    return criteria


def price_from_options(options):
    """Return ``(amount, currency)`` of the first quote, ``None`` without one."""
    quotes = [quote for option in options for quote in option.get("quotes") or ()]
    if not quotes:
        return None
    total = quotes[0]["price"]["total"]
    return Decimal(total["value"]), total["currency"]

"""Amounts: Decimal in here, ``{"currency", "value"}`` with text outside."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation

from .errors import Refused

#: currencies a balance can be kept in
CURRENCIES = "EUR GBP CHF DKK NOK PLN SEK USD CZK HUF AUD CAD RON".split()
#: what Mollie pays for another currency: our own numbers
RATES = {("USD", "EUR"): "0.8085", ("GBP", "EUR"): "1.1420", ("CHF", "EUR"): "1.0310"}
RATES["JPY", "EUR"] = "0.0058"
#: currencies without cents; a customer may pay in them, no balance is kept in one
ZERO_DECIMALS = {"JPY", "ISK"}
CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def amount(value, currency, digits=None):
    """Return the amount object of a number, with the decimals of its currency."""
    if digits is None:
        digits = 0 if currency in ZERO_DECIMALS else 2
    return {"currency": currency, "value": f"{Decimal(value):.{digits}f}"}


def exchange(value, currency, target):
    """Return ``value`` in another currency, rounded to the cent.

    :raise KeyError: there is no rate between the two
    """
    if currency == target:
        return Decimal(value)
    rate = Decimal(RATES[currency, target])
    return (Decimal(value) * rate).quantize(CENT, ROUND_HALF_UP)


def round_up(value):
    """Return a positive number rounded up to the cent, as Mollie does with fees."""
    return Decimal(value).quantize(CENT, ROUND_CEILING)


def read_amount(given, field="amount"):
    """Return ``(Decimal, currency)`` of an amount in a request, or refuse it."""
    if given is None:
        raise Refused(422, f"The '{field}' field is missing", field)
    if not isinstance(given, dict) or not isinstance(given.get("value"), str):
        raise Refused(422, "The amount must have a currency and a value", field)
    if given.get("currency") not in CURRENCIES:
        raise Refused(422, "The currency is not supported", f"{field}.currency")
    try:
        value = Decimal(given["value"])
    except InvalidOperation as error:
        raise Refused(422, "The amount is not a number", f"{field}.value") from error
    if value != value.quantize(CENT) or "." not in given["value"]:
        raise Refused(422, "The amount must have two decimals", f"{field}.value")
    if value <= 0:
        raise Refused(422, "The amount is lower than the minimum", f"{field}.value")
    return value, given["currency"]

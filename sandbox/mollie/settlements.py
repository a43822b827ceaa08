"""Settlements: one payout to the bank and what it is made of."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from . import fees, ids, webhooks
from .money import amount

#: Mollie counts months, invoices and reports in its own time
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CUSTOMER_NUMBER = "1234567"
_GROUPS = {
    "refund": "refund",
    "returned-refund": "refund",
    "chargeback": "chargeback",
    "chargeback-reversal": "chargeback",
}


def local(text):
    """Return a moment of the API in Amsterdam's time."""
    return datetime.fromisoformat(text).astimezone(AMSTERDAM)


def close(world, balance, lines, total):
    """Return a new, paid-out settlement of these balance transactions."""
    moment = webhooks.moment(world)
    month = local(moment).strftime("%y%m")
    number = world.next_number(f"mollie-settlement-{month}")
    return {
        "id": ids.new(world, "stl"),
        "reference": f"{CUSTOMER_NUMBER}.{month}.{number:02d}",
        "createdAt": moment,
        "settledAt": moment,
        "status": "paidout",
        "amount": amount(total, balance["currency"]),
        "balanceId": balance["id"],
        "periods": periods(lines),
    }


def periods(lines):
    """Return revenue and costs per month and method, with four decimals."""
    months = defaultdict(list)
    for line in lines:
        months[local(line["createdAt"]).strftime("%Y-%m")].append(line)
    tree = {}
    for month, month_lines in sorted(months.items()):
        year, number = month.split("-")
        tree.setdefault(year, {})[number] = {
            "revenue": _rows(month_lines, _revenue),
            "costs": _rows(month_lines, _costs),
        }
    return tree


def _rows(lines, make):
    groups = defaultdict(list)
    for line in lines:
        name = (
            line["method"] if line["type"] == "payment" else _GROUPS.get(line["type"])
        )
        if name:
            groups[name].append(line)
    rows = [make(name, group) for name, group in groups.items()]
    return [row for row in rows if row]


def describe(method):
    """Return the words Mollie's lists have for a method."""
    known = {**fees.NAMES, "chargeback": "Chargebacks"}
    return fees.RATES[method].description if method in fees.RATES else known[method]


def _revenue(method, lines):
    total = sum(Decimal(line["initial"]) for line in lines)
    money = amount(total, lines[0]["currency"], 4)
    return {
        "description": describe(method),
        "method": method,
        "count": len(lines),
        "amountNet": money,
        "amountVat": None,
        "amountGross": money,
    }


def _costs(method, lines):
    net = sum(Decimal(line["fee_net"]) for line in lines)
    if not net:
        return None
    currency, vat = lines[0]["currency"], net * fees.VAT
    rate = {"fixed": amount(fees.RATES[method].fixed, currency, 4)}
    if Decimal(fees.RATES[method].percentage):
        rate["percentage"] = fees.RATES[method].percentage
    return {
        "description": describe(method),
        "method": method,
        "count": len(lines),
        "rate": rate,
        "amountNet": amount(net, currency, 4),
        "amountVat": amount(vat, currency, 4),
        "amountGross": amount(net + vat, currency, 4),
    }

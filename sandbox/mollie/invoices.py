"""Mollie's monthly bill for the fees it has already withheld."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from . import fees, ids, settlements
from .money import CENT, ZERO, amount


def issue(world, section, balances, month):
    """Bill the fees of a month (``2026-11``) in euros; None when there are none.

    Fees were withheld rounded up, so what was taken too much comes back to the
    balance as ``invoice-compensation``.
    """
    balance = balances.of_currency("EUR")
    lines = [t for t in balance["transactions"] if _to_bill(t, month)]
    if not lines:
        return None
    invoice = _invoice(world, lines, month)
    section["invoices"][invoice["id"]] = invoice
    for line in lines:
        line["invoiceId"] = invoice["id"]
    withheld = sum(Decimal(line["fee"]) for line in lines)
    too_much = withheld - Decimal(invoice["grossAmount"]["value"])
    if too_much:
        context = {"invoiceId": invoice["id"]}
        balances.book("EUR", "invoice-compensation", too_much, context)
    return invoice


def words(invoice):
    """Return what is printed on an invoice, line by line."""
    lines = [
        f"{row['period']}  {row['description']}  {row['count']} x"
        f"  EUR {row['amount']['value']}"
        for row in invoice["lines"]
    ]
    totals = [
        f"{name}: EUR {invoice[f'{key}Amount']['value']}"
        for name, key in (("Net", "net"), ("VAT", "vat"), ("Total", "gross"))
    ]
    heading = f"Invoice {invoice['reference']} of {invoice['issuedAt']}"
    return ["Mollie (sandbox)", heading, "", *lines, "", *totals]


def _to_bill(line, month):
    in_month = settlements.local(line["createdAt"]).strftime("%Y-%m") == month
    return in_month and Decimal(line["fee"]) and not line["invoiceId"]


def _invoice(world, lines, month):
    groups = defaultdict(list)
    for line in lines:
        method = "refund" if line["type"] == "refund" else line["method"]
        groups[method].append(Decimal(line["fee_net"]))
    rows = {method: _cents(sum(nets)) for method, nets in groups.items()}
    net = sum(rows.values(), ZERO)
    vat = _cents(net * fees.VAT)
    today = world.now().astimezone(settlements.AMSTERDAM).date().isoformat()
    return {
        "id": ids.new(world, "inv"),
        "reference": f"{month[:4]}.{world.next_number('mollie-invoice', 10001)}",
        "vatNumber": "NL859123456B01",
        "status": "paid",
        "netAmount": amount(net, "EUR"),
        "vatAmount": amount(vat, "EUR"),
        "grossAmount": amount(net + vat, "EUR"),
        "lines": [
            {
                "period": month,
                "description": f"{settlements.describe(method)} transaction fees",
                "count": len(groups[method]),
                "vatPercentage": int(fees.VAT * 100),
                "amount": amount(value, "EUR"),
            }
            for method, value in rows.items()
        ],
        "issuedAt": today,
        "paidAt": today,
        "dueAt": None,
    }


def _cents(value):
    return value.quantize(CENT, ROUND_HALF_UP)

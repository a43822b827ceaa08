"""Mollie's balance report, as rows that the books can be laid beside.

https://docs.mollie.com/reference/get-balance-report, grouping ``status-balances``:
what was available at the start, what became available, what was at the end.
"""

from dataclasses import dataclass
from decimal import Decimal

from .const import (
    FEE_TYPES,
    OPENING,
    PAYMENT_TYPES,
    REFUND_TYPES,
    REVERSAL_TYPES,
    TAKE_BACK_TYPES,
    TRANSFER_TYPES,
)
from .mapping import amount_of, readable

#: the rows of a proof, in the order they are shown
CATEGORIES = ("payment", "refund", "chargeback", "fee", "transfer", "other")
#: what came or went without a pause on the pending balance, and what had one
_MOVED = ("movedFromPending", "immediatelyAvailable")
_FEES = {*FEE_TYPES, "fee-prepayment"}


@dataclass(frozen=True)
class Figure:
    """How many movements of one category there were, and what they add up to."""

    count: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other):
        return Figure(self.count + other.count, self.amount + other.amount)


@dataclass(frozen=True)
class Report:
    """What Mollie says of a balance between two days.

    :param opening: available when the first day began
    :param closing: available when the last day ended
    :param pending: on its way when the last day ended
    :param figures: :class:`Figure` of each of :data:`CATEGORIES`
    """

    currency: str
    opening: Decimal
    closing: Decimal
    pending: Decimal
    figures: dict


def category_of(kind, part="gross"):
    """Return the row that a movement of this type belongs to.

    :param kind: type of the balance transaction
    :param part: which of its bank lines: ``gross``, ``fees``, ``commissions``…
    """
    if part == "fees" or (part in ("gross", "result") and kind in _FEES):
        return "fee"
    if part not in ("gross", "result") or kind == OPENING:
        return "other"
    kinds = {
        "payment": PAYMENT_TYPES,
        "refund": REFUND_TYPES | {"returned-refund"},
        "chargeback": (TAKE_BACK_TYPES | REVERSAL_TYPES) - {"returned-refund"},
        "transfer": TRANSFER_TYPES,
    }
    return next((name for name, types in kinds.items() if kind in types), "other")


def parse_report(payload):
    """Return the :class:`Report` of Mollie's JSON.

    :raise RejectedError: it cannot be read
    """
    with readable("balance report"):
        available = payload["totals"]["availableBalance"]
        pending = payload["totals"]["pendingBalance"]
        opening = amount_of(available["open"]["amount"])
        return Report(
            currency=opening.currency,
            opening=opening.value,
            closing=amount_of(available["close"]["amount"]).value,
            pending=amount_of(pending["close"]["amount"]).value,
            figures=_figures(available),
        )


def _figures(available):
    figures = dict.fromkeys(CATEGORIES, Figure())
    for name in _MOVED:
        group = available.get(name) or {}
        told = Decimal(0)
        for row in group.get("subtotals") or ():
            figure = Figure(_count(row), amount_of(row["amount"]).value)
            figures[category_of(row["transactionType"])] += figure
            told += figure.amount
        # What Mollie does not break down must not get lost.
        rest = amount_of(group["amount"]).value - told if group else Decimal(0)
        figures["other"] += Figure(0, rest)
    return figures


def _count(row):
    """Return the number of movements; fees name it one level further down."""
    if "count" in row:
        return row["count"]
    return sum(_count(part) for part in row.get("subtotals") or ())

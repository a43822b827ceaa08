"""The daily proof: what Shopify says of a day's orders against what Odoo says."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal

from .values import money, readable

#: taxes are rounded per line here and there; totals are not allowed to differ
TAX_LIMIT = Decimal("0.05")
NAMES = ("gross", "tax", "paid", "refunded")


@dataclass(frozen=True)
class Figures:
    """What one order, or all of a day, are worth."""

    gross: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)

    def __add__(self, other):
        return Figures(*(getattr(self, n) + getattr(other, n) for n in NAMES))

    def differing(self, other):
        """Return the names of the figures that differ."""
        limits = {"tax": TAX_LIMIT}
        return [
            name
            for name in NAMES
            if abs(getattr(self, name) - getattr(other, name)) > limits.get(name, 0)
        ]


@readable("an order's figures")
def figures_of(node):
    """Return the figures of an order in the answer to ``queries.DAY_ORDERS``.

    The discrepancy is what refunds gave beyond goods and shipping, or kept of them.
    """
    total = money(node["currentTotalPriceSet"]) + money(node["refundDiscrepancySet"])
    return Figures(
        gross=total,
        tax=money(node["currentTotalTaxSet"]),
        paid=money(node["totalReceivedSet"]),
        refunded=money(node["totalRefundedSet"]),
    )


def day_bounds(day, zone):
    """Return the moments in UTC at which a day begins and ends in the shop."""
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return start.astimezone(timezone.utc), end.astimezone(timezone.utc)

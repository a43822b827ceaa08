"""A refund as Shopify has it: goods, shipping costs, adjustments, and the money.

The sum of the parts is what the customer is owed, whatever has been paid so far.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .values import moment, money


@dataclass(frozen=True)
class RefundLine:
    """Units of an order line that the customer need not pay for.

    ``restock``: CANCEL are never sent, RETURN come back, NO_RESTOCK stay as they are.
    """

    line_gid: str
    quantity: int
    restock: str
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class RefundAmount:
    """Shipping costs or a duty that is refunded, or an adjustment of the refund."""

    gid: str
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Refund:
    """One refund; all amounts are what the customer gets, so they are positive."""

    gid: str
    processed_at: datetime
    taxes_included: bool
    lines: tuple[RefundLine, ...]
    shipping: tuple[RefundAmount, ...]
    adjustments: tuple[RefundAmount, ...]
    transaction_gids: tuple[str, ...]
    note: str = ""
    duties: tuple[RefundAmount, ...] = ()
    #: goods of bundles whose money is in ``adjustments``, see ``lib.bundles``
    loose: tuple = ()
    return_gid: str = ""

    @property
    def charges(self):
        """All that lowers the order: goods, shipping costs and duties."""
        return self.lines + self.shipping + self.duties

    def gross(self, part):
        """Return what a part is worth to the customer, with tax."""
        return part.net if self.taxes_included else part.net + part.tax

    @property
    def lowered(self):
        """What the refund takes off the order's total, with tax."""
        return sum((self.gross(p) for p in self.charges), Decimal(0))

    @property
    def lowered_tax(self):
        """The tax in it."""
        return sum((part.tax for part in self.charges), Decimal(0))

    @property
    def total(self):
        """What the customer gets in all."""
        adjusted = (self.gross(part) for part in self.adjustments)
        return sum(adjusted, self.lowered)


def refund_from_payload(node, taxes_included, duties=None):
    """Return the :class:`Refund` in the answer to ``queries.REFUND``.

    :param duties: ``{gid: (price, tax)}`` of the order's duties
    """
    return Refund(
        gid=node["id"],
        processed_at=moment(node["processedAt"]),
        taxes_included=taxes_included,
        lines=tuple(map(_refunded_line, node["refundLineItems"]["nodes"])),
        shipping=tuple(
            RefundAmount(
                gid=row["shippingLine"]["id"] or "",
                net=money(row["subtotalAmountSet"]),
                tax=money(row["taxAmountSet"]),
            )
            for row in node["refundShippingLines"]["nodes"]
        ),
        # Shopify notes what was *not* given back; here it is what was given on top.
        adjustments=tuple(
            RefundAmount(
                gid=row["id"],
                net=-money(row["amountSet"]),
                tax=-money(row["taxAmountSet"]),
            )
            for row in node["orderAdjustments"]["nodes"]
        ),
        transaction_gids=tuple(row["id"] for row in node["transactions"]["nodes"]),
        note=node["note"] or "",
        duties=tuple(_refunded_duty(row, duties or {}) for row in node["duties"] or ()),
        return_gid=(node.get("return") or {}).get("id") or "",
    )


def _refunded_line(row):
    return RefundLine(
        line_gid=row["lineItem"]["id"],
        quantity=row["quantity"],
        restock=row["restockType"],
        net=money(row["subtotalSet"]),
        tax=money(row["totalTaxSet"]),
    )


def _refunded_duty(row, duties):
    # Shopify says what is refunded, but not the tax on it: it is that of its share.
    gid, net = (row["originalDuty"] or {}).get("id", ""), money(row["amountSet"])
    price, tax = duties.get(gid, (Decimal(0), Decimal(0)))
    cent = Decimal("0.01")
    return RefundAmount(gid, net, (tax * net / price).quantize(cent) if price else tax)


def share(amount, start, end, units, decimals=2):
    """Return what the units from ``start`` to ``end`` are worth of all their amount.

    The shares of neighbours add up to the amount, whatever is rounded.
    """
    step = Decimal(1).scaleb(-decimals)

    def upto(count):
        return (amount * Decimal(count) / units).quantize(step)

    return upto(end) - upto(start)


def fitting_tax(part, rates, taxes_included):
    """Return the key of the rate that gives a part's tax, ``None`` when none does.

    :param rates: ``{key: percent}``
    """
    base = part.net - part.tax if taxes_included else part.net
    for key, rate in rates.items():
        if abs(base * rate / 100 - part.tax) <= Decimal("0.01"):
            return key
    return None

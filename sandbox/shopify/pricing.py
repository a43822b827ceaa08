"""The sums of an order, computed once and proven to add up.

Everything is in one currency here; :mod:`.documents` computes an order twice when the
customer pays in another currency than the shop's.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .money import ZERO, allocate, cents


@dataclass
class Priced:
    """A line or a shipping line: what it costs, what comes off, what is tax."""

    unit: Decimal
    quantity: int
    rate: Decimal | None
    target: str = "LINE_ITEM"
    discounts: list = field(default_factory=list)
    tax: Decimal = ZERO

    @property
    def gross(self):
        """Price before discounts."""
        return self.unit * self.quantity

    @property
    def net(self):
        """Price after discounts."""
        return self.gross - sum(self.discounts, ZERO)


@dataclass(frozen=True)
class Sums:
    """A priced order."""

    lines: list
    shipping: Priced | None
    subtotal: Decimal
    shipping_net: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    extras: list
    tip: Decimal


def price(lines, shipping, discounts, taxes_included, extras=(), tip=ZERO):
    """Price ``lines`` (and ``shipping``, or None) in place and return the sums.

    :param extras: duties and fees, which no discount lowers
    """
    for discount in discounts:
        apply_discount(discount, lines, shipping)
    parts = lines + ([shipping] if shipping else []) + list(extras)
    for part in parts:
        part.tax = tax_of(part.net, part.rate, taxes_included)
    sums = Sums(
        lines=lines,
        shipping=shipping,
        subtotal=sum((line.net for line in lines), ZERO),
        shipping_net=shipping.net if shipping else ZERO,
        discount=sum((sum(part.discounts, ZERO) for part in parts), ZERO),
        tax=sum((part.tax for part in parts), ZERO),
        total=sum((part.net for part in parts), tip)
        + (ZERO if taxes_included else sum((part.tax for part in parts), ZERO)),
        extras=list(extras),
        tip=tip,
    )
    prove(sums, taxes_included)
    return sums


def apply_discount(discount, lines, shipping):
    """Spread one discount over the lines, or take it off the shipping."""
    parts = [shipping] if discount["target"] == "SHIPPING_LINE" else lines
    left = [part.net for part in parts]
    if discount.get("percent") is not None:
        off = cents(sum(left) * Decimal(discount["percent"]) / 100)
    else:
        off = min(cents(discount["amount"]), sum(left, ZERO))
    for part, share in zip(parts, allocate(off, left), strict=True):
        part.discounts.append(share)


def tax_of(net, rate, included):
    """Return the tax inside (or on top of) a net price, rounded per line."""
    if not rate:
        return ZERO
    return cents(net * rate / (1 + rate) if included else net * rate)


def prove(sums, taxes_included):
    """Refuse an order whose parts do not make its total."""
    parts = sums.lines + ([sums.shipping] if sums.shipping else []) + sums.extras
    gross = sum((part.gross for part in parts), sums.tip)
    total = gross - sums.discount + (ZERO if taxes_included else sums.tax)
    negative = [part for part in parts if part.net < 0]
    if total != sums.total or negative or sums.subtotal + sums.shipping_net < 0:
        raise ValueError(f"the order does not add up: {total} is not {sums.total}")
    if any(amount != cents(amount) for amount in (gross, sums.tax, sums.total)):
        raise ValueError("a price of the order has more than two decimals")

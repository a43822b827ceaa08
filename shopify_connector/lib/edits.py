"""What an edit at Shopify changed: more, less or other goods, another price."""

from dataclasses import dataclass, replace
from decimal import Decimal

from .lines import Extra, Line, Shipping

NOTHING = [0, "0"]


@dataclass(frozen=True)
class Edit:
    """The difference between an order as it was taken in and as it is now.

    ``less`` is ``(line gid, units, what they cost)``. ``dearer`` are lines whose units
    are the same and whose price is not, with the difference, negative when cheaper.
    """

    more: tuple[Line, ...]
    less: tuple[tuple[str, int, Decimal], ...]
    dearer: tuple[tuple[Line, Decimal], ...]
    charges: tuple[tuple[Shipping | Extra, Decimal], ...]
    dropped: tuple[tuple[str, Decimal], ...]
    total: Decimal


def edit_of(order, before):
    """Return the :class:`Edit` since ``before``, an answer of ``mapping.facts``."""
    more, less, dearer = [], [], []
    for line in order.lines:
        quantity, net = before["lines"].get(line.gid, NOTHING)
        units, amount = line.quantity - quantity, line.net - Decimal(net)
        if units > 0:
            more.append(replace(line, quantity=units, net=amount, discounts=()))
        elif units < 0:
            less.append((line.gid, -units, -amount))
        elif amount:
            dearer.append((line, amount))
    charged = {line.gid: line for line in (*order.shipping_lines, *order.extras)}
    known = {gid: Decimal(net) for gid, net in before["charges"].items()}
    changed = (
        (line, line.net - known.get(gid, Decimal(0))) for gid, line in charged.items()
    )
    return Edit(
        more=tuple(more),
        less=tuple(less),
        dearer=tuple(dearer),
        charges=tuple((line, amount) for line, amount in changed if amount),
        dropped=tuple((gid, net) for gid, net in known.items() if gid not in charged),
        total=order.total - Decimal(before["total"]),
    )

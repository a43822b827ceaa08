"""Returns as Shopify has them, and how many pieces they and refunds bring back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from .values import moment

#: the customer may send the goods, or has sent them
COMING = ("OPEN", "CLOSED")
#: how a refund says that its goods came back
BACK = "RETURN"


@dataclass(frozen=True)
class ReturnLine:
    """Pieces of an order line that a customer sends back.

    ``line_gid`` is empty for goods that Shopify cannot tell the order line of.
    """

    gid: str
    line_gid: str
    name: str
    quantity: int
    reason: str
    note: str
    words: str


@dataclass(frozen=True)
class WantedInstead:
    """Goods that the customer takes in exchange; not an order line yet."""

    variant_gid: str
    name: str
    quantity: int


@dataclass(frozen=True)
class Return:
    """One return; ``status`` is Shopify's ``ReturnStatus``."""

    gid: str
    name: str
    status: str
    created_at: datetime
    approved_at: datetime | None
    closed_at: datetime | None
    decline_reason: str
    decline_note: str
    lines: tuple[ReturnLine, ...]
    exchange: tuple[WantedInstead, ...] = ()

    @property
    def is_coming(self):
        """Tell whether goods come back by it, or have come."""
        return self.status in COMING

    @property
    def units(self):
        """Return ``{line gid: pieces}`` of what the return is about."""
        found = defaultdict(int)
        for line in self.lines:
            if line.line_gid and line.quantity > 0:
                found[line.line_gid] += line.quantity
        return dict(found)


def return_from_payload(node):
    """Return the :class:`Return` in the answer to ``queries_return.RETURN``."""
    decline = node["decline"] or {}
    return Return(
        gid=node["id"],
        name=node["name"],
        status=node["status"],
        created_at=moment(node["createdAt"]),
        approved_at=_moment(node["requestApprovedAt"]),
        closed_at=_moment(node["closedAt"]),
        decline_reason=decline.get("reason") or "",
        decline_note=decline.get("note") or "",
        lines=tuple(_line(row) for row in node["returnLineItems"]["nodes"]),
        exchange=tuple(_wanted(row) for row in node["exchangeLineItems"]["nodes"]),
    )


def _moment(text):
    return moment(text) if text else None


def _line(row):
    sent = (row.get("fulfillmentLineItem") or {}).get("lineItem") or {}
    return ReturnLine(
        gid=row["id"],
        line_gid=sent.get("id") or "",
        name=sent.get("name") or "",
        quantity=row["quantity"],
        reason=(row["returnReasonDefinition"] or {}).get("name") or "",
        note=row["returnReasonNote"] or "",
        words=row["customerNote"] or "",
    )


def _wanted(row):
    lines = row["lineItems"] or [{}]
    return WantedInstead(
        row["variantId"] or "", lines[0].get("name") or "", row["quantity"]
    )


# === How much comes back === #


@dataclass(frozen=True)
class ComingBack:
    """Pieces that come back, each counted once whoever tells of them.

    ``by_return``: ``{return gid: {line gid: pieces}}``; ``besides``: ``{line gid:
    pieces}`` of refunds that belong to no return; ``refunded``: ``{line gid: pieces}``
    of all refunds whose goods came back.
    """

    by_return: dict
    besides: dict
    refunded: dict

    def total(self, line_gid):
        """Return how many pieces of a line come back in all."""
        expected = sum(units.get(line_gid, 0) for units in self.by_return.values())
        return expected + self.besides.get(line_gid, 0)


def coming_back(returns, refunds):
    """Tell how many pieces come back by returns, and by refunds on their own.

    An open return brings what it is about. A closed one does not bring what was
    refunded as not restocked. A refund that Shopify does not link to a return, such as
    one made in Odoo, settles the returns that were there before it, oldest first: what
    is left of it came back on its own.

    :param returns: ``[Return]``
    :param refunds: ``[lib.refunds.Refund]``
    :return: :class:`ComingBack`
    """
    returns = sorted(returns, key=lambda row: row.created_at)
    refunds = sorted(refunds, key=lambda row: row.processed_at)
    linked, lost = _linked(refunds)
    by_return = {
        row.gid: _expected(row, linked[row.gid], lost[row.gid]) for row in returns
    }
    open_units = {
        row.gid: {
            gid: count - linked[row.gid].get(gid, 0)
            for gid, count in by_return[row.gid].items()
        }
        for row in returns
    }
    besides, refunded = defaultdict(int), defaultdict(int)
    known = {row.gid: row for row in returns}
    for refund in refunds:
        earlier = [
            open_units[row.gid]
            for row in returns
            if row.created_at <= refund.processed_at
        ]
        for gid, count in _restocked(refund).items():
            refunded[gid] += count
            if refund.return_gid not in known:
                besides[gid] += _settle(earlier, gid, count)
    return ComingBack(by_return, dict(besides), dict(refunded))


def _settle(open_units, gid, count):
    """Take pieces off what is open and return how many are left."""
    for units in open_units:
        taken = max(0, min(count, units.get(gid, 0)))
        if taken:
            units[gid] -= taken
            count -= taken
    return count


def _expected(row, back, lost):
    """Return ``{line gid: pieces}`` that come back by one return."""
    expected = dict(back)
    if row.is_coming:
        for gid, count in row.units.items():
            if row.status == "CLOSED":
                count -= lost.get(gid, 0)
            expected[gid] = max(count, back.get(gid, 0))
    return expected


def _linked(refunds):
    """Return what the refunds of each return brought back, and what they did not."""
    back, lost = (defaultdict(lambda: defaultdict(int)) for _kind in range(2))
    for refund in refunds:
        for line in refund.lines:
            side = back if line.restock == BACK else lost
            side[refund.return_gid][line.line_gid] += line.quantity
    return back, lost


def _restocked(refund):
    units = defaultdict(int)
    for line in refund.lines:
        if line.restock == BACK:
            units[line.line_gid] += line.quantity
    return units

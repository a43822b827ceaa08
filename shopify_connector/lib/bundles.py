"""Bundles that are sold as one thing: their components' lines become one line.

A line of a bundle has the id of its ``LineItemGroup``, costs what its components cost,
and counts bundles. So all that comes later, such as edits and refunds, is about that
line, too. What concerns only a part of a bundle is its money, and a person's work.
https://shopify.dev/docs/api/admin-graphql/latest/objects/LineItemGroup
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from .lines import GIFT_CARD, NO_TAX, TIP, Line, Part
from .refunds import RefundAmount, RefundLine

#: why a bundle cannot be one line
TAXES, UNEVEN = "taxes", "uneven"


@dataclass(frozen=True)
class Loose:
    """Goods of a bundle that are taken off or come back without the rest of it."""

    gid: str
    bundle: str
    name: str
    units: int
    restock: str


def fold(order, kept=None, counts=None):
    """Return the order with one line for each bundle that can be one.

    :param order: ``lib.payload.ShopifyOrder``
    :param kept: what :func:`as_kept` said when the order was taken in; ``None`` before
    :param counts: ``{gid: bundles}`` that are sold here, for those that are not whole
    """
    groups = defaultdict(list)
    for line in order.lines:
        if line.bundle:
            groups[line.bundle].append(line)
    folded, reasons = {}, {}
    for bundle, lines in groups.items():
        units, reason = _units(bundle, lines, kept)
        if units:
            folded[bundle.gid] = _one(bundle, lines, units, counts or {})
        else:
            reasons[bundle.gid] = (bundle.title, reason)
    if not folded:
        return replace(order, uneven_bundles=reasons)
    return replace(
        order,
        lines=tuple(_in_place(order.lines, folded)),
        refunds=tuple(_fold_refund(refund, folded) for refund in order.refunds),
        uneven_bundles=reasons,
    )


def as_kept(order):
    """Return what has to be known later of the order's bundles, for the database.

    ``parts`` are ``{line gid: [units in one bundle, variant's gid, units that can be
    sent]}``: components can be taken off without the rest of their bundle.
    """
    taken_off = Counter()
    for refund in order.refunds:
        for part in refund.loose:
            taken_off[part.gid] += part.units * (part.restock == "CANCEL")
    bundles = {
        line.gid: {
            "title": line.name,
            "parts": {
                part.gid: [
                    part.units,
                    part.variant_gid,
                    part.quantity - taken_off[part.gid],
                ]
                for part in line.parts
            },
        }
        for line in order.lines
        if line.parts
    }
    for gid, (title, reason) in order.uneven_bundles.items():
        bundles[gid] = {"title": title, "because": reason}
    return bundles


def spread(units, bundles):
    """Return ``{line gid: units}`` at Shopify of what was sold as one line here.

    :param units: ``{line gid or bundle's gid: units}``
    :param bundles: answer of :func:`as_kept`
    """
    lines = Counter()
    for gid, count in units.items():
        parts = (bundles.get(gid) or {}).get("parts") or {gid: [1]}
        for part, row in parts.items():
            lines[part] += count * row[0]
    return lines


def gather(lines, bundles):
    """Return ``{line gid or bundle's gid: units}``, the contrary of :func:`spread`.

    :return: ``None`` when a part of a bundle is there without the rest
    """
    left, found = Counter(lines), {}
    for gid, bundle in bundles.items():
        parts = {part: row[0] for part, row in bundle.get("parts", {}).items()}
        if not any(left[part] for part in parts):
            continue
        count = _whole({part: left.pop(part, 0) for part in parts}, parts)
        if not count:
            return None
        found[gid] = count
    return {**found, **+left}


def _units(bundle, lines, kept):
    """Return ``{line gid: units in one bundle}``, or nothing and the reason."""
    if kept is not None:
        parts = (kept.get(bundle.gid) or {}).get("parts", {})
        units = {gid: row[0] for gid, row in parts.items()}
        return units, (kept.get(bundle.gid) or {}).get("because", UNEVEN)
    count = max(bundle.quantity, 1)
    units = {line.gid: line.ordered_quantity // count for line in lines}
    ordered = {line.gid: line.ordered_quantity for line in lines}
    left = {line.gid: line.quantity for line in lines}
    if _whole(ordered, units) != count or _whole(left, units) is None:
        return {}, UNEVEN
    if len(_taxes(lines)) > 1 or any(line.kind in (GIFT_CARD, TIP) for line in lines):
        return {}, TAXES
    return units, ""


def _whole(quantities, units):
    """Return of how many whole bundles these are the components, ``None`` of none."""
    if not all(units.values()):
        return None
    counts = {
        (quantities[gid] // per_bundle, quantities[gid] % per_bundle)
        for gid, per_bundle in units.items()
    }
    count, rest = next(iter(counts))
    return count if len(counts) == 1 and not rest else None


def _taxes(lines):
    # What is free and untaxed says nothing about the tax of the others.
    return {
        tuple(sorted(line.taxes, key=lambda tax: (tax.rate, tax.title)))
        for line in lines
        if line.net or line.taxes != (NO_TAX,)
    }


def _one(bundle, lines, units, counts):
    lines = [line for line in lines if line.gid in units]
    quantities = {**dict.fromkeys(units, 0), **{r.gid: r.quantity for r in lines}}
    count = _whole(quantities, units)
    if count is None:
        # A part of it was edited: so many are still sold, for another price.
        count = counts.get(bundle.gid, bundle.quantity)
    taxed = [line for line in lines if line.net or line.taxes != (NO_TAX,)] or lines
    return Line(
        gid=bundle.gid,
        name=bundle.title,
        sku=bundle.sku,
        quantity=count,
        ordered_quantity=bundle.quantity,
        net=sum((line.net for line in lines), Decimal(0)),
        taxes=taxed[0].taxes,
        discounts=_discounts(lines),
        is_shipped=any(line.is_shipped for line in lines),
        variant_gid=bundle.variant_gid,
        parts=tuple(
            Part(line.gid, line.name, units[line.gid], line.quantity, line.variant_gid)
            for line in lines
        ),
    )


def _discounts(lines):
    amounts = defaultdict(Decimal)
    for line in lines:
        for title, amount in line.discounts:
            amounts[title] += amount
    return tuple(amounts.items())


def _in_place(lines, folded):
    """Yield the lines, each bundle where its first component stands."""
    known = {part.gid for line in folded.values() for part in line.parts}
    told = set()
    for line in lines:
        if line.gid not in known:
            yield line
        elif line.bundle.gid not in told:
            told.add(line.bundle.gid)
            yield folded[line.bundle.gid]


# === Refunds === #


def _fold_refund(refund, folded):
    """Return the refund with whole bundles as lines, parts of them as amounts."""
    lines = list(refund.lines)
    amounts, loose, whole = [], [], []
    for gid, line in folded.items():
        parts = {part.gid: part for part in line.parts}
        for restock in sorted({row.restock for row in lines}):
            rows = [
                row for row in lines if row.restock == restock and row.line_gid in parts
            ]
            if not rows:
                continue
            lines = [row for row in lines if row not in rows]
            found = _whole_bundles(gid, parts, rows)
            if found:
                whole.append(found)
            else:
                amounts += [RefundAmount(r.line_gid, r.net, r.tax) for r in rows]
                loose += [_loose(line, parts[row.line_gid], row) for row in rows]
    return replace(
        refund,
        lines=(*lines, *whole),
        adjustments=(*refund.adjustments, *amounts),
        loose=tuple(loose),
    )


def _loose(line, part, row):
    return Loose(part.gid, line.name, part.name, row.quantity, row.restock)


def _whole_bundles(gid, parts, rows):
    quantities = dict.fromkeys(parts, 0)
    for row in rows:
        quantities[row.line_gid] += row.quantity
    count = _whole(quantities, {part.gid: part.units for part in parts.values()})
    if not count:
        return None
    return RefundLine(
        line_gid=gid,
        quantity=count,
        restock=rows[0].restock,
        net=sum((row.net for row in rows), Decimal(0)),
        tax=sum((row.tax for row in rows), Decimal(0)),
    )

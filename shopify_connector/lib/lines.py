"""What an order charges for: goods, gift cards, shipping, duties, fees and tips.

Amounts are what all units together cost, in the order's currency, after all discounts;
with tax inside when the order's prices include it.
"""

from dataclasses import dataclass
from decimal import Decimal

from .refunds import share
from .values import money

#: kinds of :class:`Line`
PRODUCT, CUSTOM, GIFT_CARD, TIP = "product", "custom", "gift_card", "tip"
#: kinds of :class:`Extra`
DUTY, FEE = "duty", "fee"


@dataclass(frozen=True)
class Tax:
    """One tax on a line; ``rate`` in percent."""

    title: str
    rate: Decimal


NO_TAX = Tax("No tax", Decimal("0.0000"))


@dataclass(frozen=True)
class Bundle:
    """A set that the customer bought as one thing; its parts are lines."""

    gid: str
    title: str
    quantity: int
    sku: str = ""
    variant_gid: str = ""


@dataclass(frozen=True)
class Part:
    """What a bundle that is one line consists of.

    ``units`` are in one bundle; ``quantity`` is what Shopify counts of all of them.
    """

    gid: str
    name: str
    units: int
    quantity: int
    variant_gid: str = ""


@dataclass(frozen=True)
class Line:
    """One kind of goods; ``net`` is what ``quantity`` units cost after all discounts.

    ``quantity`` counts the units before refunds, less those that an edit removed.
    ``kind`` CUSTOM is a line that stands for no product of the shop; ``variant_gid``
    is empty for it, and when the variant was deleted. ``parts`` has a line that stands
    for a bundle, see ``lib.bundles``.
    """

    gid: str
    name: str
    sku: str
    quantity: int
    ordered_quantity: int
    net: Decimal
    taxes: tuple[Tax, ...]
    discounts: tuple[tuple[str, Decimal], ...] = ()
    kind: str = PRODUCT
    is_shipped: bool = True
    bundle: Bundle | None = None
    variant_gid: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Shipping:
    """One delivery method that the customer chose."""

    gid: str
    title: str
    net: Decimal
    taxes: tuple[Tax, ...]


@dataclass(frozen=True)
class Extra:
    """A duty or an additional fee."""

    kind: str
    gid: str
    title: str
    net: Decimal
    taxes: tuple[Tax, ...]


def line_from_payload(node, refunds, tip):
    """Return the :class:`Line` of a ``LineItem``.

    :param refunds: ``lib.refunds.Refund`` of the order
    :param tip: what the order's tips are; some channels make a line of it
    """
    # The unit price times the ordered quantity, less each allocation, is exact to the
    # cent; Shopify's own unit prices "after discounts" are documented as approximate.
    # Quantity, allocations and taxes include what was refunded or removed later.
    ordered = node["quantity"]
    discounts = tuple(
        (_discount_title(allocation), money(allocation["allocatedAmountSet"]))
        for allocation in node["discountAllocations"]
    )
    gross = money(node["originalUnitPriceSet"]) * ordered
    net = gross - sum(amount for _title, amount in discounts)
    quantity = min(ordered, node["currentQuantity"] + _taken_back(node, refunds))
    return Line(
        gid=node["id"],
        name=node["name"],
        sku=(node["sku"] or "").strip(),
        quantity=quantity,
        ordered_quantity=ordered,
        net=share(net, 0, quantity, ordered) if ordered else net,
        taxes=taxes_from_payload(node["taxLines"]),
        discounts=tuple((title, amount) for title, amount in discounts if amount),
        kind=_kind(node, net, tip),
        is_shipped=node["requiresShipping"],
        bundle=_bundle(node["lineItemGroup"]),
        variant_gid=(node["variant"] or {}).get("id", ""),
    )


def _taken_back(node, refunds):
    return sum(
        row.quantity
        for refund in refunds
        for row in refund.lines
        if row.line_gid == node["id"]
    )


def _discount_title(allocation):
    application = allocation["discountApplication"]
    return application.get("code") or application.get("title") or ""


def _kind(node, net, tip):
    if node["isGiftCard"]:
        return GIFT_CARD
    if node["variant"] or node["sku"]:
        return PRODUCT
    if tip and net == tip and not node["requiresShipping"]:
        return TIP
    return CUSTOM


def _bundle(node):
    return node and Bundle(
        gid=node["id"],
        title=node["title"],
        quantity=node["quantity"],
        sku=(node["variantSku"] or "").strip(),
        variant_gid=node["variantId"] or "",
    )


def shipping_from_payload(node, refunds):
    """Return the :class:`Shipping` of a ``ShippingLine``, as before its refunds."""
    taken_back = (
        row.net
        for refund in refunds
        for row in refund.shipping
        if row.gid == (node["id"] or "")
    )
    return Shipping(
        gid=node["id"] or "",
        title=node["title"],
        net=sum(taken_back, money(node["currentDiscountedPriceSet"])),
        taxes=taxes_from_payload(node["taxLines"]),
    )


def extras_from_payload(payload):
    """Return the duties and additional fees that the order charges for, in order."""
    duties = []
    if not payload["dutiesIncluded"]:
        duties = [
            _extra(DUTY, duty, node["name"])
            for node in payload["lineItems"]["nodes"]
            for duty in node["duties"]
        ]
    fees = [_extra(FEE, fee, fee["name"]) for fee in payload["additionalFees"]]
    return tuple(extra for extra in duties + fees if extra.net)


def duties_from_payload(payload):
    """Return ``{gid: (price, tax)}`` of the duties."""
    return {
        duty["id"]: (money(duty["price"]), _own_tax(duty["taxLines"]))
        for node in payload["lineItems"]["nodes"]
        for duty in node["duties"]
    }


def _own_tax(nodes):
    taxes = (money(node["priceSet"]) for node in nodes if not node["channelLiable"])
    return sum(taxes, Decimal(0))


def _extra(kind, node, title):
    price, taxes = money(node["price"]), taxes_from_payload(node["taxLines"])
    return Extra(kind, node["id"], title, price, taxes)


def taxes_from_payload(nodes):
    """Return the taxes of a line; none at all is said as ``NO_TAX``."""
    # channelLiable: the sales channel pays this tax to the state; it is not ours.
    taxes = tuple(
        Tax(node["title"], tax_percent(node["rate"]))
        for node in nodes
        if not node["channelLiable"]
    )
    # No tax is a statement too: an export is reported otherwise than a mistake.
    return taxes or (NO_TAX,)


def tax_percent(rate):
    """Return ``0.21`` as ``Decimal("21.0000")``; the same text for the same rate."""
    return (Decimal(str(rate or 0)) * 100).quantize(Decimal("0.0001"))

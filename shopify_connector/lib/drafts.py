"""A draft order, said as the order that it would be if it were completed now."""

from decimal import ROUND_FLOOR, Decimal

SIDES = ("presentmentMoney", "shopMoney")
#: what an order has and a draft cannot have yet
NOTHING_YET = {
    "cancelledAt": None,
    "test": False,
    "displayFinancialStatus": None,
    "sourceName": "draft",
    "dutiesIncluded": False,
    "retailLocation": None,
    "risk": {"recommendation": "NONE"},
    "totalTipReceivedSet": None,
    "additionalFees": [],
    "fulfillmentOrders": {"nodes": []},
    "fulfillments": [],
    "transactions": [],
    "refunds": [],
}


def payload_of_draft(draft):
    """Return what :func:`~.payload.order_from_payload` reads, of a draft order.

    :param draft: the answer to ``queries_draft.DRAFT``, with all its lines
    """
    lines = [line for node in draft["lineItems"]["nodes"] for line in _lines(node)]
    title = (draft["appliedDiscount"] or {}).get("title") or ""
    off = _order_discounts(lines, draft["subtotalPriceSet"])
    shipping = draft["shippingLine"]
    return {
        **draft,
        **NOTHING_YET,
        "note": draft["note2"],
        "currentTotalPriceSet": draft["totalPriceSet"],
        "currentTotalTaxSet": draft["totalTaxSet"],
        "lineItems": {
            "nodes": [
                _order_line(line, bag, title)
                for line, bag in zip(lines, off, strict=True)
            ]
        },
        "shippingLines": {"nodes": [_shipping(shipping)] if shipping else []},
    }


def _lines(node):
    """Return the line, or what a set consists of, each with its ``lineItemGroup``."""
    if not node["components"]:
        return [{**node, "lineItemGroup": None}]
    group = {
        "id": node["id"],
        "title": node["name"],
        "quantity": node["quantity"],
        "variantId": (node["variant"] or {}).get("id"),
        "variantSku": node["sku"],
    }
    return [{**part, "lineItemGroup": group} for part in node["components"]]


def _order_line(line, order_discount, title):
    own = _less(
        _times(line["originalUnitPriceSet"], line["quantity"]),
        line["discountedTotalSet"],
    )
    return {
        **line,
        "currentQuantity": line["quantity"],
        "duties": [],
        "discountAllocations": [
            {"allocatedAmountSet": bag, "discountApplication": {"title": words}}
            for bag, words in ((own, ""), (order_discount, title))
        ],
    }


def _shipping(line):
    return {**line, "currentDiscountedPriceSet": line["discountedPriceSet"]}


def _order_discounts(lines, subtotal):
    """Return what a discount of the whole order takes off each line, on both sides."""
    sides = {}
    for side in SIDES:
        nets = [Decimal(line["discountedTotalSet"][side]["amount"]) for line in lines]
        off = sum(nets, Decimal(0)) - Decimal(subtotal[side]["amount"])
        sides[side] = _spread(off, nets)
    return [
        {
            side: {
                "amount": str(sides[side][index]),
                "currencyCode": subtotal[side]["currencyCode"],
            }
            for side in SIDES
        }
        for index in range(len(lines))
    ]


def _spread(amount, weights):
    """Divide an amount as the weights are; odd cents go to the largest remainders."""
    whole = sum(weights, Decimal(0))
    if not amount or not whole:
        return [Decimal(0)] * len(weights)
    step = Decimal("0.01")
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(step, ROUND_FLOOR) for part in exact]
    odd = int((amount - sum(parts)) / step)
    by_rest = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for index in by_rest[:odd]:
        parts[index] += step
    return parts


def _times(bag, count):
    return _each_side(bag, lambda side: Decimal(bag[side]["amount"]) * count)


def _less(bag, other):
    def difference(side):
        return Decimal(bag[side]["amount"]) - Decimal(other[side]["amount"])

    return _each_side(bag, difference)


def _each_side(bag, amount):
    return {side: {**bag[side], "amount": str(amount(side))} for side in SIDES}

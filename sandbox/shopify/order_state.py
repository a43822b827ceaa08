"""What follows from the lines, payments and refunds of an order, kept up to date."""

from .extras import of_order
from .fields import field
from .money import add, amounts, currencies_of, is_zero, minus

RECEIVED = {"SALE", "CAPTURE"}


def refresh(store, order):
    """Compute everything that is derived again."""
    lines = store.refs(order["lineItems"])
    shipping = [
        line for line in store.refs(order["shippingLines"]) if not line["isRemoved"]
    ]
    refunds = store.refs(order["refunds"])
    _current_totals(store, order, lines, shipping, refunds)
    _tax_summary(store, order, lines + shipping, refunds)
    _payments(store, order)
    _quantities(store, order, lines)
    _fulfilment(store, order, lines)


def _current_totals(store, order, lines, shipping, refunds):
    back = [store.refs(refund["refundLineItems"]) for refund in refunds]
    back_lines = [row for rows in back for row in rows] + order["_removed"]
    back_shipping = [row for refund in refunds for row in refund["refundShippingLines"]]
    back_duties = [row for refund in refunds for row in refund["duties"]]
    extras = of_order(store, order)
    taxes = [
        *(row["totalTaxSet"] for row in back_lines),
        *(row["taxAmountSet"] for row in back_shipping),
        *(row["_tax"] for row in back_duties),
    ]
    _current_nets(order, lines, shipping, back_lines, back_shipping)
    tax = _left(order, lines + shipping + extras, "_tax", taxes)
    order["currentTotalTaxSet"] = tax
    duties = _sum(order, (row["amountSet"] for row in back_duties))
    nets = [order["currentSubtotalPriceSet"], order["currentShippingPriceSet"]]
    gross = _sum(order, nets + _further(order, extras, tax))
    order["currentTotalPriceSet"] = minus(gross, duties)
    _current_duties(order, duties)
    _current_parts(order, lines, shipping, back_lines, back_shipping)


def _current_nets(order, lines, shipping, back_lines, back_shipping):
    goods = [row["subtotalSet"] for row in back_lines]
    sending = [row["subtotalAmountSet"] for row in back_shipping]
    order["currentSubtotalPriceSet"] = _left(order, lines, "_net", goods)
    order["currentShippingPriceSet"] = _left(
        order, shipping, "discountedPriceSet", sending
    )
    order["totalRefundedShippingSet"] = _sum(order, sending)
    off = _sum(order, (row["_discount"] for row in back_lines))
    order["currentTotalDiscountsSet"] = minus(order["totalDiscountsSet"], off)


def _sum(order, bags):
    return add(currencies_of(order["totalPriceSet"]), *bags)


def _left(order, parts, name, back):
    """Return the sum of an amount of the parts, less what went back of it."""
    return minus(_sum(order, (part[name] for part in parts)), _sum(order, back))


def _current_duties(order, back):
    whole = order["originalTotalDutiesSet"]
    order["currentTotalDutiesSet"] = whole and minus(whole, back)


def _current_parts(order, lines, shipping, back_lines, back_shipping):
    for line in lines:
        _current_line(order, line, back_lines)
    for line in shipping:
        own = [row for row in back_shipping if row["shippingLine"] == line["id"]]
        back = _sum(order, (row["subtotalAmountSet"] for row in own))
        line["currentDiscountedPriceSet"] = minus(line["discountedPriceSet"], back)


def _further(order, extras, tax):
    """Return what is charged besides goods and shipping."""
    added = [] if order["taxesIncluded"] else [tax]
    return [order["totalTipReceivedSet"], *(e["price"] for e in extras), *added]


def _tax_summary(store, order, parts, refunds):
    currencies = currencies_of(order["totalPriceSet"])
    order["taxLines"] = _tax_lines(currencies, parts, [])
    order["currentTaxLines"] = _tax_lines(
        currencies, parts, refunds, order["_removed"], store
    )
    adjustments = [row for refund in refunds for row in refund["orderAdjustments"]]
    order["refundDiscrepancySet"] = add(
        currencies, *[row["amountSet"] for row in adjustments]
    )


def _current_line(order, line, back_lines):
    own = [row for row in back_lines if row["lineItem"] == line["id"]]
    net = _left(order, [line], "_net", [row["subtotalSet"] for row in own])
    tax = _left(order, [line], "_tax", [row["totalTaxSet"] for row in own])
    before_tax = minus(net, tax) if order["taxesIncluded"] else net
    line["priceAfterAllDiscountsBeforeTaxesSet"] = before_tax


def _tax_lines(currencies, parts, refunds, removed=(), store=None):
    """Return the tax lines by title and rate, less what was refunded."""
    merged = {}
    for part in parts:
        for entry in part["taxLines"]:
            key = entry["title"], entry["rate"]
            row = merged.setdefault(key, {**entry, "_bags": [], "_back": []})
            row["_bags"].append(entry["priceSet"])
            row["_back"] += _refunded_tax(store, part, refunds)
            row["_back"] += [
                gone["totalTaxSet"]
                for gone in removed
                if gone["lineItem"] == part["id"]
            ]
    result = []
    for row in merged.values():
        bags, back = row.pop("_bags"), row.pop("_back")
        price = minus(add(currencies, *bags), add(currencies, *back))
        result.append({**row, "priceSet": price, "price": price["shopMoney"]["amount"]})
    return result


def _refunded_tax(store, part, refunds):
    rows = []
    for refund in refunds:
        for row in store.refs(refund["refundLineItems"]):
            if row["lineItem"] == part["id"]:
                rows.append(row["totalTaxSet"])
        for row in refund["refundShippingLines"]:
            if row["shippingLine"] == part["id"]:
                rows.append(row["taxAmountSet"])
    return rows


def _payments(store, order):
    currencies = currencies_of(order["totalPriceSet"])
    transactions = store.refs(order["transactions"])
    good = [entry for entry in transactions if entry["status"] == "SUCCESS"]
    received = add(
        currencies, *(entry["amountSet"] for entry in good if entry["kind"] in RECEIVED)
    )
    refunded = add(
        currencies, *(entry["amountSet"] for entry in good if entry["kind"] == "REFUND")
    )
    net = minus(received, refunded)
    order["totalReceivedSet"] = received
    order["totalRefundedSet"] = refunded
    order["netPaymentSet"] = net
    wanted = [order["currentTotalPriceSet"], order["refundDiscrepancySet"]]
    order["totalOutstandingSet"] = minus(add(currencies, *wanted), net)
    order["totalCapturableSet"] = add(currencies)
    order["capturable"] = False
    order["displayFinancialStatus"] = _financial_status(
        order, received, refunded, any(t["kind"] == "AUTHORIZATION" for t in good)
    )
    order["totalCashRoundingAdjustment"] = {
        "paymentSet": add(currencies, *_roundings(good, RECEIVED)),
        "refundSet": add(currencies, *_roundings(good, {"REFUND"})),
    }
    order["fullyPaid"] = not _owed(order)
    order["unpaid"] = is_zero(received)
    order["canMarkAsPaid"] = order["unpaid"] and not order["cancelledAt"]
    order["refundable"] = not is_zero(net)
    names = [entry["gateway"] for entry in transactions if entry["kind"] != "REFUND"]
    order["paymentGatewayNames"] = list(dict.fromkeys(names))
    order["transactionsCount"] = _count(transactions)


def _roundings(transactions, kinds):
    return [
        row["amountRoundingSet"]
        for row in transactions
        if row["kind"] in kinds and row["amountRoundingSet"]
    ]


def _owed(order):
    return amounts(order["totalOutstandingSet"])[1] > 0


def _financial_status(order, received, refunded, promised):
    if not is_zero(refunded):
        everything = amounts(refunded)[1] >= amounts(received)[1]
        return "REFUNDED" if everything else "PARTIALLY_REFUNDED"
    if is_zero(received) and order["_cancelled_payment"]:
        return "VOIDED"
    if not _owed(order):
        return "PAID"
    if promised and is_zero(received):
        return "AUTHORIZED"
    return "PENDING" if is_zero(received) else "PARTIALLY_PAID"


def _quantities(store, order, lines):
    order["subtotalLineItemsQuantity"] = sum(line["quantity"] for line in lines)
    order["currentSubtotalLineItemsQuantity"] = sum(
        line["currentQuantity"] for line in lines
    )
    order["requiresShipping"] = any(line["requiresShipping"] for line in lines)
    order["restockable"] = any(line["restockable"] for line in lines)
    order["totalWeight"] = _weight(lines, "quantity")
    order["currentTotalWeight"] = _weight(lines, "currentQuantity")


def _weight(lines, quantity):
    return str(sum(line["weight"]["value"] * line[quantity] for line in lines))


def _fulfilment(store, order, lines):
    orders = store.refs(order["fulfillmentOrders"])
    open_ones = [
        entry for entry in orders if entry["status"] in ("OPEN", "IN_PROGRESS")
    ]
    order["fulfillable"] = bool(open_ones)
    order["fulfillmentsCount"] = _count(order["fulfillments"])
    order["displayFulfillmentStatus"] = _fulfilment_status(order, orders, lines)


def _fulfilment_status(order, orders, lines):
    left = sum(line["unfulfilledQuantity"] for line in lines)
    if order["fulfillments"]:
        return "PARTIALLY_FULFILLED" if left else "FULFILLED"
    held = [entry for entry in orders if entry["status"] == "ON_HOLD"]
    return "ON_HOLD" if held else "UNFULFILLED"


def _count(things):
    return {"count": len(things), "precision": "EXACT"}


# === Fields with arguments, or that depend on other records ===


@field("LineItem", "discountedTotalSet")
def discounted_total(store, line, arguments):
    """Return the total after line discounts; code discounts only when asked for."""
    if not arguments.get("withCodeDiscounts"):
        return line["discountedTotalSet"]
    codes = [
        entry["allocatedAmountSet"]
        for entry in line["discountAllocations"]
        if entry["discountApplication"]["__typename"] == "DiscountCodeApplication"
    ]
    currencies = currencies_of(line["originalTotalSet"])
    return minus(line["discountedTotalSet"], add(currencies, *codes))


@field("Order", "shippingLines")
def shipping_lines(store, order, arguments):
    """Return the shipping lines, removed ones only when asked for."""
    lines = store.refs(order["shippingLines"])
    everything = arguments.get("includeRemovals")
    return [line for line in lines if everything or not line["isRemoved"]]


@field("Customer", "numberOfOrders")
def number_of_orders(store, customer, arguments):
    """Return how often a customer ordered."""
    return str(len(_orders_of(store, customer)))


@field("Customer", "amountSpent")
def amount_spent(store, customer, arguments):
    """Return what a customer paid, in the shop's currency."""
    paid = [order["netPaymentSet"] for order in _orders_of(store, customer)]
    currency = store.shop["currencyCode"]
    return add((currency, currency), *paid)["shopMoney"]


@field("Customer", "orders")
def customer_orders(store, customer, arguments):
    """Return the orders of a customer."""
    return _orders_of(store, customer)


def _orders_of(store, customer):
    orders = store.all("Order")
    return [order for order in orders if order["customer"] == customer["id"]]

"""Refunds: goods taken back or never sent, and money that goes back."""

from decimal import Decimal

from . import bodies, extras, fulfilments, inventory, webhooks
from .fields import mutation, refused, user_error
from .money import (
    ZERO,
    add,
    amounts,
    bag,
    cents,
    currencies_of,
    is_zero,
    minus,
    part,
)
from .order_state import refresh
from .seed import WAREHOUSE
from .store import gid
from .transactions import refund_transaction, refunded

RECEIVED = ("SALE", "CAPTURE")
OTHER_REASON = "REFUND_DISCREPANCY"


def refund(
    store,
    order,
    lines,
    shipping,
    money,
    note=None,
    restock=True,
    reason=OTHER_REASON,
    duties=(),
):
    """Book a refund.

    :param lines: ``[{"line", "quantity", "restock", "location"}]``
    :param shipping: ``"all"``, an amount in the customer's currency, or None
    :param money: ``"all"`` that was paid, or ``[(payment, amount)]``
    :param duties: ``[(duty, share of it from 0 to 1)]``
    """
    record = _record(store, order, lines, shipping, note, restock, duties)
    owed = minus(
        add(currencies_of(order["totalPriceSet"])), order["totalOutstandingSet"]
    )
    order["refunds"].append(record["id"])
    refresh(store, order)
    _pay_back(store, order, record, money)
    _adjust(store, order, record, reason, owed)
    refresh(store, order)
    store.touch(order)
    _tell(store, order, record)
    return record


def _record(store, order, lines, shipping, note, restock, duties):
    return store.add(
        "Refund",
        order=order["id"],
        processedAt=store.now(),
        note=note,
        refundLineItems=[_line(store, order, row, restock)["id"] for row in lines],
        refundShippingLines=_shipping_lines(store, order, shipping),
        orderAdjustments=[],
        duties=[extras.refunded_duty(duty, share) for duty, share in duties],
        transactions=[],
        staffMember=None,
        **{"return": None},
    )


def _tell(store, order, record):
    webhooks.emit(
        store,
        ("refunds/create", bodies.refund(record)),
        ("orders/updated", bodies.order(order)),
    )


def _pay_back(store, order, record, money):
    if money == "all":
        money = [
            (payment, left(store, order, payment)) for payment in paid(store, order)
        ]
    for payment, amount in money:
        transaction = refund_transaction(store, order, payment, amount)
        record["transactions"].append(transaction["id"])
    back = [entry["amountSet"] for entry in store.refs(record["transactions"])]
    total = add(currencies_of(order["totalPriceSet"]), *back)
    record.update(totalRefundedSet=total, totalRefunded=total["shopMoney"])


def _adjust(store, order, record, reason, owed):
    """Note the difference between the goods' worth and the money that went back.

    It is negative when the customer got more. Without any money nothing is noted: the
    order then owes the customer what was taken back. Money that was owed before is no
    gift, and what pays for the goods of an exchange is not kept.
    """
    if not record["transactions"]:
        return
    currencies = currencies_of(order["totalPriceSet"])
    lines, shipping = (
        store.refs(record["refundLineItems"]),
        record["refundShippingLines"],
    )
    worth = [row["subtotalSet"] for row in lines]
    worth += [row["subtotalAmountSet"] for row in shipping]
    worth += [row["amountSet"] for row in record["duties"]]
    if not order["taxesIncluded"]:
        worth += [row["_tax"] for row in record["duties"]]
        worth += [row["totalTaxSet"] for row in lines]
        worth += [row["taxAmountSet"] for row in shipping]
    difference = minus(add(currencies, *worth), record["totalRefundedSet"])
    difference = _without_debt(difference, owed)
    if not is_zero(difference):
        adjustment = {
            "id": gid("OrderAdjustment", store.number()),
            "reason": reason,
            "amountSet": difference,
            "taxAmountSet": add(currencies),
        }
        record["orderAdjustments"].append(adjustment)


def _without_debt(difference, owed):
    sides = []
    for given, debt in zip(amounts(difference), amounts(owed), strict=True):
        explained = min(-given, debt) if given < 0 else max(-given, debt)
        sides.append(given + explained if debt * given < 0 else given)
    return bag(*sides, currencies_of(difference))


def paid(store, order):
    """Return the payments that brought money."""
    transactions = store.refs(order["transactions"])
    return [
        entry
        for entry in transactions
        if entry["status"] == "SUCCESS" and entry["kind"] in RECEIVED
    ]


def left(store, order, payment):
    """Return what of a payment has not gone back, in the customer's currency."""
    return amounts(payment["amountSet"])[1] - refunded(store, order, payment)


def _line(store, order, row, restock):
    """Take ``quantity`` pieces of a line back; the last piece takes the odd cents."""
    line, count, kind = row["line"], row["quantity"], row["restock"]
    shares = shares_of(store, order, line, count)
    line["currentQuantity"] -= count
    line["refundableQuantity"] -= count
    location = row.get("location") or gid("Location", WAREHOUSE)
    if kind == "CANCEL":
        line["unfulfilledQuantity"] -= min(count, line["unfulfilledQuantity"])
        fulfilments.reduce_lines(store, order, line, count)
    if restock and kind != "NO_RESTOCK" and line["variant"]:
        _restock(store, line, count, kind, location)
    return store.add(
        "RefundLineItem",
        lineItem=line["id"],
        quantity=count,
        restockType=kind,
        restocked=restock and kind != "NO_RESTOCK",
        location=location if kind in ("CANCEL", "RETURN") else None,
        **shares,
    )


def shares_of(store, order, line, count):
    """Return what the next ``count`` pieces are worth; shares add up to the line."""
    removed = [row for row in order["_removed"] if row["lineItem"] == line["id"]]
    before = removed + [
        row
        for refund_record in store.refs(order["refunds"])
        for row in store.refs(refund_record["refundLineItems"])
        if row["lineItem"] == line["id"]
    ]
    taken = sum(row["quantity"] for row in before)
    currencies = currencies_of(line["_net"])

    def share(whole, name):
        upto = part(whole, taken + count, line["quantity"])
        return minus(upto, add(currencies, *(row[name] for row in before)))

    return {
        "priceSet": line["discountedUnitPriceAfterAllDiscountsSet"],
        "subtotalSet": share(line["_net"], "subtotalSet"),
        "totalTaxSet": share(line["_tax"], "totalTaxSet"),
        "_discount": share(line["_discount"], "_discount"),
    }


def duties_of(rows):
    """Return ``[(duty, share of it)]`` of pieces that are taken back."""
    return [
        (duty, Decimal(row["quantity"]) / row["line"]["quantity"])
        for row in rows
        for duty in row["line"]["duties"]
    ]


def _restock(store, line, count, kind, location):
    item = store.get(line["variant"])["inventoryItem"]
    if kind == "CANCEL":
        inventory.commit(store, item, location, -count)
    else:
        inventory.receive(store, item, location, count)


def _shipping_lines(store, order, shipping):
    line = order["shippingLine"] and store.get(order["shippingLine"])
    current = order["currentShippingPriceSet"]
    remaining = amounts(current)[1]
    wanted = remaining if shipping == "all" else Decimal(shipping or 0)
    if not line or not wanted:
        return []
    shop, presentment = (
        cents(amount * wanted / remaining) if remaining else ZERO
        for amount in amounts(current)
    )
    subtotal = bag(shop, presentment, currencies_of(current))
    whole = line["discountedPriceSet"]
    tax = bag(
        *(
            cents(all_tax * sub / price) if price else ZERO
            for all_tax, sub, price in zip(
                amounts(line["_tax"]), amounts(subtotal), amounts(whole), strict=True
            )
        ),
        currencies_of(current),
    )
    return [
        {
            "id": gid("RefundShippingLine", store.number()),
            "shippingLine": line["id"],
            "subtotalAmountSet": subtotal,
            "taxAmountSet": tax,
        }
    ]


# === The mutation ===


@mutation("refundCreate", idempotent=True)
def create(store, arguments):
    """Refund lines, shipping and money of an order."""
    given = arguments["input"]
    order = store.get(given["orderId"], "Order")
    if order is None:
        return _refused("Order does not exist", "orderId")
    if given.get("refundMethods"):
        message = "The sandbox does not play this kind of refund"
        return _refused(message, "refundMethods")
    lines, error = _wanted_lines(store, order, given.get("refundLineItems") or [])
    shipping, error = _wanted_shipping(order, given, error)
    money, error = _wanted_money(store, order, given, error)
    duties, error = _wanted_duties(store, order, given, lines, error)
    if error:
        return error
    reason = given.get("discrepancyReason") or "OTHER"
    reason = OTHER_REASON if reason == "OTHER" else reason
    note = given.get("note")
    record = refund(
        store, order, lines, shipping, money, note, reason=reason, duties=duties
    )
    return {"refund": record["id"], "order": order["id"], "userErrors": []}


def _refused(message, *path):
    return refused("refund", user_error(message, "input", *path)) | {"order": None}


def _wanted_lines(store, order, given):
    rows = []
    for entry in given:
        if entry["lineItemId"] not in order["lineItems"]:
            return None, _refused("Line item does not exist", "refundLineItems")
        line = store.get(entry["lineItemId"])
        kind = entry.get("restockType") or "NO_RESTOCK"
        if not 0 < entry["quantity"] <= line["refundableQuantity"]:
            message = "Quantity cannot refund more items than were purchased"
            return None, _refused(message, "refundLineItems")
        if kind == "CANCEL" and entry["quantity"] > line["unfulfilledQuantity"]:
            message = "Fulfilled items cannot be cancelled"
            return None, _refused(message, "refundLineItems")
        rows.append(
            {
                "line": line,
                "quantity": entry["quantity"],
                "restock": kind,
                "location": entry.get("locationId"),
            }
        )
    if len({row["line"]["id"] for row in rows}) < len(rows):
        return None, _refused("Line items must be unique", "refundLineItems")
    return rows, None


def _wanted_shipping(order, given, error):
    shipping = given.get("shipping") or {}
    if shipping.get("fullRefund"):
        return "all", error
    amount = Decimal(str(shipping.get("amount") or 0))
    if amount < 0 or amount > amounts(order["currentShippingPriceSet"])[1]:
        error = error or _refused("Shipping amount is more than is left", "shipping")
    return amount, error


def _wanted_money(store, order, given, error):
    rows = []
    for entry in given.get("transactions") or []:
        payment = store.get(entry.get("parentId"), "OrderTransaction")
        known = payment in paid(store, order) and entry["kind"] == "REFUND"
        amount = Decimal(str(entry["amount"]))
        if not known:
            error = error or _refused(
                "Parent transaction does not exist", "transactions"
            )
            continue
        rows.append((payment, amount))
        over = sum(
            paid_back for other, paid_back in rows if other["id"] == payment["id"]
        ) > left(store, order, payment)
        if amount <= 0 or over:
            message = "Refund amount is more than is left of the payment"
            error = error or _refused(message, "transactions")
    return rows, error


def _wanted_duties(store, order, given, lines, error):
    """Return ``[(duty, share)]``; PROPORTIONAL goes by the pieces that come back."""
    rows = []
    for entry in given.get("refundDuties") or []:
        line, duty = extras.find_duty(store, order, entry["dutyId"])
        if duty is None or extras.is_refunded(store, order, duty):
            error = error or _refused("Duty cannot be refunded", "refundDuties")
            continue
        pieces = sum(row["quantity"] for row in lines or [] if row["line"] is line)
        is_full = entry.get("refundType") != "PROPORTIONAL"
        share = Decimal(1) if is_full else Decimal(pieces) / line["quantity"]
        rows.append((duty, share))
    return rows, error

"""A merchant edits an order: more, less or other goods, another shipping."""

from . import bodies, fulfilments, inventory, orders, webhooks
from .documents import Builder
from .money import add, amounts, bag, cents, currencies_of
from .order_state import refresh
from .refunds import refund, shares_of
from .seed import WAREHOUSE
from .store import gid


def edit(store, order, quantities, rows, shipping, as_refund):
    """Change an order; what its customer owes or is owed follows.

    :param quantities: ``{sku: units that shall be left}``
    :param rows: cart rows to add
    :param shipping: ``{"title", "price"}`` to add, ``False`` to remove what there is
    :param as_refund: note removed goods as a refund without money, as Shopify's former
        interface shows them
    """
    for line in store.refs(order["lineItems"]):
        wanted = quantities.get(line["sku"], line["currentQuantity"])
        if wanted < line["currentQuantity"]:
            _remove(store, order, line, line["currentQuantity"] - wanted, as_refund)
        elif wanted > line["currentQuantity"]:
            _raise(store, order, line, wanted - line["currentQuantity"])
    if rows or shipping:
        add_rows(store, order, rows, shipping)
    if shipping is False:
        for line in store.refs(order["shippingLines"]):
            line["isRemoved"] = True
    order["edited"] = True
    refresh(store, order)
    store.touch(order)
    webhooks.emit(store, ("orders/updated", bodies.order(order)))
    return order


def _remove(store, order, line, count, as_refund):
    if as_refund:
        row = {"line": line, "quantity": count, "restock": "CANCEL"}
        refund(store, order, [row], None, [])
        return
    shares = shares_of(store, order, line, count)
    order["_removed"].append({"lineItem": line["id"], "quantity": count, **shares})
    line["currentQuantity"] -= count
    line["refundableQuantity"] -= count
    line["unfulfilledQuantity"] -= min(count, line["unfulfilledQuantity"])
    fulfilments.reduce_lines(store, order, line, count)
    if line["variant"]:
        item = store.get(line["variant"])["inventoryItem"]
        inventory.commit(store, item, gid("Location", WAREHOUSE), -count)


def _raise(store, order, line, count):
    """Order more of a line at its full price."""
    currencies = currencies_of(line["_net"])
    unit = line["originalUnitPriceSet"]
    more = bag(*(amount * count for amount in amounts(unit)), currencies)
    rate = line["taxLines"][0]["rate"] if line["taxLines"] else 0
    taxes = (orders.tax_in(order, amount, rate) for amount in amounts(more))
    tax = bag(*(cents(amount) for amount in taxes), currencies)
    line["_net"] = add(currencies, line["_net"], more)
    line["_tax"] = add(currencies, line["_tax"], tax)
    line["originalTotalSet"] = add(currencies, line["originalTotalSet"], more)
    for entry in line["taxLines"]:
        entry["priceSet"] = line["_tax"]
    for name in ("quantity", "currentQuantity"):
        line[name] += count
    for name in ("refundableQuantity", "unfulfilledQuantity"):
        line[name] += count
    _send(store, order, [(line, count)])


def add_rows(store, order, rows, shipping=None):
    """Add cart rows, and perhaps a shipping line, and return the new lines."""
    options = {**orders.OPTIONS, **order["_options"], "shipping": shipping or None}
    options["discounts"] = []
    groups = {}
    items = [orders.cart_item(store, row, groups) for row in rows]
    address = order["shippingAddress"] or order["billingAddress"] or {}
    country = address.get("countryCode") or "NL"
    sides = orders.price_sides(items, country, options)
    currencies = options["currency"], options["presentment_currency"]
    builder = Builder(store, sides, currencies, [], country)
    lines = [builder.line(index, item) for index, item in enumerate(items)]
    for line in lines:
        line["_order"] = order["id"]
        orders.reserve(store, line)
        order["lineItems"].append(line["id"])
    if shipping:
        order["shippingLines"].append(builder.shipping_line(shipping)["id"])
    _send(store, order, [(line, line["quantity"]) for line in lines])
    return lines


def _send(store, order, rows):
    posted = [row for row in rows if row[0]["requiresShipping"]]
    if posted:
        place = gid("Location", WAREHOUSE)
        fulfilments.add_order(store, order, place, posted, "SHIPPING")

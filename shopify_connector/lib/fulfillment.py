"""What Shopify is told about a parcel, and whether it knows it already."""

import json
from collections import Counter

#: states of a fulfilment order in which parcels can leave
OPEN_STATES = ("OPEN", "IN_PROGRESS")


def tracking_info(reference, url, company):
    """Return the ``FulfillmentTrackingInput`` of a delivery, empty without a number.

    :param reference: tracking numbers, several divided by commas
    :param url: a link, or as Odoo keeps several: JSON of ``[[number, link], …]``
    :param company: name of the carrier
    """
    numbers = tracking_numbers(reference)
    if not numbers:
        return {}
    info = {"numbers": numbers, "urls": _links(url)}
    if company:
        info["company"] = company
    return info


def tracking_numbers(reference):
    """Return the tracking numbers in Odoo's ``carrier_tracking_ref``."""
    parts = (part.strip() for part in (reference or "").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _links(url):
    if not url:
        return []
    try:
        return [link for _number, link in json.loads(url)]
    except ValueError:
        return [url]


def find_existing(fulfillments, numbers, quantities, known):
    """Return the fulfilment that is this delivery already, else ``None``.

    The answer to a former try may have been lost, or a person was faster. With
    tracking numbers those decide; without, the same quantities of the same lines.

    :param fulfillments: what the order has at Shopify
    :param numbers: tracking numbers of the delivery
    :param quantities: ``{line gid: units}`` of the delivery
    :param known: gids of fulfilments that belong to other deliveries
    """
    for fulfillment in fulfillments:
        if fulfillment["status"] == "CANCELLED" or fulfillment["id"] in known:
            continue
        theirs = {info["number"] for info in fulfillment["trackingInfo"]} - {None}
        if numbers and theirs & set(numbers):
            return fulfillment
        if not numbers and not theirs and _fulfilled(fulfillment) == quantities:
            return fulfillment
    return None


def _fulfilled(fulfillment):
    quantities = Counter()
    for node in fulfillment["fulfillmentLineItems"]["nodes"]:
        quantities[node["lineItem"]["id"]] += node["quantity"]
    return dict(quantities)


def allocate(quantities, fulfillment_orders):
    """Spread a delivery's units over the order's open fulfilment orders.

    One call of Shopify takes fulfilment orders of one location only, so the first
    location from which everything can leave is taken.

    :param quantities: ``{line gid: units}``
    :return: ``lineItemsByFulfillmentOrder``, ``None`` when no location has all
    """
    open_orders = [fo for fo in fulfillment_orders if fo["status"] in OPEN_STATES]
    locations = dict.fromkeys(_location(order) for order in open_orders)
    for location in locations:
        there = [order for order in open_orders if _location(order) == location]
        allocation, missing = _allocate_at(there, quantities)
        if not missing:
            return allocation
    return None


def _location(order):
    return (order["assignedLocation"]["location"] or {}).get("id")


def _allocate_at(fulfillment_orders, quantities):
    missing = Counter(quantities)
    allocation = []
    for order in fulfillment_orders:
        taken = []
        for item in order["lineItems"]["nodes"]:
            line = item["lineItem"]["id"]
            units = min(missing[line], item["remainingQuantity"])
            if units > 0:
                missing[line] -= units
                taken.append({"id": item["id"], "quantity": units})
        if taken:
            allocation.append(
                {"fulfillmentOrderId": order["id"], "fulfillmentOrderLineItems": taken}
            )
    return allocation, +missing

"""What Shopify is told about a parcel, and whether it knows it already."""

import json
from collections import Counter
from dataclasses import dataclass

#: states of a fulfilment order in which parcels can leave
OPEN_STATES = ("OPEN", "IN_PROGRESS")
#: what carriers say, in words that no carrier owns, and Shopify's word for it
JOURNEY = {
    "collected": "CARRIER_PICKED_UP",
    "underway": "IN_TRANSIT",
    "out_for_delivery": "OUT_FOR_DELIVERY",
    "ready_for_pickup": "READY_FOR_PICKUP",
    "attempt_failed": "ATTEMPTED_DELIVERY",
    "delayed": "DELAYED",
    "delivered": "DELIVERED",
    "problem": "FAILURE",
    "returned": "FAILURE",
}


@dataclass(frozen=True)
class Parcel:
    """Units that leave from one location in one fulfilment.

    :param lines: ``{line gid: units}``
    :param allocation: Shopify's ``lineItemsByFulfillmentOrder``
    """

    location_gid: str | None
    lines: dict[str, int]
    allocation: list[dict]


def tracking_info(reference, url, company, earlier=()):
    """Return the ``FulfillmentTrackingInput`` of a delivery, empty without a number.

    :param reference: tracking numbers, several divided by commas
    :param url: a link, or as Odoo keeps several: JSON of ``[[number, link], …]``
    :param company: name of the carrier
    :param earlier: reference and link of parcels that left before and belong to it
    """
    parcels = [*earlier, (reference, url)]
    numbers = tracking_numbers(",".join(number or "" for number, _link in parcels))
    if not numbers:
        return {}
    info = {
        "numbers": numbers,
        "urls": [u for _n, link in parcels for u in _links(link)],
    }
    if company:
        info["company"] = company
    return info


def tracking_numbers(reference):
    """Return the tracking numbers in Odoo's ``carrier_tracking_ref``."""
    parts = (part.strip() for part in (reference or "").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def shows_tracking(theirs, wanted):
    """Tell whether a fulfilment shows these numbers and links already.

    :param theirs: ``trackingInfo`` of the fulfilment
    :param wanted: a ``FulfillmentTrackingInput``
    """
    numbers = [info["number"] for info in theirs]
    links = [info["url"] for info in theirs if info["url"]]
    # Shopify makes links of its own for carriers that it knows.
    return numbers == wanted["numbers"] and (
        not wanted["urls"] or links == wanted["urls"]
    )


def _links(url):
    if not url:
        return []
    try:
        return [str(link) for _number, link in json.loads(url)]
    except (ValueError, TypeError, RecursionError):
        return [url]


def find_existing(fulfillments, numbers, quantities, known, parts=False):
    """Return the fulfilment that is this delivery already, else ``None``.

    The answer to a former try may have been lost, or a person was faster. With
    tracking numbers those decide; without, the same quantities of the same lines.

    :param fulfillments: what the order has at Shopify
    :param numbers: tracking numbers of the delivery
    :param quantities: ``{line gid: units}`` of the delivery
    :param known: gids of fulfilments that belong to other deliveries
    :param parts: without numbers, a part of the quantities will do
    """
    fits = is_part if parts else dict.__eq__
    for fulfillment in fulfillments:
        if fulfillment["status"] == "CANCELLED" or fulfillment["id"] in known:
            continue
        theirs = {info["number"] for info in fulfillment["trackingInfo"]} - {None}
        if numbers and theirs & set(numbers):
            return fulfillment
        if not numbers and not theirs and fits(sent_lines(fulfillment), quantities):
            return fulfillment
    return None


def is_part(lines, quantities):
    """Tell whether these units are some of those, and not nothing."""
    return bool(lines) and all(
        units <= quantities.get(line, 0) for line, units in lines.items()
    )


def sent_lines(fulfillment):
    """Return ``{line gid: units}`` of a fulfilment at Shopify."""
    quantities = Counter()
    for node in fulfillment["fulfillmentLineItems"]["nodes"]:
        quantities[node["lineItem"]["id"]] += node["quantity"] or 0
    return dict(quantities)


def next_parcel(quantities, fulfillment_orders, home=None):
    """Return the :class:`Parcel` with as much as one location can send.

    One call of Shopify takes fulfilment orders of one location only. The location
    that the goods left from comes first, then the one that has most of them.

    :param quantities: ``{line gid: units}`` still to be told
    :param home: gid of the location that the goods left from, when known
    :return: ``None`` when nothing of it is open anywhere
    """
    open_orders = [fo for fo in fulfillment_orders if fo["status"] in OPEN_STATES]
    parcels = []
    for location in dict.fromkeys(location_of(order) for order in open_orders):
        there = [order for order in open_orders if location_of(order) == location]
        allocation, lines = _allocate_at(there, quantities)
        if lines:
            parcels.append(Parcel(location, lines, allocation))
    return max(
        parcels,
        key=lambda p: (p.location_gid == home, sum(p.lines.values())),
        default=None,
    )


def open_units(quantities, fulfillment_orders):
    """Return how many of these units are open somewhere."""
    open_orders = [fo for fo in fulfillment_orders if fo["status"] in OPEN_STATES]
    return sum(_allocate_at(open_orders, quantities)[1].values())


def to_move(quantities, fulfillment_orders, home):
    """Yield ``(fulfilment order, its lines)`` that left from elsewhere than planned.

    :param home: gid of the location that the goods left from
    """
    there = [fo for fo in fulfillment_orders if location_of(fo) == home]
    missing = Counter(quantities) - Counter(
        _allocate_at([fo for fo in there if fo["status"] in OPEN_STATES], quantities)[1]
    )
    for order in fulfillment_orders:
        actions = {row["action"] for row in order["supportedActions"]}
        if order["status"] not in OPEN_STATES or "MOVE" not in actions:
            continue
        if location_of(order) == home:
            continue
        allocation, lines = _allocate_at([order], missing)
        if lines:
            missing -= Counter(lines)
            yield order["id"], allocation[0]["fulfillmentOrderLineItems"]


def holds(quantities, fulfillment_orders):
    """Return in Shopify's words why these units are kept from being sent."""
    reasons = []
    for order in fulfillment_orders:
        if order["status"] != "ON_HOLD":
            continue
        if {row["lineItem"]["id"] for row in order["lineItems"]["nodes"]} & {
            *quantities
        }:
            for hold in order["fulfillmentHolds"]:
                words = (hold["displayReason"], hold["reasonNotes"])
                reasons.append(": ".join(word for word in words if word))
    return list(dict.fromkeys(reasons))


def location_of(order):
    """Return the gid of the location that shall send a fulfilment order."""
    return (order["assignedLocation"]["location"] or {}).get("id")


def _allocate_at(fulfillment_orders, quantities):
    """Return Shopify's input and ``{line gid: units}`` for what is open of these."""
    missing = Counter(quantities)
    lines = Counter()
    allocation = []
    for order in fulfillment_orders:
        taken = []
        for item in order["lineItems"]["nodes"]:
            line = item["lineItem"]["id"]
            units = min(missing[line], item["remainingQuantity"])
            if units > 0:
                missing[line] -= units
                lines[line] += units
                taken.append({"id": item["id"], "quantity": units})
        if taken:
            allocation.append(
                {"fulfillmentOrderId": order["id"], "fulfillmentOrderLineItems": taken}
            )
    return allocation, dict(lines)

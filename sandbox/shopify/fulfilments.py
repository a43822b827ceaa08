"""Fulfilment orders (what to send, from where) and fulfilments (what was sent)."""

from . import bodies, inventory, webhooks
from .fields import mutation, refused, user_error
from .order_state import refresh
from .seed import WAREHOUSE
from .store import gid

OPEN = ("OPEN", "IN_PROGRESS")
ACTIONS = ("CREATE_FULFILLMENT", "MOVE", "HOLD", "SPLIT")


def open_orders(store, order):
    """Make the fulfilment orders of a new order: one parcel post, one without post.

    What is sold over a counter is handed over there.
    """
    place = order["retailLocation"] or gid("Location", WAREHOUSE)
    lines = store.refs(order["lineItems"])
    for method, posted in (("SHIPPING", True), ("NONE", False)):
        chosen = [line for line in lines if line["requiresShipping"] is posted]
        if chosen:
            rows = [(line, line["quantity"]) for line in chosen]
            add_order(store, order, place, rows, method)


def add_order(store, order, location, rows, method):
    """Make one fulfilment order of ``(line, quantity)`` rows."""
    record = store.add(
        "FulfillmentOrder",
        order=order["id"],
        orderId=order["id"],
        orderName=order["name"],
        orderProcessedAt=order["processedAt"],
        status="OPEN",
        requestStatus="UNSUBMITTED",
        assignedLocation=assigned_location(store, location),
        deliveryMethod=delivery_method(store, order, method),
        destination=destination(store, order),
        fulfillAt=order["processedAt"],
        fulfillBy=None,
        fulfillmentHolds=[],
        supportedActions=actions("OPEN"),
        fulfillments=[],
        _location=location,
        _method=method,
    )
    record["lineItems"] = [add_line(store, record, *row)["id"] for row in rows]
    order["fulfillmentOrders"].append(record["id"])
    return record


def add_line(store, parent, line, quantity):
    """Make one line of a fulfilment order."""
    variant = line["variant"] and store.get(line["variant"])
    return store.add(
        "FulfillmentOrderLineItem",
        lineItem=line["id"],
        totalQuantity=quantity,
        remainingQuantity=quantity,
        requiresShipping=line["requiresShipping"],
        productTitle=line["title"],
        variantTitle=line["variantTitle"],
        sku=line["sku"],
        vendor=line["vendor"],
        variant=line["variant"],
        inventoryItemId=variant and variant["inventoryItem"],
        weight=line["weight"],
        image=None,
        _parent=parent["id"],
    )


def assigned_location(store, location):
    """Return the copy of a location's address that a fulfilment order keeps."""
    record = store.get(location)
    address = record["address"]
    names = ("address1", "address2", "city", "countryCode", "phone", "province", "zip")
    fields = {name: address[name] for name in names}
    return {"location": location, "name": record["name"], **fields}


def delivery_method(store, order, method):
    """Return how the goods travel."""
    shipping = store.get(order["shippingLine"]) if order["shippingLine"] else None
    return {
        "id": gid("DeliveryMethod", store.number()),
        "methodType": method,
        "additionalInformation": None,
        "presentedName": shipping and shipping["title"],
        "serviceCode": shipping and shipping["code"],
        "sourceReference": None,
        "minDeliveryDateTime": None,
        "maxDeliveryDateTime": None,
    }


def destination(store, order):
    """Return where the goods go."""
    address = order["shippingAddress"]
    if address is None:
        return None
    names = "firstName lastName company address1 address2 zip city province phone"
    return {
        "id": gid("FulfillmentOrderDestination", store.number()),
        **{name: address[name] for name in names.split()},
        "countryCode": address["countryCodeV2"],
        "email": order["email"],
        "location": None,
    }


def actions(status):
    """Return what can be done with a fulfilment order of a status."""
    names = ACTIONS if status in OPEN else ()
    if status == "ON_HOLD":
        names = ("RELEASE_HOLD", "HOLD", "MOVE")
    return [{"action": name, "externalUrl": None} for name in names]


def set_status(store, record, status):
    """Change the status of a fulfilment order."""
    store.touch(record, status=status, supportedActions=actions(status))


def settle_status(store, record):
    """Close a fulfilment order that has nothing left, or note that it has begun."""
    rows = store.refs(record["lineItems"])
    left = sum(row["remainingQuantity"] for row in rows)
    begun = any(row["remainingQuantity"] < row["totalQuantity"] for row in rows)
    set_status(
        store, record, "CLOSED" if not left else "IN_PROGRESS" if begun else "OPEN"
    )


def reduce_lines(store, order, line, count):
    """Take goods that are no longer wanted off the fulfilment orders."""
    for record in store.refs(order["fulfillmentOrders"]):
        for row in store.refs(record["lineItems"]):
            if row["lineItem"] != line["id"] or record["status"] == "CANCELLED":
                continue
            taken = min(count, row["remainingQuantity"])
            row["remainingQuantity"] -= taken
            row["totalQuantity"] -= taken
            count -= taken
            if taken:
                settle_status(store, record)


def cancel_orders(store, order):
    """Cancel what was not sent."""
    for record in store.refs(order["fulfillmentOrders"]):
        if record["status"] != "CLOSED" or not record["fulfillments"]:
            set_status(store, record, "CANCELLED")


# === Sending ===


@mutation("fulfillmentCreate")
def create(store, arguments):
    """Send goods of one order from one location."""
    given = arguments["fulfillment"]
    wanted, error = _wanted(store, given["lineItemsByFulfillmentOrder"])
    if error:
        return refused("fulfillment", user_error(error, "fulfillment"))
    record = fulfil(store, wanted, given.get("trackingInfo") or {})
    return {"fulfillment": record["id"], "userErrors": []}


def _wanted(store, parts):
    """Return ``[(fulfilment order, [(line, quantity)])]`` and what is wrong with it."""
    if not parts:
        return None, "At least one fulfillment order is required."
    wanted = []
    for part in parts:
        record = store.get(part["fulfillmentOrderId"], "FulfillmentOrder")
        if record is None:
            return None, "Fulfillment order does not exist."
        if record["status"] not in OPEN:
            number, status = bodies.number(record), record["status"].lower()
            message = (
                f"Fulfillment order {number} has an unfulfillable status= {status}."
            )
            return None, message
        rows, error = chosen_rows(store, record, part.get("fulfillmentOrderLineItems"))
        if error:
            return None, error
        wanted.append((record, rows))
    if len({record["id"] for record, _rows in wanted}) < len(wanted):
        return None, "A fulfillment order is given more than once."
    if len({(record["orderId"], record["_location"]) for record, _rows in wanted}) > 1:
        message = "All fulfillment orders must belong to the same order and location."
        return None, message
    return wanted, None


def chosen_rows(store, record, given):
    """Return ``[(line, quantity)]`` of a fulfilment order, and what is wrong with it.

    :param given: ``[{"id", "quantity"}]``; nothing means all that is left
    """
    rows = {row["id"]: row for row in store.refs(record["lineItems"])}
    if not given:
        left = [row for row in rows.values() if row["remainingQuantity"]]
        return [(row, row["remainingQuantity"]) for row in left], None
    if {entry["id"] for entry in given} - rows.keys():
        return None, "Fulfillment order line item does not exist."
    chosen = [(rows[entry["id"]], entry["quantity"]) for entry in given]
    twice = len({row["id"] for row, _quantity in chosen}) < len(chosen)
    if twice or any(not 0 < count <= row["remainingQuantity"] for row, count in chosen):
        return None, "Invalid fulfillment order line item quantity requested."
    return chosen, None


def fulfil(store, wanted, tracking):
    """Book a fulfilment of ``[(fulfilment order, [(line, quantity)])]``."""
    order = store.get(wanted[0][0]["orderId"])
    location = wanted[0][0]["_location"]
    record = store.add(
        "Fulfillment",
        order=order["id"],
        name=f"{order['name']}-F{len(order['fulfillments']) + 1}",
        status="SUCCESS",
        displayStatus="FULFILLED",
        location=location,
        trackingInfo=tracking_info(tracking),
        fulfillmentOrders=[entry["id"] for entry, _rows in wanted],
        fulfillmentLineItems=[],
        events=[],
        deliveredAt=None,
        inTransitAt=None,
        estimatedDeliveryAt=None,
        requiresShipping=wanted[0][0]["_method"] != "NONE",
        totalQuantity=sum(count for _entry, rows in wanted for _row, count in rows),
    )
    for entry, rows in wanted:
        for row, count in rows:
            _send_row(store, record, row, count)
        entry["fulfillments"].append(record["id"])
        settle_status(store, entry)
    order["fulfillments"].append(record["id"])
    refresh(store, order)
    store.touch(order)
    _announce(store, order, record)
    return record


def hand_over(store, order):
    """Book that the customer took everything along, as at a counter."""
    for record in store.refs(order["fulfillmentOrders"]):
        rows, _error = chosen_rows(store, record, None)
        fulfil(store, [(record, rows)], {})


def _send_row(store, record, row, count):
    line = store.get(row["lineItem"])
    row["remainingQuantity"] -= count
    line["unfulfilledQuantity"] -= count
    if row["inventoryItemId"]:
        inventory.ship(store, row["inventoryItemId"], record["location"], count)
    record["fulfillmentLineItems"].append(
        {
            "id": gid("FulfillmentLineItem", store.number()),
            "lineItem": line["id"],
            "quantity": count,
            "originalTotalSet": line["originalTotalSet"],
            "discountedTotalSet": line["discountedTotalSet"],
        }
    )


def _announce(store, order, record):
    whole = order["displayFulfillmentStatus"] == "FULFILLED"
    topic = "orders/fulfilled" if whole else "orders/partially_fulfilled"
    body = bodies.order(order)
    webhooks.emit(
        store,
        ("fulfillments/create", bodies.fulfilment(record)),
        (topic, body),
        ("orders/updated", body),
    )


def tracking_info(given):
    """Return the list of parcels; ``numbers`` and ``urls`` belong together by place."""
    numbers = given.get("numbers") or [given.get("number")]
    urls = given.get("urls") or [given.get("url")]
    urls = urls + [None] * (len(numbers) - len(urls))
    company = given.get("company")
    return [
        {"company": company, "number": number, "url": url}
        for number, url in zip(numbers, urls, strict=False)
        if number or url
    ]


@mutation("fulfillmentTrackingInfoUpdate")
def update_tracking(store, arguments):
    """Replace the tracking of a fulfilment."""
    record = store.get(arguments["fulfillmentId"], "Fulfillment")
    if record is None:
        return refused(
            "fulfillment", user_error("Fulfillment does not exist.", "fulfillmentId")
        )
    if record["status"] == "CANCELLED":
        message = "A cancelled fulfillment cannot be changed."
        return refused("fulfillment", user_error(message, "fulfillmentId"))
    store.touch(record, trackingInfo=tracking_info(arguments["trackingInfoInput"]))
    order = store.touch(store.get(record["order"]))
    webhooks.emit(
        store,
        ("fulfillments/update", bodies.fulfilment(record)),
        ("orders/updated", bodies.order(order)),
    )
    return {"fulfillment": record["id"], "userErrors": []}


@mutation("fulfillmentEventCreate")
def create_event(store, arguments):
    """Tell how a parcel travels."""
    given = arguments["fulfillmentEvent"]
    record = store.get(given["fulfillmentId"], "Fulfillment")
    if record is None:
        path = ("fulfillmentEvent", "fulfillmentId")
        error = user_error("Fulfillment does not exist.", *path)
        return refused("fulfillmentEvent", error)
    names = "address1 city country latitude longitude message province zip"
    event = store.add(
        "FulfillmentEvent",
        status=given["status"],
        happenedAt=given.get("happenedAt") or store.now(),
        estimatedDeliveryAt=given.get("estimatedDeliveryAt"),
        **{name: given.get(name) for name in names.split()},
    )
    record["events"].append(event["id"])
    store.touch(record, displayStatus=given["status"], **_journey(event))
    webhooks.emit(
        store,
        ("fulfillment_events/create", bodies.fulfilment_event(event, record)),
        ("fulfillments/update", bodies.fulfilment(record)),
    )
    return {"fulfillmentEvent": event["id"], "userErrors": []}


def _journey(event):
    dates = {"IN_TRANSIT": "inTransitAt", "DELIVERED": "deliveredAt"}
    name = dates.get(event["status"])
    return {name: event["happenedAt"]} if name else {}


# === Holds ===


def hold_one(store, record, reason, notes):
    """Put one fulfilment order on hold and return the hold."""
    placed = {
        "id": gid("FulfillmentHold", store.number()),
        "reason": reason,
        "displayReason": reason.replace("_", " ").capitalize(),
        "reasonNotes": notes,
        "handle": None,
        "heldByRequestingApp": True,
        "heldByApp": gid("App", 1),
        "heldBy": "Order to Cash",
    }
    record["fulfillmentHolds"].append(placed)
    set_status(store, record, "ON_HOLD")
    _changed(store, record)
    return placed


def release_one(store, record):
    """Take all holds off one fulfilment order."""
    record["fulfillmentHolds"] = []
    settle_status(store, record)
    _changed(store, record)


def _changed(store, record):
    order = store.get(record["orderId"])
    refresh(store, order)
    store.touch(order)
    webhooks.emit(store, ("orders/updated", bodies.order(order)))


def hold(store, order, reason, notes):
    """Put everything of an order that was not sent on hold."""
    for record in store.refs(order["fulfillmentOrders"]):
        if record["status"] in OPEN:
            hold_one(store, record, reason, notes)


def release(store, order):
    """Let everything of an order that is on hold be sent."""
    for record in store.refs(order["fulfillmentOrders"]):
        if record["status"] == "ON_HOLD":
            release_one(store, record)

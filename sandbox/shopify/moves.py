"""Fulfilment orders on the move: other locations, holds."""

from .fields import mutation, user_error
from .fulfilments import (
    OPEN,
    add_order,
    assigned_location,
    chosen_rows,
    hold_one,
    release_one,
    settle_status,
)
from .inventory import commit, level_of
from .order_state import refresh


@mutation("fulfillmentOrderMove")
def move(store, arguments):
    """Let another location send what is left."""
    record = store.get(arguments["id"], "FulfillmentOrder")
    location = store.get(arguments["newLocationId"], "Location")
    error = _move_error(record, location, arguments)
    if error:
        return _moved(None, None, None, error)
    order = store.get(record["orderId"])
    rows, error = chosen_rows(store, record, arguments.get("fulfillmentOrderLineItems"))
    if error:
        return _moved(None, None, None, user_error(error, "fulfillmentOrderLineItems"))
    moved = _split_off(store, order, record, location["id"], rows)
    refresh(store, order)
    store.touch(order)
    rest = None if moved is record else record["id"]
    return _moved(moved["id"], record["id"], rest)


def _move_error(record, location, arguments):
    if record is None:
        return user_error("Fulfillment order does not exist.", "id")
    if location is None or not location["isActive"]:
        return user_error("Location not found.", "newLocationId")
    if record["status"] not in OPEN:
        return user_error("The fulfillment order cannot be moved.", "id")
    if record["_location"] == location["id"]:
        return user_error("Already assigned to the location.", "newLocationId")
    return None


def _moved(moved, original, remaining, *errors):
    return {
        "movedFulfillmentOrder": moved,
        "originalFulfillmentOrder": original,
        "remainingFulfillmentOrder": remaining,
        "userErrors": list(errors),
    }


def _split_off(store, order, record, location, rows):
    """Return the fulfilment order at the new place; the same one if it moves whole.

    :param rows: ``[(line, quantity)]`` that move
    """
    for row, count in rows:
        _move_promise(store, row, count, record["_location"], location)
    left = sum(row["remainingQuantity"] for row in store.refs(record["lineItems"]))
    if record["status"] == "OPEN" and left == sum(count for _row, count in rows):
        place = assigned_location(store, location)
        return store.touch(record, _location=location, assignedLocation=place)
    parts = [(store.get(row["lineItem"]), count) for row, count in rows]
    for row, count in rows:
        row["totalQuantity"] -= count
        row["remainingQuantity"] -= count
    settle_status(store, record)
    return add_order(store, order, location, parts, record["_method"])


def _move_promise(store, row, count, old, new):
    item = row["inventoryItemId"]
    if item and level_of(store, item, old) and level_of(store, item, new):
        commit(store, item, old, -count)
        commit(store, item, new, count)


@mutation("fulfillmentOrderHold")
def hold(store, arguments):
    """Keep a fulfilment order from being sent."""
    record = store.get(arguments["id"], "FulfillmentOrder")
    given = arguments["fulfillmentHold"]
    if record is None or record["status"] not in (*OPEN, "ON_HOLD"):
        error = user_error("The fulfillment order cannot be held.", "id")
        return {**_held(None), "userErrors": [error]}
    if given.get("fulfillmentOrderLineItems"):
        error = user_error("The sandbox holds whole fulfillment orders only.", "id")
        return {**_held(None), "userErrors": [error]}
    placed = hold_one(store, record, given["reason"], given.get("reasonNotes"))
    return {**_held(record["id"]), "fulfillmentHold": placed}


def _held(record):
    return {
        "fulfillmentHold": None,
        "fulfillmentOrder": record,
        "remainingFulfillmentOrder": None,
        "userErrors": [],
    }


@mutation("fulfillmentOrderReleaseHold")
def release(store, arguments):
    """Let a held fulfilment order be sent."""
    record = store.get(arguments["id"], "FulfillmentOrder")
    if record is None or record["status"] != "ON_HOLD":
        error = user_error("The fulfillment order is not on hold.", "id")
        return {"fulfillmentOrder": None, "userErrors": [error]}
    release_one(store, record)
    return {"fulfillmentOrder": record["id"], "userErrors": []}

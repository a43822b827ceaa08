"""Stock by location: reading it, setting it, and what orders do to it."""

from . import webhooks
from .fields import field, mutation, refused, user_error
from .paging import page
from .store import gid, type_of

#: what Shopify counts; the sandbox moves goods between the first three only
NAMES = ("available", "on_hand", "committed", "reserved", "incoming", "damaged")
SETTABLE = ("available", "on_hand")
REASONS = """
    correction cycle_count_available damaged movement_canceled movement_created
    movement_received movement_updated other promotion quality_control received
    reservation_created reservation_deleted reservation_updated restock safety_stock
    shrinkage
""".split()
LARGEST = 1_000_000_000


def level_of(store, item, location):
    """Return the InventoryLevel of an item's gid at a location's gid, or None."""
    place, number = (str(found).rsplit("/", 1)[-1] for found in (location, item))
    return store.get(gid("InventoryLevel", f"{place}?inventory_item_id={number}"))


def quantity(level, name):
    """Return one of the quantities of a level."""
    if name == "on_hand":
        return level["available"] + level["committed"]
    return level.get(name, 0)


def commit(store, item, location, count):
    """Promise goods to an order, or take the promise back with a negative count."""
    level = level_of(store, item, location)
    available, committed = level["available"] - count, level["committed"] + count
    store.touch(level, available=available, committed=committed)


def ship(store, item, location, count):
    """Let promised goods leave."""
    level = level_of(store, item, location)
    store.touch(level, committed=level["committed"] - count)


def receive(store, item, location, count):
    """Put returned goods back on the shelf."""
    level = level_of(store, item, location)
    store.touch(level, available=level["available"] + count)


# === Reading ===


@field("InventoryLevel", "quantities")
def quantities(store, level, arguments):
    """Return the quantities asked for by name."""
    return [
        {
            "id": f"{level['id']}&name={name}",
            "name": name,
            "quantity": quantity(level, name),
            "updatedAt": level["updatedAt"],
        }
        for name in arguments["names"]
    ]


@field("InventoryItem", "inventoryLevel")
def level_at(store, item, arguments):
    """Return the level at one location."""
    return level_of(store, item["id"], arguments["locationId"])


@field("Location", "inventoryLevel")
def level_for(store, location, arguments):
    """Return the level of one item."""
    return level_of(store, arguments["inventoryItemId"], location["id"])


@field("InventoryItem", "inventoryLevels")
def levels_of_item(store, item, arguments):
    """Return the levels at all locations."""
    return _levels(store, "item", item, arguments)


@field("Location", "inventoryLevels")
def levels_at_location(store, location, arguments):
    """Return the levels of all items."""
    return _levels(store, "location", location, arguments)


def _levels(store, side, record, arguments):
    levels = store.all("InventoryLevel")
    return page([level for level in levels if level[side] == record["id"]], arguments)


@field("ProductVariant", "inventoryQuantity", "sellableOnlineQuantity")
def variant_quantity(store, variant, arguments):
    """Return what can be sold, all locations together."""
    return sum(
        level["available"]
        for level in store.all("InventoryLevel")
        if level["item"] == variant["inventoryItem"]
    )


@field("Product", "totalInventory")
def product_quantity(store, product, arguments):
    """Return what can be sold of all variants."""
    variants = store.refs(product["variants"])
    return sum(variant_quantity(store, variant, arguments) for variant in variants)


# === Setting ===


@mutation("inventorySetQuantities", idempotent=True)
def set_quantities(store, arguments):
    """Set absolute quantities, all or none."""
    given = arguments["input"]
    errors = _errors(store, given)
    if errors:
        return refused("inventoryAdjustmentGroup", *errors)
    changes = [
        change for row in given["quantities"] for change in _set(store, given, row)
    ]
    group = store.add(
        "InventoryAdjustmentGroup",
        reason=given["reason"],
        referenceDocumentUri=given.get("referenceDocumentUri"),
        changes=changes,
        app=gid("App", 1),
    )
    return {"inventoryAdjustmentGroup": group["id"], "userErrors": []}


@mutation("inventoryActivate", idempotent=True)
def activate(store, arguments):
    """Let a location stock an item."""
    item = store.get(arguments["inventoryItemId"], "InventoryItem")
    location = store.get(arguments["locationId"], "Location")
    error = _activation_error(store, item, location)
    if error:
        return refused("inventoryLevel", error)
    place, number = (found["legacyResourceId"] for found in (location, item))
    level = store.add(
        "InventoryLevel",
        f"{place}?inventory_item_id={number}",
        item=item["id"],
        location=location["id"],
        isActive=True,
        available=arguments.get("available") or 0,
        committed=0,
    )
    return {"inventoryLevel": level["id"], "userErrors": []}


def _activation_error(store, item, location):
    if item is None:
        return user_error("The product couldn't be stocked.", "inventoryItemId")
    if location is None or not location["isActive"]:
        return user_error("The location couldn't be found.", "locationId")
    if level_of(store, item["id"], location["id"]):
        return user_error("The product is already stocked there.", "locationId")
    return None


def _errors(store, given):
    if given["name"] not in SETTABLE:
        message = "The quantity name must be available or on_hand."
        return [user_error(message, "input", "name", code="INVALID_NAME")]
    if given["reason"] not in REASONS:
        message = "The specified reason is invalid."
        return [user_error(message, "input", "reason", code="INVALID_REASON")]
    rows = given["quantities"]
    if len(rows) > 250:
        message = "At most 250 quantities can be set at once."
        return [user_error(message, "input", "quantities")]
    found = [
        _row_error(store, given["name"], index, rows) for index in range(len(rows))
    ]
    return [error for error in found if error]


def _row_error(store, name, index, rows):
    row = rows[index]
    for wrong, place, code, message in _row_checks(store, name, row, rows[:index]):
        if wrong:
            path = ("input", "quantities", str(index), place)
            return user_error(message, *path, code=code)
    return None


def _row_checks(store, name, row, before):
    """Yield ``(is it so, field, code, message)`` of what can be wrong with a row."""
    item, location = row["inventoryItemId"], row["locationId"]
    level = level_of(store, item, location)
    expected = row.get("changeFromQuantity")
    yield (
        not store.get(item, "InventoryItem"),
        "inventoryItemId",
        "INVALID_INVENTORY_ITEM",
        "The specified inventory item could not be found.",
    )
    yield (
        type_of(location) != "Location" or level is None,
        "locationId",
        "INVALID_LOCATION",
        "The specified location could not be found.",
    )
    yield (
        abs(row["quantity"]) > LARGEST,
        "quantity",
        "INVALID_QUANTITY_TOO_HIGH",
        "The quantity is out of range.",
    )
    yield (
        (item, location) in [(r["inventoryItemId"], r["locationId"]) for r in before],
        "locationId",
        "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
        "The combination of item and location must be unique.",
    )
    yield (
        expected is not None and expected != quantity(level, name),
        "changeFromQuantity",
        "CHANGE_FROM_QUANTITY_STALE",
        "The changeFromQuantity no longer matches the persisted quantity.",
    )


def _set(store, given, row):
    level = level_of(store, row["inventoryItemId"], row["locationId"])
    delta = row["quantity"] - quantity(level, given["name"])
    count(store, level, level["available"] + delta)
    return [
        {
            "name": name,
            "delta": delta,
            "quantityAfterChange": quantity(level, name),
            "item": level["item"],
            "location": level["location"],
            "ledgerDocumentUri": None,
        }
        for name in SETTABLE
    ]


def count(store, level, available):
    """Let a level show another number, whoever counted; webhooks tell of it."""
    store.touch(level, available=available)
    body = {
        "inventory_item_id": int(level["item"].rsplit("/", 1)[-1]),
        "location_id": int(level["location"].rsplit("/", 1)[-1]),
        "available": level["available"],
        "updated_at": level["updatedAt"],
        "admin_graphql_api_id": level["id"],
    }
    webhooks.emit(store, ("inventory_levels/update", body))

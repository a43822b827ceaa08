"""What a shop should show, and how it is told without overwriting a sale."""

import hashlib
import json
import math
from dataclasses import dataclass

from .values import readable

#: another sale came between reading and writing: read again
STALE = "CHANGE_FROM_QUANTITY_STALE"
#: the key has to be another one
USED_KEY = (
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    "IDEMPOTENCY_CONCURRENT_REQUEST",
)


@dataclass(frozen=True)
class Level:
    """What a shop shows of one item at one place.

    :param available: can be sold; ``None`` when the item is not stocked there
    :param committed: sold and not sent
    :param updated_at: Shopify's time of the last change, as it wrote it
    """

    tracked: bool
    available: int | None
    committed: int
    updated_at: str


@dataclass(frozen=True)
class Wish:
    """One quantity that shall become another; nothing if it changed meanwhile."""

    item_gid: str
    quantity: int
    change_from: int
    updated_at: str


@readable("a stock level")
def level_from_node(node):
    """Return the :class:`Level` of an ``InventoryItem``."""
    level = node["inventoryLevel"]
    if not level:
        return Level(node["tracked"], None, 0, "")
    numbers = {row["name"]: row["quantity"] for row in level["quantities"]}
    return Level(
        tracked=node["tracked"],
        available=numbers["available"],
        committed=numbers["committed"],
        updated_at=level["updatedAt"],
    )


def to_show(free, kept_back, committed, promised):
    """Return what a shop should show, never less than nothing.

    :param free: units here that nobody was promised
    :param kept_back: units that stay out of the shop
    :param committed: units that the shop sold and that were not sent
    :param promised: those of them that are known here, so are not in ``free``

    What the shop sold and Odoo has not heard of yet must not be offered again.
    """
    unheard = max(0, committed - promised)
    return max(0, math.floor(free) - kept_back - unheard)


def is_right(shown, wanted):
    """Tell whether a shop may go on showing this.

    Below nothing is a sale in advance that the shop allowed: nothing is added to it
    until there is something to sell.
    """
    return shown == wanted or (shown < 0 and wanted == 0)


def quantities_input(wishes, location_gid, reference):
    """Return Shopify's ``InventorySetQuantitiesInput``.

    :param reference: a URI that names who asked
    """
    return {
        "name": "available",
        "reason": "correction",
        "referenceDocumentUri": reference,
        "quantities": [
            {
                "inventoryItemId": wish.item_gid,
                "locationId": location_gid,
                "quantity": wish.quantity,
                "changeFromQuantity": wish.change_from,
            }
            for wish in wishes
        ],
    }


def idempotency_key(wishes, location_gid, attempt):
    """Return the key of a write: the same for the same wish on the same facts.

    Each change at Shopify gives a level another time, so the same numbers wanted again
    next week are another wish, while a repetition after a lost answer is the same.

    :param attempt: failed tries so far; a key whose attempt failed is used up
    """
    facts = [(w.item_gid, w.quantity, w.change_from, w.updated_at) for w in wishes]
    text = json.dumps([location_gid, attempt, facts])
    return hashlib.sha256(text.encode()).hexdigest()


def row_of(error):
    """Return the place of the refused row in ``quantities``, ``None`` without one."""
    numbers = [part for part in error["field"] or () if part.isdigit()]
    return int(numbers[0]) if numbers else None

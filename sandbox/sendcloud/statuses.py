"""What may happen to a parcel: numeric ids (webhooks) and v3 codes.

Ids and messages are those of a recorded v2 answer. Of the v3 codes only
ANNOUNCING, READY_TO_SEND, ANNOUNCED, ANNOUNCEMENT_FAILED and CANCELLED are printed
in the specification; the others are the message in capitals (assumed).
"""

ANNOUNCING, READY, FAILED = 1001, 1000, 1002
ANNOUNCED, DELIVERED, AT_PICKUP_POINT = 1, 11, 12
CANCEL_REQUESTED, CANCELLED = 1999, 2000

MESSAGES = {
    1: "Announced",
    3: "En route to sorting center",
    4: "Delivery delayed",
    5: "Sorted",
    6: "Not sorted",
    7: "Being sorted",
    8: "Delivery attempt failed",
    11: "Delivered",
    12: "Awaiting customer pickup",
    13: "Announced: not collected",
    15: "Error collecting",
    22: "Shipment picked up by driver",
    80: "Unable to deliver",
    91: "Parcel en route",
    92: "Driver en route",
    93: "Shipment collected by customer",
    999: "No label",
    1000: "Ready to send",
    1001: "Being announced",
    1002: "Announcement failed",
    1337: "Unknown status - check carrier track & trace page for more insights",
    1998: "Cancelled upstream",
    1999: "Cancellation requested",
    2000: "Cancelled",
    2001: "Submitting cancellation request",
    62989: "At Customs",
    62990: "At sorting centre",
    62991: "Refused by recipient",
    62992: "Returned to sender",
    62993: "Delivery method changed",
    62994: "Delivery date changed",
    62995: "Delivery address changed",
    62996: "Exception",
    62997: "Address invalid",
}

#: the codes whose wording differs from the message
_CODES = {
    1001: "ANNOUNCING",
    22: "PICKED_UP_BY_DRIVER",
    93: "COLLECTED_BY_CUSTOMER",
    1337: "UNKNOWN",
    13: "ANNOUNCED_NOT_COLLECTED",
}

#: the usual way of a parcel, and where it leaves the road
_ROAD = [ANNOUNCING, READY, ANNOUNCED, 22, 3, 91, 92, DELIVERED]
BRANCHES = {
    "undeliverable": [*_ROAD[:-1], 80, 62992],
    "attempt_failed": [*_ROAD[:-1], 8, DELIVERED],
    "pickup_point": [*_ROAD[:-1], AT_PICKUP_POINT, 93],
    "customs": [*_ROAD[:5], 62989, *_ROAD[5:]],
}


def code(status_id):
    """Return the v3 code of a numeric status."""
    return _CODES.get(status_id) or MESSAGES[status_id].upper().replace(" ", "_")


def status(status_id):
    """Return the v3 status object."""
    return {"code": code(status_id), "message": MESSAGES[status_id]}


def all_statuses():
    """Return every status, as the list of the service does."""
    return [status(status_id) for status_id in MESSAGES]


def following(status_id, branch=None):
    """Return what comes after a status on its road, or None at its end."""
    road = BRANCHES.get(branch, _ROAD)
    if status_id == CANCEL_REQUESTED:
        return CANCELLED
    if status_id not in road or status_id == road[-1]:
        return None
    return road[road.index(status_id) + 1]

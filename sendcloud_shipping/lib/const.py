"""Sendcloud's parcel statuses and what each means for us.

Numbers are those of webhooks (https://sendcloud.dev/api/v3/webhooks) and of
https://sendcloud.dev/api/v2/parcels/parcel-statuses; v3 answers carry the words
only. A status that is not here is on its way, never an error.
"""

#: what a status means
UNDERWAY, DELIVERED, PROBLEM = "underway", "delivered", "problem"
RETURNED, CANCELLED = "returned", "cancelled"

#: countries whose addresses need a state, as ISO 3166-2
WITH_STATE = frozenset({"US", "CA", "IT", "AU"})

#: nothing that Sendcloud says later moves a parcel out of these
FINAL = frozenset({DELIVERED, RETURNED, CANCELLED})

#: number -> (words, meaning)
STATUS = {
    1: ("Announced", UNDERWAY),
    3: ("En route to sorting center", UNDERWAY),
    4: ("Delivery delayed", UNDERWAY),
    5: ("Sorted", UNDERWAY),
    6: ("Not sorted", UNDERWAY),
    7: ("Being sorted", UNDERWAY),
    8: ("Delivery attempt failed", UNDERWAY),
    11: ("Delivered", DELIVERED),
    12: ("Awaiting customer pickup", UNDERWAY),
    13: ("Announced: not collected", UNDERWAY),
    15: ("Error collecting", PROBLEM),
    22: ("Shipment picked up by driver", UNDERWAY),
    80: ("Unable to deliver", PROBLEM),
    91: ("Parcel en route", UNDERWAY),
    92: ("Driver en route", UNDERWAY),
    93: ("Shipment collected by customer", DELIVERED),
    999: ("No label", UNDERWAY),
    1000: ("Ready to send", UNDERWAY),
    1001: ("Being announced", UNDERWAY),
    1002: ("Announcement failed", PROBLEM),
    1337: ("Unknown status", UNDERWAY),
    1998: ("Cancelled upstream", CANCELLED),
    1999: ("Cancellation requested", UNDERWAY),
    2000: ("Cancelled", CANCELLED),
    2001: ("Submitting cancellation request", UNDERWAY),
    62989: ("At Customs", UNDERWAY),
    62990: ("At sorting centre", UNDERWAY),
    62991: ("Refused by recipient", PROBLEM),
    62992: ("Returned to sender", RETURNED),
    62993: ("Delivery method changed", UNDERWAY),
    62994: ("Delivery date changed", UNDERWAY),
    62995: ("Delivery address changed", UNDERWAY),
    62996: ("Exception", PROBLEM),
    62997: ("Address invalid", PROBLEM),
}
#: number -> step of the journey that shops tell their customers; no step is no news
_STEP_OF_NUMBER = {
    **dict.fromkeys((3, 5, 6, 7, 91, 62989, 62990, 62993, 62995), "underway"),
    **dict.fromkeys((4, 62994), "delayed"),
    8: "attempt_failed",
    **dict.fromkeys((11, 93), "delivered"),
    12: "ready_for_pickup",
    **dict.fromkeys((15, 80, 62991, 62996, 62997), "problem"),
    22: "collected",
    92: "out_for_delivery",
    62992: "returned",
}
_STEPS = {STATUS[n][0].casefold(): step for n, step in _STEP_OF_NUMBER.items()}
_BY_WORDS = {words.casefold(): meaning for words, meaning in STATUS.values()}

#: the carrier has not got the parcel yet
NOT_COLLECTED = frozenset(STATUS[number][0] for number in (1, 13, 999, 1000, 1001))

#: no proof that the carrier has it: nor while a cancellation is being asked for
NOT_TRAVELLING = NOT_COLLECTED | {STATUS[n][0] for n in (1002, 1337, 1999, 2001)}

#: codes of v3 that decide what became of an announcement
ANNOUNCING_CODE = "ANNOUNCING"
FAILED_CODE = "ANNOUNCEMENT_FAILED"
CANCELLED_CODES = frozenset({"CANCELLED", "CANCELLATION_REQUESTED"})

#: documents that travel with a parcel besides its label
PAPERS = ("customs-declaration", "air-waybill")


def meaning(words):
    """Return what a status means for us, by its words; unknown is under way."""
    return _BY_WORDS.get(words.casefold(), UNDERWAY)


def step(words):
    """Return the step of the journey that a status is, ``None`` for no news."""
    return _STEPS.get(words.casefold())


def words(number, fallback):
    """Return the words of a status number, or what Sendcloud itself called it."""
    return STATUS[number][0] if number in STATUS else fallback

"""How a sent parcel travels: the events of a fulfilment."""

from . import search
from .fields import field
from .paging import page


@field("Fulfillment", "events")
def events(store, record, arguments):
    """Return what was told of a parcel, in the order in which it happened."""
    given = dict(arguments)
    if given.pop("sortKey", "HAPPENED_AT") != "HAPPENED_AT":
        raise search.refused("The sandbox sorts events by their moment only.")
    rows = sorted(store.refs(record["events"]), key=lambda event: event["happenedAt"])
    return page(rows, given)

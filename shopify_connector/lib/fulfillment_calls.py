"""What the connector asks and tells Shopify about deliveries."""

from . import queries_fulfillment as queries
from .values import readable


class FulfillmentCalls:
    """Part of :class:`~.client.AdminClient`: what is to be sent and what was."""

    @readable("what is to be sent")
    def fulfillment_state(self, gid):
        """Return what of an order is fulfilled already and what is still open.

        ``None`` when the order was deleted.
        """
        state = self.execute(queries.FULFILLMENT_STATE, {"id": gid})["order"]
        if state:
            for sent in state["fulfillments"]:
                self._read_on(queries.MORE_SENT, sent, "fulfillmentLineItems")
            for wanted in state["fulfillmentOrders"]["nodes"]:
                self._read_on(queries.MORE_OPEN, wanted, "lineItems")
        return state

    @readable("what is to be sent")
    def _read_on(self, document, record, connection):
        page = record[connection]["pageInfo"]
        while page["hasNextPage"]:
            variables = {"id": record["id"], "after": page["endCursor"]}
            (answer,) = self.execute(document, variables).values()
            record[connection]["nodes"] += answer[connection]["nodes"]
            page = answer[connection]["pageInfo"]

    @readable("a fulfilment")
    def fulfill(self, fulfillment):
        """Create a fulfilment and return it.

        :param fulfillment: a ``FulfillmentInput``
        """
        payload = self.mutate(queries.FULFILL, {"fulfillment": fulfillment})
        return payload["fulfillment"]

    def move_open_lines(self, gid, location_gid, lines):
        """Let another location send lines of a fulfilment order.

        :param lines: ``[{"id", "quantity"}]``
        :raise RejectedError: the shop says no
        """
        variables = {"id": gid, "location": location_gid, "lines": lines}
        self.mutate(queries.MOVE, variables)

    @readable("a fulfilment")
    def journey(self, gid):
        """Return tracking and events of a fulfilment, ``None`` when it is gone."""
        return self.execute(queries.JOURNEY, {"id": gid})["fulfillment"]

    def update_tracking(self, gid, tracking, notify):
        """Replace the tracking of a fulfilment.

        :param tracking: a ``FulfillmentTrackingInput``
        """
        variables = {"id": gid, "tracking": tracking, "notify": notify}
        self.mutate(queries.TRACK, variables)

    def add_event(self, gid, status, happened_at, message):
        """Tell how a parcel travels.

        :param status: a ``FulfillmentEventStatus``
        :param happened_at: in UTC, as Shopify writes it
        """
        event = {
            "fulfillmentId": gid,
            "status": status,
            "happenedAt": happened_at,
            "message": message or None,
        }
        self.mutate(queries.EVENT, {"event": event})

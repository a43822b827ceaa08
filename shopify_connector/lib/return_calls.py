"""How returns are read, and how Odoo answers those that customers ask for."""

from . import queries_return
from .values import readable

#: lines of a return in one answer
LINES_PER_PAGE = 50


class ReturnCalls:
    """Part of :class:`~.client.AdminClient`: returns."""

    #: whether orders are read with their returns, which takes a permission
    with_returns = False

    def _returns_of(self, order):
        """Return the returns of an order whose first page of them has been read."""
        rows = list(order["returns"]["nodes"])
        page = order["returns"]["pageInfo"]
        while page["hasNextPage"]:
            variables = {"id": order["id"], "after": page["endCursor"]}
            answer = self.execute(queries_return.OF_ORDER, variables)
            more = answer["order"]["returns"]
            rows += more["nodes"]
            page = more["pageInfo"]
        return [self._return(row["id"]) for row in rows]

    def _return(self, gid):
        variables = {"id": gid, "lines": LINES_PER_PAGE, "after": None}
        found = self.execute(queries_return.RETURN, variables)["return"]
        page = found["returnLineItems"]["pageInfo"]
        while page["hasNextPage"]:
            variables["after"] = page["endCursor"]
            answer = self.execute(queries_return.RETURN, variables)
            more = answer["return"]["returnLineItems"]
            found["returnLineItems"]["nodes"] += more["nodes"]
            page = more["pageInfo"]
        return found

    @readable("a return")
    def return_status(self, gid):
        """Return ``(status, order gid, order name)``, ``None`` when it is gone."""
        variables = {"id": gid}
        found = self.execute(queries_return.STATUS, variables)["return"]
        order = found and found["order"]
        return (found["status"], order["id"], order["name"]) if found else None

    @readable("a return")
    def approve_return(self, gid, notify):
        """Approve what a customer asked for; Shopify then expects the goods.

        There is no idempotency for it: ask :meth:`return_status` before.
        https://shopify.dev/docs/api/admin-graphql/latest/mutations/returnApproveRequest

        :param notify: Shopify mails the customer
        """
        given = {"id": gid, "notifyCustomer": notify}
        self.mutate(queries_return.APPROVE, {"input": given})

    @readable("a return")
    def decline_return(self, gid, reason, note, notify):
        """Decline what a customer asked for.

        https://shopify.dev/docs/api/admin-graphql/latest/mutations/returnDeclineRequest

        :param reason: a ``ReturnDeclineReason``
        :param note: for the customer, at most 500 characters
        :param notify: Shopify mails the customer
        """
        given = {
            "id": gid,
            "declineReason": reason,
            "declineNote": note or None,
            "notifyCustomer": notify,
        }
        self.mutate(queries_return.DECLINE, {"input": given})

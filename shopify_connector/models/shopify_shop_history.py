from datetime import timedelta

from odoo import _, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.mapping import naive
from ..lib.payload import moment
from .shopify_order_news import HISTORY

#: seconds between two looks at what Shopify prepares
LOOK = 15
#: orders that one job puts on the waiting list
ROWS = 2000


class ShopifyShop(models.Model):
    """The first load: all orders back to a day, listed by Shopify in one go.

    Only the list comes this way; the orders themselves are read and imported as all
    others are, after those that customers place meanwhile.
    """

    _inherit = "shopify.shop"

    history_gid = fields.Char("List of Past Orders", readonly=True, copy=False)
    history_from = fields.Datetime("Past Orders Since", readonly=True, copy=False)
    history_row = fields.Integer(
        "Past Orders Taken Over",
        readonly=True,
        copy=False,
        help="Orders of the list that are taken over.",
    )
    history_count = fields.Integer("Orders of the Past", readonly=True, copy=False)
    history_done_at = fields.Datetime("History Complete", readonly=True, copy=False)

    def _start_history(self, since):
        """Fetch all orders placed since a moment, also those from before the start.

        :param since: naive, in UTC
        """
        self.write(
            {
                "history_gid": False,
                "history_from": since,
                "history_row": 0,
                "history_count": 0,
                "history_done_at": False,
                "orders_since": min(since, self.orders_since),
            }
        )
        self._enqueue_history()

    def _enqueue_history(self, seconds=None):
        self.with_delay(
            eta=timedelta(seconds=seconds) if seconds else None,
            identity_key=f"shopify-history-{self.id}-{self.history_row}",
            description=_("Fetch past orders: %s", self.display_name),
        )._attempt("_fetch_history")

    def _fetch_history(self):
        """Go one step: order the list, look whether it is ready, or take from it."""
        if not self.history_from or self.history_done_at:
            return
        client = self._client()
        if not self.history_gid:
            since = self.history_from.isoformat()
            self.history_gid = client.start_bulk_orders(f"created_at:>='{since}Z'")
            self._enqueue_history(LOOK)
            return
        operation = client.bulk(self.history_gid)
        if operation and operation["status"] in ("CREATED", "RUNNING"):
            self._enqueue_history(LOOK)
        elif operation and operation["status"] == "COMPLETED":
            url = operation["url"]
            self._take_history(client.bulk_rows(url) if url else [])
        else:
            self._history_stopped()

    def _take_history(self, rows):
        """Put the next orders of the list on the waiting list."""
        part = rows[self.history_row : self.history_row + ROWS]
        heard = [
            (row["id"], row["name"], naive(moment(row["updatedAt"]))) for row in part
        ]
        if heard:
            orders = self.env["shopify.order"]
            orders._hear_of_all(self, heard, priority=HISTORY)
        self.history_row += len(part)
        self.history_count = len(rows)
        if self.history_row < len(rows):
            self._enqueue_history()
        else:
            self.history_done_at = fields.Datetime.now()

    def _history_stopped(self):
        # What was taken over stays; a new list begins where it is known already.
        self.write({"history_gid": False, "history_row": 0})
        raise BlockedError(
            "history_stopped",
            _("Shopify stopped while it listed the orders of the past."),
            advice=_("Fetch the past again: what came already is not fetched twice."),
        )

import math

from odoo import _, models

from .shopify_order import QUIET

#: orders that one job brings in; beyond it batches gain nothing more
BATCH = 50
#: jobs of one shop that may go through its waiting list side by side
LANES = 4
#: seconds after which orders are looked for again that another worker had in hand
LOOK_AGAIN = 5


class ShopifyShop(models.Model):
    """How the waiting list of a shop is worked through: in batches, side by side."""

    _inherit = "shopify.shop"

    def _wake_import(self):
        """Have the waiting list looked at once this transaction ends.

        By a job of its own: one that waits already may begin before the latest rows
        can be seen, and end without them.
        """
        for shop in self:
            shop.sudo().with_delay(
                description=_("Import orders: %s", shop.display_name)
            )._attempt("_open_lanes")

    def _wake_import_of_rest(self):
        """Have imported what still waits, whatever became of the jobs for it."""
        news = self.env["shopify.order.news"]
        if news.search_count([("shop_id", "=", self.id)], limit=1):
            self._wake_import()

    def _open_lanes(self):
        """Have as many jobs go through the waiting list as it is worth."""
        waiting = self.env["shopify.order.news"].search_count(
            [("shop_id", "=", self.id)], limit=LANES * BATCH
        )
        for lane in range(math.ceil(waiting / BATCH)):
            self._enqueue_lane(lane)

    def _enqueue_lane(self, lane, seconds=None):
        self.sudo().with_delay(
            eta=seconds,
            # One that waits for a while must not keep another from beginning now.
            identity_key=f"shopify-import-{self.id}-{lane}-{bool(seconds)}",
            description=_("Import orders: %s", self.display_name),
        )._attempt("_import_waiting", lane)

    def _import_waiting(self, lane=0):
        """Import the next orders of the waiting list, and see that it goes on.

        :param lane: which of the jobs side by side this is
        """
        news = self.env["shopify.order.news"]
        orders = news._take(self, BATCH).with_context(**QUIET)
        orders._import_all()
        if len(orders) == BATCH:
            self._enqueue_lane(lane)
        elif news.search_count([("shop_id", "=", self.id)], limit=1):
            # Another worker has these in hand, perhaps since before the latest news.
            self._enqueue_lane(lane, seconds=LOOK_AGAIN)

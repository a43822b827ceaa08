"""What the connector asks and tells Shopify about places and stock."""

from odoo.addons.o2c_base.lib.errors import RejectedError

from . import queries_stock
from .stock import level_from_node, quantities_input
from .values import readable

#: Shopify's largest number of rows in one call
#: (https://shopify.dev/api/usage/limits)
ROWS = 250


class StockCalls:
    """Part of :class:`~.client.AdminClient`: places and stock."""

    def locations(self):
        """Yield all locations of the shop, also those that are closed."""
        yield from self._pages(queries_stock.LOCATIONS, "locations", {})

    @readable("stock levels")
    def levels(self, location_gid, item_gids):
        """Return ``{item gid: Level}`` of at most 250 items at one location.

        An item that was deleted is left out.
        """
        if not item_gids:
            return {}
        variables = {"ids": item_gids, "location": location_gid}
        try:
            nodes = self.execute(queries_stock.LEVELS, variables)["nodes"]
        except RejectedError as error:
            if error.code != "MAX_COST_EXCEEDED" or len(item_gids) == 1:
                raise
            half = len(item_gids) // 2
            return {
                **self.levels(location_gid, item_gids[:half]),
                **self.levels(location_gid, item_gids[half:]),
            }
        return {node["id"]: level_from_node(node) for node in nodes if node}

    @readable("what it did")
    def set_available(self, wishes, location_gid, key, reference):
        """Set quantities, all or none; return Shopify's ``userErrors``.

        :param wishes: at most 250 ``lib.stock.Wish``
        :param key: lets Shopify recognise a repetition
        """
        variables = {
            "input": quantities_input(wishes, location_gid, reference),
            "key": key,
        }
        (payload,) = self.execute(queries_stock.SET_QUANTITIES, variables).values()
        return payload["userErrors"]

    def stock_item(self, item_gid, location_gid, available, key):
        """Let a location stock an item, with this many to sell.

        :raise RejectedError: the shop says no
        """
        variables = {
            "item": item_gid,
            "location": location_gid,
            "available": available,
            "key": key,
        }
        self.mutate(queries_stock.STOCK_ITEM, variables)

"""What the connector asks and tells Shopify about places and stock."""

from . import queries_stock


class StockCalls:
    """Part of :class:`~.client.AdminClient`: places and stock."""

    def locations(self):
        """Yield all locations of the shop, also those that are closed."""
        yield from self._pages(queries_stock.LOCATIONS, "locations", {})

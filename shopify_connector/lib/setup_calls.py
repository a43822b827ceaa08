"""What the connector asks Shopify while a shop is being connected."""

from . import queries_setup
from .values import readable

#: variants in one answer; with two fields each they are cheap
VARIANTS_PER_PAGE = 250


class SetupCalls:
    """Part of :class:`~.client.AdminClient`: what a shop consists of."""

    @readable("orders")
    def recent_orders(self, count):
        """Return the latest orders, newest first, each with all of its lines."""
        answer = self.execute(queries_setup.RECENT_ORDERS, {"first": count})
        found = self.orders([node["id"] for node in answer["orders"]["nodes"]])
        return [order for _gid, order in found if order]

    def variant_skus(self):
        """Yield the SKU of each variant that the shop has, empty ones too."""
        variables = {"first": VARIANTS_PER_PAGE}
        pages = self._pages(queries_setup.VARIANT_SKUS, "productVariants", variables)
        for node in pages:
            yield (node["sku"] or "").strip()

    @readable("its versions")
    def api_versions(self):
        """Return the API's versions: handle, displayName, supported."""
        return self.execute(queries_setup.API_VERSIONS)["publicApiVersions"]

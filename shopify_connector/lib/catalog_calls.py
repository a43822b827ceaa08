"""What the connector asks Shopify about B2B catalogues."""

from odoo.addons.o2c_base.lib.errors import RejectedError

from . import queries_catalog
from .catalogs import branch_from_node, catalog_from_node, prices_from_node
from .paging import PageSize
from .values import readable

#: in one answer (https://shopify.dev/api/usage/limits: 250 at most)
PER_PAGE = 250
CATALOGS_PER_PAGE = 50
#: of one variant in an answer; few have more, and their rest is asked for
BREAKS = 10


class CatalogCalls:
    """Part of :class:`~.client.AdminClient`: catalogues, their buyers and prices."""

    def catalogs(self):
        """Yield all catalogues for companies, as :class:`~.catalogs.Catalog`."""
        variables = {"first": CATALOGS_PER_PAGE}
        for node in self._pages(queries_catalog.CATALOGS, "catalogs", variables):
            with readable("a catalogue"):
                yield catalog_from_node(node)

    @readable("a catalogue")
    def catalog(self, gid):
        """Return ``(Catalog, [Branch])``, ``None`` when it was deleted."""
        branches, after = [], None
        while True:
            variables = {"id": gid, "first": PER_PAGE, "after": after}
            node = self.execute(queries_catalog.CATALOG, variables)["catalog"]
            if node is None:
                return None
            page = node["companyLocations"]
            branches += map(branch_from_node, page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return catalog_from_node(node), branches
            after = page["pageInfo"]["endCursor"]

    @readable("prices")
    def fixed_prices(self, gid):
        """Return all :class:`~.catalogs.Price` that a price list fixes itself."""
        found, after, size = [], None, PageSize(largest=PER_PAGE)
        while True:
            page = self._price_page(gid, after, size)
            if page is None:
                return found
            for node in page["nodes"]:
                found += prices_from_node(node, self._all_breaks(gid, node))
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def _price_page(self, gid, after, size):
        """Return a page of prices, ``None`` without a price list."""
        while True:
            asked = size.items
            variables = {"id": gid, "first": asked, "after": after, "breaks": BREAKS}
            try:
                answer = self.execute(queries_catalog.FIXED_PRICES, variables)
            except RejectedError as error:
                if error.code != "MAX_COST_EXCEEDED" or asked == 1:
                    raise
                size.shrink()
                continue
            size.learn(self.cost, asked)
            return answer["priceList"] and answer["priceList"]["prices"]

    def _all_breaks(self, gid, node):
        """Return the prices of larger quantities of a variant, further pages too."""
        page = node["quantityPriceBreaks"]
        found = list(page["nodes"])
        number = node["variant"]["id"].rpartition("/")[2]
        while page["pageInfo"]["hasNextPage"]:
            variables = {
                "id": gid,
                "query": f"variant_id:{number}",
                "breaks": PER_PAGE,
                "after": page["pageInfo"]["endCursor"],
            }
            more = self.execute(queries_catalog.MORE_BREAKS, variables)["priceList"]
            page = more["prices"]["nodes"][0]["quantityPriceBreaks"]
            found += page["nodes"]
        return found

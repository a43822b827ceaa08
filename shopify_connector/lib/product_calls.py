"""What the connector asks and tells Shopify about products."""

from odoo.addons.o2c_base.lib.errors import RejectedError

from . import queries_product
from .values import readable

#: in one answer; halved when Shopify finds the question too expensive
PRODUCTS_PER_PAGE = 25
VARIANTS_PER_PAGE = 50
#: in one call (https://shopify.dev/api/usage/limits: 250 in an array)
VARIANTS_PER_CHANGE = 250


class ProductCalls:
    """Part of :class:`~.client.AdminClient`: products and their variants."""

    def changed_products(self, condition):
        """Yield all products found with all their variants, oldest change first.

        :param condition: in Shopify's search syntax, ``None`` for all
        """
        first, after = PRODUCTS_PER_PAGE, None
        while True:
            variables = {"query": condition, "after": after}
            page, first = self._product_page(first, variables)
            for node in page["nodes"]:
                yield self._complete_variants(node)
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    @readable("products")
    def _product_page(self, first, variables):
        """Return a page of products and the number per page that was affordable."""
        while True:
            asked = {"first": first, "variants": VARIANTS_PER_PAGE, **variables}
            try:
                data = self.execute(queries_product.CHANGED_PRODUCTS, asked)
                return data["products"], first
            except RejectedError as error:
                if error.code != "MAX_COST_EXCEEDED" or first == 1:
                    raise
                first //= 2

    def product(self, gid):
        """Return one product with all its variants, ``None`` when it was deleted."""
        variables = {"id": gid, "variants": VARIANTS_PER_PAGE}
        node = self.execute(queries_product.PRODUCT, variables)["product"]
        return node and self._complete_variants(node)

    def products_of(self, gids):
        """Yield the products with these ids, with all their variants."""
        for start in range(0, len(gids), PRODUCTS_PER_PAGE):
            numbers = [
                gid.rpartition("/")[2] for gid in gids[start:][:PRODUCTS_PER_PAGE]
            ]
            condition = " OR ".join(f"id:{number}" for number in numbers)
            yield from self.changed_products(condition)

    def add_variants(self, gid, variants):
        """Make more variants of a product.

        :param variants: Shopify's ``ProductVariantsBulkInput``, without ids
        :raise RejectedError: the shop says no
        """
        for start in range(0, len(variants), VARIANTS_PER_CHANGE):
            rows = variants[start : start + VARIANTS_PER_CHANGE]
            variables = {"id": gid, "variants": rows}
            self.mutate(queries_product.ADD_VARIANTS, variables)

    @readable("a product")
    def product_gid(self, handle):
        """Return the id of the product with a handle, ``None`` without one."""
        variables = {"handle": handle}
        answer = self.execute(queries_product.PRODUCT_BY_HANDLE, variables)
        return (answer["productByIdentifier"] or {}).get("id")

    @readable("a product")
    def make_product(self, handle, values):
        """Make a product, or change the one that has this handle; return its id.

        :param values: Shopify's ``ProductSetInput``
        :raise RejectedError: the shop says no
        """
        variables = {"identifier": {"handle": handle}, "input": values}
        payload = self.mutate(queries_product.MAKE_PRODUCT, variables)
        return payload["product"]["id"]

    def change_product(self, gid, values, variants):
        """Set fields of a product and of its variants; nothing where there is none.

        :param values: Shopify's ``ProductUpdateInput`` without the id
        :param variants: Shopify's ``ProductVariantsBulkInput``, ids included
        :raise RejectedError: the shop says no
        """
        if values:
            product = {"id": gid, **values}
            self.mutate(queries_product.CHANGE_PRODUCT, {"product": product})
        for start in range(0, len(variants), VARIANTS_PER_CHANGE):
            rows = variants[start : start + VARIANTS_PER_CHANGE]
            variables = {"id": gid, "variants": rows}
            self.mutate(queries_product.CHANGE_VARIANTS, variables)

    @readable("a product")
    def _complete_variants(self, node):
        page = node["variants"]["pageInfo"]
        variables = {"id": node["id"], "variants": 2 * VARIANTS_PER_PAGE}
        while page["hasNextPage"]:
            variables["after"] = page["endCursor"]
            answer = self.execute(queries_product.PRODUCT_VARIANTS, variables)
            # Deleted while it was being read: what is known of it is what there was.
            more = (answer["product"] or {"variants": _NO_MORE})["variants"]
            node["variants"]["nodes"] += more["nodes"]
            page = more["pageInfo"]
        return node


_NO_MORE = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}

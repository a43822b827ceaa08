"""What the connector asks Shopify about collections."""

from . import queries_collection
from .values import readable

#: in one answer (https://shopify.dev/api/usage/limits: 250 at most)
PER_PAGE = 250


class CollectionCalls:
    """Part of :class:`~.client.AdminClient`: collections and who is in them."""

    def collections(self, kind):
        """Yield id, title and handle of all collections of a kind.

        :param kind: ``custom``, filled by hand, or ``smart``, filled by a rule
        """
        variables = {"first": PER_PAGE, "query": f"collection_type:{kind}"}
        yield from self._pages(queries_collection.COLLECTIONS, "collections", variables)

    @readable("a collection")
    def collection(self, gid):
        """Return ``(title, handle, [gids of its products])``, ``None`` without one."""
        found, after = [], None
        while True:
            variables = {"id": gid, "first": PER_PAGE, "after": after}
            answer = self.execute(queries_collection.COLLECTION_PRODUCTS, variables)
            collection = answer["collection"]
            if collection is None:
                return None
            page = collection["products"]
            found += [node["id"] for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return collection["title"], collection["handle"], found
            after = page["pageInfo"]["endCursor"]

"""What the connector asks and tells Shopify about tags of orders and customers."""

from . import queries_tag
from .tags import tags_from_payload
from .values import readable


class TagCalls:
    """Part of :class:`~.client.AdminClient`: tags, added and taken off one by one.

    https://shopify.dev/docs/api/admin-graphql/latest/mutations/tagsAdd
    """

    @readable("tags")
    def tags_of(self, gid):
        """Return the tags of an order, draft or customer, ``None`` when it is gone."""
        node = self.execute(queries_tag.TAGS, {"id": gid})["node"]
        return None if node is None else tags_from_payload(node["tags"])

    def add_tags(self, gid, words):
        """Put tags on; nothing where there are none."""
        if words:
            self.mutate(queries_tag.ADD_TAGS, {"id": gid, "tags": words})

    def remove_tags(self, gid, words):
        """Take tags off; nothing where there are none."""
        if words:
            self.mutate(queries_tag.REMOVE_TAGS, {"id": gid, "tags": words})

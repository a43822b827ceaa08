"""What the connector asks and tells Shopify about sales channels."""

from . import queries_channel
from .values import readable

#: channels in one answer, and products (each with up to 50 channels)
CHANNELS_PER_PAGE, PRODUCTS_PER_QUESTION = 50, 50


class ChannelCalls:
    """Part of :class:`~.client.AdminClient`: where the shop shows its products.

    https://shopify.dev/docs/api/admin-graphql/latest/objects/Publication
    """

    def channels(self):
        """Yield ``(gid, name)`` of the shop's sales channels; needs a permission."""
        variables = {"first": CHANNELS_PER_PAGE}
        for node in self._pages(queries_channel.CHANNELS, "publications", variables):
            with readable("a sales channel"):
                yield node["id"], _name(node)

    @readable("sales channels")
    def channels_of(self, gids):
        """Return ``{product's gid: {publications' gids}}`` of those that exist."""
        found = {}
        for start in range(0, len(gids), PRODUCTS_PER_QUESTION):
            variables = {"ids": gids[start : start + PRODUCTS_PER_QUESTION]}
            answer = self.execute(queries_channel.SHOWN_ON, variables)
            for node in filter(None, answer["nodes"]):
                rows = node["resourcePublicationsV2"]["nodes"]
                found[node["id"]] = {row["publication"]["id"] for row in rows}
        return found

    def show_on(self, gid, publications):
        """Let a product be shown on more channels; nothing where there are none."""
        self._move(queries_channel.SHOW_ON, gid, publications)

    def take_off(self, gid, publications):
        """Let a product be shown on fewer channels; nothing where there are none."""
        self._move(queries_channel.TAKE_OFF, gid, publications)

    def _move(self, document, gid, publications):
        if publications:
            rows = [{"publicationId": one} for one in publications]
            self.mutate(document, {"id": gid, "input": rows})


def _name(node):
    catalog = node["catalog"] or {}
    apps = (catalog.get("apps") or {}).get("nodes") or ()
    number = node["id"].rpartition("/")[2]
    return next((app["title"] for app in apps), catalog.get("title") or number)

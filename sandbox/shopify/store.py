"""The shop's records: plain dicts by gid, inside the world's state."""

from ..settings import SHOP_DOMAIN

FIRST_NUMBER = 5_000_000_001


def gid(typename, number):
    """Return Shopify's global id: ``gid://shopify/Order/5000000001``."""
    return f"gid://shopify/{typename}/{number}"


def is_gid(value):
    """Tell whether a value refers to a record."""
    return isinstance(value, str) and value.startswith("gid://shopify/")


def type_of(global_id):
    """Return the type name inside a global id, or None when it is no global id."""
    parts = str(global_id).split("/")
    return parts[3] if is_gid(global_id) and len(parts) == 5 else None


class Store:
    """Records by type and gid; a field that holds another record's gid refers to it."""

    def __init__(self, world):
        self.world = world

    @property
    def data(self):
        """The section of the world's state that belongs to Shopify."""
        return self.world.section(
            "shopify", nodes={}, idempotency={}, tokens={}, buckets={}
        )

    def get(self, global_id, typename=None):
        """Return a record or None; a record of another type than asked is None too."""
        kind = type_of(global_id)
        if typename and kind != typename:
            return None
        return self.data["nodes"].get(kind, {}).get(global_id)

    def all(self, typename):
        """Return the records of a type in the order they were made."""
        return list(self.data["nodes"].get(typename, {}).values())

    def number(self):
        """Return the next number for a gid."""
        return self.world.next_number("shopify.gid", FIRST_NUMBER)

    def add(self, typename, number=None, /, **fields):
        """Make a record with its dates and return it; ``number`` is that of its gid."""
        number = number or self.number()
        now = self.now()
        record = {
            "__typename": typename,
            "id": gid(typename, number),
            "legacyResourceId": str(number).split("?")[0],
            "createdAt": now,
            "updatedAt": now,
            **fields,
        }
        self.data["nodes"].setdefault(typename, {})[record["id"]] = record
        return record

    def remove(self, record):
        """Forget a record."""
        del self.data["nodes"][record["__typename"]][record["id"]]

    def touch(self, record, **fields):
        """Change a record and its ``updatedAt``."""
        record.update(fields, updatedAt=self.now())
        return record

    def refs(self, gids):
        """Return the records behind a list of gids."""
        return [self.get(global_id) for global_id in gids]

    def now(self):
        """Return the world's moment as Shopify writes it."""
        return self.world.timestamp()

    @property
    def shop(self):
        """The one shop."""
        return self.all("Shop")[0]

    @property
    def domain(self):
        """The shop's permanent domain."""
        return SHOP_DOMAIN

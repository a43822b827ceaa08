"""The root queries: one record by its id, or a searched and sorted list."""

from graphql import GraphQLError

from . import search
from .fields import query
from .filters import SORTING, filters_of
from .paging import page
from .store import type_of

#: root field -> type of its records
LISTS = {
    "orders": "Order",
    "draftOrders": "DraftOrder",
    "products": "Product",
    "productVariants": "ProductVariant",
    "customers": "Customer",
    "companies": "Company",
    "inventoryItems": "InventoryItem",
    "fulfillmentOrders": "FulfillmentOrder",
    "locations": "Location",
    "collections": "Collection",
    "webhookSubscriptions": "WebhookSubscription",
}
COUNTS = {
    "ordersCount": "Order",
    "productsCount": "Product",
    "productVariantsCount": "ProductVariant",
}
RECORDS = {
    "order": "Order",
    "draftOrder": "DraftOrder",
    "product": "Product",
    "productVariant": "ProductVariant",
    "customer": "Customer",
    "company": "Company",
    "inventoryItem": "InventoryItem",
    "inventoryLevel": "InventoryLevel",
    "collection": "Collection",
    "fulfillment": "Fulfillment",
    "fulfillmentOrder": "FulfillmentOrder",
    "refund": "Refund",
    "return": "Return",
    "webhookSubscription": "WebhookSubscription",
}


def _record_query(name, typename):
    @query(name)
    def one(store, arguments):
        return found(store, arguments["id"], typename)


def _list_query(name, typename):
    @query(name)
    def many(store, arguments):
        return listed(store, typename, dict(arguments))


def _count_query(name, typename):
    @query(name)
    def count(store, arguments):
        limit = arguments.pop("limit", None)
        records = _chosen(store, typename, dict(arguments))
        exact = limit is None or len(records) <= limit
        return {
            "count": len(records) if exact else limit,
            "precision": "EXACT" if exact else "AT_LEAST",
        }


for _name, _typename in RECORDS.items():
    _record_query(_name, _typename)
for _name, _typename in LISTS.items():
    _list_query(_name, _typename)
for _name, _typename in COUNTS.items():
    _count_query(_name, _typename)


def found(store, global_id, typename):
    """Return a record; a malformed id is an error, an unknown one is null."""
    if type_of(global_id) != typename:
        message = f"Invalid global id '{global_id}'"
        raise GraphQLError(message, extensions={"code": "INVALID_GLOBAL_ID"})
    return store.get(global_id, typename)


def listed(store, typename, arguments):
    """Return a page of the records of a type."""
    paging = {
        name: arguments.pop(name, None)
        for name in ("first", "last", "after", "before", "reverse")
    }
    key = sort_key(typename, arguments.pop("sortKey", None))
    records = sorted(_chosen(store, typename, arguments), key=key)
    return page(records, paging, [key(record) for record in records])


def sort_key(typename, name):
    """Return the function of a ``sortKey``; ties are broken by the number."""
    table = SORTING.get(typename, {"ID": None})
    name = name or next(iter(table))
    if name not in table:
        raise search.refused(f"The sandbox does not sort {typename} by {name}.")
    read = table[name]

    def key(record):
        number = int(record["legacyResourceId"])
        return (number,) if read is None else (read(record), number)

    return key


def _chosen(store, typename, arguments):
    matches = search.matcher(arguments.pop("query", None), filters_of(store, typename))
    tests = [matches] + _argument_tests(typename, arguments)
    return [
        record for record in store.all(typename) if all(test(record) for test in tests)
    ]


def _argument_tests(typename, arguments):
    given = {name: value for name, value in arguments.items() if value}
    tests = []
    if typename == "Location" and not given.pop("includeInactive", False):
        tests.append(lambda record: record["isActive"])
    if typename == "FulfillmentOrder" and not given.pop("includeClosed", False):
        tests.append(lambda record: record["status"] not in ("CLOSED", "CANCELLED"))
    if typename == "WebhookSubscription":
        topics, uri = given.pop("topics", None), given.pop("uri", None)
        tests.append(lambda record: not topics or record["topic"] in topics)
        tests.append(lambda record: not uri or record["uri"] == uri)
    if given:
        raise search.refused(f"The sandbox does not play {', '.join(sorted(given))}.")
    return tests


# === The rest ===


@query("node")
def node(store, arguments):
    """Return any record by its id."""
    return store.get(arguments["id"])


@query("nodes")
def nodes(store, arguments):
    """Return records by their ids, null for the unknown ones."""
    return [store.get(global_id) for global_id in arguments["ids"]]


@query("shop")
def shop(store, arguments):
    """Return the shop."""
    return store.shop


@query("currentAppInstallation")
def installation(store, arguments):
    """Return the app as it is installed."""
    return store.all("AppInstallation")[0]


@query("publicApiVersions")
def versions(store, arguments):
    """Return the versions that can be asked for."""
    return store.data["publicApiVersions"]


@query("location")
def location(store, arguments):
    """Return a location; without id the primary one."""
    if arguments.get("id"):
        return found(store, arguments["id"], "Location")
    return store.all("Location")[0]


@query("productVariantByIdentifier")
def variant_by_identifier(store, arguments):
    """Return a variant by its id."""
    return found(store, arguments["identifier"].get("id"), "ProductVariant")

"""Collections: products that a shop shows together, by hand or by a rule."""

from . import bodies, webhooks
from .fields import field, user_error

#: how a collection gets its products, in the words of the filter ``collection_type``
BY_HAND, BY_RULE = "custom", "smart"


def add(store, title, products=(), kind=BY_HAND):
    """Make a collection and tell the subscribers.

    :param products: records of products
    :param kind: :data:`BY_HAND`, or :data:`BY_RULE`; rules themselves are not played
    """
    record = store.add(
        "Collection",
        title=title,
        handle=title.lower().replace(" ", "-"),
        description="",
        descriptionHtml="",
        sortOrder="MANUAL",
        templateSuffix=None,
        image=None,
        metafields=[],
        _kind=kind,
        _products=[product["id"] for product in products],
    )
    _announce(store, "collections/create", record)
    return record


def change(store, collection, products):
    """Let a collection have these products and tell the subscribers."""
    collection["_products"] = [product["id"] for product in products]
    _announce(store, "collections/update", store.touch(collection))


def delete(store, collection):
    """Delete a collection and tell the subscribers."""
    store.remove(collection)
    webhooks.emit(store, ("collections/delete", {"id": bodies.number(collection)}))


@field("Collection", "products")
def products(store, collection, arguments):
    """Return the products of a collection; they are kept in one order only."""
    return collection["_products"]


@field("Collection", "productsCount")
def products_count(store, collection, arguments):
    """Return how many products a collection has."""
    return {"count": len(collection["_products"]), "precision": "EXACT"}


@field("Collection", "hasProduct")
def has_product(store, collection, arguments):
    """Tell whether a product is in a collection."""
    return arguments["id"] in collection["_products"]


@field("Product", "collections")
def collections_of(store, product, arguments):
    """Return the collections that a product is in."""
    rows = store.all("Collection")
    return [row["id"] for row in rows if product["id"] in row["_products"]]


def problem(store, given):
    """Return why a product cannot join or leave collections, else ``None``."""
    for name in ("collectionsToJoin", "collectionsToLeave"):
        for gid in given.get(name) or ():
            collection = store.get(gid, "Collection")
            if collection is None:
                return user_error("Collection does not exist", name)
            if collection["_kind"] == BY_RULE:
                message = "Products of a smart collection cannot be chosen by hand"
                return user_error(message, name)
    return None


def move(store, product, given):
    """Let a product join and leave collections; being there already is no mistake."""
    for gid in given.get("collectionsToJoin") or ():
        collection = store.get(gid)
        if product["id"] not in collection["_products"]:
            collection["_products"].append(product["id"])
            _announce(store, "collections/update", store.touch(collection))
    for gid in given.get("collectionsToLeave") or ():
        collection = store.get(gid)
        if product["id"] in collection["_products"]:
            collection["_products"].remove(product["id"])
            _announce(store, "collections/update", store.touch(collection))


def _announce(store, topic, collection):
    body = {
        "id": bodies.number(collection),
        "admin_graphql_api_id": collection["id"],
        "title": collection["title"],
        "handle": collection["handle"],
        "updated_at": collection["updatedAt"],
    }
    webhooks.emit(store, (topic, body))

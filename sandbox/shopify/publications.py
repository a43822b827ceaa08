"""Sales channels: where a shop shows its products, each with a publication."""

from graphql import GraphQLError

from .fields import field, mutation, query, refused, user_error
from .paging import page

#: of a new shop, by the apps that they belong to
CHANNELS = ("Online Store", "Point of Sale")
PAGING = ("first", "last", "after", "before", "reverse")


def add(store, name, automatic=False):
    """Make a sales channel of an app with this name; return its publication.

    :param automatic: new products are shown there at once
    """
    app = store.add("App", title=name, handle=name.lower().replace(" ", "-"))
    catalog = store.add(
        "AppCatalog", title=f"{name} catalog", status="ACTIVE", apps=[app["id"]]
    )
    publication = store.add(
        "Publication",
        name=name,
        autoPublish=automatic,
        supportsFuturePublishing=name == CHANNELS[0],
        catalog=catalog["id"],
    )
    catalog["publication"] = publication["id"]
    return publication


def show(store, product, *names):
    """Let a product be shown on these channels and no others, as a merchant does."""
    rows = store.all("Publication")
    product["_shown"] = [row["id"] for row in rows if row["name"] in names]


def names_of(store, product):
    """Return the names of the channels that show a product, sorted."""
    return sorted(row["name"] for row in store.refs(shown(product)))


def shown(product):
    """Return the ids of the publications that show a product."""
    return product.setdefault("_shown", [])


def show_new(store, product):
    """Show a new product where that happens by itself."""
    rows = store.all("Publication")
    product["_shown"] = [row["id"] for row in rows if row["autoPublish"]]


def remove(store, publication):
    """Take a sales channel away."""
    for product in store.all("Product"):
        if publication["id"] in shown(product):
            product["_shown"].remove(publication["id"])
    store.remove(publication)


@query("publications")
def publications(store, arguments):
    """Return the publications of sales channels; no others are played."""
    if arguments.get("catalogType") not in (None, "APP"):
        return page([], _paging(arguments))
    return page(store.all("Publication"), _paging(arguments))


@field("Product", "resourcePublicationsV2")
def of_product(store, product, arguments):
    """Return where a product is shown; nothing is planned for later."""
    rows = [
        {
            "__typename": "ResourcePublicationV2",
            "isPublished": True,
            "publishDate": product["createdAt"],
            "publication": one,
            "publishable": product["id"],
        }
        for one in shown(product)
    ]
    return page(rows, _paging(arguments))


def _paging(arguments):
    return {name: arguments.get(name) for name in PAGING}


@mutation("publishablePublish")
def publish(store, arguments):
    """Show a product on channels; being there already is no mistake."""
    product, problem = _checked(store, arguments)
    if problem:
        return {**refused("publishable", problem), "shop": store.shop}
    for row in arguments["input"]:
        if row["publicationId"] not in shown(product):
            shown(product).append(row["publicationId"])
    return {"publishable": product["id"], "shop": store.shop, "userErrors": []}


@mutation("publishableUnpublish")
def unpublish(store, arguments):
    """Show a product no more on channels; not being there is no mistake."""
    product, problem = _checked(store, arguments)
    if problem:
        return {**refused("publishable", problem), "shop": store.shop}
    gone = {row["publicationId"] for row in arguments["input"]}
    product["_shown"] = [one for one in shown(product) if one not in gone]
    return {"publishable": product["id"], "shop": store.shop, "userErrors": []}


def _checked(store, arguments):
    product = store.get(arguments["id"], "Product")
    if product is None:
        return None, user_error("Resource does not exist", "id")
    for index, row in enumerate(arguments["input"]):
        if set(row) != {"publicationId"}:
            message = "The sandbox publishes at once and by publication only"
            raise GraphQLError(message, extensions={"code": "NOT_IN_SANDBOX"})
        if store.get(row["publicationId"], "Publication") is None:
            message = "Publication does not exist"
            return None, user_error(message, "input", str(index), "publicationId")
    return product, None


def fill(store):
    """Make the channels of a new shop."""
    for name in CHANNELS:
        add(store, name)

"""Products that an app makes and changes, with their variants."""

import re
from html import unescape

from . import groupings, media, products
from .fields import mutation, query, refused, user_error
from .queries import found

NO_PRODUCT = "PRODUCT_DOES_NOT_EXIST"
#: input field -> field of the record; what is not here is not played
PRODUCT_FIELDS = ("title", "status", "handle", "vendor", "productType", "tags")
VARIANT_FIELDS = ("price", "compareAtPrice", "barcode")
ITEM_FIELDS = ("countryCodeOfOrigin", "harmonizedSystemCode", "tracked", "sku")


def of_handle(store, handle):
    """Return the product with a handle, or None."""
    rows = store.all("Product")
    return next((row for row in rows if row["handle"] == handle), None)


@query("productByIdentifier")
def by_identifier(store, arguments):
    """Return a product by its id or its handle."""
    return _identified(store, arguments["identifier"])


def _identified(store, identifier):
    if identifier.get("handle"):
        return of_handle(store, identifier["handle"])
    return found(store, identifier.get("id"), "Product")


@mutation("productUpdate")
def update(store, arguments):
    """Set fields of a product."""
    given = dict(arguments["product"])
    product = found(store, given.pop("id"), "Product")
    if product is None:
        return refused("product", user_error("Product does not exist", "id"))
    if "title" in given and not given["title"].strip():
        return refused("product", user_error("Title can't be blank", "title"))
    problem = groupings.problem(store, given)
    if problem:
        return refused("product", problem)
    pictures = arguments.get("media") or ()
    problem = media.problem(store, product, pictures)
    if problem:
        return refused("product", problem)
    for row in pictures:
        media.receive(store, product, row)
    _write_product(store, product, given)
    groupings.move(store, product, given)
    products.announce(store, "products/update", product)
    return {"product": product["id"], "userErrors": []}


@mutation("productVariantsBulkUpdate")
def update_variants(store, arguments):
    """Set fields of variants of one product, all or none."""
    product = found(store, arguments["productId"], "Product")
    if product is None:
        error = user_error("Product does not exist", "productId", code=NO_PRODUCT)
        return {**refused("product", error), "productVariants": None}
    for index, row in enumerate(arguments["variants"]):
        problem = _variant_problem(store, product, row)
        if problem:
            error = user_error(problem[0], "variants", str(index), code=problem[1])
            return {**refused("product", error), "productVariants": None}
    for row in arguments["variants"]:
        _write_variant(store, store.get(row["id"]), row)
    products.announce(store, "products/update", store.touch(product))
    ids = [row["id"] for row in arguments["variants"]]
    return {"product": product["id"], "productVariants": ids, "userErrors": []}


@mutation("productVariantsBulkCreate")
def create_variants(store, arguments):
    """Make more variants of a product, all or none."""
    product = found(store, arguments["productId"], "Product")
    if product is None:
        error = user_error("Product does not exist", "productId", code=NO_PRODUCT)
        return {**refused("product", error), "productVariants": None}
    options = [option["name"] for option in product["options"]]
    taken = {tuple(_values(store.get(gid), options)) for gid in product["variants"]}
    rows = []
    for index, row in enumerate(arguments["variants"]):
        given = {pair["optionName"]: pair["name"] for pair in row["optionValues"]}
        problem = _option_problem(given, options, taken)
        if problem:
            error = user_error(problem[0], "variants", str(index), code=problem[1])
            return {**refused("product", error), "productVariants": None}
        rows.append(tuple(given[name] for name in options))
        taken.add(rows[-1])
    made = [
        products.add_variant(store, product, options, {"values": values})
        for values in rows
    ]
    for variant, row in zip(made, arguments["variants"], strict=True):
        _write_variant(store, variant, row)
    products.settle_options(store, product, options)
    products.announce(store, "products/update", store.touch(product))
    ids = [variant["id"] for variant in made]
    return {"product": product["id"], "productVariants": ids, "userErrors": []}


def _values(variant, options):
    chosen = {row["name"]: row["value"] for row in variant["selectedOptions"]}
    return [chosen.get(name) for name in options]


def _option_problem(given, options, taken):
    if set(given) != set(options):
        return "Option does not exist", "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS"
    if tuple(given[name] for name in options) in taken:
        return "The variant already exists.", "VARIANT_ALREADY_EXISTS"
    return None


def _variant_problem(store, product, row):
    if not row.get("id"):
        return "Product variant is missing ID attribute", "PRODUCT_VARIANT_ID_MISSING"
    if row["id"] not in product["variants"]:
        return "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST"
    if float(row.get("price") or 0) < 0:
        return "Price must be positive", "NEGATIVE_PRICE_VALUE"
    if row.get("mediaId"):
        return media.variant_problem(store, product, row["mediaId"])
    return None


@mutation("productSet")
def set_product(store, arguments):
    """Make a product; one that is identified is changed, its variants left alone."""
    given = dict(arguments["input"])
    identifier = arguments.get("identifier") or {}
    product = _identified(store, identifier) if identifier else None
    if product is None and of_handle(store, given.get("handle")):
        message = "Handle has already been taken"
        error = user_error(message, "input", "handle", code="HANDLE_NOT_UNIQUE")
        return {**refused("product", error), "productSetOperation": None}
    if product is None:
        product = _make(store, given)
    else:
        _write_product(store, product, given)
        products.announce(store, "products/update", product)
    return {"product": product["id"], "productSetOperation": None, "userErrors": []}


def _make(store, given):
    options = [option["name"] for option in given["productOptions"]]
    rows = []
    for variant in given["variants"]:
        values = {row["optionName"]: row["name"] for row in variant["optionValues"]}
        rows.append({"values": tuple(values[name] for name in options)})
    fields = {"handle": given.get("handle"), "status": given.get("status", "ACTIVE")}
    product = products.add(store, given["title"], rows, options, **fields)
    _write_product(store, product, given)
    for gid, variant in zip(product["variants"], given["variants"], strict=True):
        _write_variant(store, store.get(gid), variant)
    return product


def _write_product(store, product, given):
    values = {name: given[name] for name in PRODUCT_FIELDS if name in given}
    if "descriptionHtml" in given:
        html = given["descriptionHtml"]
        text = unescape(re.sub(r"<[^>]+>", " ", html))
        values.update(descriptionHtml=html, description=" ".join(text.split()))
    store.touch(product, **values)


def _write_variant(store, variant, given):
    store.touch(variant, **{n: given[n] for n in VARIANT_FIELDS if n in given})
    if given.get("mediaId"):
        store.touch(variant, media=[given["mediaId"]])
    item = given.get("inventoryItem") or {}
    values = {name: item[name] for name in ITEM_FIELDS if name in item}
    if "cost" in item:
        values["unitCost"] = {
            "amount": item["cost"],
            "currencyCode": store.shop["currencyCode"],
        }
    record = store.get(variant["inventoryItem"])
    if "measurement" in item:
        weight = item["measurement"]["weight"]
        values["measurement"] = {**record["measurement"], "weight": weight}
    store.touch(record, **values)
    if "sku" in values:
        store.touch(variant, sku=values["sku"])

"""Products as the merchant keeps them: new ones, changed ones, deleted ones."""

from itertools import product as combinations

from . import bodies, media, publications, webhooks
from .fields import field
from .seed import STORE_FRONT, WAREHOUSE
from .store import gid


def add(store, title, variants, options=("Title",), **fields):
    """Make a product and tell the subscribers.

    :param variants: rows ``{"sku", "values": ("Red", "S")}``, and perhaps ``price
        barcode weight hs_code origin cost stock tracked picture``
    :param options: names of the options that ``values`` belong to
    """
    number = store.number()
    default = tuple(options) == ("Title",)
    record = store.add(
        "Product",
        number,
        title=title,
        handle=fields.get("handle") or title.lower().replace(" ", "-"),
        description=fields.get("description", ""),
        descriptionHtml=f"<p>{fields.get('description', '')}</p>",
        vendor=fields.get("vendor", store.shop["name"]),
        productType=fields.get("type", ""),
        status=fields.get("status", "ACTIVE"),
        tags=list(fields.get("tags", ())),
        isGiftCard=False,
        hasOnlyDefaultVariant=default,
        tracksInventory=True,
        totalVariants=len(variants),
        variantsCount={"count": len(variants), "precision": "EXACT"},
        options=[],
        variants=[],
        media=media_of(store, fields.get("picture")),
        metafields=[],
    )
    for row in variants:
        add_variant(store, record, options, row)
    settle_options(store, record, options)
    publications.show_new(store, record)
    announce(store, "products/create", record)
    return record


def add_variant(store, product, options, row):
    """Make one variant of a product, with its inventory item and its levels."""
    values = row.get("values") or ("Default Title",)
    item = add_item(store, row)
    variant = store.add(
        "ProductVariant",
        product=product["id"],
        inventoryItem=item["id"],
        sku=row.get("sku"),
        barcode=row.get("barcode"),
        title=" / ".join(values),
        displayName=f"{product['title']} - {' / '.join(values)}",
        price=row.get("price", "10.00"),
        compareAtPrice=None,
        position=len(product["variants"]) + 1,
        taxable=True,
        availableForSale=True,
        inventoryPolicy="DENY",
        requiresComponents=row.get("bundle", False),
        productVariantComponents=[],
        media=media_of(store, row.get("picture")),
        selectedOptions=[
            {"name": name, "value": value}
            for name, value in zip(options, values, strict=True)
        ],
        metafields=[],
    )
    product["variants"].append(variant["id"])
    product["media"] += variant["media"]
    item.update(variant=variant["id"], variants=[variant["id"]])
    return variant


def add_item(store, row):
    """Make the inventory item of a variant, stocked in the warehouse."""
    item = store.add(
        "InventoryItem",
        sku=row.get("sku"),
        tracked=row.get("tracked", True),
        requiresShipping=True,
        countryCodeOfOrigin=row.get("origin"),
        provinceCodeOfOrigin=None,
        harmonizedSystemCode=row.get("hs_code"),
        countryHarmonizedSystemCodes=[],
        unitCost=row.get("cost") and {"amount": row["cost"], "currencyCode": "EUR"},
        duplicateSkuCount=0,
    )
    item["measurement"] = {
        "id": item["id"].replace("InventoryItem", "InventoryItemMeasurement"),
        "weight": {"value": row.get("weight", 0), "unit": row.get("unit", "GRAMS")},
    }
    for location in row.get("locations", (WAREHOUSE, STORE_FRONT)):
        quantity = row.get("stock", 0) if location == WAREHOUSE else 0
        stock(store, item, gid("Location", location), quantity)
    return item


def stock(store, item, location, quantity):
    """Let a location stock an item."""
    place, number = (found.rsplit("/", 1)[-1] for found in (location, item["id"]))
    return store.add(
        "InventoryLevel",
        f"{place}?inventory_item_id={number}",
        item=item["id"],
        location=location,
        isActive=True,
        available=quantity,
        committed=0,
    )


def settle_options(store, product, names):
    """Let a product's options list what its variants have."""
    rows = [v["selectedOptions"] for v in store.refs(product["variants"])]
    product["options"] = [
        {
            "id": gid("ProductOption", store.number()),
            "name": name,
            "position": place,
            "values": list(dict.fromkeys(row[place - 1]["value"] for row in rows)),
        }
        for place, name in enumerate(names, 1)
    ]


def media_of(store, *names):
    """Return the ids of new pictures by the names of their files, none for none."""
    return [media.add(store, name) for name in names if name]


def change(store, product, variant=None, item=None, **fields):
    """Change a product, and perhaps fields of one of its variants (by its SKU).

    :param variant: ``(sku, {field: value})``
    :param item: ``(sku, {field: value})`` of the variant's inventory item
    """
    store.touch(product, **fields)
    for sku, values in filter(None, (variant,)):
        store.touch(of_sku(store, product, sku), **values)
    for sku, values in filter(None, (item,)):
        store.touch(store.get(of_sku(store, product, sku)["inventoryItem"]), **values)
    announce(store, "products/update", product)


def of_sku(store, product, sku):
    """Return the variant of a product that has a SKU."""
    return next(v for v in store.refs(product["variants"]) if v["sku"] == sku)


def remove_variant(store, product, sku):
    """Delete one variant of a product."""
    variant = of_sku(store, product, sku)
    product["variants"].remove(variant["id"])
    _forget(store, variant)
    announce(store, "products/update", store.touch(product))


def delete(store, product):
    """Delete a product with all that belongs to it."""
    for variant in store.refs(product["variants"]):
        _forget(store, variant)
    store.remove(product)
    webhooks.emit(store, ("products/delete", {"id": bodies.number(product)}))


def _forget(store, variant):
    for level in store.all("InventoryLevel"):
        if level["item"] == variant["inventoryItem"]:
            store.remove(level)
    store.remove(store.get(variant["inventoryItem"]))
    store.remove(variant)


def announce(store, topic, product):
    """Tell the subscribers of a new or changed product."""
    webhooks.emit(store, (topic, body(store, product)))


def body(store, product):
    """Return the body of ``products/create`` and ``products/update``."""
    return {
        "id": bodies.number(product),
        "admin_graphql_api_id": product["id"],
        "title": product["title"],
        "handle": product["handle"],
        "status": bodies.lower(product["status"]),
        "updated_at": product["updatedAt"],
        "variants": [
            {"id": bodies.number(v), "admin_graphql_api_id": v["id"], "sku": v["sku"]}
            for v in store.refs(product["variants"])
        ],
    }


# === Reading ===


@field("Product", "variants")
def variants_of(store, product, arguments):
    """Return the variants in their order."""
    return media.in_position(store.refs(product["variants"]), arguments)


def grid(skus, *choices):
    """Return variant rows for all combinations of choices: ``grid("TW-{}", …)``."""
    return [
        {"sku": skus.format(*(value[:2].upper() for value in values)), "values": values}
        for values in combinations(*choices)
    ]

"""What a product's change at Shopify would be, field by field, for people to read."""

from dataclasses import dataclass

from .product_input import product_input, variant_input

#: input field -> (our name of it, field of what Shopify says)
PRODUCT = {
    "title": ("name", "title"),
    "descriptionHtml": ("description", "description"),
    "status": ("status", "status"),
    "tags": ("tags", "tags"),
}
VARIANT = {
    "barcode": ("barcode", "barcode"),
    "price": ("price", "price"),
    "compareAtPrice": ("compare_price", "compare_price"),
    "sku": ("sku", "sku"),
    "harmonizedSystemCode": ("hs_code", "hs_code"),
    "countryCodeOfOrigin": ("origin", "origin"),
    "cost": ("cost", "cost"),
    "measurement": ("weight", "weight"),
}


@dataclass(frozen=True)
class Change:
    """One field that would be another at Shopify; ``variant`` is empty for the product.

    Amounts are in the shop's currency, weights in kilograms, all said as text.
    """

    variant: str
    name: str
    theirs: str
    ours: str


def product_changes(wish, product):
    """Yield the :class:`Change` of each field of a product.

    :param wish: ``ProductWish``
    :param product: ``lib.products.Product``
    """
    for key, value in product_input(wish, product).items():
        name, field = PRODUCT[key]
        ours = wish.description if name == "description" else value
        yield Change("", name, _said(getattr(product, field)), _said(ours))


def variant_changes(wish, variant):
    """Yield the :class:`Change` of each field of a variant.

    :param wish: ``VariantWish``
    :param variant: ``lib.products.Variant``
    """
    values = variant_input(wish, variant)
    values = {**values, **values.pop("inventoryItem", {})}
    for key, (name, field) in VARIANT.items():
        if key in values:
            ours = getattr(wish, field)
            theirs = getattr(variant, field)
            yield Change(variant.title, name, _said(theirs), _said(ours))


def _said(value):
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    # 0.250 kg and 0.25 kg are the same; an amount keeps its cents.
    return str(value)

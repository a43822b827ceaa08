"""What Shopify is told of a product: only what differs from what it says itself.

What is empty here is not told: nothing at Shopify becomes empty because nobody has
filled it in at the other side.
"""

import re
import unicodedata
from dataclasses import dataclass, fields
from decimal import Decimal
from html import escape

from .tags import merged

#: two digits of weight are kept here; a finer one at Shopify is not a difference
WEIGHT_STEP = Decimal("0.005")


@dataclass(frozen=True)
class VariantWish:
    """What a variant should be; ``None`` says nothing about a field.

    Prices and cost are in the shop's currency, ``weight`` in kilograms, ``origin`` is
    a country's two letters. No ``compare_price`` takes away the one that is there.
    Where tax is added to a rounded price, one within ``price_step`` of it is the same.
    """

    gid: str = ""
    sku: str | None = None
    barcode: str | None = None
    price: Decimal | None = None
    compare_price: Decimal | None = None
    weight: Decimal | None = None
    hs_code: str | None = None
    origin: str | None = None
    cost: Decimal | None = None
    price_step: Decimal = Decimal(0)

    def told(self):
        """Return the values that are wished for."""
        names = {row.name for row in fields(self)} - {"price_step"}
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class ProductWish:
    """What a product should be; ``None`` says nothing about a field."""

    title: str | None = None
    description: str | None = None
    status: str | None = None
    tags: tuple[str, ...] = ()
    dropped_tags: tuple[str, ...] = ()


def product_input(wish, product):
    """Return Shopify's ``ProductUpdateInput`` without id: what differs.

    :param product: ``lib.products.Product``, ``None`` for a new one
    """
    values = {}
    if wish.title and (product is None or wish.title != product.title):
        values["title"] = wish.title
    if wish.description and _words(wish.description) != _words(
        product.description if product else ""
    ):
        values["descriptionHtml"] = html(wish.description)
    if wish.status and (product is None or wish.status != product.status):
        values["status"] = wish.status
    theirs = product.tags if product else ()
    tags = merged(theirs, wish.tags, wish.dropped_tags)
    if set(tags) != set(theirs):
        values["tags"] = list(tags)
    return values


def variant_input(wish, variant):
    """Return Shopify's ``ProductVariantsBulkInput``, without id when nothing differs.

    :param variant: ``lib.products.Variant``, ``None`` for a new one
    """
    told = {
        name: value
        for name, value in wish.told().items()
        if variant is None or _differs(name, value, getattr(variant, name), wish)
    }
    values = {}
    if "barcode" in told:
        values["barcode"] = told["barcode"]
    if wish.price is not None:
        values.update(_prices(wish, told, variant))
    item = _item(told)
    if item:
        values["inventoryItem"] = item
    return {"id": variant.gid, **values} if variant and values else values


def _prices(wish, told, variant):
    values = {}
    if "price" in told:
        values["price"] = str(wish.price)
    if wish.compare_price != (variant.compare_price if variant else None):
        compare = wish.compare_price
        values["compareAtPrice"] = str(compare) if compare else None
    return values


def _item(told):
    names = {
        "sku": "sku",
        "hs_code": "harmonizedSystemCode",
        "origin": "countryCodeOfOrigin",
    }
    values = {theirs: told[ours] for ours, theirs in names.items() if ours in told}
    if "cost" in told:
        values["cost"] = str(told["cost"])
    if "weight" in told:
        weight = {"value": float(told["weight"]), "unit": "KILOGRAMS"}
        values["measurement"] = {"weight": weight}
    return values


def _differs(name, wanted, shown, wish):
    if name == "price":
        return abs(wanted - shown) > wish.price_step
    if name == "weight":
        return abs(wanted - shown) > WEIGHT_STEP
    return wanted != shown


def _words(text):
    return " ".join(text.split())


def handle_of(name, number):
    """Return a product's page name: letters and digits, and a number of its own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    return "-".join((*words, str(number)))[-200:]


def html(text):
    """Return plain text as paragraphs of HTML."""
    parts = (part.strip() for part in text.split("\n\n"))
    return "".join(f"<p>{escape(p).replace(chr(10), '<br>')}</p>" for p in parts if p)

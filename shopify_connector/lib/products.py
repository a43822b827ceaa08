"""Shopify's answer about a product becomes a frozen :class:`Product`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .tags import tags_from_payload
from .values import moment, readable

#: one unit of each of Shopify's weights in kilograms (exact, by definition)
KILOGRAMS = {
    "KILOGRAMS": Decimal(1),
    "GRAMS": Decimal("0.001"),
    "POUNDS": Decimal("0.45359237"),
    "OUNCES": Decimal("0.028349523125"),
}
#: Shopify's name for the option of a product that has none
NO_OPTION = "Title"


@dataclass(frozen=True)
class Variant:
    """What is counted and sold; ``price`` and ``cost`` are in the shop's currency.

    ``weight`` is in kilograms. A ``bundle`` is made of others at Shopify, which counts
    it by its parts.
    """

    gid: str
    item_gid: str
    title: str
    sku: str
    barcode: str
    price: Decimal
    compare_price: Decimal | None
    cost: Decimal | None
    cost_currency: str
    weight: Decimal
    hs_code: str
    origin: str
    tracked: bool
    shipped: bool
    bundle: bool
    options: tuple[tuple[str, str], ...]
    picture: str


@dataclass(frozen=True)
class Product:
    """A product at Shopify with all its variants."""

    gid: str
    title: str
    handle: str
    status: str
    description: str
    gift_card: bool
    updated_at: datetime
    options: tuple[str, ...]
    picture: str
    variants: tuple[Variant, ...]
    #: also one that Shopify is still working on, which has no address yet
    has_media: bool = False
    tags: tuple[str, ...] = ()


@readable("a product")
def product_from_payload(node):
    """Return the :class:`Product` in an answer with the fragment ``Product``."""
    return Product(
        gid=node["id"],
        title=node["title"],
        handle=node["handle"],
        status=node["status"],
        description=node["description"] or "",
        gift_card=node["isGiftCard"],
        updated_at=moment(node["updatedAt"]),
        options=tuple(
            option["name"] for option in node["options"] if option["name"] != NO_OPTION
        ),
        picture=_url(node["featuredMedia"]),
        variants=tuple(_variant(row) for row in node["variants"]["nodes"]),
        has_media=node["featuredMedia"] is not None,
        tags=tags_from_payload(node["tags"]),
    )


def _variant(node):
    item = node["inventoryItem"]
    cost = item["unitCost"] or {}
    return Variant(
        gid=node["id"],
        item_gid=item["id"],
        title=node["title"],
        sku=(node["sku"] or "").strip(),
        barcode=(node["barcode"] or "").strip(),
        price=Decimal(node["price"]),
        compare_price=_decimal(node["compareAtPrice"]),
        cost=Decimal(cost["amount"]) if cost else None,
        cost_currency=cost.get("currencyCode") or "",
        weight=_kilograms(item["measurement"]["weight"]),
        hs_code=item["harmonizedSystemCode"] or "",
        origin=item["countryCodeOfOrigin"] or "",
        tracked=item["tracked"],
        shipped=item["requiresShipping"],
        bundle=node["requiresComponents"],
        options=tuple(
            (option["name"], option["value"])
            for option in node["selectedOptions"]
            if option["name"] != NO_OPTION
        ),
        picture=_url(*node["media"]["nodes"][:1]),
    )


def _decimal(text):
    return Decimal(text) if text else None


def _kilograms(weight):
    if not weight:
        return Decimal(0)
    return Decimal(str(weight["value"])) * KILOGRAMS[weight["unit"]]


def _url(media=None):
    preview = (media or {}).get("preview") or {}
    return (preview.get("image") or {}).get("url") or ""

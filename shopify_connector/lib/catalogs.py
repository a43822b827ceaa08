"""What a B2B catalogue says: who buys from it, and at which prices."""

from dataclasses import dataclass
from decimal import Decimal

from .business import Company

#: the other type of adjustment takes something off
INCREASE = "PERCENTAGE_INCREASE"


@dataclass(frozen=True)
class Catalog:
    """A catalogue for companies.

    ``status``: ACTIVE, DRAFT or ARCHIVED; ``price_list`` is a gid, empty when the
    shop's own prices count; ``currency`` is that of the price list; ``percent`` is
    taken off all prices that are not fixed, negative when it is put on.
    """

    gid: str
    title: str
    status: str
    price_list: str
    currency: str
    percent: Decimal


@dataclass(frozen=True)
class Branch:
    """A location of a company; ``of`` is the number of locations it has in all."""

    gid: str
    company: Company
    of: int


@dataclass(frozen=True)
class Price:
    """What a piece costs when at least ``minimum`` are bought; ``variant`` is a gid."""

    variant: str
    minimum: int
    amount: Decimal


def catalog_from_node(node):
    """Return the :class:`Catalog` in an answer."""
    price_list = node["priceList"] or {}
    return Catalog(
        gid=node["id"],
        title=node["title"],
        status=node["status"],
        price_list=price_list.get("id", ""),
        currency=price_list.get("currency", ""),
        percent=_percent(price_list.get("parent")),
    )


def _percent(parent):
    """Return what is taken off, in percent.

    Shopify's schema: positive values reduce prices, negative ones increase them; and
    an increase is said by the type as well, then with a positive value.
    """
    if not parent:
        return Decimal(0)
    adjustment = parent["adjustment"]
    value = Decimal(str(adjustment["value"]))
    return -abs(value) if adjustment["type"] == INCREASE else value


def branch_from_node(node):
    """Return the :class:`Branch` in an answer."""
    company = node["company"]
    buyer = Company(
        gid=company["id"],
        name=company["name"],
        location=node["name"],
        vat=(node["taxSettings"]["taxRegistrationId"] or "").strip(),
    )
    count = company["locationsCount"] or {}
    return Branch(node["id"], buyer, count.get("count", 0))


def prices_from_node(node, breaks):
    """Return the :class:`Price` of one piece, and those of larger quantities.

    :param breaks: all nodes of the connection ``quantityPriceBreaks``
    """
    variant = node["variant"]["id"]
    one = Price(variant, 1, Decimal(node["price"]["amount"]))
    return [one] + [
        Price(variant, row["minimumQuantity"], Decimal(row["price"]["amount"]))
        for row in breaks
    ]

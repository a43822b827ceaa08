"""B2B catalogues: what companies pay at which of their locations."""

from decimal import Decimal

from graphql import GraphQLError

from . import extras, search
from .fields import field, query
from .filters import number_in
from .queries import found, listed
from .store import gid

CATALOG, PRICE_LIST = "CompanyLocationCatalog", "PriceList"
PRICE_FILTERS = {"variant_id": (search.number, number_in("variant"))}


def add(store, title, branches=(), currency="EUR", percent=None, prices=None):
    """Make a catalogue that is in use.

    :param branches: ``[{"name": of the company, "location", "vat"}]``
    :param currency: of its price list; None for a catalogue without one
    :param percent: what is taken off all prices, negative for what is put on
    :param prices: see :func:`set_prices`
    """
    catalog = store.add(
        CATALOG, title=title, status="ACTIVE", operations=[], publication=None
    )
    catalog["priceList"] = None
    if currency:
        price_list = store.add(
            PRICE_LIST, name=f"{title} {store.number()}", catalog=catalog["id"]
        )
        catalog["priceList"] = price_list["id"]
        price_list.update(currency=currency, _prices={})
        adjust(store, catalog, percent)
        set_prices(store, catalog, prices or {})
    assign(store, catalog, branches)
    return catalog


def adjust(store, catalog, percent):
    """Take a percentage off all prices, or put it on; None for nothing at all."""
    kind = "INCREASE" if (percent or 0) < 0 else "DECREASE"
    adjustment = {"type": f"PERCENTAGE_{kind}", "value": abs(percent or 0)}
    store.get(catalog["priceList"])["parent"] = (
        None
        if percent is None
        else {"adjustment": adjustment, "settings": {"compareAtMode": "ADJUSTED"}}
    )


def set_prices(store, catalog, prices):
    """Fix the prices of variants, and of no others.

    :param prices: ``{gid of a variant: price or {minimum quantity: price}}``, with
        the price of one piece at quantity 1
    """
    price_list = store.get(catalog["priceList"])
    price_list["_prices"] = {
        variant: {
            quantity: str(price)
            for quantity, price in (
                steps if isinstance(steps, dict) else {1: steps}
            ).items()
        }
        for variant, steps in prices.items()
    }


def assign(store, catalog, branches):
    """Let these companies' locations, and no others, buy from a catalogue."""
    catalog["_locations"] = [
        extras.company_location(store, branch)["id"] for branch in branches
    ]


def delete(store, catalog):
    """Delete a catalogue; its price list stays behind."""
    store.remove(catalog)


@query("catalogs")
def catalogs(store, arguments):
    """Return the catalogues of a kind; companies' are the only ones played."""
    if not store.data.get("b2b", True):
        message = "Access denied for catalogs field. The shop must have access to B2B."
        raise GraphQLError(message, extensions={"code": "ACCESS_DENIED"})
    if arguments.pop("type", None) not in (None, "COMPANY_LOCATION"):
        raise search.refused("The sandbox plays catalogs of company locations only.")
    return listed(store, CATALOG, arguments)


@query("catalog")
def catalog_of(store, arguments):
    """Return a catalogue by its id."""
    return found(store, arguments["id"], CATALOG)


@field(CATALOG, "companyLocations")
def locations(store, catalog, arguments):
    """Return the companies' locations that buy from a catalogue."""
    return catalog["_locations"]


@field(CATALOG, "companyLocationsCount")
def locations_count(store, catalog, arguments):
    """Return how many locations buy from a catalogue."""
    return {"count": len(catalog["_locations"]), "precision": "EXACT"}


@field("Company", "locationsCount")
def company_locations_count(store, company, arguments):
    """Return how many locations a company has."""
    rows = store.all("CompanyLocation")
    count = sum(row["company"] == company["id"] for row in rows)
    return {"count": count, "precision": "EXACT"}


@query("priceList")
def price_list_of(store, arguments):
    """Return a price list by its id."""
    return found(store, arguments["id"], PRICE_LIST)


@field(PRICE_LIST, "fixedPricesCount")
def fixed_count(store, price_list, arguments):
    """Return how many prices are fixed."""
    return len(price_list["_prices"])


@field(PRICE_LIST, "prices")
def prices(store, price_list, arguments):
    """Return the prices of a list by origin; relative ones in the shop's currency."""
    origin = arguments.pop("originType", None)
    matches = search.matcher(arguments.pop("query", None), PRICE_FILTERS)
    rows = [_fixed(price_list, gid_) for gid_ in price_list["_prices"]]
    if origin != "FIXED":
        others = (
            row
            for row in store.all("ProductVariant")
            if row["id"] not in price_list["_prices"]
        )
        rows += [_relative(store, price_list, variant) for variant in others]
    return [row for row in rows if origin in (None, row["originType"]) and matches(row)]


@field("PriceListPrice", "quantityPriceBreaks")
def price_breaks(store, price, arguments):
    """Return the prices of larger quantities, smallest first whatever is asked."""
    return price["_breaks"]


def _fixed(price_list, variant):
    steps = sorted(
        (int(q), price) for q, price in price_list["_prices"][variant].items()
    )
    (_one, price), *breaks = steps
    number = variant.rpartition("/")[2]
    return {
        **_price(price_list, variant, "FIXED", price),
        "_breaks": [
            {
                "__typename": "QuantityPriceBreak",
                "id": gid("QuantityPriceBreak", f"{number}{quantity:05}"),
                "minimumQuantity": quantity,
                "price": {"amount": amount, "currencyCode": price_list["currency"]},
                "priceList": price_list["id"],
                "variant": variant,
            }
            for quantity, amount in breaks
        ],
    }


def _relative(store, price_list, variant):
    if price_list["currency"] != store.shop["currencyCode"]:
        raise search.refused("The sandbox converts no relative prices.")
    factor = Decimal(1)
    if price_list["parent"]:
        adjustment = price_list["parent"]["adjustment"]
        sign = -1 if adjustment["type"] == "PERCENTAGE_DECREASE" else 1
        factor += sign * Decimal(str(adjustment["value"])) / 100
    price = (Decimal(variant["price"]) * factor).quantize(Decimal("0.01"))
    row = _price(price_list, variant["id"], "RELATIVE", str(price))
    return {**row, "_breaks": []}


def _price(price_list, variant, origin, price):
    return {
        "variant": variant,
        "originType": origin,
        "price": {"amount": price, "currencyCode": price_list["currency"]},
        "compareAtPrice": None,
    }

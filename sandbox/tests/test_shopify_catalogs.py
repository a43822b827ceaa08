"""B2B catalogues: who buys from them, fixed and relative prices, price breaks."""

import pytest

from sandbox.shopify import ShopifyApp, catalogs
from sandbox.shopify.product_changes import of_handle
from sandbox.shopify.testing import Caller, buy, new_world

LIST = """query ($first: Int!, $after: String) {
  catalogs(first: $first, after: $after, type: COMPANY_LOCATION) {
    nodes { __typename id title status priceList { currency fixedPricesCount
      parent { adjustment { type value } } } }
    pageInfo { hasNextPage endCursor } } }"""
ONE = """query ($id: ID!) { catalog(id: $id) { ... on CompanyLocationCatalog {
  companyLocations(first: 5) { nodes { name company { name
    locationsCount { count } } } } } } }"""
PRICES = """query ($id: ID!, $origin: PriceListPriceOriginType, $query: String) {
  priceList(id: $id) { prices(first: 99, originType: $origin, query: $query) { nodes {
    originType variant { id } price { amount currencyCode }
    quantityPriceBreaks(first: 2) { nodes { minimumQuantity price { amount } }
      pageInfo { hasNextPage } } } } } }"""
TUIN = {"name": "Tuin BV", "location": "Utrecht", "vat": None}


@pytest.fixture
def app():
    """A shop with a catalogue for one company, ten percent off."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.shears = of_handle(app.store, "tw-shears-01")["variants"][0]
    app.trade = catalogs.add(app.store, "Trade", [TUIN], percent=10)
    return app


def prices(app, **arguments):
    answer = app.caller.ask(PRICES, id=app.trade["priceList"], **arguments)
    return answer["priceList"]["prices"]["nodes"]


def test_lists_in_pages(app):
    catalogs.add(app.store, "Dear", percent=-5, currency="USD")
    catalogs.add(app.store, "Plain", currency=None)
    page = app.caller.ask(LIST, first=2)["catalogs"]
    assert [row["title"] for row in page["nodes"]] == ["Trade", "Dear"]
    assert page["nodes"][0]["__typename"] == "CompanyLocationCatalog"
    adjustments = [row["priceList"]["parent"]["adjustment"] for row in page["nodes"]]
    assert [row["type"] for row in adjustments] == [
        "PERCENTAGE_DECREASE",
        "PERCENTAGE_INCREASE",
    ]
    page = app.caller.ask(LIST, first=2, after=page["pageInfo"]["endCursor"])
    assert page["catalogs"]["nodes"][0]["priceList"] is None


def test_a_location_is_the_same_in_catalogues_and_orders(app):
    buy(app, company=TUIN)
    (row,) = app.caller.ask(ONE, id=app.trade["id"])["catalog"]["companyLocations"][
        "nodes"
    ]
    assert row["company"] == {"name": "Tuin BV", "locationsCount": {"count": 1}}
    assert row["name"] == "Utrecht"


def test_fixed_and_relative_prices(app):
    steps = {1: "30", 10: "28.5", 50: "25", 100: "22"}
    catalogs.set_prices(app.store, app.trade, {app.shears: steps})
    (fixed,) = prices(app, origin="FIXED")
    assert fixed["price"] == {"amount": "30.0", "currencyCode": "EUR"}
    breaks = fixed["quantityPriceBreaks"]
    assert [row["minimumQuantity"] for row in breaks["nodes"]] == [10, 50]
    assert breaks["pageInfo"]["hasNextPage"]
    relative = prices(app, origin="RELATIVE")
    assert app.shears not in [row["variant"]["id"] for row in relative]
    assert relative[0]["price"]["amount"] == "15.75", "17.50 less ten percent"
    number = app.shears.rpartition("/")[2]
    (found,) = prices(app, query=f"variant_id:{number}")
    assert found == fixed


def test_a_shop_without_b2b_says_so(app):
    app.store.data["b2b"] = False
    assert app.caller.errors(LIST, first=2) == ["ACCESS_DENIED"]


def test_companies_need_a_permission(app):
    scopes = {"read_companies", "read_customers"}
    app.store.data["scopes"] = [s for s in app.store.data["scopes"] if s not in scopes]
    assert "ACCESS_DENIED" in app.caller.errors(ONE, id=app.trade["id"])

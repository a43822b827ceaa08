"""Draft orders as the merchant sees them, and what an app reads of them."""

import pytest

from sandbox.clock import ManualClock
from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller
from sandbox.world import World

CART = [{"sku": "TW-SHEARS-01", "quantity": 2}, {"sku": "TW-TROWEL-01", "quantity": 1}]
UTRECHT = {"address1": "Oudegracht 158", "city": "Utrecht", "country_code": "NL"}
DRAFT = """query ($id: ID!) { draftOrder(id: $id) {
  name status completedAt order { name } totalPriceSet { shopMoney { amount } }
  subtotalPriceSet { shopMoney { amount } }
  lineItems(first: 10) { nodes { quantity components { quantity } } }
} }"""


@pytest.fixture
def app():
    return ShopifyApp(World(clock=ManualClock()))


def read(app, draft):
    return Caller(app).ask(DRAFT, id=draft["id"])["draftOrder"]


def test_draft_costs_what_its_order_will(app):
    off = {"title": "Friends", "amount": "10.00"}
    draft = app.draft(CART, None, UTRECHT, discount=off)
    shown = read(app, draft)
    assert (shown["name"], shown["status"], shown["order"]) == ("#D1", "OPEN", None)
    order = app.complete_draft(draft, {"gateway": "manual"})
    assert order["totalPriceSet"]["shopMoney"] == draft["totalPriceSet"]["shopMoney"]
    shown = read(app, draft)
    assert (shown["status"], shown["order"]) == ("COMPLETED", {"name": order["name"]})
    assert order["sourceName"] == "shopify_draft_order"


def test_changed_draft_is_computed_anew(app):
    draft = app.draft(CART, None, UTRECHT)
    before = read(app, draft)["subtotalPriceSet"]
    app.change_draft(draft, cart=CART[:1])
    assert read(app, draft)["subtotalPriceSet"] != before


def test_set_is_one_line_with_components(app):
    draft = app.draft([{**row, "bundle": "Set"} for row in CART], None, UTRECHT)
    (line,) = read(app, draft)["lineItems"]["nodes"]
    assert line == {"quantity": 1, "components": [{"quantity": 2}, {"quantity": 1}]}


def test_deleted_draft_is_gone(app):
    draft = app.draft(CART, None, UTRECHT)
    app.delete_draft(draft)
    assert read(app, draft) is None

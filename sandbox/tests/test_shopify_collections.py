"""Collections: listed by kind, joined and left by products."""

import pytest

from sandbox.shopify import ShopifyApp, groupings
from sandbox.shopify.product_changes import of_handle
from sandbox.shopify.testing import Caller, new_world

LIST = """query ($query: String) { collections(first: 10, query: $query) {
  nodes { id title products(first: 5) { nodes { handle } } } } }"""
MOVE = """mutation ($product: ProductUpdateInput!) {
  productUpdate(product: $product) { userErrors { field message } } }"""
OF = """query ($id: ID!) { product(id: $id) {
  collections(first: 5) { nodes { title } } } }"""


@pytest.fixture
def app():
    """A shop with a collection of each kind."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.shears = of_handle(app.store, "tw-shears-01")
    app.by_hand = groupings.add(app.store, "Garden")
    app.by_rule = groupings.add(app.store, "New", [app.shears], groupings.BY_RULE)
    return app


def move(app, **given):
    """Let the shears join or leave and return what is wrong with it."""
    answer = app.caller.ask(MOVE, product={"id": app.shears["id"], **given})
    return answer["productUpdate"]["userErrors"]


def titles(app):
    """Return the collections that the shears are in."""
    answer = app.caller.ask(OF, id=app.shears["id"])
    return [row["title"] for row in answer["product"]["collections"]["nodes"]]


def test_lists_by_kind(app):
    nodes = app.caller.ask(LIST, query="collection_type:smart")["collections"]["nodes"]
    assert [row["title"] for row in nodes] == ["New"]
    assert nodes[0]["products"]["nodes"] == [{"handle": "tw-shears-01"}]
    nodes = app.caller.ask(LIST, query="collection_type:custom")["collections"]["nodes"]
    assert [row["title"] for row in nodes] == ["Garden"]


def test_joins_and_leaves_once(app):
    for _n in range(2):
        assert not move(app, collectionsToJoin=[app.by_hand["id"]])
    assert titles(app) == ["Garden", "New"]
    for _n in range(2):
        assert not move(app, collectionsToLeave=[app.by_hand["id"]])
    assert titles(app) == ["New"]


def test_a_rule_decides_alone(app):
    (error,) = move(app, collectionsToLeave=[app.by_rule["id"]])
    assert error["field"] == ["collectionsToLeave"]
    (error,) = move(app, collectionsToJoin=["gid://shopify/Collection/1"])
    assert "exist" in error["message"]
    assert titles(app) == ["New"]

"""Tags that an app puts on and takes off."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

CHANGE = """mutation ($id: ID!, $tags: [String!]!) {
  %s(id: $id, tags: $tags) { node { id } userErrors { field message } } }"""


@pytest.fixture
def app():
    """A shop with an order that has a tag."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.bought = buy(app, tags=["Gift"])
    return app


def change(app, name, *tags, gid=None):
    """Add or remove tags and return what is wrong with it."""
    variables = {"id": gid or app.bought["id"], "tags": list(tags)}
    return app.caller.ask(CHANGE % name, **variables)[name]["userErrors"]


def test_tags_are_put_on_and_taken_off(app):
    assert change(app, "tagsAdd", "gift", "Red, Blue") == []
    assert app.bought["tags"] == ["Gift", "Red", "Blue"]
    assert change(app, "tagsRemove", "GIFT", "Green") == []
    assert app.bought["tags"] == ["Red", "Blue"]


def test_customers_have_tags_too(app):
    customer = app.store.get(app.bought["customer"])
    assert change(app, "tagsAdd", "VIP", gid=customer["id"]) == []
    assert customer["tags"] == ["VIP"]


def test_what_cannot_be_is_refused(app):
    assert "too long" in change(app, "tagsAdd", "x" * 41)[0]["message"]
    missing = "gid://shopify/Order/1"
    assert change(app, "tagsAdd", "x", gid=missing)[0]["field"] == ["id"]
    location = app.store.all("Location")[0]["id"]
    assert change(app, "tagsAdd", "x", gid=location)[0]["field"] == ["id"]

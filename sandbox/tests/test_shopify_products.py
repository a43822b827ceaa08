"""Products that come, change and go, and places that begin to stock them."""

import json

import pytest

from sandbox.shopify import ShopifyApp, products
from sandbox.shopify.testing import Caller, new_world

READ = """query ($id: ID!) { product(id: $id) { title options(first: 3) { name values }
  featuredMedia { preview { image { url } } }
  variants(first: 10) { nodes { sku selectedOptions { name value }
    media(first: 1) { nodes { preview { image { url } } } }
    inventoryItem { tracked measurement { weight { value unit } } } } } } }"""
STOCK = """mutation ($item: ID!, $place: ID!, $available: Int, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $place, available: $available)
    @idempotent(key: $key) { inventoryLevel { id } userErrors { message } } }"""
WAREHOUSE = "gid://shopify/Location/9000000001"


@pytest.fixture
def app():
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    return app


def add_mug(app):
    """Add a product with two colours."""
    rows = products.grid("MUG-{}", ("Red", "Blue"))
    rows[0]["picture"] = "red.png"
    return products.add(app.store, "Mug", rows, options=("Colour",), picture="mug.png")


def test_new_product_is_read_with_options_and_pictures(app):
    mug = app.caller.ask(READ, id=add_mug(app)["id"])["product"]
    assert mug["options"] == [{"name": "Colour", "values": ["Red", "Blue"]}]
    assert mug["featuredMedia"]["preview"]["image"]["url"].endswith("/mug.png")
    red, blue = mug["variants"]["nodes"]
    assert red["sku"] == "MUG-RE"
    assert red["media"]["nodes"][0]["preview"]["image"]["url"].endswith("/red.png")
    assert blue["media"]["nodes"] == []


def test_deleted_variant_and_product_are_gone(app):
    mug = add_mug(app)
    products.remove_variant(app.store, mug, "MUG-RE")
    found = app.caller.ask(READ, id=mug["id"])["product"]["variants"]["nodes"]
    assert [row["sku"] for row in found] == ["MUG-BL"]
    products.delete(app.store, mug)
    assert app.caller.ask(READ, id=mug["id"])["product"] is None


def test_subscribers_hear_of_products(app):
    for topic in ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"):
        document = """mutation ($topic: WebhookSubscriptionTopic!) {
          webhookSubscriptionCreate(topic: $topic, webhookSubscription:
            {uri: "http://odoo.example"}) { userErrors { message } } }"""
        app.caller.ask(document, topic=topic)
    mug = add_mug(app)
    products.change(app.store, mug, variant=("MUG-RE", {"price": "12.00"}))
    products.delete(app.store, mug)
    bodies = [json.loads(post["body"]) for post in app.world.outbox.waiting]
    number = int(mug["id"].rpartition("/")[2])
    assert [body["id"] for body in bodies] == [number] * 3
    assert bodies[2] == {"id": number}


def test_place_begins_to_stock_an_item_once(app):
    rows = [{"sku": "MUG", "locations": ()}]
    mug = products.add(app.store, "Mug", rows)
    item = products.of_sku(app.store, mug, "MUG")["inventoryItem"]
    given = {"item": item, "place": WAREHOUSE, "available": 7}
    first = app.caller.ask(STOCK, key="a", **given)
    assert app.caller.ask(STOCK, key="a", **given) == first
    assert app.stock("MUG") == 7
    again = app.caller.ask(STOCK, key="b", **given)["inventoryActivate"]
    assert "already" in again["userErrors"][0]["message"]

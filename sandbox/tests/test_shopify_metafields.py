"""Values that an app keeps on an order."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

SET = """mutation ($given: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $given) {
    metafields { id namespace key value compareDigest }
    userErrors { code field message } } }"""
READ = """query ($id: ID!) { order(id: $id) { updatedAt
    metafield(namespace: "odoo", key: "invoice") { value }
    metafields(first: 5, namespace: "odoo") { nodes { key } } } }"""


@pytest.fixture
def app():
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.bought = buy(app)
    return app


def keep(app, value="INV/2026/1", **change):
    """Keep the number of the invoice and return the payload."""
    given = {
        "ownerId": app.bought["id"],
        "namespace": "odoo",
        "key": "invoice",
        "type": "single_line_text_field",
        "value": value,
        **change,
    }
    return app.caller.ask(SET, given=[given])["metafieldsSet"]


def test_a_value_is_kept_and_replaced(app):
    for value in ("INV/2026/1", "INV/2026/2"):
        assert keep(app, value)["userErrors"] == []
    order = app.caller.ask(READ, id=app.bought["id"])["order"]
    assert order["metafield"] == {"value": "INV/2026/2"}
    assert order["metafields"]["nodes"] == [{"key": "invoice"}]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ownerId": "gid://shopify/Order/1"}, "INVALID_VALUE"),
        ({"type": None}, "BLANK"),
        ({"compareDigest": "old"}, "STALE_OBJECT"),
    ],
)
def test_what_cannot_be_kept_is_refused(app, change, code):
    payload = keep(app, **change)
    assert payload["metafields"] is None
    assert [error["code"] for error in payload["userErrors"]] == [code]

"""Setting stock, and the key that makes a mutation happen once."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, new_world

SET = """mutation ($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange } }
    userErrors { code field message } } }"""
ITEM = "gid://shopify/InventoryItem/8300000001"
WAREHOUSE = "gid://shopify/Location/9000000001"


@pytest.fixture
def app():
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    return app


def row(quantity, **change):
    """Return one row of quantities."""
    return {
        "inventoryItemId": ITEM,
        "locationId": WAREHOUSE,
        "quantity": quantity,
        **change,
    }


def set_stock(app, *rows, key="k1", **change):
    """Set quantities and return the payload."""
    given = {"name": "available", "reason": "correction", "quantities": rows, **change}
    return app.caller.ask(SET, input=given, key=key)["inventorySetQuantities"]


def code_of(payload):
    """Return the one error code of a payload that did nothing."""
    assert payload["inventoryAdjustmentGroup"] is None
    (error,) = payload["userErrors"]
    return error["code"]


def test_stock_is_set(app):
    group = set_stock(app, row(50))["inventoryAdjustmentGroup"]
    change = {"name": "available", "delta": -70, "quantityAfterChange": 50}
    assert change in group["changes"]
    assert app.stock("TW-SHEARS-01") == 50


def test_stock_that_changed_meanwhile_is_not_overwritten(app):
    payload = set_stock(app, row(50, changeFromQuantity=119))
    assert code_of(payload) == "CHANGE_FROM_QUANTITY_STALE"
    assert app.stock("TW-SHEARS-01") == 120
    assert set_stock(app, row(50, changeFromQuantity=120), key="k2")["userErrors"] == []


def test_the_same_key_gives_the_first_answer_again(app):
    first = set_stock(app, row(50))
    set_stock(app, row(70), key="k2")
    assert set_stock(app, row(50)) == first
    assert app.stock("TW-SHEARS-01") == 70


def test_the_same_key_for_something_else_is_refused(app):
    set_stock(app, row(50))
    assert code_of(set_stock(app, row(51))) == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    assert app.stock("TW-SHEARS-01") == 50


def test_a_key_whose_attempt_failed_is_used_up(app):
    wrong = row(50, changeFromQuantity=1)
    set_stock(app, wrong)
    assert code_of(set_stock(app, wrong)) == "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"


def test_without_a_key_nothing_is_set(app):
    document = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    given = {"name": "available", "reason": "correction", "quantities": [row(50)]}
    assert app.caller.errors(document, input=given) == ["BAD_REQUEST"]
    assert app.caller.errors(SET, input=given, key=" ") == ["BAD_REQUEST"]
    assert app.stock("TW-SHEARS-01") == 120


@pytest.mark.parametrize(
    ("rows", "change", "code"),
    [
        (
            [row(1, inventoryItemId="gid://shopify/InventoryItem/1")],
            {},
            "INVALID_INVENTORY_ITEM",
        ),
        ([row(1, locationId="gid://shopify/Location/1")], {}, "INVALID_LOCATION"),
        ([row(2_000_000_000)], {}, "INVALID_QUANTITY_TOO_HIGH"),
        ([row(1), row(2)], {}, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"),
        ([row(1)], {"name": "committed"}, "INVALID_NAME"),
        ([row(1)], {"reason": "because"}, "INVALID_REASON"),
    ],
)
def test_wrong_rows_are_refused_and_nothing_is_set(app, rows, change, code):
    assert code_of(set_stock(app, *rows, **change)) == code
    assert app.stock("TW-SHEARS-01") == 120


def test_a_field_of_an_older_version_is_refused_by_the_schema(app):
    given = {
        "name": "available",
        "reason": "correction",
        "quantities": [row(1, compareQuantity=120)],
    }
    (message,) = app.caller.errors(SET, input=given, key="k")
    assert "Field 'compareQuantity' is not defined" in message

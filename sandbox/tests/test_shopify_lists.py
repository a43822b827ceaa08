"""Pages and searches."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.search import matcher, number, text
from sandbox.shopify.testing import Caller, buy, new_world

ORDERS = """query ($first: Int, $last: Int, $after: String, $before: String,
    $query: String, $reverse: Boolean, $sort: OrderSortKeys) {
  orders(first: $first, last: $last, after: $after, before: $before, query: $query,
      reverse: $reverse, sortKey: $sort) {
    edges { cursor } nodes { name }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.fixture
def app():
    """A shop with five orders, one an hour."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    for index in range(5):
        buy(
            app,
            payment=None if index == 3 else {"gateway": "m", "payment_id": f"r{index}"},
        )
        app.world.clock.advance(hours=1)
    return app


def names(app, **variables):
    """Return the numbers of the orders found."""
    found = app.caller.ask(ORDERS, **{"first": 50, **variables})["orders"]["nodes"]
    return " ".join(node["name"].lstrip("#") for node in found)


def test_pages_follow_each_other_without_gap_or_overlap(app):
    seen, after = [], None
    for _page in range(3):
        page = app.caller.ask(ORDERS, first=2, after=after)["orders"]
        seen += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == ["#1001", "#1002", "#1003", "#1004", "#1005"]
    assert page["pageInfo"]["hasNextPage"] is False
    assert page["pageInfo"]["hasPreviousPage"] is True


def test_an_order_that_changes_while_reading_shifts_no_page(app):
    page = app.caller.ask(ORDERS, first=2, sort="UPDATED_AT")["orders"]
    app.touch(app.order("#1001"), note="changed")
    after = page["pageInfo"]["endCursor"]
    assert names(app, after=after, sort="UPDATED_AT") == "1003 1004 1005 1001"


def test_reverse_and_last_read_from_the_end(app):
    assert names(app, reverse=True) == "1005 1004 1003 1002 1001"
    page = app.caller.ask(ORDERS, last=2)["orders"]
    assert [node["name"] for node in page["nodes"]] == ["#1004", "#1005"]
    assert page["pageInfo"]["hasPreviousPage"] is True
    before = page["pageInfo"]["startCursor"]
    page = app.caller.ask(ORDERS, last=2, before=before)["orders"]
    assert [node["name"] for node in page["nodes"]] == ["#1002", "#1003"]


@pytest.mark.parametrize(
    "size", [{}, {"first": 0}, {"first": 251}, {"first": 1, "last": 1}, {"last": -1}]
)
def test_a_page_needs_one_sensible_size(app, size):
    assert app.caller.errors(ORDERS, **size) == ["BAD_REQUEST"]


def test_a_foreign_cursor_is_refused(app):
    assert app.caller.errors(ORDERS, first=1, after="abc") == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("updated_at:>='2026-11-02T11:00:00Z'", "1003 1004 1005"),
        ("updated_at:>'2026-11-02T12:00:00+01:00'", "1004 1005"),
        ("created_at:<=2026-11-02T10:00:00Z name:#1002", "1002"),
        ("name:1003", "1003"),
        ("payment_id:r4", "1005"),
        ("financial_status:pending", "1004"),
        ("-financial_status:paid", "1004"),
        ("NOT name:1001 AND (payment_id:r0 OR payment_id:r1)", "1002"),
        (
            "fulfillment_status:unfulfilled test:false status:open",
            "1001 1002 1003 1004 1005",
        ),
        ("sku:TW-SHEARS-*", "1001 1002 1003 1004 1005"),
        ("test:true", ""),
        ("", "1001 1002 1003 1004 1005"),
    ],
)
def test_orders_are_found_by(app, query, expected):
    assert names(app, query=query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "colour:red",
        "#1001",
        "updated_at:>=yesterday",
        "id:abc",
        "test:maybe",
        "financial_status:happy",
        "(name:1001",
        "name:1001 )",
        "name:>1001",
    ],
)
def test_a_search_that_cannot_be_understood_is_refused(app, query):
    assert app.caller.errors(ORDERS, first=1, query=query) == ["INVALID_SEARCH"]


def test_a_malformed_id_is_an_error_and_an_unknown_one_null(app):
    order = "query ($id: ID!) { order(id: $id) { name } }"
    assert app.caller.errors(order, id="1001") == ["INVALID_GLOBAL_ID"]
    assert app.caller.ask(order, id="gid://shopify/Order/1") == {"order": None}


def test_records_of_all_types_are_found_by_node(app):
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    order = app.order("1001")
    ids = [order["id"], order["lineItems"][0], "gid://shopify/Order/1"]
    found = app.caller.ask(document, ids=ids)["nodes"]
    assert [node and node["__typename"] for node in found] == [
        "Order",
        "LineItem",
        None,
    ]


def test_or_binds_weaker_than_the_words_beside_each_other():
    filters = {"a": (text, lambda r: r["a"]), "n": (number, lambda r: r["n"])}
    found = matcher("a:x n:1 OR n:3", filters)
    rows = [{"a": "x", "n": "1"}, {"a": "x", "n": "2"}, {"a": "y", "n": "3"}]
    assert [found(row) for row in rows] == [True, False, True]

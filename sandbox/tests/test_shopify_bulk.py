"""Bulk queries of the simulated Shopify."""

import json

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

START = """mutation ($query: String!) {
  bulkOperationRunQuery(query: $query) {
    bulkOperation { id status } userErrors { code message }
  }
}"""
POLL = "query ($id: ID!) { bulkOperation(id: $id) { status url objectCount } }"
ORDERS = "{ orders(query: \"created_at:>='2026-01-01'\") { edges { node { id } } } }"


def start(caller, query=ORDERS):
    return caller.ask(START, query=query)["bulkOperationRunQuery"]


def test_file_has_all_records_beyond_one_page():
    app = ShopifyApp(new_world())
    gids = [buy(app)["id"] for _number in range(251)]
    caller = Caller(app)
    gid = start(caller)["bulkOperation"]["id"]
    states = [caller.ask(POLL, id=gid)["bulkOperation"] for _look in range(2)]
    assert [state["status"] for state in states] == ["RUNNING", "COMPLETED"]
    raw = caller.client.get(states[1]["url"].replace("http://localhost", "")).text
    assert [json.loads(line)["id"] for line in raw.splitlines()] == gids


def test_nothing_found_makes_no_file():
    caller = Caller(ShopifyApp(new_world()))
    gid = start(caller)["bulkOperation"]["id"]
    for _look in range(2):
        state = caller.ask(POLL, id=gid)["bulkOperation"]
    assert (state["status"], state["url"]) == ("COMPLETED", None)


def test_sixth_at_once_is_refused():
    caller = Caller(ShopifyApp(new_world()))
    codes = [start(caller)["userErrors"] for _number in range(6)]
    assert codes[:5] == [[]] * 5
    assert codes[5][0]["code"] == "LIMIT_REACHED"


def test_question_without_list_is_invalid():
    caller = Caller(ShopifyApp(new_world()))
    for query in ("{ shop { name } }", "{ orders { edges { node { nothing } } } }"):
        assert start(caller, query)["userErrors"][0]["code"] == "INVALID"

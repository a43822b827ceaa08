"""Tokens, versions, the bucket of points, and being broken on purpose."""

import pytest
from werkzeug.test import Client

from sandbox import settings
from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, buy, new_world

SHOP = "{ shop { name } }"
GRANT = {
    "grant_type": "client_credentials",
    "client_id": settings.SHOPIFY_CLIENT_ID,
    "client_secret": settings.SHOPIFY_CLIENT_SECRET,
}
#: a page of 250 orders with lines is dear: 250 and 50 cost their square roots
DEAR = """{ orders(first: 250) { nodes { lineItems(first: 50) { nodes {
    originalUnitPriceSet { shopMoney { amount } }
    originalTotalSet { shopMoney { amount } }
    discountedTotalSet { shopMoney { amount } }
    totalDiscountSet { shopMoney { amount } } } } } } }"""


@pytest.fixture
def app():
    return ShopifyApp(new_world(), plan="standard")


def test_a_wrong_token_is_refused(app):
    response = Caller(app, token="shpat_wrong").send(SHOP)
    assert response.status_code == 401
    assert "Invalid API key" in response.json["errors"]


def test_the_client_credentials_give_a_token_for_a_day(app):
    answer = Client(app).post("/admin/oauth/access_token", data=GRANT)
    assert answer.json["expires_in"] == 86399
    assert "read_orders" in answer.json["scope"].split(",")
    caller = Caller(app, token=answer.json["access_token"])
    assert caller.ask(SHOP) == {"shop": {"name": "Trade Wins"}}
    app.world.clock.advance(days=1)
    assert caller.send(SHOP).status_code == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [({"client_secret": "guess"}, 401), ({"grant_type": "password"}, 400)],
)
def test_wrong_credentials_give_no_token(app, change, status):
    answer = Client(app).post("/admin/oauth/access_token", data=GRANT | change)
    assert answer.status_code == status
    assert "access_token" not in answer.json


@pytest.mark.parametrize(
    ("asked", "answers"),
    [("2026-10", "2026-10"), ("2026-07", "2026-07"), ("2024-01", "2026-07")],
)
def test_a_version_that_is_gone_falls_forward(app, asked, answers):
    response = Caller(app, asked).send(SHOP)
    assert response.headers["X-Shopify-API-Version"] == answers
    assert response.json["data"] == {"shop": {"name": "Trade Wins"}}


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"variables": {}}'])
def test_a_body_without_a_query_is_refused(app, body):
    caller = Caller(app)
    response = caller.client.post(caller.path, data=body, headers=caller.headers)
    assert response.status_code == 400


def test_other_paths_and_methods_are_refused(app):
    client = Client(app)
    assert client.get("/admin/api/2026-10/graphql.json").status_code == 405
    assert client.post("/admin/api/2026-10/orders.json").status_code == 404


def test_every_answer_shows_its_cost(app):
    caller = Caller(app)
    buy(app)
    cost = caller.send("{ orders(first: 9) { nodes { id } } }").json["extensions"][
        "cost"
    ]
    assert cost["requestedQueryCost"] == 3
    assert cost["actualQueryCost"] == 1
    assert cost["throttleStatus"] == {
        "maximumAvailable": 2000.0,
        "currentlyAvailable": 1999,
        "restoreRate": 100.0,
    }


def test_an_empty_bucket_throttles_until_it_is_filled_again(app):
    caller = Caller(app)
    caller.ask(SHOP)
    app.store.data["buckets"][settings.SHOPIFY_TOKEN]["available"] = 0
    answer = caller.send(SHOP).json
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer
    status = answer["extensions"]["cost"]["throttleStatus"]
    assert status["currentlyAvailable"] == 0
    app.world.clock.advance(seconds=1)
    assert caller.ask(SHOP)


def test_a_query_that_asks_for_too_much_is_refused(app):
    document = DEAR.replace("lineItems(first: 50)", "lineItems(first: 250)")
    assert Caller(app).errors(document) == ["MAX_COST_EXCEEDED"]
    assert "orders" in Caller(app).ask(DEAR)


def test_the_price_of_a_page_is_near_the_published_figures(app):
    """Microsoft's connector declares 23 points for 3 lines and 43 for 10; ours: 24."""
    bags = " ".join(
        f"b{index}: originalTotalSet {{ shopMoney {{ amount }} }}"
        for index in range(12)
    )
    document = (
        """query ($id: ID!, $n: Int) { order(id: $id) { lineItems(first: $n) {
        nodes { %s } } } }"""
        % bags
    )
    order = buy(app)
    costs = [
        Caller(app).send(document, id=order["id"], n=size).json["extensions"]["cost"]
        for size in (3, 10)
    ]
    assert [cost["requestedQueryCost"] for cost in costs] == [24, 43]


def test_a_broken_shopify_answers_as_broken_services_do(app):
    app.world.faults.break_("shopify", "html_error", times=1)
    assert Caller(app).send(SHOP).status_code == 502
    assert Caller(app).send(SHOP).status_code == 200

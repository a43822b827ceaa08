"""The control page and its JSON interface; what is on disk survives."""

import json
from decimal import Decimal

import pytest
from werkzeug.test import Client

from sandbox import settings
from sandbox.checkout import checkout
from sandbox.faults import AnswerLost
from sandbox.world import World

from .shop_site import Site

CART = [{"sku": "TW-SHEARS-01", "quantity": 2}, {"sku": "TW-BOOK-01", "quantity": 1}]
MOLLIE = {"Authorization": f"Bearer {settings.MOLLIE_TOKEN}"}


@pytest.fixture
def site():
    return Site()


def test_checkout_answers_the_order_and_its_payment(site):
    answer = site.call("checkout", cart=CART, email="ada@example.com", method="ideal")
    # 2 x 34.95 + 22.50: free delivery
    assert answer["order"]["total"] == "92.40"
    assert answer["order"]["name"] == "#1001"
    assert site.mollie.payment(answer["payment_id"])["status"] == "paid"
    assert site.summary()["orders"] == [answer["order"]]
    assert site.shopify.order("1001")["email"] == "ada@example.com"


def test_checkout_takes_parts_of_an_address(site):
    address = {"first_name": "Zoë", "city": "Köln", "country_code": "DE"}
    site.call("checkout", cart=CART, address=address)
    shown = site.shopify.order("1001")["shippingAddress"]
    assert (shown["firstName"], shown["lastName"]) == ("Zoë", "de Vries")
    assert shown["countryCode"] == "DE"


@pytest.mark.parametrize("outcome", ["failed", "expired", "canceled"])
def test_checkout_without_payment_makes_no_order(site, outcome):
    answer = site.call("checkout", cart=CART, outcome=outcome)
    assert answer["order"] is None
    assert site.mollie.payment(answer["payment_id"])["status"] == outcome
    assert site.summary()["orders"] == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"cart": []},
        {"cart": "all"},
        {"cart": [{"sku": "NOPE", "quantity": 1}]},
        {"cart": [{"sku": "TW-CAN-01", "quantity": "1"}]},
        {"cart": [{"sku": "TW-CAN-01", "quantity": 0}]},
        {"cart": CART, "method": "gold"},
        {"cart": CART, "outcome": "stolen"},
        {"cart": CART, "discount": "FREE"},
        {"cart": CART, "shipping": "drone"},
        {"cart": CART, "address": {"planet": "Mars"}},
        {"cart": CART, "address": ["Mars"]},
    ],
)
def test_wrong_checkout_is_refused_and_leaves_nothing(site, data):
    assert site.call("checkout", 400, **data)["error"]
    assert site.shopify.orders() == [] and site.mollie.payments() == []


def test_body_that_is_no_json_object_is_refused(site):
    for body in (b"{", b"[]", b"\xff"):
        answer = site.visitor.post("/control/api/checkout", data=body)
        assert (answer.status_code, list(answer.json)) == (400, ["error"])


def test_unknown_action_is_not_found(site):
    assert site.call("explode", 404)["error"] == "There is no action explode."


def test_money_settles_and_is_paid_out(site):
    site.call("checkout", cart=CART)
    before = site.summary()["mollie"]
    # iDEAL keeps 0.32 and VAT: 0.39
    assert before == {"pending": "92.01", "available": "0.00", "paid_out": "0.00"}
    assert site.call("settle") == {"settled": 1}
    assert site.summary()["mollie"]["available"] == "92.01"
    assert site.call("payout")["settlement"]["amount"]["value"] == "92.01"
    after = site.summary()["mollie"]
    assert after == {"pending": "0.00", "available": "0.00", "paid_out": "92.01"}
    assert site.call("payout") == {"settlement": None}


def test_refund_and_chargeback(site):
    payment_id = site.call("checkout", cart=CART)["payment_id"]
    refund = site.call("refund", payment_id=payment_id, amount="10.00")["refund"]
    assert refund["amount"]["value"] == "10.00"
    taken = site.call("chargeback", payment_id=payment_id)["chargeback"]
    assert taken["amount"]["value"] == "82.40"
    assert "error" in site.call("refund", 400, payment_id=payment_id)
    assert "error" in site.call("refund", 400, payment_id="tr_nothing")


def test_somebody_pays_without_an_order(site):
    paid = site.call("payment", amount="56.25", description="By phone")["payment"]
    assert (paid["status"], paid["description"]) == ("paid", "By phone")
    assert site.summary()["orders"] == []
    site.call("settle")
    [line] = site.mollie.transactions()
    assert line["initialAmount"]["value"] == "56.25"
    assert "error" in site.call("payment", 400)


def test_labels_are_counted_and_parcels_move(site):
    site.call("checkout", cart=CART)
    number = site.send(site.shopify.order("1001"))
    summary = site.summary()
    assert summary["sendcloud"] == {"charged": 1, "cancelled": 0, "euros": "6.95"}
    assert summary["orders"][0]["fulfillments"] == 1
    assert summary["orders"][0]["fulfillment_status"] == "FULFILLED"
    (moved,) = site.call("next-status")["moved"]
    assert moved["tracking_number"] == number
    again = site.call("next-status", parcel_id=moved["parcel_id"])["moved"]
    assert again[0]["message"] != moved["message"]
    assert "error" in site.call("next-status", 400, parcel_id=1)


def test_settings_say_where_webhooks_go(site):
    url = "https://odoo.example/sendcloud/webhook/1"
    kept = site.call("settings", sendcloud_webhook_url=url)
    assert kept == {"sendcloud_webhook_url": url, "mollie_webhook_url": None}
    site.call("checkout", cart=CART)
    site.send(site.shopify.order("1001"))
    assert [name for name, _body in site.events()] == ["sendcloud"]
    assert "error" in site.call("settings", 400, colour="green")


def test_service_breaks_for_some_requests_and_is_mended(site):
    caller = Client(site.mollie)
    site.call("break", service="mollie", kind="down", times=1)
    assert site.summary()["faults"]["mollie"]["kind"] == "down"
    assert caller.get("/v2/balances", headers=MOLLIE).status_code == 503
    assert caller.get("/v2/balances", headers=MOLLIE).status_code == 200
    site.call("break", service="mollie", kind="rate_limit", seconds=7)
    answer = caller.get("/v2/balances", headers=MOLLIE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    site.call("break", service="mollie", kind="rate_limit", seconds=0)
    answer = caller.get("/v2/balances", headers=MOLLIE)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, False)
    site.call("break", service="mollie", kind="server_error")
    answer = caller.get("/v2/balances", headers=MOLLIE)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    site.call("break", service="mollie", kind="answer_lost")
    with pytest.raises(AnswerLost):
        caller.get("/v2/balances", headers=MOLLIE)
    site.call("mend", service="mollie")
    assert site.summary()["faults"] == {}
    assert caller.get("/v2/balances", headers=MOLLIE).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"service": "mollie", "kind": "haunted"},
        {"service": "shop", "kind": "down"},
        {"service": "mollie"},
        {"service": "mollie", "kind": "down", "times": "often"},
    ],
)
def test_wrong_break_is_refused(site, data):
    assert site.call("break", 400, **data)["error"]
    assert site.summary()["faults"] == {}


def test_clock_moves_forward_only(site):
    assert site.call("advance", days=1)["now"] == "2026-11-03T09:00:00Z"
    assert site.call("advance", hours=2)["now"] == "2026-11-03T11:00:00Z"
    assert "error" in site.call("advance", 400, days=-1)
    assert "error" in site.call("advance", 400)
    assert site.world.state["clock_offset"] == 26 * 3600


def test_buttons_do_the_same_and_say_what_happened(site):
    site.call("checkout", cart=CART)
    assert site.post("/control/do/settle") == "/control"
    assert "1 payments and refunds settled." in site.get("/control")
    assert "settled." not in site.get("/control")
    site.post("/control/do/break", service="sendcloud", kind="slow", times="")
    page = site.get("/control")
    assert "Slow answers</span>" in page and "Mend it" in page
    site.post("/control/do/mend", service="sendcloud")
    assert "Mend it" not in site.get("/control")
    site.post("/control/do/payout")
    assert "Paid out € 92.01" in site.get("/control")
    site.post("/control/do/advance", days="0")
    assert "The clock only moves forward." in site.get("/control")


def test_control_page_shows_orders_parcels_and_payments(site):
    answer = site.call("checkout", cart=CART)
    number = site.send(site.shopify.order("1001"))
    page = site.get("/control")
    for text in ("#1001", number, answer["payment_id"], "€ 92.40", "€ 6.95"):
        assert text in page


def test_world_on_disk_goes_on_where_it_stopped(tmp_path):
    path = str(tmp_path / "world.json")
    first = Site(path)
    first.call("checkout", cart=CART)
    pay = first.order("TW-CAN-01")
    first.world.save()
    again = Site(path)
    again.visitor = first.visitor
    again.visitor.application = again.shop
    assert [order["name"] for order in again.summary()["orders"]] == ["#1001"]
    assert "Watering can" in again.get("/cart")
    assert again.post(pay, outcome="paid") == "/orders/1002?thanks"
    numbers = {payment["description"] for payment in again.mollie.payments()}
    assert len(numbers) == 2
    json.dumps(World(path=path).state)


def test_checkout_function_buys_with_nothing_but_a_cart(site):
    result = checkout(site.world, site.shopify, site.mollie, CART, discount="GARDEN10")
    total = result["order"]["totalPriceSet"]["presentmentMoney"]["amount"]
    assert Decimal(total) == Decimal("83.16")


def test_stock_follows_orders_and_who_counts_at_the_shop(site):
    before = site.summary()["stock"]["TW-CAN-01"]
    site.call("checkout", cart=[{"sku": "TW-CAN-01", "quantity": 3}])
    after = site.summary()["stock"]["TW-CAN-01"]
    assert after == {"available": before["available"] - 3, "committed": 3}
    assert site.call("stock", sku="TW-CAN-01", available=7) == {"available": 7}
    assert site.summary()["stock"]["TW-CAN-01"] == {"available": 7, "committed": 3}
    assert "error" in site.call("stock", 400, sku="NOPE", available=1)
    assert "error" in site.call("stock", 400, sku="TW-CAN-01", available="few")

"""What the simulated Mollie says and takes is what the official file describes."""

import json

import pytest

from sandbox.mollie import MollieApp

from . import specs
from .mollie_api import PAYMENT, Api


@pytest.fixture
def mollie(world):
    """A merchant to whom everything has happened once."""
    world.state["settings"]["mollie_webhook_url"] = "http://odoo/mollie"
    mollie = MollieApp(world)
    for method in ("ideal", "creditcard", "paypal", "klarna"):
        payment = mollie.create_payment("121.00", method=method, description="r1")
        mollie.pay(payment["id"])
        mollie.refund(payment["id"], "20.00", "Broken cup", {"order": "#1001"})
    later = mollie.create_payment("80.00", method="klarna", description="r2")
    mollie.authorize(later["id"])
    mollie.capture(later["id"], "30.00")
    meal = mollie.create_payment("50.00", description="r3")
    mollie.pay(meal["id"], voucher="20.00")
    mollie.settle()
    chargeback = mollie.chargeback(payment["id"], "30.00")
    mollie.payout()
    mollie.reverse_chargeback(chargeback["id"])
    mollie.bill()
    mollie.fail(mollie.create_payment("5.00", method=None)["id"], "expired")
    mollie.create_payment("5.00", "USD")
    return mollie


@pytest.fixture
def api(mollie):
    return Api(mollie)


@pytest.mark.parametrize(
    "path",
    [
        "/payments",
        "/refunds",
        "/chargebacks",
        "/balances",
        "/balances/primary",
        "/settlements",
        "/settlements/open",
        "/settlements/next",
        "/invoices",
        "/organizations/me",
        "/permissions",
    ],
)
def test_answer_has_the_official_shape(api, path):
    answer = api.get(path)
    assert answer.status_code == 200
    assert answer.json.get("count", 1) > 0
    specs.check(specs.mollie_validator(path), answer.json)


@pytest.mark.parametrize("part", ["payments", "refunds", "chargebacks", "captures"])
def test_part_of_a_settlement_has_the_official_shape(mollie, api, part):
    token = mollie.settlements()[0]["id"]
    answer = api.get(f"/settlements/{token}/{part}").json
    assert answer["count"]
    specs.check(specs.mollie_validator(f"/settlements/{{settlementId}}/{part}"), answer)


def test_single_things_have_the_official_shape(mollie, api):
    for name in ("payments", "settlements", "invoices", "balances"):
        for row in api.rows(f"/{name}")[0]:
            validator = specs.mollie_validator(f"/{name}/{{{name[:-1]}Id}}")
            specs.check(validator, api.get(f"/{name}/{row['id']}").json)


def test_parts_of_a_payment_have_the_official_shape(api):
    [captured] = [row for row in api.rows("/payments")[0] if row["description"] == "r2"]
    rows = {
        "refund": api.rows("/refunds")[0][0],
        "chargeback": api.rows("/chargebacks")[0][0],
        "capture": api.rows(f"/payments/{captured['id']}/captures")[0][0],
    }
    for kind, row in rows.items():
        path = f"/payments/{row['paymentId']}/{kind}s"
        official = f"/payments/{{paymentId}}/{kind}s"
        specs.check(specs.mollie_validator(official), api.get(path).json)
        single = specs.mollie_validator(f"{official}/{{{kind}Id}}")
        specs.check(single, api.get(f"{path}/{row['id']}").json)


def test_balance_transactions_have_the_official_shape(api):
    rows, _pages = api.rows("/balances/primary/transactions")
    kinds = {row["type"] for row in rows}
    assert kinds == {
        "payment",
        "capture",
        "refund",
        "chargeback",
        "outgoing-transfer",
        "chargeback-reversal",
        "invoice-compensation",
    }
    validator = specs.mollie_validator("/balances/{balanceId}/transactions")
    specs.check(validator, api.get("/balances/primary/transactions").json)
    page = api.get("/balances/primary/transactions?limit=2").json
    specs.check(validator, page)


@pytest.mark.parametrize("grouping", ["status-balances", "transaction-categories"])
def test_balance_report_has_the_official_shape(api, grouping):
    query = f"from=2026-11-01&until=2026-12-01&grouping={grouping}"
    answer = api.get(f"/balances/primary/report?{query}").json
    specs.check(specs.mollie_validator("/balances/{balanceId}/report"), answer)


def test_payment_request_and_answer_have_the_official_shape(api):
    specs.check(specs.mollie_request_validator("/payments"), PAYMENT)
    answer = api.post("/payments", PAYMENT)
    specs.check(specs.mollie_validator("/payments", "post", 201), answer.json)


def test_refund_answer_has_the_official_shape(api):
    payment_id = api.rows("/payments?limit=250")[0][-1]["id"]
    body = {"amount": {"currency": "EUR", "value": "1.00"}, "description": "Cup"}
    answer = api.post(f"/payments/{payment_id}/refunds", body)
    path = "/payments/{paymentId}/refunds"
    assert answer.status_code == 201
    specs.check(specs.mollie_validator(path, "post", 201), answer.json)
    again = api.post(f"/payments/{payment_id}/refunds", body)
    specs.check(specs.mollie_validator(path, "post", 409), again.json)


@pytest.mark.parametrize(
    "path, official, status",
    [
        ("/payments/tr_none", "/payments/{paymentId}", 404),
        ("/payments?from=tr_none", "/payments", 400),
        ("/settlements/stl_none", "/settlements/{settlementId}", 404),
        ("/balances/primary/report", "/balances/{balanceId}/report", 422),
    ],
)
def test_refusal_has_the_official_shape(api, path, official, status):
    answer = api.get(path)
    assert answer.status_code == status
    specs.check(specs.mollie_validator(official, "get", status), answer.json)


def test_events_have_the_official_shape(mollie, world):
    kinds = set()
    for message in world.outbox.waiting:
        event = json.loads(message["body"])
        kinds.add(event["type"])
        specs.check(specs.mollie_event_validator(), event)
    assert kinds == {
        "balance-transaction.created",
        "chargeback.received",
        "chargeback.reversed",
    }

"""How the simulated Mollie is asked: tokens, pages, refusals, repeated requests."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from sandbox.faults import AnswerLost

from .mollie_api import PAYMENT, Api, euros


@pytest.fixture
def api(mollie):
    return Api(mollie)


def pay(mollie, amount="10.00"):
    return mollie.pay(mollie.create_payment(amount)["id"])


# === Who may call ===


@pytest.mark.parametrize("token", ["", "access_wrong", "whatever"])
def test_wrong_token_is_refused(mollie, token):
    response = Api(mollie, token).get("/organizations/me")
    assert response.status_code == 401
    assert response.json["title"] == "Unauthorized Request"


def test_api_key_reads_payments_but_not_balances(mollie):
    payment = pay(mollie)
    with_key = Api(mollie, "live_0123456789abcdefghijklmnopqrst")
    assert with_key.get(f"/payments/{payment['id']}").status_code == 200
    for path in ("/balances", "/settlements", "/invoices", "/organizations/me"):
        assert with_key.get(path).status_code == 403


def test_organization_is_the_merchant(api):
    assert api.get("/organizations/me").json["name"] == "Trade Wins B.V."


# === Payments and refunds by HTTP ===


def test_payment_is_made_and_read_again(api):
    made = api.post("/payments", PAYMENT)
    again = api.get(f"/payments/{made.json['id']}")
    assert (made.status_code, again.json) == (201, made.json)
    assert made.mimetype == "application/hal+json"
    for name in ("amount", "description", "metadata", "redirectUrl", "webhookUrl"):
        assert made.json[name] == PAYMENT[name]


@pytest.mark.parametrize(
    "field, change",
    [
        ("amount", {"amount": None}),
        ("amount", {"amount": {"currency": "EUR", "value": 45}}),
        ("amount.value", {"amount": {"currency": "EUR", "value": "45"}}),
        ("amount.value", {"amount": {"currency": "EUR", "value": "0.00"}}),
        ("amount.value", {"amount": {"currency": "EUR", "value": "1.005"}}),
        ("amount.value", {"amount": {"currency": "EUR", "value": "many"}}),
        ("amount.currency", {"amount": {"currency": "XXX", "value": "45.00"}}),
        ("description", {"description": ""}),
        ("redirectUrl", {"redirectUrl": None}),
        ("method", {"method": "barter"}),
        ("profileId", {"profileId": None}),
        ("profileId", {"profileId": "pfl_other"}),
    ],
)
def test_wrong_payment_is_refused_with_its_field(api, field, change):
    response = api.post("/payments", {**PAYMENT, **change})
    assert (response.status_code, response.json["field"]) == (422, field)
    assert api.rows("/payments")[0] == []


def test_body_that_is_no_json_is_refused(api):
    assert api.post("/payments", None).status_code == 400


def test_test_payments_are_kept_apart(mollie, api):
    with_key = Api(mollie, "test_0123456789abcdefghijklmnopqrst")
    payment = with_key.post("/payments", {**PAYMENT, "profileId": None})
    assert payment.status_code == 422
    body = {name: value for name, value in PAYMENT.items() if name != "profileId"}
    payment = with_key.post("/payments", body).json
    mollie.pay(payment["id"])
    assert payment["mode"] == "test"
    assert mollie.settle() == []
    assert api.rows("/payments")[0] == []
    assert len(api.rows("/payments?testmode=true")[0]) == 1


def test_refund_of_a_part(mollie, api):
    payment = pay(mollie)
    amount = {"currency": "EUR", "value": "4.00"}
    response = api.post(f"/payments/{payment['id']}/refunds", {"amount": amount})
    assert (response.status_code, response.json["status"]) == (201, "pending")
    rows, _pages = api.rows(f"/payments/{payment['id']}/refunds")
    assert [row["id"] for row in rows] == [response.json["id"]]
    embedded = api.get(f"/payments/{payment['id']}?embed=refunds").json["_embedded"]
    assert embedded == {"refunds": rows}


@pytest.mark.parametrize(
    "amount, field",
    [
        ({"currency": "EUR", "value": "10.01"}, "amount"),
        ({"currency": "USD", "value": "1.00"}, "amount.currency"),
        (None, "amount"),
    ],
)
def test_wrong_refund_is_refused(mollie, api, amount, field):
    payment = pay(mollie)
    response = api.post(f"/payments/{payment['id']}/refunds", {"amount": amount})
    assert (response.status_code, response.json["field"]) == (422, field)
    assert api.rows("/refunds")[0] == []


def test_same_refund_at_once_is_a_conflict(mollie, api, world):
    path = f"/payments/{pay(mollie)['id']}/refunds"
    body = {"amount": {"currency": "EUR", "value": "4.00"}}
    assert api.post(path, body).status_code == 201
    assert api.post(path, body).status_code == 409
    world.clock.advance(minutes=1)
    assert api.post(path, body).status_code == 201


def test_repeated_key_replays_the_first_answer(mollie, api, world):
    path = f"/payments/{pay(mollie)['id']}/refunds"
    body = {"amount": {"currency": "EUR", "value": "4.00"}}
    first = api.post(path, body, Idempotency_Key="k1")
    again = api.post(path, body, Idempotency_Key="k1")
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api.rows("/refunds")[0]) == 1
    world.clock.advance(hours=1)
    assert api.post(path, body, Idempotency_Key="k1").json["id"] != first.json["id"]


def test_refund_with_a_lost_answer_is_safe_to_repeat(mollie, api, world):
    path = f"/payments/{pay(mollie)['id']}/refunds"
    body = {"amount": {"currency": "EUR", "value": "4.00"}}
    world.faults.break_("mollie", "answer_lost", times=1)
    with pytest.raises(AnswerLost):
        api.post(path, body, Idempotency_Key="k1")
    assert api.post(path, body, Idempotency_Key="k1").status_code == 201
    assert len(api.rows("/refunds")[0]) == 1


# === Lists ===


def test_transactions_come_newest_first_in_pages(mollie, api):
    for number in range(1, 8):
        pay(mollie, f"{number}.00")
    mollie.settle()
    rows, pages = api.rows("/balances/primary/transactions?limit=3")
    values = [euros(row, "initialAmount") for row in rows]
    assert values == ["7.00", "6.00", "5.00", "4.00", "3.00", "2.00", "1.00"]
    assert pages == 3


def test_from_is_part_of_its_page(mollie, api):
    for _number in range(3):
        pay(mollie)
    _oldest, middle, _newest = mollie.settle()
    path = f"/balances/primary/transactions?from={middle['id']}&limit=1"
    answer = api.get(path).json
    (row,) = answer["_embedded"]["balance_transactions"]
    assert row["id"] == middle["id"]
    assert answer["_links"]["previous"]["href"].endswith("limit=1")
    assert answer["count"] == 1


def test_payments_can_come_oldest_first(mollie, api):
    ids = [pay(mollie)["id"] for _number in range(3)]
    rows, pages = api.rows("/payments?sort=asc&limit=2")
    assert ([row["id"] for row in rows], pages) == (ids, 2)


@pytest.mark.parametrize("query", ["limit=0", "limit=251", "limit=x", "from=tr_none"])
def test_wrong_page_is_refused(api, query):
    assert api.get(f"/payments?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/payments/tr_none",
        "/payments/tr_none/refunds",
        "/balances/bal_none",
        "/balances/bal_none/transactions",
        "/settlements/stl_none",
        "/invoices/inv_none",
        "/nothing",
    ],
)
def test_what_does_not_exist_is_not_found(api, path):
    response = api.get(path)
    assert (response.status_code, response.json["status"]) == (404, 404)


def test_settlements_are_found_by_reference_and_filters(mollie, api):
    pay(mollie)
    mollie.settle()
    settlement = mollie.payout()
    by_reference = api.get(f"/settlements/{settlement['reference']}").json
    assert by_reference["id"] == settlement["id"]
    for query, found in [
        (f"balanceId={mollie.balance()['id']}", 1),
        ("balanceId=bal_none", 0),
        ("year=2026&month=11", 1),
        ("year=2026&month=10", 0),
        ("currencies=EUR,USD", 1),
        ("currencies=USD", 0),
    ]:
        assert len(api.rows(f"/settlements?{query}")[0]) == found, query


def test_open_settlement_counts_what_waits_and_next_does_not(mollie, api):
    pay(mollie)
    mollie.settle()
    pay(mollie)
    assert euros(api.get("/settlements/open").json) == "19.22"
    assert euros(api.get("/settlements/next").json) == "9.61"


def test_balances_of_one_currency(mollie, api):
    mollie.pay(mollie.create_payment("5.00", "USD")["id"])
    assert [row["currency"] for row in api.rows("/balances")[0]] == ["USD", "EUR"]
    assert len(api.rows("/balances?currency=USD")[0]) == 1


# === The balance report ===


def test_report_opens_where_the_day_before_closed(mollie, api, world):
    pay(mollie, "100.00")
    world.clock.advance(days=1)
    mollie.settle()
    pay(mollie, "50.00")
    world.clock.advance(days=1)
    mollie.settle()
    mollie.payout()
    days = [_report(api, day) for day in ("2026-11-02", "2026-11-03", "2026-11-04")]
    available = [_open_close(day["availableBalance"]) for day in days]
    pending = [_open_close(day["pendingBalance"]) for day in days]
    assert available == [("0.00", "0.00"), ("0.00", "99.61"), ("99.61", "0.00")]
    assert pending == [("0.00", "99.61"), ("99.61", "49.61"), ("49.61", "0.00")]
    for totals in days:
        balance = totals["availableBalance"]
        moves = ("open", "movedFromPending", "immediatelyAvailable")
        total = sum(Decimal(euros(balance[name])) for name in moves)
        assert Decimal(euros(balance["close"])) == total


def _report(api, day, grouping="status-balances"):
    until = f"{day[:-2]}{int(day[-2:]) + 1:02d}"
    query = f"from={day}&until={until}&grouping={grouping}"
    return api.get(f"/balances/primary/report?{query}").json["totals"]


def _open_close(part):
    return euros(part["open"]), euros(part["close"])


def test_report_by_category_splits_payments_fees_and_payouts(mollie, api):
    pay(mollie, "100.00")
    mollie.settle()
    mollie.payout()
    totals = _report(api, "2026-11-02", "transaction-categories")
    assert euros(totals["payments"]["movedToAvailable"]) == "100.00"
    assert euros(totals["fee-prepayments"]["movedToAvailable"]) == "-0.39"
    assert euros(totals["transfers"]["immediatelyAvailable"]) == "-99.61"
    assert euros(totals["close"]["available"]) == "0.00"


@pytest.mark.parametrize(
    "query, field",
    [
        ("until=2026-11-02", "from"),
        ("from=2026-11-02&until=soon", "until"),
        ("from=2026-11-02&until=2026-11-01", "until"),
        ("from=2026-11-01&until=2026-11-02&grouping=colour", "grouping"),
    ],
)
def test_wrong_report_is_refused(api, query, field):
    response = api.get(f"/balances/primary/report?{query}")
    assert (response.status_code, response.json["field"]) == (422, field)


def test_pdf_of_a_bill_is_behind_its_link(mollie, api):
    pay(mollie)
    mollie.settle()
    invoice = mollie.bill()
    address = api.get(f"/invoices/{invoice['id']}").json["_links"]["pdf"]["href"]
    client = Client(mollie)
    answer = client.get(urlsplit(address).path)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-") and b"%%EOF" in answer.data
    assert invoice["reference"].encode() in answer.data
    assert client.get("/merchant/download/invoice/inv_none").status_code == 404
    assert client.get("/v2/invoices").status_code == 401

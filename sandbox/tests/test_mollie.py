"""Money at the simulated Mollie: paid, settled, given back, paid out."""

import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from sandbox.clock import ManualClock
from sandbox.mollie import MollieApp
from sandbox.mollie.errors import Refused
from sandbox.mollie.webhooks import signature
from sandbox.world import World

from .mollie_api import Api, euros


def paid(mollie, amount="121.00", method="ideal", **details):
    """Return a payment the customer has paid."""
    payment = mollie.create_payment(amount, method=method, **details)
    return mollie.pay(payment["id"])


def money(mollie, currency="EUR"):
    balance = mollie.balance(currency)
    return balance["available"], balance["pending"], balance["paid_out"]


# === Paying ===


def test_open_payment_leads_to_the_checkout_page(mollie):
    payment = mollie.create_payment("10.00", description="rABC", method="ideal")
    assert payment["status"] == "open"
    checkout = payment["_links"]["checkout"]["href"]
    assert checkout == f"http://127.0.0.1:8100/pay/{payment['id']}"
    assert payment["id"].startswith("tr_") and len(payment["id"]) == 13


def test_paid_money_is_pending_until_it_is_settled(mollie):
    payment = paid(mollie)
    assert (payment["status"], payment["paidAt"]) == (
        "paid",
        "2026-11-02T09:00:00+00:00",
    )
    assert money(mollie) == ("0.00", "120.61", "0.00")
    assert mollie.transactions() == []
    mollie.settle()
    assert money(mollie) == ("120.61", "0.00", "0.00")


@pytest.mark.parametrize("status", ["failed", "expired", "canceled"])
def test_unpaid_payment_moves_no_money(mollie, status):
    payment = mollie.create_payment("10.00")
    assert mollie.fail(payment["id"], status)["status"] == status
    assert mollie.settle() == []
    assert money(mollie) == ("0.00", "0.00", "0.00")


def test_payment_is_paid_only_once(mollie):
    payment = paid(mollie)
    with pytest.raises(Refused):
        mollie.pay(payment["id"])
    with pytest.raises(Refused):
        mollie.fail(payment["id"])


@pytest.mark.parametrize(
    "method, amount, fee",
    [
        ("ideal", "121.00", "-0.39"),
        ("creditcard", "60.50", "-1.63"),
        ("bancontact", "10.00", "-0.48"),
        ("klarna", "100.00", "-4.05"),
    ],
)
def test_fee_is_withheld_with_vat_and_rounded_up(mollie, method, amount, fee):
    payment = paid(mollie, amount, method)
    (line,) = mollie.settle()
    assert line["type"] == "payment"
    assert line["context"] == {"paymentId": payment["id"]}
    assert euros(line, "initialAmount") == amount
    assert line["deductionDetails"] == {"fees": {"currency": "EUR", "value": fee}}
    result = Decimal(amount) + Decimal(fee)
    assert Decimal(euros(line, "resultAmount")) == result


@pytest.mark.parametrize("method", ["paypal", "giftcard"])
def test_what_others_pay_out_never_reaches_the_balance(mollie, method):
    payment = paid(mollie, method=method)
    assert "settlementAmount" not in payment
    assert mollie.settle() == []
    refund = mollie.refund(payment["id"])
    assert refund["status"] == "refunded"
    assert money(mollie) == ("0.00", "0.00", "0.00")


def test_every_currency_has_its_own_balance(mollie):
    paid(mollie, "50.00")
    paid(mollie, "43.38", currency="USD")
    mollie.settle()
    assert money(mollie)[0] == "49.61"
    assert money(mollie, "USD")[0] == "42.99"
    (line,) = mollie.transactions("USD")
    assert line["resultAmount"]["currency"] == "USD"


# === Giving back ===


def test_refund_leaves_the_balance_when_settled(mollie):
    payment = paid(mollie)
    mollie.settle()
    refund = mollie.refund(payment["id"], "20.00", "Broken cup")
    assert refund["status"] == "pending"
    (line,) = mollie.settle()
    assert line["type"] == "refund"
    assert line["context"] == {"paymentId": payment["id"], "refundId": refund["id"]}
    assert euros(line, "resultAmount") == "-20.31"
    after = mollie.payment(payment["id"])
    assert (euros(after, "amountRefunded"), euros(after, "amountRemaining")) == (
        "20.00",
        "101.00",
    )


def test_refund_waits_while_the_balance_is_empty(mollie):
    payment = paid(mollie)
    mollie.settle()
    mollie.payout()
    mollie.refund(payment["id"], "20.00")
    assert mollie.settle() == []
    paid(mollie, "50.00")
    assert [line["type"] for line in mollie.settle()] == ["payment"]
    assert [line["type"] for line in mollie.settle()] == ["refund"]


def test_no_more_is_refunded_than_was_paid(mollie):
    payment = paid(mollie, "50.00")
    mollie.refund(payment["id"], "30.00")
    with pytest.raises(Refused):
        mollie.refund(payment["id"], "20.01")
    assert euros(mollie.refund(payment["id"])) == "20.00"


def test_refund_can_come_back(mollie):
    payment = paid(mollie)
    refund = mollie.refund(payment["id"], "20.00")
    mollie.settle()
    assert mollie.return_refund(refund["id"])["status"] == "failed"
    line = mollie.transactions()[-1]
    assert (line["type"], euros(line, "resultAmount")) == ("returned-refund", "20.00")
    assert euros(mollie.payment(payment["id"]), "amountRemaining") == "121.00"


def test_chargeback_takes_the_money_and_a_reversal_brings_it_back(mollie):
    payment = paid(mollie)
    mollie.settle()
    chargeback = mollie.chargeback(payment["id"])
    context = {"paymentId": payment["id"], "chargebackId": chargeback["id"]}
    assert mollie.transactions()[-1]["context"] == context
    assert money(mollie)[0] == "-0.39"
    assert euros(mollie.payment(payment["id"]), "amountChargedBack") == "121.00"
    reversed_one = mollie.reverse_chargeback(chargeback["id"])
    assert reversed_one["reversedAt"] == "2026-11-02T09:00:00+00:00"
    assert mollie.transactions()[-1]["type"] == "chargeback-reversal"
    assert money(mollie)[0] == "120.61"
    with pytest.raises(Refused):
        mollie.reverse_chargeback(chargeback["id"])


# === Paying out ===


def test_payout_empties_the_balance_into_one_settlement(mollie):
    first, second = paid(mollie), paid(mollie, "60.50", "creditcard")
    refund = mollie.refund(first["id"], "20.00")
    mollie.settle()
    settlement = mollie.payout()
    transfer = mollie.transactions()[-1]
    assert settlement["reference"] == "1234567.2611.01"
    assert euros(settlement) == "159.17"
    assert (transfer["type"], euros(transfer, "resultAmount")) == (
        "outgoing-transfer",
        "-159.17",
    )
    assert transfer["context"]["settlementId"] == settlement["id"]
    assert money(mollie) == ("0.00", "0.00", "159.17")
    for payment in (first, second):
        assert mollie.payment(payment["id"])["settlementId"] == settlement["id"]
    path = f"/settlements/{settlement['id']}/refunds"
    assert [row["id"] for row in Api(mollie).rows(path)[0]] == [refund["id"]]


def test_periods_of_a_settlement_name_revenue_and_costs(mollie):
    paid(mollie)
    paid(mollie)
    mollie.settle()
    month = mollie.payout()["periods"]["2026"]["11"]
    (revenue,), (cost,) = month["revenue"], month["costs"]
    assert (revenue["method"], revenue["count"]) == ("ideal", 2)
    assert euros(revenue, "amountGross") == "242.0000"
    assert euros(cost, "amountNet") == "0.6400"
    assert euros(cost, "amountVat") == "0.1344"


def test_payouts_of_a_month_are_numbered(mollie, world):
    references = []
    for _day in range(2):
        paid(mollie)
        mollie.settle()
        references.append(mollie.payout()["reference"])
    world.clock.advance(days=30)
    paid(mollie)
    mollie.settle()
    references.append(mollie.payout()["reference"])
    assert references == ["1234567.2611.01", "1234567.2611.02", "1234567.2612.01"]


def test_months_are_those_of_amsterdam():
    new_year = ManualClock(datetime(2026, 12, 31, 23, 30, tzinfo=timezone.utc))
    mollie = MollieApp(World(clock=new_year))
    paid(mollie)
    mollie.settle()
    settlement = mollie.payout()
    assert settlement["reference"] == "1234567.2701.01"
    assert list(settlement["periods"]) == ["2027"]


def test_nothing_available_is_not_paid_out(mollie):
    paid(mollie)
    assert mollie.payout() is None


def test_balance_is_the_sum_of_its_transactions(mollie):
    for amount in ("121.00", "60.50", "0.99"):
        paid(mollie, amount)
    mollie.settle()
    mollie.payout()
    payment = paid(mollie, "242.00", "creditcard")
    mollie.settle()
    mollie.chargeback(payment["id"], "42.00")
    mollie.book("balance-correction", "-1.00")
    total = sum(Decimal(euros(t, "resultAmount")) for t in mollie.transactions())
    assert str(total) == mollie.balance()["available"]


# === Mollie's own bill ===


def test_bill_has_exact_vat_and_gives_back_what_was_rounded(mollie):
    payment = paid(mollie)
    paid(mollie, "60.50", "creditcard")
    mollie.refund(payment["id"], "20.00")
    mollie.settle()
    before = Decimal(mollie.balance()["available"])
    invoice = mollie.bill()
    assert [euros(line) for line in invoice["lines"]] == ["0.32", "1.34", "0.25"]
    amounts = [euros(invoice, f"{name}Amount") for name in ("net", "vat", "gross")]
    assert amounts == ["1.91", "0.40", "2.31"]
    line = mollie.transactions()[-1]
    assert line["type"] == "invoice-compensation"
    assert line["context"] == {"invoiceId": invoice["id"]}
    withheld = Decimal("0.39") + Decimal("1.63") + Decimal("0.31")
    assert Decimal(mollie.balance()["available"]) == before + withheld - Decimal("2.31")


def test_fees_are_billed_once(mollie):
    assert mollie.bill() is None
    paid(mollie)
    mollie.settle()
    assert mollie.bill("2026-10") is None
    assert mollie.bill("2026-11")
    assert mollie.bill("2026-11") is None


# === Webhooks ===


def test_classic_webhook_says_only_which_payment(mollie, world):
    payment = paid(mollie, webhook_url="http://shop/paid")
    (message,) = world.outbox.waiting
    assert message["url"] == "http://shop/paid"
    assert message["body"] == f"id={payment['id']}".encode()
    assert "X-Mollie-Signature" not in message["headers"]


def test_event_of_a_new_transaction_is_signed(mollie, world):
    world.state["settings"]["mollie_webhook_url"] = "http://odoo/mollie"
    paid(mollie)
    (line,) = mollie.settle()
    (message,) = world.outbox.waiting
    event = json.loads(message["body"])
    assert message["headers"]["X-Mollie-Signature"] == signature(message["body"])
    assert (event["type"], event["entityId"]) == (
        "balance-transaction.created",
        line["id"],
    )


def test_money_that_leaves_sends_no_transaction_event(mollie, world):
    payment = paid(mollie)
    mollie.settle()
    world.state["settings"]["mollie_webhook_url"] = "http://odoo/mollie"
    mollie.chargeback(payment["id"], "1.00")
    mollie.payout()
    types = [json.loads(m["body"])["type"] for m in world.outbox.waiting]
    assert types == ["chargeback.received"]


def test_signature_is_hex_with_its_method():
    digest = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
    assert signature(b'{"key": "value"}', "secretkey") == f"sha256={digest}"


# === The state is plain JSON ===


def test_state_survives_on_disk(tmp_path):
    file = tmp_path / "world.json"
    world = World(clock=ManualClock(), path=str(file))
    payment = paid(MollieApp(world))
    world.save()
    later = MollieApp(World(clock=ManualClock(), path=str(file)))
    assert later.payment(payment["id"]) == payment
    later.settle()
    assert euros(later.payout()) == "120.61"


def test_the_same_steps_give_the_same_ids(mollie):
    again = MollieApp(World(clock=ManualClock()))
    assert paid(mollie) == paid(again)
    assert mollie.settle() == again.settle()

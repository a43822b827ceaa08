"""Payments, refunds and chargebacks, from the checkout to the balance."""

from datetime import datetime, timedelta
from decimal import Decimal

from . import fees, ids, webhooks
from .errors import Refused, not_found
from .money import ZERO, amount, exchange

FAILURES = {"failed": "failedAt", "expired": "expiredAt", "canceled": "canceledAt"}
#: states of a refund that has not left yet, and of one that never arrived
WAITING = ("queued", "pending")
GONE = ("failed", "canceled")
_SAME_REFUND = timedelta(seconds=10)


class Payments:
    """All payments of one merchant, with what was given or taken back."""

    def __init__(self, world, section, balances):
        self.world = world
        self.section = section
        self.balances = balances

    def get(self, payment_id):
        """Return a payment, or refuse with 404."""
        if payment_id not in self.section["payments"]:
            raise not_found("payment", payment_id)
        return self.section["payments"][payment_id]

    def refunds(self, payment_id=None):
        """Return the refunds of a payment, or all, oldest first."""
        return self._of("refunds", payment_id)

    def chargebacks(self, payment_id=None):
        """Return the chargebacks of a payment, or all, oldest first."""
        return self._of("chargebacks", payment_id)

    def captures(self, payment_id=None):
        """Return the captures of a payment, or all, oldest first."""
        return self._of("captures", payment_id)

    def _of(self, kind, payment_id):
        rows = self.section[kind].values()
        return [row for row in rows if payment_id in (None, row["paymentId"])]

    def create(self, value, currency, **details):
        """Open a payment; ``details`` are further fields of it."""
        payment = {
            "id": ids.new(self.world, "tr"),
            "mode": "live",
            "createdAt": webhooks.moment(self.world),
            "amount": amount(value, currency),
            "description": "",
            "method": None,
            "metadata": None,
            "redirectUrl": None,
            "webhookUrl": None,
            "settleIn": None,
            "status": "open",
            "settlementId": None,
            **details,
        }
        self.section["payments"][payment["id"]] = payment
        return payment

    def pay(self, payment_id, voucher=None):
        """The customer paid: the money waits on its way to the balance.

        :param voucher: what a voucher paid of it, which its issuer pays out
        """
        payment = self._still_open(payment_id)
        payment["method"] = payment["method"] or "ideal"
        if voucher:
            _use_voucher(payment, Decimal(voucher))
        payment.update(status="paid", paidAt=webhooks.moment(self.world))
        if self._reaches_balance(payment):
            self._wait(payment, "payment", settled_part(payment))
        webhooks.payment_changed(self.world, payment)
        return payment

    def authorize(self, payment_id):
        """The customer may pay later (Klarna): money moves with each capture."""
        payment = self._still_open(payment_id)
        payment["method"] = payment["method"] or "klarna"
        payment.update(status="authorized", authorizedAt=webhooks.moment(self.world))
        webhooks.payment_changed(self.world, payment)
        return payment

    def capture(self, payment_id, value=None):
        """Take a part of an authorised payment, or all that is left of it."""
        payment = self.get(payment_id)
        left = Decimal(payment["amount"]["value"]) - self.captured(payment)
        value = left if value is None else Decimal(value)
        if payment["status"] != "authorized" or not ZERO < value <= left:
            raise Refused(
                422, "The amount is higher than what was authorized", "amount"
            )
        capture = {
            "id": ids.new(self.world, "cpt"),
            "paymentId": payment_id,
            "mode": payment["mode"],
            "createdAt": webhooks.moment(self.world),
            "amount": amount(value, payment["amount"]["currency"]),
            "status": "succeeded",
            "settlementId": None,
        }
        self.section["captures"][capture["id"]] = capture
        if value == left:
            payment.update(status="paid", paidAt=webhooks.moment(self.world))
        self._wait(payment, "capture", value, captureId=capture["id"])
        webhooks.payment_changed(self.world, payment)
        return capture

    def captured(self, payment):
        """Return how much of an authorised payment was taken."""
        return _total(self.captures(payment["id"]))

    def fail(self, payment_id, status):
        """The customer did not pay; ``status`` is failed, expired or canceled."""
        payment = self._still_open(payment_id)
        payment.update(
            {"status": status, FAILURES[status]: webhooks.moment(self.world)}
        )
        webhooks.payment_changed(self.world, payment)
        return payment

    def _still_open(self, payment_id):
        payment = self.get(payment_id)
        if payment["status"] != "open":
            raise Refused(422, f"The payment is already {payment['status']}")
        return payment

    def _reaches_balance(self, payment):
        elsewhere = _settling_method(payment) in fees.SETTLED_ELSEWHERE
        return payment["mode"] == "live" and not elsewhere

    def _wait(self, payment, kind, value, **context):
        context = {"paymentId": payment["id"], **context}
        currency, value = self.on_balance(payment, value)
        self.balances.wait(currency, kind, value, _settling_method(payment), context)

    def on_balance(self, payment, value):
        """Return ``(currency, value)`` of a part of a payment on its balance."""
        paid = payment["amount"]["currency"]
        currency = payment.get("settleIn") or paid
        return currency, exchange(value, paid, currency)

    def refund(self, payment_id, value=None, description="", metadata=None):
        """Give back a part of a payment, or all that is left of it."""
        payment = self.get(payment_id)
        left = self.remaining(payment)
        value = left if value is None else Decimal(value)
        if payment["status"] != "paid" or not ZERO < value <= left:
            detail = "The amount is higher than the amount that can be refunded"
            raise Refused(422, detail, "amount")
        refund = {
            "id": ids.new(self.world, "re"),
            "paymentId": payment_id,
            "mode": payment["mode"],
            "createdAt": webhooks.moment(self.world),
            "amount": amount(value, payment["amount"]["currency"]),
            "description": description,
            "metadata": metadata,
            "status": "pending",
            "settlementId": None,
        }
        self.section["refunds"][refund["id"]] = refund
        if self._reaches_balance(payment):
            refund["status"] = self._waits_for_money(payment, value)
            self._wait(payment, "refund", -value, refundId=refund["id"])
        else:
            refund["status"] = "refunded"
        webhooks.payment_changed(self.world, payment)
        return refund

    def _waits_for_money(self, payment, value):
        """Return the status of a new refund: queued where the balance is too low."""
        currency, value = self.on_balance(payment, value)
        enough = self.balances.free(self.balances.of_currency(currency)) >= value
        return "pending" if enough else "queued"

    def cancel_refund(self, refund_id, status="canceled"):
        """A refund that waits is withdrawn, or fails, before any money moved."""
        refund = self.section["refunds"][refund_id]
        if refund["status"] not in WAITING:
            raise Refused(422, f"The refund is already {refund['status']}")
        refund["status"] = status
        payment = self.get(refund["paymentId"])
        currency, _value = self.on_balance(payment, ZERO)
        self.balances.forget(currency, "refundId", refund_id)
        webhooks.payment_changed(self.world, payment)
        return refund

    def check_not_repeated(self, payment_id, value, description, metadata):
        """Refuse the same refund twice within seconds."""
        now = self.world.now()
        for refund in self.refunds(payment_id):
            same = (
                Decimal(refund["amount"]["value"]) == value
                and refund["description"] == description
                and refund["metadata"] == metadata
            )
            age = now - datetime.fromisoformat(refund["createdAt"])
            if same and age < _SAME_REFUND:
                raise Refused(409, "A duplicate refund has been detected")

    def return_refund(self, refund_id):
        """The customer's bank sent a refund back."""
        refund = self.section["refunds"][refund_id]
        refund["status"] = "failed"
        payment = self.get(refund["paymentId"])
        context = {"paymentId": payment["id"], "refundId": refund_id}
        value = Decimal(refund["amount"]["value"])
        currency, value = self.on_balance(payment, value)
        self.balances.book(
            currency, "returned-refund", value, context, payment["method"]
        )
        webhooks.payment_changed(self.world, payment)
        return refund

    def chargeback(self, payment_id, value=None):
        """The customer's bank takes money back, at once."""
        payment = self.get(payment_id)
        value = self.remaining(payment) if value is None else Decimal(value)
        if payment["status"] != "paid" or not ZERO < value <= self.remaining(payment):
            raise Refused(422, "There is nothing to charge back", "amount")
        chargeback = {
            "id": ids.new(self.world, "chb"),
            "paymentId": payment_id,
            "createdAt": webhooks.moment(self.world),
            "amount": amount(value, payment["amount"]["currency"]),
            "reason": {"code": "MD06", "description": "Refund request by the payer"},
            "reversedAt": None,
            "settlementId": None,
        }
        self.section["chargebacks"][chargeback["id"]] = chargeback
        self._book_chargeback(payment, chargeback, "chargeback", -value)
        webhooks.event(self.world, "chargeback.received", chargeback["id"])
        return chargeback

    def reverse_chargeback(self, chargeback_id):
        """The merchant won: the money comes back."""
        chargeback = self.section["chargebacks"][chargeback_id]
        if chargeback["reversedAt"]:
            raise Refused(422, "The chargeback is already reversed")
        chargeback["reversedAt"] = webhooks.moment(self.world)
        payment = self.get(chargeback["paymentId"])
        value = Decimal(chargeback["amount"]["value"])
        self._book_chargeback(payment, chargeback, "chargeback-reversal", value)
        webhooks.event(self.world, "chargeback.reversed", chargeback["id"])
        return chargeback

    def _book_chargeback(self, payment, chargeback, kind, value):
        if self._reaches_balance(payment):
            context = {"paymentId": payment["id"], "chargebackId": chargeback["id"]}
            currency, value = self.on_balance(payment, value)
            self.balances.book(currency, kind, value, context, payment["method"])
        webhooks.payment_changed(self.world, payment)

    def refunded(self, payment):
        """Return how much of a payment was given back."""
        rows = self.refunds(payment["id"])
        return _total(row for row in rows if row["status"] not in GONE)

    def charged_back(self, payment):
        """Return how much of a payment was taken back by the customer's bank."""
        rows = self.chargebacks(payment["id"])
        return _total(row for row in rows if not row["reversedAt"])

    def remaining(self, payment):
        """Return what can still be refunded."""
        value = Decimal(payment["amount"]["value"])
        return value - self.refunded(payment) - self.charged_back(payment)

    def settled(self, transactions):
        """Take note that refunds have left with these balance transactions."""
        for line in transactions:
            refund = self.section["refunds"].get(line["context"].get("refundId"))
            if refund and refund["status"] in WAITING:
                refund["status"] = "refunded"
                payment = self.get(refund["paymentId"])
                webhooks.payment_changed(self.world, payment)

    def paid_out(self, lines):
        """Write the settlement on everything that it contains."""
        for line in lines:
            if line["type"] in _PARTS:
                rows, key = _PARTS[line["type"]]
                row = self.section[rows][line["context"][key]]
                row["settlementId"] = line["settlementId"]


_PARTS = {
    "payment": ("payments", "paymentId"),
    "capture": ("captures", "captureId"),
    "refund": ("refunds", "refundId"),
    "chargeback": ("chargebacks", "chargebackId"),
}


def _use_voucher(payment, value):
    whole, currency = Decimal(payment["amount"]["value"]), payment["amount"]["currency"]
    voucher = {"issuer": "ecocheques", "amount": amount(value, currency)}
    payment["details"] = {
        "vouchers": [voucher],
        "remainderAmount": amount(whole - value, currency),
        "remainderMethod": payment["method"],
    }
    payment["method"] = "voucher"


def _settling_method(payment):
    """Return the method whose money comes: of a voucher's rest, that of the rest."""
    return payment.get("details", {}).get("remainderMethod") or payment["method"]


def settled_part(payment):
    """Return what of a payment Mollie pays out, in the payment's currency."""
    rest = payment.get("details", {}).get("remainderAmount") or payment["amount"]
    return Decimal(rest["value"])


def _total(rows):
    return sum((Decimal(row["amount"]["value"]) for row in rows), ZERO)

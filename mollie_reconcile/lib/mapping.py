"""Mollie's payloads as small objects that the books can rely on."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial

import pytz
from dateutil.parser import isoparse

from odoo.addons.o2c_base.lib.errors import RejectedError, Sentence

from .const import TIME_ZONE

_ = partial(Sentence, __name__)

#: the kinds of deduction that Mollie tells apart, in the order they are booked
DEDUCTIONS = ("fees", "commissions", "reservations", "repayments")


@dataclass(frozen=True)
class Amount:
    """Money as Mollie writes it."""

    value: Decimal
    currency: str


@dataclass(frozen=True)
class Part:
    """One bank line of a balance transaction: ``gross``, ``fees``, …"""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class Balance:
    """A balance and what stands on it.

    :param frequency: on which days it is paid out, in Mollie's words
    """

    id: str
    currency: str
    available: Decimal
    pending: Decimal
    frequency: str | None = None


@dataclass(frozen=True)
class BalanceTransaction:
    """One movement on a balance.

    :param initial: the movement before deductions
    :param result: what changed on the balance
    :param deductions: total withheld, negative; ``None`` when Mollie says nothing
    :param details: the deductions by kind, empty when Mollie does not tell
    :param context: ids of what moved: ``paymentId``, ``refundId``, ``settlementId``…
    """

    id: str
    type: str
    created_at: datetime
    initial: Amount
    result: Amount
    deductions: Amount | None
    details: tuple[tuple[str, Amount], ...]
    context: dict

    @property
    def payment_id(self):
        """Id ``tr_…`` of the payment it is about, if any."""
        return self.context.get("paymentId")

    @property
    def refund_id(self):
        """Id ``re_…`` of the refund it is about, if any."""
        return self.context.get("refundId")

    @property
    def parts(self):
        """The bank lines that make it up; never one net line.

        They always sum up to :attr:`result`. Where Mollie's own figures do not add
        up, the only part is ``result``, for a person to look at.
        """
        deductions = self.details
        if not deductions and self.deductions:
            deductions = (("deductions", self.deductions),)
        parts = (("gross", self.initial), *deductions)
        same_currency = all(a.currency == self.result.currency for _name, a in parts)
        total = sum((amount.value for _name, amount in parts), Decimal(0))
        if not same_currency or total != self.result.value:
            parts = (("result", self.result),)
        return tuple(Part(name, a.value) for name, a in parts if a.value)


@dataclass(frozen=True)
class BillLine:
    """A row of Mollie's bill: fees of one kind in one month (``2026-11``)."""

    period: str
    description: str
    count: int
    vat_percentage: float
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """Mollie's bill for the fees it has kept, ``inv_…``."""

    id: str
    reference: str
    issued_on: date
    currency: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    lines: tuple[BillLine, ...]


def parse_bill(payload):
    """Return the :class:`Bill` of Mollie's JSON."""
    with readable("bill"):
        net = amount_of(payload["netAmount"])
        return Bill(
            id=payload["id"],
            reference=payload["reference"],
            issued_on=isoparse(payload["issuedAt"]).date(),
            currency=net.currency,
            net=net.value,
            vat=amount_of(payload["vatAmount"]).value,
            gross=amount_of(payload["grossAmount"]).value,
            lines=tuple(map(_bill_line, payload["lines"])),
        )


def _bill_line(payload):
    return BillLine(
        period=payload["period"],
        description=payload["description"],
        count=payload["count"],
        vat_percentage=float(payload["vatPercentage"]),
        amount=amount_of(payload["amount"]).value,
    )


def parse_balance(payload):
    """Return the :class:`Balance` of Mollie's JSON."""
    with readable("balance"):
        available = amount_of(payload["availableAmount"])
        return Balance(
            id=payload["id"],
            currency=available.currency,
            available=available.value,
            pending=amount_of(payload["pendingAmount"]).value,
            frequency=payload.get("transferFrequency"),
        )


def parse_settlement_amount(payload):
    """Return the :class:`Amount` of a settlement, ``None`` if it has none."""
    with readable("settlement"):
        return amount_of(payload["amount"]) if payload.get("amount") else None


def parse_transaction(payload):
    """Return the :class:`BalanceTransaction` of Mollie's JSON."""
    with readable("balance transaction"):
        deductions = payload.get("deductions")
        details = payload.get("deductionDetails") or {}
        return BalanceTransaction(
            id=payload["id"],
            type=payload["type"],
            created_at=isoparse(payload["createdAt"]).astimezone(pytz.utc),
            initial=amount_of(payload["initialAmount"]),
            result=amount_of(payload["resultAmount"]),
            deductions=amount_of(deductions) if deductions else None,
            details=tuple((name, amount_of(details[name])) for name in _kinds(details)),
            context=flat_context(payload),
        )


def _kinds(details):
    known = [name for name in DEDUCTIONS if details.get(name)]
    return known + sorted(set(details) - set(DEDUCTIONS))


def parse_original(payload):
    """Return the :class:`Amount` that the customer of a payment or refund sees."""
    with readable("payment"):
        return amount_of(payload["amount"])


def parse_voucher(payload):
    """Return the :class:`Amount` that vouchers or gift cards paid of a payment.

    https://docs.mollie.com/reference/get-payment: ``details.remainderAmount`` is what
    was left after all of them. ``None`` where there were none, or nothing was left.
    """
    with readable("payment"):
        rest = (payload.get("details") or {}).get("remainderAmount")
        if not rest:
            return None
        whole, rest = amount_of(payload["amount"]), amount_of(rest)
    return Amount(whole.value - rest.value, whole.currency)


def flat_context(payload):
    """Return the ids of what moved.

    Mollie's schema nests them under the type (``context.payment.paymentId``), all
    its examples and its answers are flat: both are read.
    """
    flat = {}
    for key, value in (payload.get("context") or {}).items():
        flat.update(value if isinstance(value, dict) else {key: value})
    return flat


def amount_of(payload):
    """Return the :class:`Amount` of ``{"value": "10.00", "currency": "EUR"}``."""
    return Amount(Decimal(payload["value"]), payload["currency"])


def local_date(moment):
    """Return the date that an aware ``moment`` has for Mollie."""
    return moment.astimezone(pytz.timezone(TIME_ZONE)).date()


@contextmanager
def readable(what):
    """Turn a payload without its required fields into a typed error."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        words = _("Mollie sent something that cannot be read: %s.", what)
        raise RejectedError(words, service="Mollie") from error

from datetime import date, datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib.mapping import (
    Part,
    flat_context,
    local_date,
    parse_balance,
    parse_transaction,
)


def eur(value):
    return {"currency": "EUR", "value": value}


def payload(**values):
    """Return a payment of 10.00 with a fee of 0.29, as Mollie sends it."""
    return {
        "resource": "balance-transaction",
        "id": "baltr_1",
        "type": "payment",
        "resultAmount": eur("9.71"),
        "initialAmount": eur("10.00"),
        "deductions": eur("-0.29"),
        "deductionDetails": {"fees": eur("-0.29")},
        "createdAt": "2026-12-31T23:30:00+00:00",
        "context": {"paymentId": "tr_1"},
        **values,
    }


@tagged("standard", "post_install", "-at_install")
class TestMapping(BaseCase):
    def parts(self, **values):
        parts = parse_transaction(payload(**values)).parts
        return {part.name: str(part.amount) for part in parts}

    def test_gross_and_fee_are_apart(self):
        self.assertEqual(
            parse_transaction(payload()).parts,
            (Part("gross", Decimal("10.00")), Part("fees", Decimal("-0.29"))),
        )

    def test_every_kind_of_deduction_is_a_part(self):
        details = {
            "reservations": eur("-0.09"),
            "fees": eur("-0.02"),
            "commissions": eur("-0.09"),
            "repayments": eur("-0.09"),
        }
        self.assertEqual(
            self.parts(deductionDetails=details),
            {
                "gross": "10.00",
                "fees": "-0.02",
                "commissions": "-0.09",
                "reservations": "-0.09",
                "repayments": "-0.09",
            },
        )

    def test_unknown_kind_of_deduction_is_not_lost(self):
        details = {"fees": eur("-0.20"), "levies": eur("-0.09")}
        self.assertEqual(
            self.parts(deductionDetails=details),
            {"gross": "10.00", "fees": "-0.20", "levies": "-0.09"},
        )

    def test_deductions_without_details_are_one_part(self):
        for details in (None, {}, {"fees": None}):
            self.assertEqual(
                self.parts(deductionDetails=details),
                {"gross": "10.00", "deductions": "-0.29"},
            )

    def test_figures_that_do_not_add_up_are_the_result_only(self):
        self.assertEqual(self.parts(resultAmount=eur("9.70")), {"result": "9.70"})

    def test_another_currency_is_the_result_only(self):
        foreign = {"currency": "USD", "value": "10.00"}
        self.assertEqual(self.parts(initialAmount=foreign), {"result": "9.71"})

    def test_no_deduction_is_no_part(self):
        self.assertEqual(
            self.parts(
                resultAmount=eur("10.00"), deductions=None, deductionDetails=None
            ),
            {"gross": "10.00"},
        )

    def test_nothing_moved_makes_no_part(self):
        nothing = eur("0.00")
        self.assertEqual(
            self.parts(
                initialAmount=nothing,
                resultAmount=nothing,
                deductions=None,
                deductionDetails=None,
            ),
            {},
        )

    def test_parts_always_sum_up_to_the_result(self):
        for result in ("9.71", "9.70", "0.00", "-3.00"):
            transaction = parse_transaction(payload(resultAmount=eur(result)))
            total = sum((part.amount for part in transaction.parts), Decimal(0))
            self.assertEqual(total, Decimal(result))

    def test_context_is_read_flat_and_nested(self):
        ids = {"paymentId": "tr_1", "refundId": "re_1"}
        self.assertEqual(flat_context({"context": ids}), ids)
        self.assertEqual(flat_context({"context": {"refund": ids}}), ids)
        self.assertEqual(
            flat_context({"context": {"payment": None}}), {"payment": None}
        )
        self.assertEqual(flat_context({"context": None}), {})
        self.assertEqual(flat_context({}), {})

    def test_dates_are_those_of_amsterdam(self):
        moment = parse_transaction(payload()).created_at
        self.assertEqual(moment, datetime(2026, 12, 31, 23, 30, tzinfo=timezone.utc))
        self.assertEqual(local_date(moment), date(2027, 1, 1))

    def test_older_way_of_writing_moments_is_read(self):
        old = parse_transaction(payload(createdAt="2018-04-06T06:00:01.0Z"))
        self.assertEqual(local_date(old.created_at), date(2018, 4, 6))

    def test_line_without_a_required_field_is_refused(self):
        for name in ("id", "type", "createdAt", "initialAmount", "resultAmount"):
            broken = payload()
            del broken[name]
            with self.assertRaisesRegex(RejectedError, "cannot be read"):
                parse_transaction(broken)

    def test_line_with_a_wrong_value_is_refused(self):
        for wrong in (
            {"createdAt": "yesterday"},
            {"resultAmount": {"currency": "EUR", "value": "ten"}},
            {"resultAmount": "10.00"},
        ):
            with self.assertRaises(RejectedError):
                parse_transaction(payload(**wrong))

    def test_balance_has_its_amounts(self):
        balance = parse_balance(
            {
                "id": "bal_1",
                "availableAmount": eur("905.25"),
                "pendingAmount": eur("0.00"),
            }
        )
        self.assertEqual(balance.available, Decimal("905.25"))
        self.assertEqual(balance.currency, "EUR")

    def test_garbage_is_no_balance(self):
        for garbage in ({}, [], None, {"id": "bal_1", "availableAmount": None}):
            with self.assertRaises(RejectedError):
                parse_balance(garbage)

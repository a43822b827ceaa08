from unittest.mock import patch

from odoo import _
from odoo.exceptions import UserError

from ..models.mollie_balance_transaction import MollieBalanceTransaction
from ..models.mollie_booking import MollieBooking
from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestOpenLines(MollieCase):
    def assertOpen(self, line, reason, *words):
        """The line waits on suspense, and says why in words that name ``words``."""
        self.assertEqual(line.state, "open")
        self.assertEqual(self.reasons(line), [reason])
        self.assertEqual(line.reason, self.open_exceptions(line).message)
        for word in words:
            self.assertIn(word, line.reason)
        self.assertInBalance()

    def test_payment_without_counterpart_is_matched_when_it_is_posted(self):
        self.pay(CODE, "121.00")
        self.fetch()
        line = self.lines()
        self.assertOpen(line, "no_payment_found", CODE, "121.00 EUR")
        self.assertEqual(self.ledger(self.journal.suspense_account_id), -121.0)
        invoice, payment = self.paid_invoice(CODE, 121.0)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.run_jobs()
        self.assertEqual(line.state, "booked")
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.ledger(self.journal.suspense_account_id), 0.0)
        self.assertFalse(line.reason)
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_payment_that_slipped_by_is_found_at_the_next_fetch(self):
        self.pay(CODE, "121.00")
        self.fetch()
        with patch.object(MollieBalanceTransaction, "_on_payments_posted"):
            invoice, _payment = self.paid_invoice(CODE, 121.0)
        self.assertEqual(self.run_jobs(), 0)
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.open_exceptions())

    def test_posting_other_payments_starts_nothing(self):
        self.pay(CODE, "121.00")
        self.fetch()
        self.payment("rOtherOtherOtherOtherOther", 121.0)
        self.payment(False, 121.0)
        self.assertEqual(self.run_jobs(), 0)

    def test_amount_alone_never_matches(self):
        self.pay(CODE, "121.00")
        self.paid_invoice("rOtherOtherOtherOtherOther", 121.0)
        self.paid_invoice(False, 121.0)
        self.fetch()
        self.assertOpen(self.lines(), "no_payment_found")

    def test_two_candidates_stay_open_and_are_both_named(self):
        one = self.payment(CODE, 121.0)
        two = self.payment(f"{CODE}.1", 121.0)
        self.pay(CODE, "121.00")
        self.fetch()
        self.assertOpen(self.lines(), "several_payments", one.name, two.name)
        self.assertFalse((one | two).filtered("is_matched"))
        two.action_draft()
        two.action_cancel()
        self.open_exceptions(self.lines()).action_retry()
        self.run_jobs()
        self.assertTrue(one.is_matched)
        self.assertFalse(self.open_exceptions())

    def test_amount_that_differs_by_a_cent_stays_open(self):
        payment = self.payment(CODE, 121.01)
        self.pay(CODE, "121.00")
        self.fetch()
        words = ("121.00 EUR", "121.01 EUR", payment.name)
        self.assertOpen(self.lines(), "amount_differs", *words)
        self.assertFalse(payment.is_matched)

    def test_amount_tells_payments_with_one_code_apart(self):
        first, second = self.payment(CODE, 40.0), self.payment(CODE, 60.0)
        self.pay(CODE, "60.00")
        self.fetch()
        self.assertFalse(first.is_matched)
        self.assertTrue(second.is_matched)

    def test_second_payment_of_one_order_does_not_take_the_first_ones_place(self):
        payment = self.payment(CODE, 121.0)
        self.pay(CODE, "121.00", settle=False)
        self.pay(CODE, "121.00", settle=False)
        self.mollie.settle()
        self.fetch()
        first, second = self.lines()
        self.assertEqual(first.state, "booked")
        self.assertOpen(second, "payment_matched", payment.name)
        self.assertTrue(payment.is_matched)

    def test_payment_in_another_journal_stays_open(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.journal.id)], limit=1
        )
        payment = self.payment(CODE, 121.0, journal_id=bank.id)
        self.pay(CODE, "121.00")
        self.fetch()
        words = (payment.name, bank.name, self.journal.name)
        self.assertOpen(self.lines(), "other_journal", *words)

    def test_draft_payment_is_no_counterpart(self):
        payment = self.payment(CODE, 121.0)
        payment.action_draft()
        self.pay(CODE, "121.00")
        self.fetch()
        self.assertOpen(self.lines(), "no_payment_found")
        payment.action_post()
        self.run_jobs()
        self.assertTrue(payment.is_matched)

    def test_type_nobody_knows_is_open_with_its_name(self):
        self.mollie.book("moon-tax", "-3.00")
        self.fetch()
        self.assertOpen(self.lines(), "to_assign", "moon-tax")

    def test_reservation_without_an_account_is_a_line_of_its_own_and_open(self):
        self.balance.reserve_account_id = False
        self.payment(CODE, 100.0)
        self.pay(CODE, "100.00")
        self.change_transaction(
            resultAmount="89.61",
            deductions="-10.39",
            deductionDetails={"fees": "-0.39", "reservations": "-10.00"},
        )
        self.fetch_without_proof()
        line = self.lines()
        amounts = {part.mollie_part: part.amount for part in line.line_ids}
        self.assertEqual(
            amounts, {"gross": 100.0, "fees": -0.39, "reservations": -10.0}
        )
        self.assertEqual(line.state, "open")
        self.assertIn("reservations", line.reason)
        self.assertIn("Choose the account of these amounts", line.advice)

    def test_figures_that_do_not_add_up_are_one_open_line(self):
        self.payment(CODE, 100.0)
        self.pay(CODE, "100.00")
        self.change_transaction(resultAmount="99.60")
        self.fetch_without_proof()
        line = self.lines()
        self.assertEqual(line.line_ids.mapped("mollie_part"), ["result"])
        self.assertEqual(line.line_ids.amount, 99.6)
        self.assertEqual(line.state, "open")
        self.assertIn("do not add up", line.reason)

    def change_transaction(self, **changes):
        """Let Mollie answer with other figures than those it keeps."""
        show = self.mollie._shown.__class__.transaction

        def money(value):
            return {"currency": "EUR", "value": value}

        def changed(presenter, line):
            shown = show(presenter, line)
            for name, value in changes.items():
                if isinstance(value, dict):
                    shown[name] = {key: money(part) for key, part in value.items()}
                else:
                    shown[name] = money(value)
            return shown

        self.patch(self.mollie._shown.__class__, "transaction", changed)

    def fetch_without_proof(self):
        """Fetch; the changed figures are not those of the sandbox's balance."""
        self.patch(type(self.balance), "_differs", lambda balance: False)
        self.patch(type(self.balance), "_opening", lambda *args: [])
        self.fetch()

    def test_line_assigned_by_a_person_is_booked_and_closes_its_exception(self):
        self.mollie.book("balance-correction", "5.00")
        self.fetch()
        line = self.lines()
        self.assertEqual(line.state, "open")
        account = self.env["account.account"].search(
            [
                ("account_type", "=", "income_other"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        _liquidity, suspense, _others = line.line_ids._seek_for_lines()
        suspense.account_id = account
        self.assertEqual(line.state, "booked")
        self.fetch()
        self.assertFalse(self.open_exceptions())
        self.assertFalse(line.reason)

    def test_line_the_books_refuse_is_set_aside_and_the_others_go_on(self):
        self.payment(CODE, 10.0)
        self.mollie.book("balance-correction", "5.00")
        self.pay(CODE, "10.00")
        prepare = MollieBooking._prepare_line_vals

        def refuse(line, booking):
            if line.kind == "balance-correction":
                raise UserError(_("The books are closed."))
            return prepare(line, booking)

        with patch.object(MollieBooking, "_prepare_line_vals", refuse):
            self.fetch()
        refused, payment = self.lines()
        self.assertEqual((refused.state, payment.state), ("new", "booked"))
        self.assertEqual(refused.reason, "The books are closed.")
        self.assertEqual(self.reasons(refused), ["not_possible"])
        self.open_exceptions(refused).action_retry()
        self.run_jobs()
        self.assertEqual(refused.state, "open")
        self.assertEqual(self.reasons(refused), ["to_assign"])
        self.assertInBalance()

    def test_payment_mollie_does_not_know_any_more_is_open(self):
        self.pay(CODE, "10.00")
        self.mollie._section["payments"].clear()
        self.fetch()
        self.assertOpen(self.lines(), "no_payment_found", "tr_")

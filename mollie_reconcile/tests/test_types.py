"""Each type of movement that Mollie documents, and those it does not."""

import json
from unittest import skipUnless

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from ..lib.const import GROUPS, OPENING, group_of
from .common import MollieCase
from .test_official_examples import SPECS

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"
FILE = SPECS / "mollie" / "specs.json"


@tagged("standard", "post_install", "-at_install")
class TestDocumentedTypes(BaseCase):
    @skipUnless(FILE.is_file(), "Mollie's specification is not here")
    def test_every_documented_type_has_its_place(self):
        schemas = json.loads(FILE.read_text())["components"]["schemas"]
        documented = set(schemas["balance-transaction-type"]["enum"])
        properties = schemas["entity-balance-transaction"]["properties"]
        documented |= set(properties["context"]["properties"])
        self.assertGreater(len(documented), 46)
        self.assertEqual(documented - set(GROUPS), set())

    def test_unknown_types_and_parts_are_for_a_person(self):
        self.assertEqual(group_of("moon-tax", "gross"), "person")
        self.assertEqual(group_of("payment", "donations"), "person")
        self.assertEqual(group_of("payment", "result"), "person")


class TestTypes(MollieCase):
    def account_of(self, name, code, kind):
        values = {"name": name, "code": code, "account_type": kind}
        return self.env["account.account"].create(values)

    def move_all(self):
        """Let every type move money once, out and in; return the lines."""
        for number, kind in enumerate(sorted(set(GROUPS) - {OPENING}), 1):
            self.mollie.book(kind, f"{number}.01")
            self.mollie.book(kind, f"-{number}.00")
        self.fetch()
        return self.lines()

    def test_each_type_is_booked_in_its_place_or_open_with_a_reason(self):
        lines = self.move_all()
        self.assertEqual(len(lines), 2 * (len(GROUPS) - 1))
        waiting = {"payment", "refund", "take_back", "reversal", "commission"}
        waiting |= {"capital", "person"}
        for line in lines:
            group = GROUPS[line.kind]
            state = "open" if group in waiting else "booked"
            self.assertEqual(line.state, state, line.kind)
            self.assertEqual(bool(line.reason and line.advice), state == "open")
        accounts = {
            "fee": self.account.fee_partner_id.property_account_payable_id,
            "reserve": self.balance.reserve_account_id,
            "transfer": self.env.company.transfer_account_id,
        }
        for group, account in accounts.items():
            ours = lines.filtered(lambda line, group=group: GROUPS[line.kind] == group)
            self.assertTrue(ours)
            total = sum(ours.mapped("result_amount"))
            self.assertAlmostEqual(self.ledger(account), -total, 2)
        self.assertInBalance()

    def test_accounts_chosen_later_take_what_waited_for_them(self):
        lines = self.move_all()
        loan = self.account_of("Mollie Capital", "179900", "liability_current")
        shared = self.account_of("Platform", "179901", "liability_current")
        self.balance.write(
            {"capital_account_id": loan.id, "commission_account_id": shared.id}
        )
        self.run_jobs()
        for group, account in (("capital", loan), ("commission", shared)):
            ours = lines.filtered(lambda line, group=group: GROUPS[line.kind] == group)
            self.assertEqual(set(ours.mapped("state")), {"booked"})
            total = sum(ours.mapped("result_amount"))
            self.assertAlmostEqual(self.ledger(account), -total, 2)
        self.assertInBalance()

    def test_each_kind_of_deduction_is_a_line_on_its_account(self):
        loan = self.account_of("Mollie Capital", "179900", "liability_current")
        shared = self.account_of("Platform", "179901", "liability_current")
        self.balance.write(
            {"capital_account_id": loan.id, "commission_account_id": shared.id}
        )
        self.paid_invoice(CODE, 100.0)
        self.pay(CODE, "100.00")
        transaction = self.mollie._balances.of_currency("EUR")["transactions"][-1]
        transaction["fee"] = "21.39"
        withheld = {
            "fees": "-0.39",
            "commissions": "-5.00",
            "reservations": "-10.00",
            "repayments": "-6.00",
        }
        money = {k: {"currency": "EUR", "value": v} for k, v in withheld.items()}
        show = type(self.mollie._shown).transaction

        def shown(this, line):
            return {**show(this, line), "deductionDetails": money}

        self.patch(type(self.mollie._shown), "transaction", shown)
        self.fetch()
        line = self.lines()
        self.assertEqual(line.state, "booked")
        self.assertEqual(len(line.line_ids), 5)
        self.assertAlmostEqual(sum(line.line_ids.mapped("amount")), 78.61, 2)
        self.assertEqual(self.ledger(self.balance.reserve_account_id), 10.0)
        self.assertEqual((self.ledger(loan), self.ledger(shared)), (6.0, 5.0))
        self.assertInBalance()

    # === Fees of small companies === #

    def test_fees_that_are_an_expense_at_once_wait_for_no_bill(self):
        expense = self.account_of("Payment fees", "449900", "expense")
        self.account.write({"fee_mode": "direct", "fee_account_id": expense.id})
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.mollie.book("invoice-compensation", "0.02")
        self.mollie.bill()
        self.fetch()
        self.env["mollie.balance"]._cron_fetch_bills()
        self.run_jobs()
        self.assertEqual(self.ledger(expense), 0.37)
        supplier = self.account.fee_partner_id
        self.assertEqual(self.ledger(supplier.property_account_payable_id), 0.0)
        self.assertFalse(self.balance.bill_ids)
        self.assertEqual(set(self.lines().mapped("state")), {"booked"})
        self.assertInBalance()

    def test_expense_at_once_needs_an_account(self):
        with self.assertRaisesRegex(ValidationError, "expense account"):
            self.account.fee_mode = "direct"

    # === Closed periods === #

    def test_period_closed_for_most_users_is_closed_for_us(self):
        self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.env.company.period_lock_date = "2026-11-30"
        self.fetch()
        line = self.lines().line_ids[0]
        self.assertEqual(str(line.date), "2026-12-01")
        self.assertIn("of 2026-11-02", line.payment_ref)
        self.assertEqual(self.lines().state, "booked")
        self.assertInBalance()

    def test_closed_vat_does_not_move_lines_without_vat(self):
        self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.env.company.tax_lock_date = "2026-11-30"
        self.fetch()
        self.assertEqual(str(self.lines().line_ids[0].date), "2026-11-02")
        self.assertEqual(self.lines().state, "booked")

    def test_chargeback_of_a_closed_month_reopens_its_invoice(self):
        invoice, _payment = self.paid_invoice(CODE, 10.0)
        sold = self.pay(CODE, "10.00")
        self.fetch()
        self.world.clock.advance(days=45)
        self.env.company.fiscalyear_lock_date = "2026-11-30"
        self.mollie.chargeback(sold["id"])
        self.fetch()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(self.lines("chargeback").state, "booked")
        self.assertInBalance()

from odoo import Command

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestChokePoint(MollieCase):
    """A loose rule of the reconciliation addon, as it works outside of tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, _test_account_reconcile_oca=True)
        )
        cls.rule = cls.env["account.reconcile.model"].create(
            {
                "name": "Everything is a gift",
                "rule_type": "writeoff_suggestion",
                "auto_reconcile": True,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": cls.income_account().id,
                            "amount_type": "percentage",
                            "amount_string": "100",
                        }
                    )
                ],
            }
        )

    def setUp(self):
        super().setUp()
        if "reconcile_data_info" not in self.env["account.bank.statement.line"]._fields:
            self.skipTest("account_reconcile_oca is not installed")

    @classmethod
    def income_account(cls):
        return cls.env["account.account"].search(
            [
                ("account_type", "=", "income"),
                ("company_id", "=", cls.env.company.id),
            ],
            limit=1,
        )

    def bank_line(self, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.journal.id,
                "amount": 5.0,
                "date": "2026-11-02",
                "payment_ref": "gift",
                **values,
            }
        )

    def test_rule_takes_a_line_that_is_not_mollies(self):
        self.assertTrue(self.bank_line().is_reconciled)

    def test_rule_leaves_mollies_lines_alone_on_creation_and_on_view(self):
        self.pay(CODE, "121.00")
        self.env["mollie.balance"].with_context(
            _test_account_reconcile_oca=True
        )._cron_fetch()
        self.run_jobs()
        line = self.lines().line_ids.filtered(lambda line: line.mollie_part == "gross")
        self.assertFalse(line.is_reconciled)
        line = line.with_context(_test_account_reconcile_oca=True)
        self.assertTrue(line.reconcile_data_info)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.lines().state, "open")

    def test_rule_answers_nothing_for_mollies_lines(self):
        self.pay(CODE, "121.00")
        self.fetch()
        rules = self.env["account.reconcile.model"].search([])
        for line in self.lines().line_ids:
            self.assertEqual(rules._apply_rules(line, line._retrieve_partner()), {})
        self.assertTrue(rules._apply_rules(self.mollie_free_line(), self.customer))

    def mollie_free_line(self):
        return self.bank_line_without_rules()

    def bank_line_without_rules(self):
        lines = self.env["account.bank.statement.line"].with_context(
            _test_account_reconcile_oca=False
        )
        return lines.create(
            {
                "journal_id": self.journal.id,
                "amount": 5.0,
                "date": "2026-11-02",
                "payment_ref": "gift",
            }
        )

    def test_rules_may_write_off_what_no_identity_explains(self):
        matching = self.env["account.reconcile.model"].create(
            {"name": "Same amount", "rule_type": "invoice_matching", "sequence": 0}
        )
        self.mollie.book("balance-correction", "1.00")
        self.pay(CODE, "121.00")
        self.balance._fetch()
        self.balance.with_context(_test_account_reconcile_oca=False)._book()
        correction, payment = self.lines()
        rules = self.rule | matching
        found = rules._apply_rules(correction.line_ids, self.customer)
        self.assertEqual(found["model"], self.rule)
        for line in payment.line_ids:
            self.assertEqual(rules._apply_rules(line, self.customer), {})

    def test_rule_books_a_correction_when_it_appears(self):
        self.mollie.book("balance-correction", "1.00")
        self.balance._fetch()
        self.balance.with_context(_test_account_reconcile_oca=True)._book()
        self.assertEqual(self.lines().state, "booked")
        self.assertFalse(self.open_exceptions(self.lines()))
        self.assertInBalance()

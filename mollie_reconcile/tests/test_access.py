from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestAccess(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = new_test_user(
            cls.env, "mollie-bookkeeper", groups="account.group_account_user"
        )

    def test_bookkeeper_reads_balances_and_lines(self):
        self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.fetch()
        balance = self.balance.with_user(self.bookkeeper)
        self.assertEqual(balance.ledger_difference, 0.0)
        self.assertEqual(balance.open_count, 0)
        line = self.lines().with_user(self.bookkeeper)
        self.assertEqual(line.state, "booked")
        self.assertTrue(line.invoice_ids)
        with self.assertRaises(AccessError):
            line.read(["raw"])

    def test_bookkeeper_opens_the_forms(self):
        self.mollie.book("moon-tax", "-3.00")
        self.fetch()
        Form(self.balance.with_user(self.bookkeeper))
        Form(self.lines().with_user(self.bookkeeper))

    def test_administrator_opens_the_account(self):
        Form(self.account.with_user(self.env.ref("base.user_admin")))

    def test_bookkeeper_can_have_it_fetched(self):
        self.pay(CODE, "10.00")
        self.balance.with_user(self.bookkeeper).action_fetch()
        self.run_jobs()
        self.assertEqual(len(self.lines()), 1)

    def test_nobody_writes_lines_by_hand(self):
        self.mollie.book("moon-tax", "-3.00")
        self.fetch()
        manager = new_test_user(
            self.env,
            "mollie-manager",
            groups="o2c_base.group_manager,account.group_account_manager",
        )
        for user in (self.bookkeeper, manager):
            line = self.lines().with_user(user)
            with self.assertRaises(AccessError):
                line.write({"reason": "none"})
            with self.assertRaises(AccessError):
                line.unlink()

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "mollie-stranger",
            groups="o2c_base.group_manager,account.group_account_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.mollie.book("moon-tax", "-3.00")
        self.fetch()
        for records in (self.account, self.balance, self.lines()):
            seen = records.with_user(stranger)
            self.assertFalse(seen.search([]), records._name)
            with self.assertRaises(AccessError):
                seen.read(["display_name"])

    def test_poster_of_payments_needs_no_rights_at_mollie(self):
        self.pay(CODE, "10.00")
        self.fetch()
        clerk = new_test_user(
            self.env, "mollie-clerk", groups="account.group_account_invoice"
        )
        payment = self.payment(CODE, 10.0)
        payment.action_draft()
        payment.with_user(clerk).action_post()
        self.run_jobs()
        self.assertTrue(payment.is_matched)

    def test_clerk_reconciles_invoices_without_seeing_mollie(self):
        clerk = new_test_user(
            self.env, "mollie-clerk", groups="account.group_account_invoice"
        )
        invoice = self.invoice(10.0)
        payment = self.payment(CODE, 10.0)
        lines = (invoice + payment.move_id).line_ids.with_user(clerk)
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(invoice.with_user(clerk).payment_state, "in_payment")

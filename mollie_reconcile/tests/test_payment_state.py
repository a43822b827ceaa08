from odoo.addons.mollie_reconcile.hooks import uninstall_hook

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestPaymentState(MollieCase):
    def test_journal_that_becomes_mollies_puts_its_invoices_in_payment(self):
        self.balance.journal_id = False
        invoice, _payment = self.paid_invoice(CODE, 10.0)
        self.assertEqual(invoice.payment_state, "paid")
        self.balance.journal_id = self.journal
        self.assertEqual(invoice.payment_state, "in_payment")

    def test_uninstalling_leaves_no_invoice_in_payment(self):
        invoice, _payment = self.paid_invoice(CODE, 10.0)
        self.assertEqual(invoice.payment_state, "in_payment")
        uninstall_hook(self.env)
        self.assertEqual(invoice.payment_state, "paid")

    def test_two_payments_are_paid_when_both_have_arrived(self):
        invoice = self.invoice(100.0)
        payments = self.payment(CODE, 40.0) | self.payment(f"{CODE}z", 60.0)
        lines = (invoice | payments.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.pay(CODE, "40.00")
        self.fetch()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.pay(f"{CODE}z", "60.00")
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")

    def test_undoing_the_match_puts_the_invoice_back(self):
        invoice, _payment = self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.fetch()
        line = self.lines()
        line.line_ids.filtered(
            lambda line: line.mollie_part == "gross"
        ).action_undo_reconciliation()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.assertEqual(line.state, "open")

    def test_unpaid_and_empty_are_left_to_core(self):
        self.assertEqual(self.invoice(10.0).payment_state, "not_paid")
        empty = self.env["account.move"]
        self.assertEqual(empty._get_invoice_in_payment_state(), "paid")

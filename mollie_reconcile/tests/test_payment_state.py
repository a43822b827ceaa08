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

    def test_uninstalling_leaves_no_work_and_no_names_of_its_own(self):
        self.paid_invoice(CODE, 60.5)
        sold = self.pay(CODE, "60.50")
        self.pay("rStrayStrayStrayStrayStra1", "45.00")
        self.fetch()
        self.mollie.chargeback(sold["id"])
        self.fetch()
        self.assertTrue(self.open_exceptions())
        own = self.env.ref("mollie_reconcile.mail_activity_taken_back")
        activity = self.env["mail.activity"].search([("activity_type_id", "=", own.id)])
        self.assertTrue(activity)
        self.balance._enqueue_fetch()
        uninstall_hook(self.env)
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.assertEqual(activity.activity_type_id, todo)
        mollies = [("model_name", "=like", "mollie.%"), ("state", "=", "pending")]
        self.assertFalse(self.env["queue.job"].search(mollies))
        named = [("res_model", "=like", "mollie.%")]
        self.assertFalse(self.env["o2c.exception"].search(named))

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

    def test_other_banks_part_is_not_waited_for_once_mollies_has_arrived(self):
        banks = [("type", "=", "bank"), ("id", "!=", self.journal.id)]
        bank = self.env["account.journal"].search(banks, limit=1)
        invoice, ours = self.invoice(100.0), self.payment(CODE, 40.0)
        theirs = self.payment(f"{CODE}z", 60.0, journal_id=bank.id)
        for payment in ours | theirs:
            self.reconcile(invoice, payment)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.pay(CODE, "40.00")
        self.fetch()
        self.assertFalse(theirs.is_matched)
        self.assertEqual(invoice.payment_state, "paid")

    def reconcile(self, invoice, payment):
        lines = (invoice | payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def test_payment_that_arrived_before_its_invoice_pays_it_at_once(self):
        payment = self.payment(CODE, 40.0)
        self.pay(CODE, "40.00")
        self.fetch()
        self.assertTrue(payment.is_matched)
        invoice = self.invoice(40.0)
        self.reconcile(invoice, payment)
        self.assertEqual(invoice.payment_state, "paid")

    def test_part_of_an_invoice_reads_partial_before_and_after(self):
        invoice, payment = self.invoice(100.0), self.payment(CODE, 40.0)
        self.reconcile(invoice, payment)
        self.assertEqual(invoice.payment_state, "partial")
        self.pay(CODE, "40.00")
        self.fetch()
        self.assertTrue(payment.is_matched)
        self.assertEqual(
            (invoice.payment_state, invoice.amount_residual), ("partial", 60)
        )

    def test_what_a_customer_paid_too_much_stays_open_on_the_customer(self):
        invoice, payment = self.invoice(100.0), self.payment(CODE, 130.0)
        self.reconcile(invoice, payment)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.pay(CODE, "130.00")
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        customers = self.customer.property_account_receivable_id
        self.assertEqual(self.ledger(customers), -30.0)
        self.assertInBalance()

    def test_chargeback_of_a_partly_refunded_payment_opens_what_is_left(self):
        invoice, _payment = self.paid_invoice(CODE, 121.0)
        sold = self.pay(CODE, "121.00")
        note = self.invoice(20.0, move_type="out_refund")
        note.reversed_entry_id = invoice
        self.mollie.refund(sold["id"], "20.00")
        self.mollie.settle()
        self.fetch()
        self.mollie.chargeback(sold["id"])
        self.fetch()
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 101.0)
        self.assertEqual(invoice.payment_state, "partial")
        self.assertInBalance()

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

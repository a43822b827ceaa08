from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestVouchers(MollieCase):
    """A voucher pays a part: its issuer pays that out, Mollie the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wallet = cls.env["account.journal"].create(
            {"name": "Vouchers", "code": "VOU", "type": "bank"}
        )

    def sell(self):
        """Let 100.00 be paid, 40.00 of it by a voucher; return invoice, payment."""
        invoice, payment = self.paid_invoice(CODE, 100.0)
        at_mollie = self.mollie.create_payment("100.00", description=CODE)
        self.mollie.pay(at_mollie["id"], voucher="40.00")
        self.mollie.settle()
        return invoice, payment

    def assertSettled(self, invoice, payment):
        self.assertEqual(self.lines().state, "booked", self.lines().reason)
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        transit = self.journal.inbound_payment_method_line_ids.payment_account_id
        self.assertEqual(self.ledger(transit), 0.0)
        self.assertEqual(self.ledger(self.wallet.default_account_id), 40.0)
        self.assertInBalance()

    def test_part_of_the_voucher_goes_to_its_own_journal(self):
        self.account.voucher_journal_id = self.wallet
        invoice, payment = self.sell()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.fetch()
        self.assertEqual(
            (self.lines().gross_amount, self.lines().voucher_amount), (60, 40)
        )
        self.assertSettled(invoice, payment)
        domain = [("journal_id", "=", self.wallet.id)]
        entry = self.env["account.move"].search(domain)
        self.assertEqual(entry.line_ids.partner_id, self.customer)
        self.assertEqual(entry.state, "posted")

    def test_without_a_journal_the_line_says_so_and_is_matched_once_chosen(self):
        invoice, payment = self.sell()
        self.fetch()
        line = self.lines()
        self.assertEqual((line.state, line.open_reason), ("open", "voucher_journal"))
        self.assertIn("40.00 EUR", line.reason)
        self.assertEqual(self.reasons(line), ["voucher_journal"])
        self.assertEqual(line.candidate_line_ids.move_id, payment.move_id)
        self.account.voucher_journal_id = self.wallet
        self.run_jobs()
        self.assertSettled(invoice, payment)
        self.assertFalse(self.open_exceptions(line))

    def test_voucher_of_a_payment_in_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        rate = {"name": "2026-11-02", "currency_id": dollar.id, "rate": 1.2}
        self.env["res.currency.rate"].create(
            {**rate, "company_id": self.env.company.id}
        )
        self.account.voucher_journal_id = self.wallet
        in_dollars = {"currency_id": dollar.id}
        invoice = self.invoice(120.0, **in_dollars)
        payment = self.payment(CODE, 120.0, **in_dollars)
        entries = (invoice + payment.move_id).line_ids
        entries.filtered(lambda e: e.account_type == "asset_receivable").reconcile()
        sold = self.mollie.create_payment("120.00", "USD", CODE, settle_in="EUR")
        self.mollie.pay(sold["id"], voucher="48.00")
        self.mollie.settle()
        self.fetch()
        line = self.lines()
        self.assertEqual((line.original_amount, line.voucher_amount), (72.0, 48.0))
        self.assertEqual(line.paid_currency_id, dollar)
        self.assertEqual(line.state, "booked", line.reason)
        self.assertEqual(invoice.payment_state, "paid")
        transit = self.journal.inbound_payment_method_line_ids.payment_account_id
        self.assertEqual(self.ledger(transit), 0.0)
        # 48.00 USD at 1.2
        self.assertEqual(self.ledger(self.wallet.default_account_id), 40.0)
        self.assertInBalance()

    def test_rest_is_given_back_and_meets_its_credit_note(self):
        self.account.voucher_journal_id = self.wallet
        invoice, _payment = self.sell()
        self.fetch()
        note = self.invoice(50.0, move_type="out_refund")
        note.reversed_entry_id = invoice
        [sold] = self.mollie.payments()
        self.mollie.refund(sold["id"], "50.00")
        self.mollie.settle()
        self.fetch()
        self.assertEqual(self.lines("refund").state, "booked")
        self.assertEqual(note.payment_state, "paid")
        # The voucher's part is its issuer's business.
        self.assertEqual(self.ledger(self.wallet.default_account_id), 40.0)
        self.assertInBalance()

    def test_rest_that_was_registered_alone_is_matched_as_it_is(self):
        invoice, payment = self.paid_invoice(CODE, 60.0)
        at_mollie = self.mollie.create_payment("100.00", description=CODE)
        self.mollie.pay(at_mollie["id"], voucher="40.00")
        self.mollie.settle()
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.ledger(self.wallet.default_account_id))

    def test_short_payment_without_a_voucher_stays_open(self):
        self.account.voucher_journal_id = self.wallet
        invoice, payment = self.paid_invoice(CODE, 100.0)
        self.pay(CODE, "60.00")
        self.fetch()
        self.assertEqual(self.lines().open_reason, "amount_differs")
        self.assertFalse(payment.is_matched)

    def test_undone_match_can_be_made_again_and_books_the_voucher_once(self):
        self.account.voucher_journal_id = self.wallet
        invoice, payment = self.sell()
        self.fetch()
        gross = self.lines().line_ids.filtered(lambda p: p.mollie_part == "gross")
        gross.action_undo_reconciliation()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.lines().action_match()
        self.run_jobs()
        self.assertSettled(invoice, payment)

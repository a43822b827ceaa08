from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestForeignPayments(MollieCase):
    """Customers pay in dollars, Mollie puts euros on the balance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.rate("2026-11-02", 1.2)

    @classmethod
    def rate(cls, day, dollars):
        """Let a euro be worth so many dollars from a day on."""
        cls.env["res.currency.rate"].create(
            {
                "name": day,
                "currency_id": cls.dollar.id,
                "company_id": cls.env.company.id,
                "rate": dollars,
            }
        )

    def sell(self, amount="43.38", settle=True):
        """Let 43.38 USD be paid: 36.15 EUR in the books, 35.07 EUR at Mollie."""
        in_dollars = {"currency_id": self.dollar.id}
        invoice = self.invoice(float(amount), **in_dollars)
        payment = self.payment(CODE, float(amount), **in_dollars)
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        sold = self.pay(CODE, amount, settle, currency="USD", settle_in="EUR")
        return invoice, payment, sold

    def exchange_losses(self):
        company = self.env.company
        loss = company.expense_currency_exchange_account_id
        return self.ledger(loss | company.income_currency_exchange_account_id)

    def ledger(self, accounts):
        return sum(super(TestForeignPayments, self).ledger(a) for a in accounts)

    def assertCleared(self):
        journal = self.journal
        receipts = journal.inbound_payment_method_line_ids.payment_account_id
        refunds = journal.outbound_payment_method_line_ids.payment_account_id
        for account in receipts | refunds | journal.suspense_account_id:
            self.assertEqual(self.ledger(account), 0.0, account.display_name)
        self.assertInBalance()

    def test_payment_is_matched_and_odoo_books_the_difference(self):
        invoice, payment, _sold = self.sell()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.fetch()
        line = self.lines()
        self.assertEqual(line.state, "booked", line.reason)
        self.assertEqual((line.gross_amount, line.original_amount), (35.07, 43.38))
        gross = line.line_ids.filtered(lambda part: part.mollie_part == "gross")
        self.assertEqual(gross.amount, 35.07)
        self.assertEqual(gross.foreign_currency_id, self.dollar)
        self.assertEqual(gross.amount_currency, 43.38)
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertAlmostEqual(self.exchange_losses(), 36.15 - 35.07, 2)
        self.assertCleared()

    def test_same_number_in_another_currency_is_no_match(self):
        payment = self.payment(CODE, 43.38)
        self.pay(CODE, "43.38", currency="USD", settle_in="EUR")
        self.fetch()
        self.assertFalse(payment.is_matched)
        self.assertEqual(self.lines().open_reason, "amount_differs")
        self.assertIn("43.38 USD (35.07 EUR)", self.lines().reason)

    def test_captures_by_delivery_are_matched_in_dollars(self):
        in_dollars = {"currency_id": self.dollar.id}
        invoice, payment = (
            self.invoice(100.0, **in_dollars),
            self.payment(CODE, 100.0, **in_dollars),
        )
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        sold = self.mollie.create_payment(
            "100.00", "USD", CODE, method="klarna", settle_in="EUR"
        )
        self.mollie.authorize(sold["id"])
        self.mollie.capture(sold["id"], "40.00")
        self.mollie.settle()
        self.fetch()
        first = self.lines("capture")
        self.assertEqual((first.gross_amount, first.original_amount), (32.34, 40.0))
        self.assertEqual((first.state, payment.is_matched), ("booked", False))
        self.assertEqual(invoice.payment_state, "in_payment")
        self.mollie.capture(sold["id"])
        self.mollie.settle()
        self.fetch()
        self.assertEqual(self.lines("capture").mapped("original_amount"), [40.0, 60.0])
        self.assertEqual((payment.is_matched, invoice.payment_state), (True, "paid"))
        self.assertCleared()

    def test_currency_without_cents_is_matched_in_whole_numbers(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-11-02",
                "currency_id": yen.id,
                "company_id": self.env.company.id,
                "rate": 170.0,
            }
        )
        invoice = self.invoice(12345.0, currency_id=yen.id)
        payment = self.payment(CODE, 12345.0, currency_id=yen.id)
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        sold = self.pay(CODE, "12345", currency="JPY", settle_in="EUR")
        self.assertEqual(sold["amount"], {"currency": "JPY", "value": "12345"})
        self.fetch()
        line = self.lines()
        self.assertEqual((line.state, line.original_amount), ("booked", 12345.0))
        self.assertEqual(line.gross_amount, 71.6)
        self.assertIn("12345 JPY (71.60 EUR)", line._words_of_paid())
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertCleared()

    def test_refund_meets_its_credit_note_in_dollars(self):
        invoice, _payment, sold = self.sell()
        note = self.invoice(20.0, move_type="out_refund", currency_id=self.dollar.id)
        note.reversed_entry_id = invoice
        self.mollie.refund(sold["id"], "20.00")
        self.mollie.settle()
        self.fetch()
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(self.lines("refund").state, "booked")
        self.assertCleared()

    def test_refund_can_be_ordered_in_dollars(self):
        invoice, _payment, _sold = self.sell()
        self.fetch()
        note = self.invoice(20.0, move_type="out_refund", currency_id=self.dollar.id)
        note.reversed_entry_id = invoice
        wizard = self.env["mollie.refund.wizard"].create({"move_id": note.id})
        wizard.action_refund()
        self.run_jobs()
        [at_mollie] = self.mollie._section["refunds"].values()
        self.assertEqual(at_mollie["amount"], {"currency": "USD", "value": "20.00"})
        self.mollie.settle()
        self.fetch()
        self.assertEqual(note.payment_state, "paid")
        self.assertCleared()

    def test_chargeback_opens_the_invoice_and_its_reversal_pays_it(self):
        invoice, _payment, sold = self.sell()
        self.fetch()
        chargeback = self.mollie.chargeback(sold["id"])
        self.fetch()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertAlmostEqual(invoice.amount_residual, 43.38)
        self.mollie.reverse_chargeback(chargeback["id"])
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertCleared()


class TestForeignBalance(MollieCase):
    """A balance in dollars has a journal in dollars."""

    @classmethod
    def set_up_mollie(cls):
        res = super().set_up_mollie()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        for day, dollars in (("2026-11-02", 1.2), ("2026-11-04", 1.25)):
            cls.env["res.currency.rate"].create(
                {
                    "name": day,
                    "currency_id": cls.dollar.id,
                    "company_id": cls.env.company.id,
                    "rate": dollars,
                }
            )
        return res

    def payout(self):
        """Let 60.00 USD less fees leave for the bank; return balance, settlement."""
        sold = self.mollie.create_payment("60.00", currency="USD", description=CODE)
        self.mollie.pay(sold["id"])
        self.account.action_test_connection()
        balance = self.account.balance_ids.filtered(
            lambda b: b.currency_id == self.dollar
        )
        balance.action_create_journal()
        self.mollie.settle()
        settlement = self.mollie.payout("USD")
        self.fetch()
        return balance, settlement

    def assertArrived(self, balance, bank):
        payout = balance.transaction_ids.filtered("payout_state")
        self.assertEqual(payout.payout_state, "arrived")
        self.assertEqual(payout.bank_line_id, bank)
        self.assertTrue(bank.is_reconciled)
        self.assertEqual(self.ledger(self.env.company.transfer_account_id), 0.0)
        self.assertEqual(self.ledger(bank.journal_id.default_account_id), bank.amount)

    def test_payout_in_dollars_meets_its_euros_at_the_bank(self):
        balance, settlement = self.payout()
        dollars = float(settlement["amount"]["value"])
        # Less than the day's rate: what the bank keeps is an exchange loss.
        euros = round(dollars / 1.2 * 0.98, 2)
        bank = self.bank_line(f"MOLLIE {settlement['reference']}", euros)
        self.run_jobs()
        self.assertArrived(balance, bank)
        self.assertEqual(bank.foreign_currency_id, self.dollar)
        loss = self.env.company.expense_currency_exchange_account_id
        self.assertAlmostEqual(self.ledger(loss), round(dollars / 1.2, 2) - euros, 2)

    def test_euros_that_came_first_meet_the_payout(self):
        bank = self.bank_line("MOLLIE 1234567.2611.01", 48.0)
        balance, settlement = self.payout()
        self.assertEqual(settlement["reference"], "1234567.2611.01")
        self.assertArrived(balance, bank)

    def test_euros_far_from_the_payouts_worth_are_left_to_a_person(self):
        balance, settlement = self.payout()
        bank = self.bank_line(f"MOLLIE {settlement['reference']}", 30.0)
        self.run_jobs()
        self.assertFalse(bank.is_reconciled)
        payout = balance.transaction_ids.filtered("payout_state")
        self.assertEqual(payout.payout_state, "on_way")

    def test_balance_is_kept_in_its_own_currency(self):
        sold = self.mollie.create_payment("60.00", currency="USD", description=CODE)
        self.mollie.pay(sold["id"])
        self.account.action_test_connection()
        balance = self.account.balance_ids.filtered(
            lambda b: b.currency_id == self.dollar
        )
        balance.action_create_journal()
        journal = balance.journal_id
        self.assertEqual(journal.currency_id, self.dollar)
        in_dollars = {"currency_id": self.dollar.id}
        invoice = self.invoice(60.0, **in_dollars)
        payment = self.payment(CODE, 60.0, journal_id=journal.id, **in_dollars)
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.world.clock.advance(days=2)
        self.mollie.settle()
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        receipts = journal.inbound_payment_method_line_ids.payment_account_id
        self.assertEqual(self.ledger(receipts), 0.0)
        self.assertEqual(balance.ledger_difference, 0.0)
        available = float(self.mollie.balance("USD")["available"])
        self.assertEqual(balance.ledger_balance, available)
        loss = self.env.company.expense_currency_exchange_account_id
        self.assertAlmostEqual(self.ledger(loss), 60 / 1.2 - 60 / 1.25, 2)

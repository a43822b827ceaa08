from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestChargebacks(MollieCase):
    def setUp(self):
        super().setUp()
        self.paid, self.money = self.paid_invoice(CODE, 121.0)
        self.sold = self.pay(CODE, "121.00")
        # Something to take it from, as in every shop.
        self.mollie.book("balance-correction", "500.00")

    def charge_back(self, amount=None):
        chargeback = self.mollie.chargeback(self.sold["id"], amount)
        self.fetch()
        return chargeback

    def receivable(self):
        return self.ledger(self.customer.property_account_receivable_id)

    def test_chargeback_opens_the_invoice_and_tells(self):
        self.fetch()
        self.assertEqual(self.paid.payment_state, "paid")
        self.charge_back()
        line = self.lines("chargeback")
        self.assertEqual(self.paid.payment_state, "not_paid")
        self.assertEqual(self.paid.amount_residual, 121.0)
        self.assertTrue(self.money.is_matched)
        self.assertEqual(line.state, "booked")
        self.assertEqual(line.reopened_ids, self.paid)
        self.assertEqual(self.reasons(line), ["taken_back"])
        self.assertIn(self.paid.name, line.reason)
        self.assertEqual(self.paid.activity_ids.summary, "Payment taken back")
        self.assertIn("121.00 EUR", self.paid.message_ids[0].body)
        self.assertEqual(self.receivable(), 121.0)
        self.assertInBalance()

    def test_it_stays_told_until_somebody_pays(self):
        self.charge_back()
        line = self.lines("chargeback")
        self.fetch()
        self.assertEqual(self.reasons(line), ["taken_back"])
        self.open_exceptions(line).action_retry()
        self.run_jobs()
        self.assertEqual(self.reasons(line), ["taken_back"])
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.journal.id)], limit=1
        )
        again = self.payment("by bank", 121.0, journal_id=bank.id)
        entries = (self.paid + again.move_id).line_ids
        open_ones = entries.filtered(
            lambda e: e.account_type == "asset_receivable" and not e.reconciled
        )
        open_ones.reconcile()
        self.fetch()
        self.assertFalse(self.reasons(line))
        self.assertFalse(line.reason)

    def test_reversal_pays_the_invoice_and_keeps_the_history(self):
        chargeback = self.charge_back()
        self.mollie.reverse_chargeback(chargeback["id"])
        self.fetch()
        line = self.lines("chargeback")
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertEqual(self.lines("chargeback-reversal").state, "booked")
        self.assertFalse(self.reasons(line))
        self.assertFalse(line.reason)
        self.assertEqual(line.reopened_ids, self.paid)
        self.assertFalse(self.paid.activity_ids)
        self.assertIn("reversed", self.paid.message_ids[0].body)
        self.assertEqual(self.receivable(), 0.0)
        self.assertEqual(self.money.state, "posted")
        self.assertInBalance()

    def test_payment_chargeback_and_reversal_in_one_fetch(self):
        chargeback = self.mollie.chargeback(self.sold["id"])
        self.mollie.reverse_chargeback(chargeback["id"])
        self.fetch()
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertEqual(self.receivable(), 0.0)
        kept = self.lines().filtered(lambda line: line.kind != "balance-correction")
        self.assertEqual(set(kept.mapped("state")), {"booked"})

    def test_two_parts_taken_back_and_one_reversed(self):
        first = self.charge_back("30.00")
        self.assertEqual(self.paid.payment_state, "partial")
        self.assertEqual(self.paid.amount_residual, 30.0)
        self.charge_back("40.00")
        self.assertEqual(self.paid.amount_residual, 70.0)
        self.mollie.reverse_chargeback(first["id"])
        self.fetch()
        self.assertEqual(self.paid.amount_residual, 40.0)
        self.assertEqual(self.receivable(), 40.0)
        self.assertInBalance()

    def test_reversal_after_the_customer_has_paid_again_is_open(self):
        chargeback = self.charge_back()
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.journal.id)], limit=1
        )
        again = self.payment("by bank", 121.0, journal_id=bank.id)
        entries = (self.paid + again.move_id).line_ids
        entries.filtered(
            lambda e: e.account_type == "asset_receivable" and not e.reconciled
        ).reconcile()
        self.mollie.reverse_chargeback(chargeback["id"])
        self.fetch()
        line = self.lines("chargeback-reversal")
        self.assertEqual((line.state, self.reasons(line)), ("open", ["paid_meanwhile"]))
        self.assertIn(self.paid.name, line.reason)

    def test_chargeback_of_a_payment_nobody_knows_waits_for_it(self):
        other = self.pay("rOtherOtherOtherOtherOther", "50.00")
        self.mollie.chargeback(other["id"])
        self.fetch()
        line = self.lines("chargeback")
        self.assertEqual(line.state, "open")
        self.assertEqual(self.reasons(line), ["no_payment_found"])
        invoice, _payment = self.paid_invoice("rOtherOtherOtherOtherOther", 50.0)
        self.run_jobs()
        self.assertEqual(line.state, "booked")
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(self.reasons(line), ["taken_back"])

    def test_chargeback_of_a_payment_without_invoice_is_told_till_closed(self):
        self.payment("rOtherOtherOtherOtherOther", 50.0)
        other = self.pay("rOtherOtherOtherOtherOther", "50.00")
        self.mollie.chargeback(other["id"])
        self.fetch()
        self.fetch()
        self.assertEqual(self.reasons(self.lines("chargeback")), ["taken_back"])

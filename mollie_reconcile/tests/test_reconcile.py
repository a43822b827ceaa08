from datetime import datetime, timezone

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestReconcile(MollieCase):
    def test_paid_at_the_shop_in_payment_until_mollie_pays_then_paid(self):
        invoice, payment = self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00", settle=False)
        self.fetch()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.mollie.settle()
        self.fetch()
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_gross_and_fee_are_two_bank_lines_and_none_is_on_suspense(self):
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.fetch()
        line = self.lines()
        gross, fee = line.line_ids.sorted("amount", reverse=True)
        self.assertEqual((gross.amount, gross.mollie_part), (121.0, "gross"))
        self.assertEqual((fee.amount, fee.mollie_part), (-0.39, "fees"))
        self.assertEqual(self.ledger(self.journal.suspense_account_id), 0.0)
        suspense = self.journal.suspense_account_id
        self.assertNotIn(suspense, line.line_ids.move_id.line_ids.account_id)

    def test_fee_waits_on_what_is_owed_to_mollie(self):
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.fetch()
        mollie = self.env.ref("mollie_reconcile.partner_mollie")
        payable = mollie.property_account_payable_id
        entries = self.env["account.move.line"].search(
            [("partner_id", "=", mollie.id), ("account_id", "=", payable.id)]
        )
        self.assertEqual(entries.balance, 0.39)
        self.assertFalse(entries.reconciled)

    def test_payout_stands_on_the_transfer_account(self):
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.mollie.payout()
        self.fetch()
        transfer = self.env.company.transfer_account_id
        self.assertEqual(self.ledger(transfer), 120.61)
        self.assertEqual(self.lines("outgoing-transfer").state, "booked")
        self.assertEqual(self.balance.ledger_balance, 0.0)
        self.assertInBalance()

    def test_code_is_found_in_every_place_shops_put_it(self):
        cases = [
            ({"description": CODE}, f"{CODE}.1"),
            ({"description": f"{CODE}.1"}, CODE),
            ({"description": f"Trade Wins {CODE}"}, CODE),
            ({"description": "Order", "metadata": {"payment": CODE}}, CODE),
            ({"description": "c20412829696200.1"}, "20412829696200"),
        ]
        for details, reference in cases:
            invoice, payment = self.paid_invoice(reference, 10.0)
            self.pay(amount="10.00", **details)
            self.fetch()
            self.assertEqual(invoice.payment_state, "paid", details)
            payment.payment_reference = False

    def test_payment_known_by_mollies_own_id_is_found(self):
        at_mollie = self.pay("nothing to go by", "10.00")
        invoice, _payment = self.paid_invoice(at_mollie["id"], 10.0)
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")

    def test_payment_at_mollie_is_read_once(self):
        self.pay(CODE, "10.00")
        self.fetch()
        line = self.lines()
        self.assertTrue(line.payment_was_read)
        self.assertIn(CODE, line.codes)
        self.assertEqual(line.state, "open")
        self.mollie._section["payments"].clear()
        self.paid_invoice(CODE, 10.0)
        self.fetch()
        self.assertEqual(line.state, "booked")

    def test_line_leads_to_its_payment_and_invoice(self):
        invoice, payment = self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.fetch()
        line = self.lines()
        self.assertEqual(line.payment_id, payment)
        self.assertEqual(line.invoice_ids, invoice)
        self.assertFalse(line.reason)

    def test_refund_settles_the_payment_back_to_the_customer(self):
        self.paid_invoice(CODE, 121.0)
        sold = self.pay(CODE, "121.00")
        refund = self.mollie.refund(sold["id"], "30.00")
        self.mollie.settle()
        credit_note = self.invoice(30.0, move_type="out_refund")
        back = self.payment(refund["id"], 30.0, payment_type="outbound")
        lines = (credit_note + back.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(credit_note.payment_state, "in_payment")
        self.fetch()
        self.assertEqual(credit_note.payment_state, "paid")
        self.assertEqual(self.lines("refund").state, "booked")
        self.assertInBalance()

    def test_refund_by_the_code_of_the_payment_it_gives_back(self):
        self.paid_invoice(CODE, 121.0)
        sold = self.pay(CODE, "121.00")
        self.mollie.refund(sold["id"], "30.00")
        self.mollie.settle()
        back = self.payment(CODE, 30.0, payment_type="outbound")
        self.fetch()
        self.assertTrue(back.is_matched)

    def test_last_minute_of_the_year_belongs_to_the_next_in_amsterdam(self):
        self.world.clock.moment = datetime(2026, 12, 31, 23, 30, tzinfo=timezone.utc)
        self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.fetch()
        self.assertEqual(
            set(map(str, self.lines().line_ids.mapped("date"))), {"2027-01-01"}
        )

    def test_closed_period_is_booked_on_its_first_open_day_and_says_so(self):
        self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        self.env.company.fiscalyear_lock_date = "2026-11-30"
        self.fetch()
        line = self.lines().line_ids[0]
        self.assertEqual(str(line.date), "2026-12-01")
        self.assertIn("of 2026-11-02", line.payment_ref)
        self.assertEqual(self.lines().state, "booked")
        self.assertInBalance()

    def test_payments_of_other_journals_stay_paid_at_once(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.journal.id)], limit=1
        )
        invoice, _payment = self.paid_invoice(CODE, 10.0, journal_id=bank.id)
        self.assertEqual(invoice.payment_state, "paid")

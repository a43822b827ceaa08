from .common import MollieCase

SALES = (("rSaleOneSaleOneSaleOne11", "121.00", "0.39", "0.32"),)
SALES += (("rSaleTwoSaleTwoSaleTwo22", "60.50", "1.62", "1.33"),)
SALES += (("rSaleSixSaleSixSaleSix66", "242.00", "0.39", "0.32"),)


class TestWorkedExample(MollieCase):
    """A month with all that happens in it, to 0.00 on every account between."""

    def sell(self, code, amount, fee, fee_net):
        invoice, _payment = self.paid_invoice(code, float(amount))
        sold = self.pay(code, amount, settle=False)
        [*_others, waiting] = self.mollie._balances.of_currency("EUR")["pending"]
        waiting.update(fee=fee, fee_net=fee_net)
        self.mollie.settle()
        return invoice, sold

    def test_month_of_a_shop(self):
        self.account.post_bills = True
        (one, sold_one), (two, sold_two), (three, _sold) = (
            self.sell(*sale) for sale in SALES
        )
        note = self.invoice(20.0, move_type="out_refund")
        note.reversed_entry_id = one
        self.mollie.refund(sold_one["id"], "20.00")
        self.mollie.settle()
        self.mollie.chargeback(sold_two["id"])
        bill_at_mollie = self.mollie.bill()
        self.assertEqual(bill_at_mollie["grossAmount"]["value"], "2.69")
        settlement = self.mollie.payout()
        self.assertEqual(settlement["amount"]["value"], "340.31")
        self.fetch()
        self.env["mollie.balance"]._cron_fetch_bills()
        bank = self.bank_line(f"MOLLIE {settlement['reference']}", 340.31)
        self.run_jobs()

        self.assertEqual([one.payment_state, three.payment_state], ["paid", "paid"])
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual((two.payment_state, two.amount_residual), ("not_paid", 60.5))
        bill = self.balance.bill_ids
        self.assertEqual((bill.state, bill.gross_amount), ("settled", 2.69))
        self.assertTrue(bank.is_reconciled)
        self.assertEqual(set(self.lines().mapped("state")), {"booked"})
        for account in self.accounts_between():
            self.assertEqual(self.ledger(account), 0.0, account.display_name)
        customers = self.customer.property_account_receivable_id
        self.assertEqual(self.ledger(customers), 60.5)
        self.assertEqual(self.ledger(bank.journal_id.default_account_id), 340.31)
        reasons = self.open_exceptions().mapped("reason")
        self.assertEqual(reasons, ["taken_back"])
        statement = self.lines("outgoing-transfer").statement_id
        self.assertEqual(statement.name, settlement["reference"])
        self.assertEqual(statement.balance_end_real, 0.0)
        self.assertInBalance()

    def accounts_between(self):
        """Return the accounts on which nothing may be left."""
        journal = self.journal
        supplier = self.env.ref("mollie_reconcile.partner_mollie")
        return (
            journal.default_account_id
            | journal.suspense_account_id
            | journal.inbound_payment_method_line_ids.payment_account_id
            | journal.outbound_payment_method_line_ids.payment_account_id
            | self.env.company.transfer_account_id
            | supplier.property_account_payable_id
        )

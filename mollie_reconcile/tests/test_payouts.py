from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"
NET = 120.61


class TestPayouts(MollieCase):
    def setUp(self):
        super().setUp()
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.settlement = self.mollie.payout()
        self.reference = self.settlement["reference"]

    def payout(self):
        return self.lines("outgoing-transfer")

    def transfer(self):
        return self.ledger(self.env.company.transfer_account_id)

    def assertMatched(self, line):
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.payout().bank_line_id, line)
        self.assertFalse(self.payout().waits_for_bank)
        self.assertEqual(self.transfer(), 0.0)
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_payout_first_then_the_bank(self):
        self.fetch()
        self.assertTrue(self.payout().waits_for_bank)
        self.assertEqual(self.payout().settlement_reference, self.reference)
        line = self.bank_line(f"Stichting Mollie Payments {self.reference}", NET)
        self.run_jobs()
        self.assertMatched(line)

    def test_bank_first_then_the_payout(self):
        line = self.bank_line("MOLLIE", NET, ref=f"SCT/{self.reference}/NL")
        self.fetch()
        self.assertMatched(line)

    def test_bank_breaks_the_reference(self):
        self.fetch()
        middle = len(self.reference) // 2
        text = f"Mollie {self.reference[:middle]} {self.reference[middle:]}"
        line = self.bank_line("", NET, narration=text)
        self.run_jobs()
        self.assertMatched(line)

    def test_amount_alone_or_reference_alone_is_no_match(self):
        self.fetch()
        for text, amount in (
            ("Mollie", NET),
            (self.reference, 120.60),
            (f"{self.reference}1", NET),
            (f"9{self.reference}", NET),
        ):
            line = self.bank_line(text, amount)
            self.fetch()
            self.assertFalse(line.is_reconciled, text)
        self.assertTrue(self.payout().waits_for_bank)

    def test_two_lines_that_fit_are_left_open_until_one_is_removed(self):
        one, two = (self.bank_line(self.reference, NET) for _number in range(2))
        self.fetch()
        self.fetch()
        self.assertEqual(self.reasons(self.payout()), ["several_bank_lines"])
        self.assertFalse((one | two).filtered("is_reconciled"))
        two.unlink()
        self.fetch()
        self.assertMatched(one)

    def test_match_undone_at_the_bank_is_not_made_again(self):
        self.fetch()
        line = self.bank_line(self.reference, NET)
        self.run_jobs()
        line.action_undo_reconciliation()
        self.fetch()
        self.assertFalse(line.is_reconciled)
        self.payout().action_match()
        self.run_jobs()
        self.assertMatched(line)

    def test_transfer_that_came_back_settles_the_payout(self):
        [transfer] = self.mollie.transactions()[-1:]
        self.mollie.book("returned-transfer", "120.61", context=transfer["context"])
        self.fetch()
        self.assertEqual(self.transfer(), 0.0)
        self.assertFalse(self.payout().waits_for_bank)
        self.assertFalse(self.payout().bank_line_id)
        self.assertInBalance()

    def test_each_payout_has_its_statement(self):
        self.fetch()
        first = self.payout().statement_id
        self.assertEqual(first.name, self.reference)
        self.assertEqual((first.balance_start, first.balance_end_real), (0.0, 0.0))
        self.assertEqual(first.line_ids, self.lines().line_ids)
        self.paid_invoice("rOtherOtherOtherOtherOther", 50.0)
        self.pay("rOtherOtherOtherOtherOther", "50.00")
        second = self.mollie.payout()
        self.paid_invoice("rLaterLaterLaterLaterLater", 10.0)
        self.pay("rLaterLaterLaterLaterLater", "10.00")
        self.fetch()
        statement = self.payout()[-1].statement_id
        self.assertEqual(statement.name, second["reference"])
        self.assertEqual(sorted(statement.line_ids.mapped("amount"))[-1], 50.0)
        self.assertEqual(len(statement.line_ids), 3)
        for each in first | statement:
            self.assertTrue(each.is_complete)
            self.assertTrue(each.is_valid)
        self.assertFalse(self.lines()[-1].line_ids.statement_id)

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestHandsOff(MollieCase):
    """What a person has undone is that person's."""

    def setUp(self):
        super().setUp()
        self.sold, self.money = self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.fetch()
        self.line = self.lines()
        gross = self.line.line_ids.filtered(lambda line: line.mollie_part == "gross")
        gross.action_undo_reconciliation()

    def test_match_that_was_undone_is_not_made_again(self):
        self.assertEqual(self.line.state, "open")
        self.assertEqual(self.sold.payment_state, "in_payment")
        self.pay("rOtherOtherOtherOtherOther", "5.00")
        self.fetch()
        self.assertEqual(self.line.state, "open")
        self.assertFalse(self.money.is_matched)
        self.assertEqual(self.reasons(self.line), ["match_undone"])
        self.assertInBalance()

    def test_nor_when_its_payment_is_posted_again(self):
        self.money.action_draft()
        self.money.action_post()
        self.run_jobs()
        self.assertEqual(self.line.state, "open")

    def test_it_is_made_again_when_asked_for(self):
        self.line.action_match()
        self.run_jobs()
        self.assertEqual(self.line.state, "booked")
        self.assertEqual(self.sold.payment_state, "paid")
        self.assertFalse(self.open_exceptions())

    def test_other_match_by_hand_closes_the_exception(self):
        _liquidity, suspense, _others = self.line.line_ids[0]._seek_for_lines()
        for line in self.line.line_ids:
            suspense |= line._seek_for_lines()[1]
        suspense.account_id = self.customer.property_account_receivable_id
        self.fetch()
        self.assertEqual(self.line.state, "booked")
        self.assertFalse(self.open_exceptions())

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestRefundRequest(MollieCase):
    """Giving money back from a credit note, once and not twice."""

    def setUp(self):
        super().setUp()
        self.sold_invoice, _payment = self.paid_invoice(CODE, 121.0)
        self.sold = self.pay(CODE, "121.00")
        self.fetch()
        self.note = self.credit_note(30.0)

    def credit_note(self, amount):
        note = self.invoice(amount, move_type="out_refund")
        note.reversed_entry_id = self.sold_invoice
        return note

    def wizard(self, note=None, **values):
        note = note or self.note
        wizards = self.env["mollie.refund.wizard"]
        return wizards.create({"move_id": note.id, **values})

    def order(self, note=None, **values):
        """Order a refund as a person does; return the request."""
        self.wizard(note, **values).action_refund()
        return self.env["mollie.refund.request"].search([], limit=1)

    def refunds_at_mollie(self):
        return list(self.mollie._section["refunds"].values())

    def test_money_goes_back_and_the_ledger_closes_the_credit_note(self):
        self.assertTrue(self.note.can_refund_at_mollie)
        refund = self.order()
        self.assertFalse(self.refunds_at_mollie())
        self.run_jobs()
        [at_mollie] = self.refunds_at_mollie()
        self.assertEqual(at_mollie["amount"], {"currency": "EUR", "value": "30.00"})
        self.assertEqual(at_mollie["description"], self.note.name)
        self.assertEqual(refund.external_id, at_mollie["id"])
        self.assertEqual(
            (refund.state, self.note.payment_state), ("sent", "in_payment")
        )
        self.mollie.settle()
        self.fetch()
        self.assertEqual(self.note.payment_state, "paid")
        self.assertTrue(refund.payment_id.is_matched)
        self.env["mollie.refund.request"]._cron_follow()
        self.run_jobs()
        self.assertEqual(refund.state, "done")
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_answer_that_was_lost_is_looked_for_and_nothing_is_sent_twice(self):
        refund = self.order()
        for _try in range(2):
            self.world.faults.break_("mollie", "answer_lost")
            self.run_jobs()
        self.world.faults.mend("mollie")
        self.run_jobs(later=True)
        [at_mollie] = self.refunds_at_mollie()
        self.assertEqual((refund.state, refund.external_id), ("sent", at_mollie["id"]))
        self.assertEqual(self.note.payment_state, "in_payment")

    def test_process_that_dies_after_sending_finds_its_refund_again(self):
        self.stops_are_expected()
        refund = self.order()
        with patch.object(
            type(refund), "_register_payment", side_effect=MemoryError("killed")
        ):
            self.run_jobs()
        self.assertFalse(refund.external_id)
        # Longer than Mollie remembers the key.
        self.world.clock.advance(hours=3)
        refund._enqueue_send()
        self.run_jobs(later=True)
        self.assertEqual(len(self.refunds_at_mollie()), 1)
        self.assertEqual(refund.external_id, self.refunds_at_mollie()[0]["id"])
        self.assertEqual(len(refund.payment_id), 1)

    def test_sending_again_by_hand_does_nothing(self):
        refund = self.order()
        self.run_jobs()
        refund._send()
        self.assertEqual(len(self.refunds_at_mollie()), 1)

    def test_equal_refunds_of_one_payment_are_two(self):
        self.order()
        self.order(self.credit_note(30.0))
        self.run_jobs()
        self.world.clock.advance(minutes=1)
        self.run_jobs(later=True)
        self.assertEqual(len(self.refunds_at_mollie()), 2)

    def test_ordering_twice_before_it_is_sent_is_refused(self):
        self.order()
        with self.assertRaisesRegex(UserError, "at most"):
            self.wizard(amount=30.0).action_refund()

    def test_more_than_the_credit_note_is_refused(self):
        for amount in (30.01, 0.0, -1.0):
            with self.assertRaisesRegex(UserError, "at most"):
                self.wizard(amount=amount).action_refund()

    def test_payment_of_somebody_else_is_refused(self):
        other = self.pay("another customer", "500.00")
        with self.assertRaisesRegex(UserError, "did not pay"):
            self.wizard(mollie_payment=other["id"]).action_refund()

    def test_part_of_the_credit_note_can_go_back(self):
        self.order(amount=10.0)
        self.run_jobs()
        self.assertEqual(self.note.payment_state, "partial")
        self.assertEqual(self.note.amount_residual, 20.0)
        self.assertTrue(self.note.can_refund_at_mollie)

    def test_refusal_is_told_in_mollies_words_and_can_be_tried_again(self):
        chargeback = self.mollie.chargeback(self.sold["id"])
        refund = self.order()
        self.run_jobs()
        self.assertEqual(refund.state, "refused")
        [exception] = self.open_exceptions(refund)
        self.assertEqual(exception.reason, "refund_refused")
        self.assertIn("higher than the amount", exception.message)
        self.assertEqual(self.note.payment_state, "not_paid")
        self.mollie.reverse_chargeback(chargeback["id"])
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(refund.state, "sent")
        self.assertFalse(self.open_exceptions(refund))

    def test_balance_that_is_too_low_is_told_until_the_money_left(self):
        self.mollie.payout()
        refund = self.order()
        self.run_jobs()
        self.assertEqual((refund.state, refund.status), ("sent", "queued"))
        self.assertEqual(self.reasons(refund), ["refund_queued"])
        self.pay("more", "100.00", settle=False)
        self.mollie.settle()
        self.mollie.settle()
        self.fetch()
        self.env["mollie.refund.request"]._cron_follow()
        self.run_jobs()
        self.assertEqual((refund.state, self.note.payment_state), ("done", "paid"))
        self.assertFalse(self.open_exceptions(refund))

    def test_refund_that_fails_opens_the_credit_note_again(self):
        refund = self.order()
        self.run_jobs()
        self.mollie.cancel_refund(refund.external_id, "failed")
        self.env["mollie.refund.request"]._cron_follow()
        self.run_jobs()
        self.assertEqual(refund.state, "failed")
        self.assertEqual(self.note.payment_state, "not_paid")
        self.assertEqual(self.reasons(refund), ["refund_failed"])
        again = self.order()
        self.run_jobs()
        self.assertEqual(again.state, "sent")

    def test_credit_note_of_other_money_has_no_button(self):
        invoice = self.invoice(50.0)
        note = self.invoice(50.0, move_type="out_refund")
        note.reversed_entry_id = invoice
        self.assertFalse(note.can_refund_at_mollie)
        self.assertFalse(self.sold_invoice.can_refund_at_mollie)

    def test_person_who_only_reads_cannot_order(self):
        reader = new_test_user(
            self.env, "reader", groups="base.group_user,account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.env["mollie.refund.wizard"].with_user(reader).create(
                {"move_id": self.note.id}
            )

    def test_person_who_invoices_can_order(self):
        clerk = new_test_user(
            self.env, "clerk", groups="base.group_user,account.group_account_invoice"
        )
        self.wizard().with_user(clerk).action_refund()
        self.run_jobs()
        self.assertEqual(len(self.refunds_at_mollie()), 1)

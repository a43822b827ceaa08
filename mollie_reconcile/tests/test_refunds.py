from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestRefunds(MollieCase):
    def sold(self, amount=121.0, **values):
        """Return a paid invoice that Mollie has settled, and the payment there."""
        invoice, _payment = self.paid_invoice(CODE, amount, **values)
        return invoice, self.pay(CODE, f"{amount:.2f}")

    def give_back(self, sold, amount=None, **details):
        refund = self.mollie.refund(sold["id"], amount, **details)
        self.mollie.settle()
        return refund

    def credit_note(self, invoice, amount, **values):
        note = self.invoice(amount, move_type="out_refund", **values)
        note.reversed_entry_id = invoice
        return note

    def test_credit_note_of_the_invoice_is_paid(self):
        invoice, sold = self.sold()
        note = self.credit_note(invoice, 30.0)
        self.give_back(sold, "30.00")
        self.fetch()
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(self.lines("refund").invoice_ids, note)
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_credit_note_named_in_the_refund_is_paid(self):
        _invoice, sold = self.sold()
        note = self.invoice(30.0, move_type="out_refund")
        self.give_back(sold, "30.00", description=f"Return {note.name}")
        self.fetch()
        self.assertEqual(note.payment_state, "paid")

    def test_refund_without_credit_note_asks_for_one(self):
        invoice, sold = self.sold()
        self.credit_note(invoice, 29.99)
        self.give_back(sold, "30.00")
        self.fetch()
        line = self.lines("refund")
        self.assertEqual(
            (line.state, line.open_reason), ("open", "credit_note_missing")
        )
        self.assertEqual(self.reasons(line), ["credit_note_missing"])
        self.assertIn(invoice.name, line.reason)
        self.assertIn("30.00 EUR", line.reason)
        self.assertInBalance()

    def test_one_click_makes_the_credit_note_and_closes_the_line(self):
        clerk = new_test_user(
            self.env, "mollie-clerk", groups="account.group_account_user"
        )
        invoice, sold = self.sold()
        self.give_back(sold, "30.00")
        self.fetch()
        line = self.lines("refund")
        action = line.with_user(clerk).action_create_credit_note()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((note.state, note.amount_total), ("posted", 30.0))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.run_jobs()
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(line.state, "booked")
        self.assertFalse(self.open_exceptions())
        with self.assertRaises(UserError):
            line.action_create_credit_note()

    def test_part_of_mixed_taxes_is_a_draft_of_the_right_total(self):
        tax = self.env.company.account_purchase_tax_id.copy(
            {"type_tax_use": "sale", "amount": 21.0}
        )
        lines = [
            Command.create({"name": "Can", "price_unit": 33.33, "tax_ids": tax.ids}),
            Command.create({"name": "Book", "price_unit": 9.99, "tax_ids": False}),
        ]
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-11-02",
                "invoice_line_ids": lines,
            }
        )
        invoice.action_post()
        payment = self.payment(CODE, invoice.amount_total)
        entries = (invoice + payment.move_id).line_ids
        entries.filtered(lambda e: e.account_type == "asset_receivable").reconcile()
        sold = self.pay(CODE, f"{invoice.amount_total:.2f}")
        self.mollie.book("balance-correction", "500.00")
        self.give_back(sold, "20.00")
        self.give_back(sold)
        self.fetch()
        first, second = self.lines("refund")
        # A part of mixed taxes is not ours to guess: a draft, with the right total.
        action = first.action_create_credit_note()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((note.state, note.amount_total), ("draft", 20.0))
        note.action_post()
        self.run_jobs()
        self.assertEqual((first.state, second.state), ("booked", "open"))

    def test_two_credit_notes_stay_open_and_are_both_named(self):
        invoice, sold = self.sold()
        notes = [self.credit_note(invoice, 30.0) for _number in range(2)]
        self.give_back(sold, "30.00")
        self.fetch()
        line = self.lines("refund")
        self.assertEqual(self.reasons(line), ["several_credit_notes"])
        for note in notes:
            self.assertIn(note.name, line.reason)

    def test_refund_of_a_payment_nobody_knows_is_open(self):
        sold = self.pay(CODE, "121.00")
        self.give_back(sold, "30.00")
        self.fetch()
        self.assertEqual(self.reasons(self.lines("refund")), ["no_payment_found"])

    def test_refund_that_came_back_opens_the_credit_note(self):
        invoice, sold = self.sold()
        note = self.credit_note(invoice, 30.0)
        refund = self.give_back(sold, "30.00")
        self.fetch()
        self.mollie.return_refund(refund["id"])
        self.fetch()
        line = self.lines("returned-refund")
        self.assertEqual(note.payment_state, "not_paid")
        self.assertEqual(note.amount_residual, 30.0)
        self.assertEqual(line.state, "booked")
        self.assertEqual(self.reasons(line), ["taken_back"])
        self.assertIn(note.name, line.reason)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertInBalance()

    def test_refund_paid_by_a_payment_came_back(self):
        invoice, sold = self.sold()
        note = self.credit_note(invoice, 30.0)
        refund = self.give_back(sold, "30.00")
        back = self.payment(refund["id"], 30.0, payment_type="outbound")
        entries = (note + back.move_id).line_ids
        entries.filtered(lambda e: e.account_type == "asset_receivable").reconcile()
        self.mollie.return_refund(refund["id"])
        self.fetch()
        self.assertTrue(back.is_matched)
        self.assertEqual(note.payment_state, "not_paid")

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.o2c_base.lib.errors import RetryableError

from ..lib.client import MollieClient
from .common import MollieCase

CODE = "rByHandByHandByHandByHand1"


class TestByHand(MollieCase):
    """What the bookkeeper decides about a line that nobody knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            "mollie-keeper",
            groups="account.group_account_invoice,account.group_account_readonly",
        )

    def stray(self, amount="50.00"):
        """Return an open line of a payment that no order explains."""
        self.pay(CODE, amount)
        self.fetch()
        line = self.lines("payment")[-1]
        self.assertEqual(line.state, "open")
        return line

    def decide(self, line, way, **values):
        """Fill in the dialogue as the bookkeeper does."""
        action = line.with_user(self.keeper).action_solve()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.keeper)
            .with_context(**action["context"])
        )
        setattr(form, "way" if form.can_give_back else "other_way", way)
        for name, value in values.items():
            setattr(form, name, value)
        said = form.save().action_apply()
        self.run_jobs()
        return said

    def assertSaidBy(self, line, words):
        messages = line.line_ids.move_id.message_ids
        said = messages.filtered(lambda message: words in (message.body or ""))
        self.assertEqual(said.author_id, self.keeper.partner_id)

    def test_only_candidate_is_proposed_and_matched(self):
        line = self.stray()
        invoice = self.invoice(50.0)
        line.action_match()
        self.run_jobs()
        self.assertEqual(line.candidate_line_ids.move_id, invoice)
        self.decide(line, "match")
        self.assertEqual((line.state, invoice.payment_state), ("booked", "paid"))
        self.assertFalse(self.reasons(line))
        self.assertSaidBy(line, invoice.name)
        self.assertInBalance()

    def test_other_entry_can_be_chosen_for_a_part(self):
        line = self.stray()
        invoice = self.invoice(80.0)
        entry = invoice._mollie_open_entries()
        self.decide(line, "match", entry_id=entry)
        self.assertEqual((line.state, invoice.amount_residual), ("booked", 30.0))

    def test_entry_on_the_same_side_is_refused(self):
        line = self.stray()
        note = self.invoice(50.0, move_type="out_refund")
        with self.assertRaises(UserError):
            self.decide(line, "match", entry_id=note._mollie_open_entries())
        self.assertEqual(line.state, "open")

    def test_entry_that_was_taken_meanwhile_is_refused(self):
        line = self.stray()
        invoice = self.invoice(50.0)
        entry = invoice._mollie_open_entries()
        wizard = self.env["mollie.line.solve"].create(
            {"transaction_id": line.id, "way": "match", "entry_id": entry.id}
        )
        payment = self.payment("rOther", 50.0).move_id.line_ids
        account = entry.account_id
        (entry + payment.filtered(lambda own: own.account_id == account)).reconcile()
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.way = "prepayment"
        wizard.partner_id = self.customer
        wizard.action_apply()
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_refund_is_booked_on_the_customers_account(self):
        self.paid_invoice("rAccountAccountAccountAcco", 50.0)
        sold = self.pay("rAccountAccountAccountAcco", "50.00")
        self.mollie.refund(sold["id"], "20.00")
        self.mollie.settle()
        self.fetch()
        line = self.lines("refund")
        self.assertEqual(line.open_reason, "credit_note_missing")
        wizard = self.env["mollie.line.solve"].create({"transaction_id": line.id})
        self.assertFalse(wizard.can_give_back)
        ways = dict(wizard._fields["other_way"]._description_selection(self.env))
        self.assertNotIn("refund", ways)
        self.decide(line, "prepayment", partner_id=self.customer)
        self.assertEqual(line.state, "booked")
        customers = self.customer.property_account_receivable_id
        self.assertEqual(self.ledger(customers), 20.0)
        self.assertSaidBy(line, "on the account of")

    def test_prepayment_waits_for_the_customers_next_invoice(self):
        line = self.stray()
        self.decide(line, "prepayment", partner_id=self.customer)
        self.assertEqual(line.state, "booked")
        entry = line.line_ids.filtered(lambda own: own.mollie_part == "gross")
        entry = entry.move_id.line_ids.filtered(
            lambda own: own.account_type == "asset_receivable"
        )
        self.assertEqual(entry.partner_id, self.customer)
        self.assertEqual(entry.amount_residual, -50.0)
        invoice = self.invoice(50.0)
        invoice.js_assign_outstanding_line(entry.id)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertSaidBy(line, "Anna de Vries")

    def test_write_off_by_rule_takes_its_account_and_label(self):
        self.mollie.book("moon-tax", "-3.00")
        self.fetch()
        line = self.lines("moon-tax")
        account = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        rule = self.env["account.reconcile.model"].create(
            {
                "name": "Moon",
                "line_ids": [
                    Command.create({"account_id": account.id, "label": "Moon tax"})
                ],
            }
        )
        before = self.ledger(account)
        self.decide(line, "write_off", rule_id=rule)
        self.assertEqual(line.state, "booked")
        self.assertEqual(self.ledger(account) - before, 3.0)
        self.assertEqual(line.line_ids.payment_ref, "Moon tax")
        self.assertInBalance()

    def test_decision_is_undone_and_the_line_left_to_the_person(self):
        line = self.stray()
        self.decide(line, "prepayment", partner_id=self.customer)
        line.with_user(self.keeper).action_undo()
        self.assertEqual((line.state, line.open_reason), ("open", "match_undone"))
        self.payment(CODE, 50.0)
        self.run_jobs()
        self.assertEqual(line.state, "open")
        self.assertSaidBy(line, "undone")
        self.assertInBalance()

    def test_stray_payment_is_given_back_and_meets_its_refund(self):
        self.paid_invoice("rEnoughEnoughEnoughEnough", 100.0)
        self.pay("rEnoughEnoughEnoughEnough", "100.00")
        line = self.stray()
        said = self.decide(line, "refund")
        self.assertIn("Mollie is being told", said["params"]["message"])
        self.assertEqual(line.state, "booked")
        payment = self.mollie.payment(line.mollie_payment)
        self.assertEqual(payment["amountRefunded"]["value"], "50.00")
        self.mollie.settle()
        self.fetch()
        self.assertEqual(self.lines("refund").state, "booked")
        transit = self.journal.inbound_payment_method_line_ids.payment_account_id
        self.assertEqual(self.ledger(transit), 0.0)
        self.assertInBalance()

    def test_answer_lost_while_giving_back_gives_back_once(self):
        line = self.stray()
        create = MollieClient.create_refund

        def lose_answer(client, *args, **kwargs):
            create(client, *args, **kwargs)
            raise RetryableError("the answer was lost", service="Mollie")

        with patch.object(MollieClient, "create_refund", lose_answer):
            self.decide(line, "refund")
        self.assertEqual(line.state, "open")
        self.run_jobs(later=True)
        self.assertEqual(line.state, "booked")
        payment = self.mollie.payment(line.mollie_payment)
        self.assertEqual(payment["amountRefunded"]["value"], "50.00")

    def test_mollie_that_refuses_leaves_the_line_open(self):
        line = self.stray()
        self.mollie.refund(line.mollie_payment, "50.00")
        self.decide(line, "refund")
        self.assertEqual((line.state, line.open_reason), ("open", "refund_refused"))
        self.assertEqual(self.reasons(line), ["refund_refused"])

    def test_only_payments_are_given_back(self):
        self.mollie.book("moon-tax", "-3.00")
        self.fetch()
        wizard = self.env["mollie.line.solve"].create(
            {"transaction_id": self.lines("moon-tax").id, "way": "refund"}
        )
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_who_may_not_book_may_not_decide(self):
        line = self.stray()
        reader = new_test_user(
            self.env, "mollie-reader", groups="account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.env["mollie.line.solve"].with_user(reader).create(
                {"transaction_id": line.id}
            )
        with self.assertRaises(AccessError):
            line.with_user(reader).action_undo()

    def test_health_says_when_it_was_and_will_be_fetched(self):
        cron = self.env.ref("mollie_reconcile.cron_fetch")
        self.assertEqual(self.balance.next_fetch, cron.nextcall)
        self.account.state = "paused"
        self.balance.invalidate_recordset()
        self.assertFalse(self.balance.next_fetch)

    def test_payouts_are_on_their_way_and_arrive(self):
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        settlement = self.mollie.payout()
        self.fetch()
        payout = self.lines("outgoing-transfer")
        self.assertEqual(payout.payout_state, "on_way")
        self.assertEqual(self.balance.transfer_amount, 120.61)
        self.bank_line(settlement["reference"], 120.61)
        self.run_jobs()
        self.assertEqual(payout.payout_state, "arrived")
        self.balance.invalidate_recordset()
        self.assertEqual(self.balance.transfer_amount, 0.0)

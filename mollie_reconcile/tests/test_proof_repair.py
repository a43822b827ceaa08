from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from .common import MollieCase
from .proof_case import ONE, TWO, ProofMixin


class TestProofRepair(ProofMixin, MollieCase):
    def lose_first_line(self):
        self.prove()
        self.remove(self.bank_lines(ONE))
        self.lines()[0].unlink()
        self.prove()

    def test_line_that_was_never_read_is_named_and_repaired(self):
        self.lose_first_line()
        first, second = self.proofs()
        self.assertEqual((first.state, second.state), ("differs", "carried"))
        self.assertEqual(first.difference, -120.61)
        finding = first.finding_ids
        at_mollie = self.mollie.transactions()[0]["id"]
        self.assertEqual(
            (finding.kind, finding.reference, finding.their_amount),
            ("missing", at_mollie, 120.61),
        )
        self.assertEqual(self.reasons(first), ["proof_differs"])
        self.assertIn(at_mollie, self.open_exceptions(first).message)
        self.assertFalse(self.reasons(second))
        cursor = self.balance.cursor
        first.action_repair()
        self.run_jobs()
        self.assertEqual((first.state, second.state), ("equal", "equal"))
        self.assertFalse(first.finding_ids)
        self.assertFalse(self.reasons(first))
        self.assertEqual(self.balance.cursor, cursor)
        self.assertEqual(set(self.lines().mapped("state")), {"booked"})
        self.assertInBalance()

    def test_removed_bank_line_is_made_again_and_matched(self):
        gross = self.bank_lines(ONE).filtered(lambda ln: ln.mollie_part == "gross")
        self.remove(gross)
        self.prove()
        first = self.proofs()[0]
        [finding] = first.finding_ids
        self.assertEqual((finding.kind, finding.our_amount), ("changed", -0.39))
        first.action_repair()
        self.run_jobs()
        self.assertEqual(first.state, "equal")
        self.assertTrue(all(self.bank_lines(ONE).mapped("is_reconciled")))
        self.assertEqual(len(self.bank_lines(ONE)), 2)

    def test_off_by_a_cent_is_red_and_repaired(self):
        fee = self.bank_lines(TWO).filtered(lambda ln: ln.mollie_part == "fees")
        fee.move_id.button_draft()
        fee.amount = -0.40
        fee.move_id.action_post()
        self.prove()
        first, second = self.proofs()
        self.assertEqual((first.state, second.state), ("equal", "differs"))
        self.assertEqual(second.moved_difference, -0.01)
        self.assertEqual(self.row(second, "fee").difference, -0.01)
        self.assertEqual(second.finding_ids.kind, "changed")
        self.assertEqual(self.balance.proof_state, "differs")
        second.action_repair()
        self.run_jobs()
        self.assertEqual(second.state, "equal")
        self.assertEqual(fee.amount, -0.39)

    def test_unposted_bank_line_is_posted_again(self):
        line = self.bank_lines(TWO).filtered(lambda ln: ln.mollie_part == "fees")
        line.move_id.button_draft()
        self.prove()
        second = self.proofs()[1]
        self.assertEqual(second.finding_ids.kind, "changed")
        second.action_repair()
        self.run_jobs()
        self.assertEqual(second.state, "equal")

    def test_changed_payment_is_matched_again_after_repair(self):
        gross = self.bank_lines(ONE).filtered(lambda ln: ln.mollie_part == "gross")
        gross.action_undo_reconciliation()
        gross.amount = 120.0
        self.prove()
        self.proofs()[0].action_repair()
        self.run_jobs()
        self.assertEqual(self.proofs().mapped("state"), ["equal", "equal"])
        self.assertTrue(gross.is_reconciled)

    def test_entry_by_hand_is_named_and_left_to_a_person(self):
        entry = self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": "2026-11-03",
                "line_ids": [
                    (0, 0, {"account_id": account.id, "name": "x", "balance": amount})
                    for account, amount in (
                        (self.journal.default_account_id, 0.01),
                        (self.journal.suspense_account_id, -0.01),
                    )
                ],
            }
        )
        entry.action_post()
        self.prove()
        second = self.proofs()[1]
        self.assertEqual(second.state, "differs")
        [finding] = second.finding_ids
        self.assertEqual((finding.kind, finding.move_id), ("entry", entry))
        self.assertFalse(second.can_repair)
        self.assertEqual(finding.action_open()["res_id"], entry.id)
        second.action_repair()
        self.run_jobs()
        self.assertEqual(second.state, "differs")
        entry.button_draft()
        self.prove()
        self.assertEqual(second.state, "equal")
        self.assertFalse(self.reasons(second))

    def test_line_that_mollie_does_not_know_is_named(self):
        self.mollie._section["balances"]["EUR"]["transactions"].pop(0)
        self.prove()
        first = self.proofs()[0]
        self.assertEqual(first.finding_ids.kind, "unknown")
        self.assertFalse(first.can_repair)

    def test_month_names_and_repairs_what_its_days_found(self):
        self.remove(self.bank_lines(ONE))
        with freeze_time("2026-12-01 06:00:00"):
            self.fetch()
            self.prove()
            month = self.proofs("month")
            self.assertEqual(month.state, "differs")
            self.assertEqual(month.finding_ids.day, date(2026, 11, 2))
            month.action_repair()
            self.run_jobs()
            self.assertEqual(month.state, "equal")

    def test_answer_lost_while_repairing_books_nothing_twice(self):
        self.stops_are_expected()
        self.lose_first_line()
        first = self.proofs()[0]
        first.action_repair()
        with patch.object(type(first), "_prove", side_effect=MemoryError("killed")):
            self.run_jobs()
        self.assertEqual(len(self.lines()), 2)
        first.action_repair()
        self.run_jobs()
        first.sudo()._repair()
        self.assertEqual(first.state, "equal")
        self.assertEqual(len(self.lines()), 3)

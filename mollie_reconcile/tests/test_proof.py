from datetime import date, datetime, timezone
from unittest.mock import patch

from freezegun import freeze_time

from .common import MollieCase
from .proof_case import THREE, ProofMixin


class TestProof(ProofMixin, MollieCase):
    def test_each_ended_day_is_proved_to_the_cent(self):
        self.prove()
        first, second = self.proofs()
        self.assertEqual((first + second).mapped("state"), ["equal", "equal"])
        self.assertEqual(first.date_from, date(2026, 11, 2))
        self.assertEqual((first.their_opening, first.their_closing), (0.0, 120.61))
        self.assertEqual((first.our_opening, first.our_closing), (0.0, 120.61))
        self.assertEqual(second.their_opening, 120.61)
        self.assertEqual((second.their_closing, second.our_closing), (0.0, 0.0))
        self.assertEqual(self.balance.proof_state, "equal")
        self.assertEqual(self.balance.proved_until, date(2026, 11, 3))

    def test_both_sides_by_kind_of_movement(self):
        self.prove()
        proof = self.proofs()[1]
        sides = {
            row.category: (
                row.their_count,
                row.their_amount,
                row.our_count,
                row.our_amount,
            )
            for row in proof.row_ids
        }
        self.assertEqual(
            sides,
            {
                "payment": (1, 50.0, 1, 50.0),
                "fee": (1, -0.39, 1, -0.39),
                "transfer": (1, -170.22, 1, -170.22),
            },
        )

    def test_trial_balance_of_the_day(self):
        self.prove()
        accounts = {row.account_id: row for row in self.proofs()[1].account_ids}
        journal = self.journal
        bank = accounts[journal.default_account_id]
        self.assertEqual(
            (bank.opening, bank.debit, bank.credit, bank.closing),
            (120.61, 50.0, 170.61, 0.0),
        )
        transit = journal.inbound_payment_method_line_ids.payment_account_id
        self.assertEqual(accounts[transit].closing, 0.0)
        transfer = accounts[self.env.company.transfer_account_id]
        self.assertEqual(transfer.debit, 170.22)
        partner = self.account.fee_partner_id
        payable = accounts[partner.property_account_payable_id]
        self.assertEqual((payable.opening, payable.closing), (0.39, 0.78))

    def test_day_that_has_not_ended_or_was_not_read_is_not_proved(self):
        self.balance.last_synced = datetime(2026, 11, 3, 22, 59)
        self.prove()
        # 22:59 in UTC is 23:59 of the same day in Amsterdam.
        self.assertEqual(self.proofs().mapped("date_from"), [date(2026, 11, 2)])
        self.balance.last_synced = datetime(2026, 11, 3, 23, 0)
        self.prove()
        self.assertEqual(len(self.proofs()), 2)

    def test_proving_again_asks_mollie_nothing_where_nothing_changed(self):
        self.prove()
        with patch.object(type(self.proofs()), "_prove") as prove:
            self.prove()
        prove.assert_not_called()

    def test_new_years_eve_is_cut_in_amsterdam(self):
        self.world.clock.moment = datetime(2026, 12, 31, 23, 30, tzinfo=timezone.utc)
        self.paid_invoice(THREE, 10.0)
        self.pay(THREE, "10.00")
        with freeze_time("2027-01-03 06:00:00"):
            self.fetch()
            self.prove()
            days = {proof.date_from: proof for proof in self.proofs()}
            self.assertFalse(days[date(2026, 12, 31)].row_ids)
            self.assertEqual(self.row(days[date(2027, 1, 1)], "payment").our_count, 1)
            self.assertEqual(set(self.proofs().mapped("state")), {"equal"})

    def test_closed_period_is_told_apart(self):
        self.env.company.fiscalyear_lock_date = "2026-11-10"
        self.day_after()
        self.mollie.book("moon-tax", "-3.00")
        with freeze_time("2026-11-12 06:00:00"):
            self.fetch()
            self.prove()
            proof = self.proofs().filtered(lambda p: p.date_from == date(2026, 11, 4))
            self.assertEqual(proof.state, "equal")
            self.assertEqual(proof.shifted_amount, -3.0)
            self.assertEqual((proof.our_closing, proof.trial_closing), (-3.0, 0.0))
            later = self.proofs().filtered(lambda p: p.date_from == date(2026, 11, 11))
            self.assertEqual((later.state, later.shifted_amount), ("equal", 0.0))

    def test_month_is_proved_when_all_its_days_are(self):
        with freeze_time("2026-11-30 06:00:00"):
            self.fetch()
            self.prove()
            self.assertFalse(self.proofs("month"))
        with freeze_time("2026-12-01 06:00:00"):
            self.fetch()
            self.prove()
            month = self.proofs("month")
            self.assertEqual(month.state, "equal")
            self.assertEqual(
                (month.date_from, month.date_to),
                (date(2026, 11, 2), date(2026, 11, 30)),
            )
            self.assertEqual(self.row(month, "payment").their_amount, 171.0)
            self.assertEqual(month.payout_ids, self.lines("outgoing-transfer"))

    def test_backfill_of_many_days_goes_on_in_several_jobs(self):
        with freeze_time("2026-12-12 06:00:00"):
            self.fetch()
            self.prove()
            self.assertEqual(len(self.proofs()), 40)
            self.assertEqual(set(self.proofs().mapped("state")), {"equal"})
            self.assertEqual(len(self.proofs("month")), 1)

    def test_start_date_with_opening_balance_is_in_balance_from_the_first_day(self):
        env = self.env["mollie.balance"]
        self.assertFalse(env.search([("id", "!=", self.balance.id)]))
        self.remove(self.lines().line_ids)
        self.lines().unlink()
        self.balance.write(
            {"last_synced": False, "cursor": False, "start_date": "2026-11-03"}
        )
        self.fetch()
        self.prove()
        [proof] = self.proofs()
        self.assertEqual(proof.state, "equal")
        self.assertEqual((proof.their_opening, proof.our_opening), (120.61, 120.61))

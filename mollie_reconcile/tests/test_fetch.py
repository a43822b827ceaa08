from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUv{:02d}"


class TestFetch(MollieCase):
    def bank_lines(self):
        domain = [("journal_id", "=", self.journal.id)]
        return self.env["account.bank.statement.line"].search(domain)

    def sell(self, count):
        """Let ``count`` orders be paid in Odoo and at Mollie."""
        for number in range(count):
            self.paid_invoice(CODE.format(number), 10.0 + number)
            self.pay(CODE.format(number), f"{10 + number}.00", settle=False)
        self.mollie.settle()

    def test_fetching_again_books_nothing_twice(self):
        self.sell(3)
        self.fetch()
        before = self.bank_lines()
        self.assertEqual(len(before), 6)
        self.fetch()
        self.balance._fetch()
        self.run_jobs()
        self.assertEqual(self.bank_lines(), before)
        self.assertInBalance()

    def test_only_what_is_new_is_read(self):
        self.sell(1)
        self.fetch()
        cursor = self.balance.cursor
        self.assertEqual(cursor, self.mollie.transactions()[-1]["id"])
        self.paid_invoice("rZZZZZZZZZZZZZZZZZZZZZZZZ1", 5.0)
        self.pay("rZZZZZZZZZZZZZZZZZZZZZZZZ1", "5.00")
        self.fetch()
        self.assertEqual(self.balance.cursor, self.mollie.transactions()[-1]["id"])
        self.assertEqual(len(self.lines()), 2)
        self.assertInBalance()

    def test_lines_are_stored_in_the_order_they_happened(self):
        self.sell(4)
        self.fetch()
        at_mollie = [line["id"] for line in self.mollie.transactions()]
        self.assertEqual(self.lines().mapped("external_id"), at_mollie)

    def test_crash_while_booking_leaves_nothing_and_the_next_fetch_books_all(self):
        self.stops_are_expected()
        self.sell(3)
        Line = type(self.env["account.bank.statement.line"])
        create = Line.create

        def crash_after_work(records, vals_list):
            create(records, vals_list)
            raise MemoryError("the worker was killed")

        with (
            patch.object(Line, "create", crash_after_work),
            mute_logger("odoo.addons.queue_job"),
        ):
            self.env["mollie.balance"]._cron_fetch()
            self.run_jobs()
        self.assertFalse(self.bank_lines())
        self.fetch()
        self.assertEqual(len(self.bank_lines()), 6)
        self.assertEqual(set(self.lines().mapped("state")), {"booked"})
        self.assertInBalance()

    def test_crash_while_fetching_moves_no_cursor(self):
        self.stops_are_expected()
        self.sell(1)
        Line = type(self.env["mollie.balance.transaction"])
        with patch.object(Line, "create", side_effect=MemoryError("killed")):
            self.env["mollie.balance"]._cron_fetch()
            self.run_jobs()
        self.assertFalse(self.balance.cursor)
        self.assertFalse(self.balance.last_synced)
        self.fetch()
        self.assertInBalance()

    def test_long_list_is_read_in_pages_and_booked_in_batches(self):
        for number in range(7):
            self.mollie.book("balance-correction", f"{number + 1}.00")
        path = "odoo.addons.mollie_reconcile"
        with (
            patch(f"{path}.lib.client.PAGE", 3),
            patch(f"{path}.models.mollie_balance_booking.BATCH", 2),
        ):
            self.fetch()
        self.assertEqual(len(self.lines()), 7)
        self.assertNotIn("new", self.lines().mapped("state"))
        self.assertInBalance()

    def test_line_that_appears_beside_a_known_one_is_not_missed(self):
        self.sell(2)
        self.fetch()
        late = self.lines()[0]
        late.line_ids.move_id.line_ids.remove_move_reconcile()
        late.line_ids.unlink()
        late.unlink()
        self.fetch()
        self.assertEqual(len(self.lines()), 2)
        self.assertInBalance()

    def test_outage_waits_and_loses_nothing(self):
        self.sell(1)
        for kind in ("rate_limit", "down", "garbage", "html_error"):
            self.world.faults.break_("mollie", kind)
            self.env["mollie.balance"]._cron_fetch()
            self.run_jobs()
            self.assertFalse(self.failed_jobs(), kind)
            self.assertFalse(self.bank_lines(), kind)
        self.world.faults.mend("mollie")
        self.run_jobs(later=True)
        self.assertEqual(len(self.bank_lines()), 2)
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_slow_down_waits_as_long_as_mollie_asks(self):
        self.world.faults.break_("mollie", "rate_limit", seconds=77)
        self.env["mollie.balance"]._cron_fetch()
        self.run_jobs()
        job = self.env["queue.job"].search([("state", "=", "pending")])
        waits = (job.eta - fields.Datetime.now()).total_seconds()
        self.assertAlmostEqual(waits, 77, delta=5)

    def test_long_outage_is_told_once_and_closes_by_itself(self):
        self.world.faults.break_("mollie", "down")
        self.env["mollie.balance"]._cron_fetch()
        for _try in range(5):
            self.run_jobs_once()
        self.assertEqual(self.reasons(self.balance), ["service_down"])
        self.world.faults.mend("mollie")
        self.run_jobs(later=True)
        self.assertFalse(self.open_exceptions())

    def run_jobs_once(self):
        job = self.env["queue.job"].search([("state", "=", "pending")], limit=1)
        self._perform(job.uuid)

    def test_refused_token_stops_the_account(self):
        self.account.access_token = "access_revoked"
        self.env["mollie.balance"]._cron_fetch()
        self.run_jobs()
        self.assertEqual(self.account.state, "error")
        self.assertFalse(self.failed_jobs())
        before = self.env["queue.job"].search_count([])
        self.env["mollie.balance"]._cron_fetch()
        self.assertEqual(self.env["queue.job"].search_count([]), before)

    def test_slow_down_in_the_middle_books_what_was_read(self):
        for number in range(3):
            self.pay(CODE.format(number), "10.00", settle=False)
        self.mollie.settle()
        self.balance._fetch()
        answered = []
        read = type(self.env["mollie.balance.transaction"])._identify

        def limited(line, *args):
            answered.append(line)
            if len(answered) == 3:
                self.world.faults.break_("mollie", "rate_limit")
            return read(line, *args)

        with patch.object(type(self.lines()), "_identify", limited):
            self.run_jobs()
        self.assertEqual(self.lines().mapped("state"), ["open", "open", "new"])
        self.world.faults.mend("mollie")
        self.run_jobs(later=True)
        self.assertEqual(self.lines().mapped("state"), ["open"] * 3)
        self.assertInBalance()

    def test_start_date_brings_an_opening_balance_and_the_books_close(self):
        self.pay("before", "100.00")
        self.world.clock.advance(days=2)
        self.paid_invoice(CODE.format(1), 10.0)
        self.pay(CODE.format(1), "10.00")
        self.balance.start_date = "2026-11-04"
        self.fetch()
        opening, payment = self.lines()
        self.assertEqual(opening.kind, "opening-balance")
        fee = 0.39
        self.assertAlmostEqual(opening.result_amount, 100.0 - fee)
        self.assertAlmostEqual(self.balance.opening_amount, 100.0 - fee)
        self.assertEqual(str(opening.line_ids.date), "2026-11-04")
        self.assertEqual(self.reasons(opening), ["opening_balance"])
        self.assertEqual(payment.state, "booked")
        self.assertInBalance()
        self.fetch()
        self.assertEqual(len(self.lines()), 2)

    def old_account(self):
        """Return the account that showed Mollie's money until now."""
        values = {"name": "Mollie", "code": "119900", "account_type": "asset_current"}
        return self.env["account.account"].create(values)

    def test_opening_balance_goes_to_the_account_that_showed_it(self):
        account = self.old_account()
        self.pay("before", "100.00")
        self.world.clock.advance(days=2)
        self.balance.start_date = "2026-11-04"
        self.fetch()
        opening = self.lines()
        self.assertEqual(self.reasons(opening), ["opening_balance"])
        self.balance.opening_account_id = account
        self.run_jobs()
        self.assertEqual(opening.state, "booked")
        self.assertAlmostEqual(self.ledger(account), -99.61)
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_opening_account_chosen_before_is_used_at_once(self):
        account = self.old_account()
        self.pay("before", "100.00")
        self.world.clock.advance(days=2)
        self.balance.write(
            {"start_date": "2026-11-04", "opening_account_id": account.id}
        )
        self.fetch()
        self.assertEqual(self.lines().state, "booked")
        self.assertFalse(self.open_exceptions())

    def test_whole_history_needs_no_opening_balance(self):
        self.sell(2)
        self.fetch()
        self.assertEqual(self.balance.opening_amount, 0.0)
        self.assertNotIn("opening-balance", self.lines().mapped("kind"))

    def test_first_fetch_waits_until_the_balance_stands_still(self):
        self.pay("before", "100.00")
        client = type(self.account._client())
        read = client.transactions_page

        def money_moves(this, *args, **kwargs):
            page = read(this, *args, **kwargs)
            if not moved:
                moved.append(self.mollie.book("balance-correction", "1.00"))
            return page

        moved = []
        with patch.object(client, "transactions_page", money_moves):
            self.env["mollie.balance"]._cron_fetch()
            self.run_jobs()
            self.assertFalse(self.lines())
            self.run_jobs(later=True)
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(self.balance.opening_amount, 0.0)
        self.assertInBalance()

    def test_books_that_differ_are_told_and_close_when_they_agree(self):
        self.sell(1)
        self.fetch()
        stray = self.env["account.bank.statement.line"].create(
            {"journal_id": self.journal.id, "amount": 0.01, "date": "2026-11-02"}
        )
        self.fetch()
        self.assertEqual(self.reasons(self.balance), ["ledger_difference"])
        [exception] = self.open_exceptions(self.balance)
        self.assertIn("9.62 EUR", exception.message)
        self.assertIn("9.61 EUR", exception.message)
        self.assertEqual(self.balance.ledger_difference, 0.01)
        self.fetch()
        self.assertEqual(self.open_exceptions(self.balance), exception)
        stray.unlink()
        self.fetch()
        self.assertFalse(self.open_exceptions())

    def test_nothing_is_fetched_before_there_is_a_journal(self):
        self.sell(1)
        self.balance.journal_id = False
        self.fetch()
        self.assertFalse(self.lines())
        with self.assertRaisesRegex(UserError, "journal"):
            self.balance.action_fetch()

    def test_balance_that_lost_its_journal_keeps_its_lines_and_says_so(self):
        self.fetch()
        self.sell(1)
        self.balance.journal_id = False
        self.fetch()
        self.assertEqual(self.lines().mapped("state"), ["new"])
        self.assertEqual(self.reasons(self.balance), ["no_journal"])
        [exception] = self.open_exceptions(self.balance)
        self.fetch()
        self.assertEqual(self.open_exceptions(self.balance), exception)
        self.balance.journal_id = self.journal
        self.fetch()
        self.assertEqual(self.lines().mapped("state"), ["booked"])
        self.assertFalse(self.open_exceptions())

    def test_button_fetches_in_the_background(self):
        self.sell(1)
        action = self.balance.action_fetch()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(self.lines())
        self.run_jobs()
        self.assertEqual(self.lines().mapped("state"), ["booked"])

    def test_paused_account_is_not_fetched(self):
        self.account.action_pause()
        self.sell(1)
        self.env["mollie.balance"]._cron_fetch()
        self.assertEqual(self.run_jobs(), 0)

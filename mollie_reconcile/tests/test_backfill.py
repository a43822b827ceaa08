from unittest.mock import patch

from odoo.tools import mute_logger

from .common import MollieCase

PATH = "odoo.addons.mollie_reconcile"


class TestBackfill(MollieCase):
    """A history of many pages, read by whoever survives."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(f"{PATH}.lib.client.PAGE", 2))
        for number in range(7):
            self.mollie.book("balance-correction", f"{number + 1}.00")
            self.world.clock.advance(days=1)
        self.starts = []
        self.spy()

    def spy(self):
        """Note where each page begins that is asked for."""
        client = type(self.account._client())
        read = client.transactions_page

        def noting(this, balance_id, start=None):
            self.starts.append(start)
            return read(this, balance_id, start)

        self.patch(client, "transactions_page", noting)

    def fetch_until_killed(self, model, method, after):
        """Let the worker be killed at a call of ``method``."""
        self.stops_are_expected()
        original, calls = getattr(model, method), []

        def dying(records, *args, **kwargs):
            calls.append(args)
            if len(calls) > after:
                raise MemoryError("the worker was killed")
            return original(records, *args, **kwargs)

        with patch.object(model, method, dying), mute_logger("odoo.addons.queue_job"):
            self.env["mollie.balance"]._cron_fetch()
            self.run_jobs()

    def assertWhole(self):
        at_mollie = [line["id"] for line in self.mollie.transactions()]
        self.assertEqual(self.lines().mapped("external_id"), at_mollie)
        self.assertEqual(self.balance.opening_amount, 0.0)
        self.assertFalse(self.balance.page_ids)
        self.assertFalse(self.balance.reading)
        self.assertInBalance()

    def test_each_page_is_read_once_and_lines_are_stored_oldest_first(self):
        self.fetch()
        ids = [line["id"] for line in self.mollie.transactions()]
        self.assertEqual(self.starts, [None, ids[4], ids[2], ids[0]])
        self.assertEqual(self.balance.cursor, ids[-1])
        self.assertWhole()

    def test_killed_between_pages_it_goes_on_with_the_next(self):
        client = type(self.account._client())
        self.fetch_until_killed(client, "transactions_page", 2)
        self.assertEqual(len(self.balance.page_ids), 2)
        self.assertFalse(self.lines())
        self.assertFalse(self.balance.last_synced)
        read, self.starts[:] = self.starts[:2], []
        self.fetch()
        self.assertNotIn(None, self.starts)
        self.assertFalse(set(read) & set(self.starts))
        self.assertWhole()

    def test_killed_while_taking_in_it_stores_nothing_twice(self):
        transactions = type(self.env["mollie.balance.transaction"])
        with patch(f"{PATH}.models.mollie_balance_fetch.TAKEN_AT_ONCE", 1):
            self.fetch_until_killed(transactions, "create", 3)
            self.assertTrue(self.balance.page_ids)
            some = len(self.lines())
            self.assertLess(some, 7)
            self.starts.clear()
            self.fetch()
        self.assertFalse(self.starts)
        self.assertWhole()

    def test_money_that_moves_between_pages_comes_with_the_next_fetch(self):
        self.balance._fetch()
        self.mollie.book("balance-correction", "9.00")
        self.run_jobs()
        self.assertEqual(len(self.lines()), 7)
        self.assertFalse(self.open_exceptions(self.balance))
        self.fetch()
        self.assertEqual(len(self.lines()), 8)
        self.assertWhole()

    def test_reading_stops_at_the_start_date(self):
        self.balance.start_date = "2026-11-06"
        self.fetch()
        self.assertEqual(len(self.starts), 2)
        opening = self.lines()[0]
        self.assertEqual((opening.kind, opening.gross_amount), ("opening-balance", 10))
        self.assertEqual(len(self.lines()), 4)
        self.assertEqual(str(opening.line_ids.date), "2026-11-06")
        self.assertInBalance()

    def test_later_fetches_stop_at_what_is_known(self):
        self.fetch()
        self.starts.clear()
        for number in range(3):
            self.mollie.book("balance-correction", f"{number + 1}.00")
        self.fetch()
        self.assertEqual(len(self.starts), 2)
        self.assertEqual(len(self.lines()), 10)
        self.assertWhole()

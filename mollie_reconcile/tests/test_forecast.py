from datetime import date, datetime, timezone
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from ..lib.transfers import next_transfer
from .common import MollieCase

FRIDAY = date(2026, 11, 6)


@tagged("standard", "post_install", "-at_install")
class TestTransferDays(BaseCase):
    def test_days_of_each_frequency(self):
        expected = {
            "every-day": date(2026, 11, 7),
            "daily": date(2026, 11, 9),
            "every-monday": date(2026, 11, 9),
            "every-thursday": date(2026, 11, 12),
            "every-friday": date(2026, 11, 13),
            "monthly": date(2026, 12, 1),
            "revenue-day": None,
            "never": None,
            "every-blue-moon": None,
            None: None,
        }
        found = {word: next_transfer(word, FRIDAY) for word in expected}
        self.assertEqual(found, expected)

    def test_first_of_the_month_in_a_weekend_is_put_off(self):
        # 1 August 2026 is a Saturday.
        put_off = date(2026, 8, 3)
        self.assertEqual(next_transfer("monthly", date(2026, 7, 20)), put_off)
        self.assertEqual(next_transfer("monthly", date(2026, 8, 1)), put_off)
        self.assertEqual(next_transfer("monthly", put_off), date(2026, 9, 1))


class TestForecast(MollieCase):
    """What comes to the bank, and when."""

    def setUp(self):
        super().setUp()
        # Friday evening in Amsterdam.
        clock = freeze_time("2026-11-06 20:00:00")
        clock.start()
        self.addCleanup(clock.stop)
        self.world.clock.advance(days=4)

    def expected(self):
        rows = self.balance._expected_payouts()
        return [(row["date"], row["amount"], row["state"]) for row in rows]

    def test_next_payout_is_what_mollie_prepares(self):
        self.pay("rForecastForecastForecast1", "50.00")
        self.fetch()
        balance = self.balance
        monday, amount = date(2026, 11, 9), balance.available_amount
        self.assertEqual(balance.transfer_frequency, "daily")
        self.assertEqual(balance.next_payout_on, monday)
        self.assertEqual(balance.next_payout_amount, amount)
        self.assertEqual(self.expected(), [(monday, amount, "planned")])

    def test_payout_on_its_way_is_expected_until_the_bank_has_it(self):
        self.pay("rForecastForecastForecast1", "50.00")
        settlement = self.mollie.payout()
        self.pay("rForecastForecastForecast2", "20.00")
        self.fetch()
        amount = float(settlement["amount"]["value"])
        [way, planned] = self.expected()
        self.assertEqual(way, (date(2026, 11, 9), amount, "on_way"))
        self.assertEqual(planned[1:], (self.balance.next_payout_amount, "planned"))
        self.bank_line(f"MOLLIE {settlement['reference']}", amount)
        self.run_jobs()
        self.assertEqual(self.expected(), [planned])

    def test_day_is_that_of_amsterdam(self):
        # Sunday 23:30 UTC is Monday in Amsterdam: today's payout has been made.
        self.balance.transfer_frequency = "daily"
        with freeze_time(datetime(2026, 11, 8, 23, 30, tzinfo=timezone.utc)):
            self.balance.invalidate_recordset()
            self.assertEqual(self.balance.next_payout_on, date(2026, 11, 10))

    def test_settlement_of_another_balance_is_not_taken(self):
        self.pay("rForecastForecastForecast1", "50.00")
        other = {"balanceId": "bal_other", "amount": {"currency": "EUR", "value": "9"}}
        client = type(self.account._client())
        with patch.object(client, "settlement", lambda client, token: other):
            self.fetch()
        balance = self.balance
        self.assertEqual(balance.next_payout_amount, balance.available_amount)

    def test_paused_payouts_are_not_expected(self):
        self.pay("rForecastForecastForecast1", "50.00")
        self.fetch()
        self.balance.transfer_frequency = "never"
        self.assertEqual(self.expected(), [])

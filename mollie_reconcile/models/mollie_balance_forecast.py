from datetime import datetime

import pytz

from odoo import api, fields, models

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib.const import TIME_ZONE
from ..lib.mapping import local_date, parse_settlement_amount
from ..lib.rounding import cents
from ..lib.transfers import next_transfer

FREQUENCIES = [
    ("every-day", "Every Day"),
    ("daily", "Every Business Day"),
    ("every-monday", "Every Monday"),
    ("every-tuesday", "Every Tuesday"),
    ("every-wednesday", "Every Wednesday"),
    ("every-thursday", "Every Thursday"),
    ("every-friday", "Every Friday"),
    ("monthly", "On the First of the Month"),
    ("revenue-day", "Revenue Day"),
    ("never", "Paused"),
    ("other", "Other"),
]


class MollieBalance(models.Model):
    """When the next money of a balance will be at the bank, and how much."""

    _inherit = "mollie.balance"

    transfer_frequency = fields.Selection(
        FREQUENCIES, "Paid Out", readonly=True, help="As it is set at Mollie."
    )
    next_payout_amount = fields.Monetary(
        "Next Payout", readonly=True, help="What Mollie would pay out next, so far."
    )
    next_payout_on = fields.Date(
        compute="_compute_next_payout_on",
        help="By the days that are set at Mollie, without bank holidays.",
    )

    @api.depends("transfer_frequency")
    def _compute_next_payout_on(self):
        today = datetime.now(pytz.timezone(TIME_ZONE)).date()
        for balance in self:
            balance.next_payout_on = next_transfer(balance.transfer_frequency, today)

    def _note_reading(self):
        frequency = self.reading.get("frequency")
        res = super()._note_reading()
        known = dict(FREQUENCIES)
        self.transfer_frequency = frequency if frequency in known else "other"
        self.next_payout_amount = self._read_next_payout()
        return res

    def _read_next_payout(self):
        """Ask Mollie what it pays out next.

        The next settlement is that of one balance; of any other, all that is
        available is paid out. See https://docs.mollie.com/reference/get-next-settlement
        """
        try:
            settlement = self.account_id._client().settlement("next")
        except RejectedError:
            # None is prepared, or the token may not ask: no reason to stop the ledger.
            settlement = {}
        amount = parse_settlement_amount(settlement)
        ours = settlement.get("balanceId") == self.external_id
        if ours and amount and amount.currency == self.currency_id.name:
            return float(amount.value)
        return max(self.available_amount, 0.0)

    def _expected_payouts(self):
        """Return what these balances will bring to the bank, the next day first.

        First what has left Mollie and is not at the bank, expected on the business day
        after; then the next payout, where its day is known.

        :return: list of dicts: ``balance`` (record), ``date``, ``amount`` and
            ``currency`` (record) of the balance, ``state`` ``on_way`` or ``planned``
        """
        payouts = self.env["mollie.balance.transaction"].search(
            [("balance_id", "in", self.ids), ("payout_state", "=", "on_way")]
        )
        expected = [
            payout.balance_id._expected(payout._day_at_bank(), -payout.result_amount)
            for payout in payouts
        ]
        for balance in self.filtered("next_payout_on"):
            if balance.next_payout_amount > 0:
                day, amount = balance.next_payout_on, balance.next_payout_amount
                expected.append(balance._expected(day, amount, "planned"))
        return sorted(expected, key=lambda row: (row["date"], row["balance"].id))

    def _expected(self, date, amount, state="on_way"):
        return {
            "balance": self,
            "date": date,
            "amount": cents(self.currency_id, amount),
            "currency": self.currency_id,
            "state": state,
        }


class MollieBalanceTransaction(models.Model):
    """The day on which a payout should be at the bank."""

    _inherit = "mollie.balance.transaction"

    def _day_at_bank(self):
        left = local_date(pytz.utc.localize(self.created_at))
        return next_transfer("daily", left)

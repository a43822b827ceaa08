from datetime import datetime, time
from decimal import Decimal
from itertools import takewhile

import psycopg2.errors
import pytz

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import RetryableError

from ..lib.const import OPENING, TIME_ZONE
from ..lib.mapping import local_date, parse_balance, parse_transaction


class MollieBalance(models.Model):
    """Reading what is new on a balance, each line once."""

    _inherit = "mollie.balance"

    @api.model
    def _cron_fetch(self):
        self.search([("account_id.state", "=", "connected")])._enqueue_fetch()

    def _enqueue_fetch(self):
        # Not before there is a journal: until then the start date can be chosen.
        for balance in self.sudo().filtered(lambda b: b.journal_id or b.last_synced):
            balance.with_delay(
                identity_key=f"mollie-fetch-{balance.id}",
                description=_("Fetch lines: %s", balance.display_name),
            )._attempt("_fetch")

    def _fetch(self):
        """Store what is new at Mollie, have it booked, look again at what is open.

        All of it or nothing: the cursor moves with the lines it stands for.
        """
        self._lock()
        client = self.account_id._client()
        before = parse_balance(client.balance(self.external_id))
        payloads = self._read_new(client)
        after = parse_balance(client.balance(self.external_id))
        stood_still = before.available == after.available
        if not self.last_synced:
            payloads[:0] = self._opening(payloads, after, stood_still)
        self._store(payloads)
        self._note_amounts(after)
        self.write({"stood_still": stood_still, "last_synced": fields.Datetime.now()})
        self.env["mollie.balance.transaction"]._look_again(self)
        self._enqueue_booking()
        self.bill_ids._enqueue_settle()

    def _lock(self):
        """Keep other jobs off this balance until the end of the transaction."""
        self.flush_recordset()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    "SELECT id FROM mollie_balance WHERE id = %s FOR UPDATE NOWAIT",
                    [self.id],
                    log_exceptions=False,
                )
        except psycopg2.errors.LockNotAvailable as error:
            message = _("%s is being fetched by another process.", self.display_name)
            raise RetryableError(message, seconds=10, service="Mollie") from error

    def _read_new(self, client):
        """Return the payloads that are not stored yet, oldest first."""
        payloads = client.balance_transactions(self.external_id, self.cursor)
        payloads = takewhile(self._is_since_start, payloads)
        # A list that grows while it is read repeats lines on the next page.
        read = {payload["id"]: payload for payload in payloads}
        known = self.env["mollie.balance.transaction"].search(
            [("balance_id", "=", self.id), ("external_id", "in", list(read))]
        )
        new = set(read) - set(known.mapped("external_id"))
        return [payload for key, payload in reversed(read.items()) if key in new]

    def _is_since_start(self, payload):
        moment = parse_transaction(payload).created_at
        return not self.start_date or local_date(moment) >= self.start_date

    def _opening(self, payloads, balance, stood_still):
        """Return what stood on the balance before its first line, as a payload."""
        if not stood_still:
            message = _("Money moved on %s while it was read.", self.display_name)
            raise RetryableError(message, seconds=10, service="Mollie")
        moves = (parse_transaction(payload).result.value for payload in payloads)
        amount = balance.available - sum(moves, Decimal(0))
        self.opening_amount = float(amount)
        if not amount:
            return []
        money = {"value": str(amount), "currency": balance.currency}
        return [
            {
                "id": OPENING,
                "type": OPENING,
                "createdAt": self._opening_moment(payloads),
                "initialAmount": money,
                "resultAmount": money,
            }
        ]

    def _opening_moment(self, payloads):
        if self.start_date:
            midnight = datetime.combine(self.start_date, time())
            return pytz.timezone(TIME_ZONE).localize(midnight).isoformat()
        if payloads:
            return payloads[0]["createdAt"]
        return pytz.utc.localize(fields.Datetime.now()).isoformat()

    def _store(self, payloads):
        values = [
            self.env["mollie.balance.transaction"]._prepare_vals(self, payload)
            for payload in payloads
        ]
        self.env["mollie.balance.transaction"].create(values)
        if payloads:
            self.cursor = payloads[-1]["id"]

    def _note_amounts(self, balance):
        """Write what Mollie says stands on the balance."""
        self.write(
            {
                "available_amount": float(balance.available),
                "pending_amount": float(balance.pending),
            }
        )

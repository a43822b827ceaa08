from datetime import datetime, time
from decimal import Decimal
from itertools import takewhile

import pytz

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import RetryableError

from ..lib.const import OPENING, TIME_ZONE
from ..lib.mapping import local_date, parse_balance, parse_transaction
from .row_lock import hold

#: pages taken in by one job: 250 lines each
TAKEN_AT_ONCE = 8


class MollieBalance(models.Model):
    """Reading what is new on a balance, each line once.

    One page a job, put aside until the last one is there; then all of them are
    taken in, oldest first. ``reading`` says how far that is.
    """

    _inherit = "mollie.balance"

    reading = fields.Json(
        readonly=True,
        copy=False,
        groups="o2c_base.group_manager",
        help="from: where the next page begins; number: pages read; complete: all are"
        " read; opened: the opening balance is stored; available, pending,"
        " frequency, stood_still: what Mollie said when the first page was read.",
    )
    page_ids = fields.One2many("mollie.balance.page", "balance_id")

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
        """Read a page; after the last one store all, have them booked.

        The cursor moves with the lines it stands for.
        """
        self._lock()
        complete = (self.reading or {}).get("complete") or self._read_page()
        if not complete or not self._take_in():
            self._enqueue_fetch()
            return
        self._note_reading()
        self.env["mollie.balance.transaction"]._look_again(self)
        self._enqueue_booking()
        self.bill_ids._enqueue_settle()

    def _lock(self):
        """Keep other jobs off this balance until the end of the transaction."""
        if not hold(self):
            message = _("%s is being fetched by another process.", self.display_name)
            raise RetryableError(message, seconds=10, service="Mollie")

    # === Reading === #

    def _read_page(self):
        """Put the next page aside; return whether it was the last one needed.

        That is the page with the last line read before, given whole: a line that
        Mollie slipped in beside a known one is then seen as well.
        """
        client = self.account_id._client()
        reading = self.reading
        before = None if reading else parse_balance(client.balance(self.external_id))
        start = reading["from"] if reading else None
        payloads, following = client.transactions_page(self.external_id, start)
        if before:
            after = parse_balance(client.balance(self.external_id))
            reading = self._prepare_reading(before, after)
        kept = list(takewhile(self._is_since_start, payloads))
        known = any(payload["id"] == self.cursor for payload in payloads)
        complete = known or not following or len(kept) < len(payloads)
        number = reading["number"]
        self.env["mollie.balance.page"].create(
            {"balance_id": self.id, "number": number, "payloads": kept}
        )
        more = {"from": following, "number": number + 1, "complete": complete}
        self.reading = {**reading, **more}
        return complete

    def _prepare_reading(self, before, after):
        stood_still = before.available == after.available
        if not self.last_synced and not stood_still:
            # What stood there before the first line could not be said.
            message = _("Money moved on %s while it was read.", self.display_name)
            raise RetryableError(message, seconds=10, service="Mollie")
        return {
            "number": 0,
            "stood_still": stood_still,
            "available": str(after.available),
            "pending": str(after.pending),
            "frequency": after.frequency,
            "opened": bool(self.last_synced),
        }

    def _is_since_start(self, payload):
        moment = parse_transaction(payload).created_at
        return not self.start_date or local_date(moment) >= self.start_date

    # === Taking in === #

    def _take_in(self):
        """Store what was put aside, oldest first; return whether nothing is left."""
        if not self.reading["opened"]:
            self._store(self._opening())
            self.reading = {**self.reading, "opened": True}
        domain = [("balance_id", "=", self.id)]
        pages = self.env["mollie.balance.page"].search(
            domain, order="number desc", limit=TAKEN_AT_ONCE
        )
        for page in pages:
            new = self._without_known(page._oldest_first())
            self._store(new)
            if new:
                self.cursor = new[-1]["id"]
        pages.unlink()
        return not self.env["mollie.balance.page"].search_count(domain)

    def _without_known(self, payloads):
        """Return ``payloads`` without those that are stored, each once."""
        # A list that grows while it is read repeats lines on the next page.
        unique = {payload["id"]: payload for payload in payloads}
        known = self.env["mollie.balance.transaction"].search(
            [("balance_id", "=", self.id), ("external_id", "in", list(unique))]
        )
        stored = set(known.mapped("external_id"))
        return [payload for key, payload in unique.items() if key not in stored]

    def _opening(self):
        """Return what stood on the balance before its first line, as payloads."""
        pages = self.page_ids.sorted("number", reverse=True)
        put_aside = [payload for page in pages for payload in page._oldest_first()]
        moves = {row["id"]: parse_transaction(row).result.value for row in put_aside}
        total = sum(moves.values(), Decimal(0))
        amount = Decimal(self.reading["available"]) - total
        self.opening_amount = float(amount)
        if not amount:
            return []
        money = {"value": str(amount), "currency": self.currency_id.name}
        return [
            {
                "id": OPENING,
                "type": OPENING,
                "createdAt": self._opening_moment(put_aside),
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
        transactions = self.env["mollie.balance.transaction"]
        transactions.create(
            [transactions._prepare_vals(self, payload) for payload in payloads]
        )

    def _note_reading(self):
        """Write what stood on the balance when the reading that is over began."""
        self.write(
            {
                "available_amount": float(self.reading["available"]),
                "pending_amount": float(self.reading["pending"]),
                "stood_still": self.reading["stood_still"],
                "last_synced": fields.Datetime.now(),
                "reading": False,
            }
        )

    def _note_amounts(self, balance):
        """Write what Mollie says stands on the balance."""
        self.write(
            {
                "available_amount": float(balance.available),
                "pending_amount": float(balance.pending),
            }
        )

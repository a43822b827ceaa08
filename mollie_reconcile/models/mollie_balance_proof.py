from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models

from ..lib.const import OPENING, TIME_ZONE
from ..lib.mapping import local_date

#: new days that one job puts up for proof, each of which is a call to Mollie
MONTH = 31
#: the books by Mollie's days; what is not from Mollie has its own date
_BOOKS = """
    SELECT CASE WHEN tx.id IS NULL THEN entry.date
                WHEN tx.kind = %(opening)s THEN DATE '0001-01-01'
                ELSE (tx.created_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
           END AS day,
           tx.kind, line.mollie_part, SUM(entry.amount_currency)::text,
           COUNT(DISTINCT COALESCE(-tx.id, entry.id))
      FROM account_move_line entry
 LEFT JOIN account_bank_statement_line line ON line.id = entry.statement_line_id
 LEFT JOIN mollie_balance_transaction tx ON tx.id = line.mollie_transaction_id
     WHERE entry.account_id = %(account)s AND entry.company_id = %(company)s
       AND entry.parent_state = 'posted'
  GROUP BY day, tx.kind, line.mollie_part
"""
#: of Mollie's lines: in the books after the day, less of later ones in them before
_SHIFTED = """
    WITH placed AS (
        SELECT entry.amount_currency AS amount, entry.date AS booked,
               (tx.created_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day
          FROM account_move_line entry
          JOIN account_bank_statement_line line ON line.id = entry.statement_line_id
          JOIN mollie_balance_transaction tx ON tx.id = line.mollie_transaction_id
         WHERE entry.account_id = %(account)s AND entry.company_id = %(company)s
           AND entry.parent_state = 'posted'
    )
    SELECT COALESCE(SUM(CASE WHEN day <= %(until)s THEN amount ELSE -amount END), 0)
      FROM placed
     WHERE (day <= %(until)s) <> (booked <= %(until)s)
"""


class BookRow(NamedTuple):
    """What one kind of movement did to the journal's account on one day."""

    day: date
    kind: str | None
    part: str | None
    amount: Decimal
    count: int


class MollieBalance(models.Model):
    """Which periods of a balance are to be proved, and what the books say of them."""

    _inherit = "mollie.balance"

    proof_ids = fields.One2many("mollie.proof", "balance_id", "Proofs")
    proof_state = fields.Selection(
        [("none", "No Day Yet"), ("equal", "Equal"), ("differs", "Differs")],
        "Proof",
        compute="_compute_proof_state",
    )
    proved_until = fields.Date(compute="_compute_proof_state")

    @api.depends("proof_ids.state")
    def _compute_proof_state(self):
        for balance in self:
            days = balance.proof_ids.filtered(lambda proof: proof.period == "day")
            proved = days.filtered(lambda proof: proof.state != "open")
            wrong = proved.filtered(lambda proof: proof.state != "equal")
            balance.proof_state = "differs" if wrong else "equal" if proved else "none"
            balance.proved_until = max(proved.mapped("date_to"), default=False)

    def action_show_proofs(self):
        """Show the proofs of this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mollie_reconcile.mollie_proof_action"
        )
        action["domain"] = [("balance_id", "in", self.ids)]
        return action

    def action_prove(self):
        """Prove now what has not been proved, and look again at what differs."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self._enqueue_proofs()
        return self.account_id[:1]._notification(_("The figures are being compared."))

    # === Which periods === #

    @api.model
    def _cron_prove(self):
        self.search([("account_id.state", "=", "connected")])._enqueue_proofs()

    def _enqueue_proofs(self):
        # Before the first fetch there is nothing that could be compared.
        for balance in self.sudo().filtered(lambda b: b.journal_id and b.last_synced):
            balance.with_delay(
                identity_key=f"mollie-proofs-{balance.id}",
                description=_("Prove %s", balance.display_name),
            )._attempt("_prove_all")

    def _prove_all(self):
        """Put up the days that have ended; prove again where the books changed."""
        self._lock()
        known = self.proof_ids
        days = self._ended_days(known)
        new = known.create([self._period("day", day) for day in days[:MONTH]])
        months = self._ended_months(known | new)
        new |= known.create([self._period("month", month) for month in months])
        (new | self._outdated(known))._enqueue_prove()
        if len(days) > MONTH:
            self._enqueue_more_proofs(days[MONTH])

    def _enqueue_more_proofs(self, day):
        self.with_delay(
            identity_key=f"mollie-proofs-{self.id}-{day}",
            description=_("Prove %s", self.display_name),
        )._attempt("_prove_all")

    def _period(self, period, day):
        return self.env["mollie.proof"]._prepare_period(self, period, day)

    def _ended_days(self, known):
        """Return the days without a proof that were over when lines were last read."""
        first = self._first_day()
        if not first:
            return []
        last = local_date(pytz.utc.localize(self.last_synced)) - timedelta(days=1)
        proved = known.filtered(lambda proof: proof.period == "day")
        taken = set(proved.mapped("date_from"))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if day not in taken]

    def _first_day(self):
        domain = [("balance_id", "=", self.id), ("kind", "!=", OPENING)]
        lines = self.env["mollie.balance.transaction"]
        first = lines.search(domain, order="created_at, id", limit=1).created_at
        return self.start_date or (first and local_date(pytz.utc.localize(first)))

    def _ended_months(self, proofs):
        """Return the months, by their first day, of which all days have a proof."""
        days = set(proofs.filtered(lambda p: p.period == "day").mapped("date_from"))
        months = proofs.filtered(lambda p: p.period == "month").mapped("date_from")
        # The books may begin in the middle of their first month: so does its proof.
        first = min(days, default=None)
        starts = {max(day.replace(day=1), first) for day in days} - set(months)
        return sorted(day for day in starts if _last_of_month(day) in days)

    def _outdated(self, proofs):
        """Return the proofs that do not stand, or of which the books have changed."""
        books = sorted(self._books_by_day(), key=attrgetter("day"))
        days = [row.day for row in books]
        sums = [0, *accumulate(row.amount for row in books)]

        def is_outdated(proof):
            closing = float(sums[bisect_right(days, proof.date_to)])
            changed = self.currency_id.compare_amounts(proof.our_closing, closing)
            return changed or proof.state in ("open", "differs")

        return proofs.filtered(is_outdated)

    # === The books === #

    def _proof_query(self, **values):
        account = self.journal_id.sudo().default_account_id
        return {
            "account": account.id,
            "company": self.company_id.id,
            "opening": OPENING,
            "zone": TIME_ZONE,
            **values,
        }

    def _books_by_day(self):
        """Return the :class:`BookRow` of all days, in the balance's currency."""
        self.env.flush_all()
        self.env.cr.execute(_BOOKS, self._proof_query())
        return [
            BookRow(day, kind, part, Decimal(amount), count)
            for day, kind, part, amount, count in self.env.cr.fetchall()
        ]

    def _shifted_at(self, day):
        """Return what until ``day`` moved at Mollie and is in the books later."""
        self.env.cr.execute(_SHIFTED, self._proof_query(until=day))
        return float(self.env.cr.fetchone()[0])

    @api.model
    def _day_bounds(self, first, last):
        """Return the naive UTC moments at which Mollie's days begin and have ended."""
        zone = pytz.timezone(TIME_ZONE)
        midnights = (first, last + timedelta(days=1))
        return tuple(
            zone.localize(datetime.combine(day, time()))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in midnights
        )

    def _proof_accounts(self):
        """Return the accounts that belong to this balance, Mollie's own first."""
        journal = self.journal_id.sudo()
        methods = (
            journal.inbound_payment_method_line_ids
            | journal.outbound_payment_method_line_ids
        )
        return (
            journal.default_account_id
            | methods.payment_account_id
            | journal.suspense_account_id
            | self.company_id.sudo().transfer_account_id
        )

    def _trial_balance(self, first, last):
        """Return ``{account: (opening, debit, credit)}`` in the company's currency.

        Of the supplier's account only what is owed to Mollie.
        """
        partner = self.account_id.sudo().fee_partner_id.with_company(self.company_id)
        payable = partner.property_account_payable_id
        accounts = self._proof_accounts()
        entries = [
            ("company_id", "=", self.company_id.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", last),
            "|",
            ("account_id", "in", accounts.ids),
            *("&", ("account_id", "=", payable.id), ("partner_id", "=", partner.id)),
        ]
        sums = self._sums_by_account(entries + [("date", ">=", first)])
        before = self._sums_by_account(entries + [("date", "<", first)])
        nothing = (0.0, 0.0)
        result = {}
        for account in accounts | payable:
            debit, credit = before.get(account, nothing)
            result[account] = (debit - credit, *sums.get(account, nothing))
        return result

    def _sums_by_account(self, domain):
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                domain, groupby=["account_id"], aggregates=["debit:sum", "credit:sum"]
            )
        )
        return {account: (debit, credit) for account, debit, credit in groups}


def _last_of_month(day):
    return day.replace(day=1) + relativedelta(months=1, days=-1)

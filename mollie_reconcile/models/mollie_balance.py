from datetime import datetime, time
from decimal import Decimal
from itertools import takewhile

import psycopg2.errors
import pytz

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import BlockedError, RetryableError

from ..lib.const import OPENING, TIME_ZONE
from ..lib.mapping import local_date, parse_balance, parse_transaction

#: lines booked in one job: one commit, and few enough for other work to get a turn
BATCH = 50
#: exceptions that end as soon as a job gets through; others are about the books
TROUBLES = ("failed", "not_possible", "rejected", "service_down")


class MollieBalance(models.Model):
    """A balance at Mollie and the journal that shows the same in the books."""

    _name = "mollie.balance"
    _description = "Mollie Balance"
    _inherit = ["o2c.exception.mixin"]
    _rec_name = "external_id"

    account_id = fields.Many2one(
        "mollie.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    active = fields.Boolean(default=True)
    external_id = fields.Char("Mollie ID", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        check_company=True,
        index="btree_not_null",
        help="Shows this balance in the books. Nothing else belongs in it.",
    )
    start_date = fields.Date(
        help="The first day that is booked. What stood on the balance before is "
        "booked as its opening balance. Empty: from the first line on.",
    )
    opening_account_id = fields.Many2one(
        "account.account",
        domain="[('deprecated', '=', False)]",
        check_company=True,
        help="Showed this balance in the books until the start date.",
    )
    cursor = fields.Char("Last Line Read", readonly=True)
    last_synced = fields.Datetime("Last Fetched", readonly=True)
    available_amount = fields.Monetary("Available at Mollie", readonly=True)
    pending_amount = fields.Monetary("On Its Way at Mollie", readonly=True)
    opening_amount = fields.Monetary("Opening Balance", readonly=True)
    stood_still = fields.Boolean(
        readonly=True,
        help="No money moved at Mollie while the last fetch read it.",
    )
    transaction_ids = fields.One2many("mollie.balance.transaction", "balance_id")
    open_count = fields.Integer("Open Lines", compute="_compute_open_count")
    ledger_balance = fields.Monetary("In the Books", compute="_compute_ledger")
    ledger_difference = fields.Monetary("Difference", compute="_compute_ledger")

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This balance is there already.",
        ),
        (
            "journal_unique",
            "unique(journal_id)",
            "A journal can show one balance only.",
        ),
    ]

    @api.depends("account_id.name", "currency_id.name")
    def _compute_display_name(self):
        for balance in self:
            names = (balance.account_id.name, balance.currency_id.name)
            balance.display_name = " ".join(filter(None, names))

    def _compute_open_count(self):
        counts = dict(
            self.env["mollie.balance.transaction"]._read_group(
                [("balance_id", "in", self.ids), ("state", "!=", "booked")],
                groupby=["balance_id"],
                aggregates=["__count"],
            )
        )
        for balance in self:
            balance.open_count = counts.get(balance, 0)

    @api.depends("available_amount", "journal_id")
    def _compute_ledger(self):
        # Totals of an account are no personal data: those who may see the balance
        # at Mollie may see what the books make of it, without reading entries.
        lines = self.env["account.move.line"].sudo()
        for balance in self:
            account = balance.journal_id.sudo().default_account_id
            domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
            [(total,)] = lines._read_group(domain, aggregates=["amount_currency:sum"])
            currency = balance.currency_id
            balance.ledger_balance = currency.round(total or 0.0)
            difference = balance.ledger_balance - balance.available_amount
            balance.ledger_difference = currency.round(difference)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        balances = super().create(vals_list)
        balances.journal_id._recompute_payment_state()
        return balances

    def write(self, vals):
        before = self.journal_id
        res = super().write(vals)
        if "journal_id" in vals:
            (before | self.journal_id)._recompute_payment_state()
        if vals.get("opening_account_id"):
            self.transaction_ids._match_opening()
        return res

    # === Buttons === #

    def action_fetch(self):
        """Fetch now, in the background."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        if self.filtered(lambda balance: not balance.journal_id):
            raise UserError(_("Create or choose the journal of the balance first."))
        self._enqueue_fetch()
        return self.account_id[:1]._notification(_("New lines are being fetched."))

    def action_create_journal(self):
        """Make the journal that shows this balance, with all its accounts."""
        self.env["account.journal"].check_access_rights("create")
        for balance in self.filtered(lambda balance: not balance.journal_id):
            balance.sudo()._create_journal()

    def action_show_transactions(self):
        """Show the lines of this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mollie_reconcile.mollie_balance_transaction_action"
        )
        action["domain"] = [("balance_id", "in", self.ids)]
        return action

    # === Journal === #

    def _create_journal(self):
        """Make the bank journal of this balance.

        Payments wait on accounts of their own until Mollie's line arrives: an
        account that can be reconciled is what makes an invoice read "in payment".
        """
        self.ensure_one()
        company = self.company_id
        foreign = self.currency_id != company.currency_id
        suffix = f" {self.currency_id.name}" if foreign else ""
        journal = self.env["account.journal"].create(
            {
                "name": f"Mollie {self.currency_id.name}",
                "code": self._free_journal_code(),
                "type": "bank",
                "company_id": company.id,
                "currency_id": self.currency_id.id if foreign else False,
            }
        )
        receipts = self._create_transit_account(
            journal, _("Mollie in transit (receipts)") + suffix
        )
        refunds = self._create_transit_account(
            journal, _("Mollie in transit (refunds)") + suffix
        )
        journal.inbound_payment_method_line_ids.payment_account_id = receipts
        journal.outbound_payment_method_line_ids.payment_account_id = refunds
        self.journal_id = journal
        return journal

    def _free_journal_code(self):
        domain = [("company_id", "=", self.company_id.id)]
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search(domain).mapped("code"))
        first = f"M{self.currency_id.name}"
        numbered = (f"{first}{number}" for number in range(2, 10))
        return next(code for code in (first, *numbered) if code not in taken)

    def _create_transit_account(self, journal, name):
        # Beside the journal's own account, whatever numbers the chart uses there.
        accounts = self.env["account.account"].with_company(self.company_id)
        digits = len(journal.default_account_id.code)
        prefix = self.company_id.bank_account_code_prefix or ""
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(
                    self.company_id, digits, prefix
                ),
                "account_type": "asset_current",
                "reconcile": True,
                "company_id": self.company_id.id,
            }
        )

    # === Fetch === #

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

    # === Booking === #

    def _enqueue_booking(self, after=0):
        self.sudo().with_delay(
            identity_key=f"mollie-book-{self.id}-{after}",
            description=_("Book lines: %s", self.display_name),
        )._attempt("_book", after)

    def _book(self, after=0):
        """Book the next waiting lines, oldest first; the rest is another job's.

        :param int after: the last line that was looked at, so that one which cannot
            be booked does not keep the others waiting
        """
        self._lock()
        waiting = self._waiting(after)
        if waiting and not self.journal_id:
            raise BlockedError(
                "no_journal",
                _("%s has no journal to be booked in.", self.display_name),
                advice=_("Open the balance and create its journal, or choose one."),
            )
        batch = waiting._identified()
        if batch:
            batch.with_company(self.company_id)._book()
            self._enqueue_booking(batch[-1].id)

    def _waiting(self, after=0):
        domain = [("balance_id", "=", self.id), ("state", "=", "new")]
        return self.env["mollie.balance.transaction"].search(
            domain + [("id", ">", after)], order="id", limit=BATCH
        )

    # === Proof === #

    def _succeeded(self, connection, method):
        # What booking found stands until booking is through again.
        through = method == "_book" and not self._waiting()
        if through and not self._differs():
            return super()._succeeded(connection, method)
        connection._mark_answering()
        self.failed_tries = 0
        for reason in TROUBLES:
            self.env["o2c.exception"]._close(self, reason)
        if through:
            self._open_difference()

    def _open_difference(self):
        exceptions = self.env["o2c.exception"]
        exceptions._close(self, "no_journal")
        exceptions._open(
            self,
            "ledger_difference",
            _(
                "The books show %(books)s, Mollie has %(mollie)s available.",
                books=self._money(self.ledger_balance),
                mollie=self._money(self.available_amount),
            ),
            advice=_("Look for entries in the journal that did not come from Mollie."),
        )

    def _differs(self):
        """Tell whether the books differ from Mollie, as far as that is known."""
        self.invalidate_recordset(["ledger_balance", "ledger_difference"])
        judged = self.stood_still and self.journal_id
        return judged and not self.currency_id.is_zero(self.ledger_difference)

    def _money(self, amount):
        figure = float_repr(amount, self.currency_id.decimal_places)
        return f"{figure} {self.currency_id.name}"

    # === Exceptions === #

    def _o2c_connection(self):
        return self.account_id

    def _retry_after_exception(self, reason):
        self._enqueue_fetch()

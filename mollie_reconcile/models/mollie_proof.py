from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, _, api, fields, models
from odoo.tools import float_repr, format_date

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.const import TRANSFER_TYPES
from ..lib.report import CATEGORIES, Figure, category_of, parse_report
from ..lib.rounding import cents

#: what stands in the journal without having come from Mollie
ENTRY = "entry"


class MollieProof(models.Model):
    """The proof of a day or a month: do the books show what Mollie reports?

    Both sides are cut by Mollie's days. What a closed period made the books show on
    a later day is told apart, so that the trial balance can be found again.
    """

    _name = "mollie.proof"
    _description = "Proof of a Mollie Balance"
    _inherit = ["o2c.exception.mixin"]
    _order = "date_to desc, period desc, balance_id"

    balance_id = fields.Many2one(
        "mollie.balance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="balance_id.company_id", store=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    period = fields.Selection(
        [("day", "Day"), ("month", "Month")], required=True, readonly=True
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("Until", required=True, readonly=True, index=True)
    proved_at = fields.Datetime("Proved On", readonly=True)
    state = fields.Selection(
        [
            ("open", "Not Proved"),
            ("equal", "Equal"),
            ("differs", "Differs"),
            ("carried", "Earlier Day Differs"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="Earlier day differs: this period is right, but a day before it is not.",
    )
    their_opening = fields.Monetary("Start at Mollie", readonly=True)
    their_closing = fields.Monetary("End at Mollie", readonly=True)
    our_opening = fields.Monetary("Start in the Books", readonly=True)
    our_closing = fields.Monetary("End in the Books", readonly=True)
    difference = fields.Monetary(
        compute="_compute_difference", store=True, help="Books less Mollie, at the end."
    )
    opening_difference = fields.Monetary(
        "Off at the Start", compute="_compute_difference", store=True
    )
    moved_difference = fields.Monetary(
        "Off in This Period", compute="_compute_difference", store=True
    )
    pending_amount = fields.Monetary("On Its Way at Mollie", readonly=True)
    shifted_amount = fields.Monetary(
        "Booked on a Later Day",
        readonly=True,
        help="Mollie's lines until this day that a closed period made the books show"
        " later, less those of before that came later into this one.",
    )
    trial_closing = fields.Monetary(
        "In the Trial Balance",
        compute="_compute_difference",
        store=True,
        help="What the journal's account shows at the end of the last day.",
    )
    row_ids = fields.One2many("mollie.proof.row", "proof_id", "Side by Side")
    account_ids = fields.One2many("mollie.proof.account", "proof_id", "Trial Balance")
    finding_ids = fields.Many2many(
        "mollie.proof.finding", compute="_compute_findings", string="What Is Wrong"
    )
    can_repair = fields.Boolean(compute="_compute_findings")
    payout_ids = fields.Many2many(
        "mollie.balance.transaction", compute="_compute_payouts", string="Payouts"
    )

    _sql_constraints = [
        (
            "period_unique",
            "unique(balance_id, period, date_from)",
            "This period is there already.",
        ),
    ]

    @api.depends(
        "their_opening",
        "their_closing",
        "our_opening",
        "our_closing",
        "shifted_amount",
    )
    def _compute_difference(self):
        for proof in self:
            currency = proof.currency_id
            difference = cents(currency, proof.our_closing - proof.their_closing)
            before = cents(currency, proof.our_opening - proof.their_opening)
            proof.difference = difference
            proof.opening_difference = before
            proof.moved_difference = cents(currency, difference - before)
            closing = proof.our_closing - proof.shifted_amount
            proof.trial_closing = cents(currency, closing)

    @api.depends("period", "date_from")
    def _compute_display_name(self):
        for proof in self:
            style = "MMMM yyyy" if proof.period == "month" else "EEE d MMM yyyy"
            proof.display_name = format_date(self.env, proof.date_from, False, style)

    @api.depends("proved_at", "date_to")
    def _compute_findings(self):
        for proof in self:
            findings = self.env["mollie.proof.finding"].search(proof._within("day"))
            proof.finding_ids = findings
            proof.can_repair = any(findings.mapped("can_repair"))

    @api.depends("proved_at", "date_to")
    def _compute_payouts(self):
        for proof in self:
            domain = proof._moments_within() + [("kind", "in", list(TRANSFER_TYPES))]
            lines = self.env["mollie.balance.transaction"].search(domain)
            proof.payout_ids = lines.sorted("id")

    def _within(self, name):
        """Return the domain of records of this balance in this period."""
        return [
            ("balance_id", "=", self.balance_id.id),
            (name, ">=", self.date_from),
            (name, "<=", self.date_to),
        ]

    def _moments_within(self):
        start, end = self.balance_id._day_bounds(self.date_from, self.date_to)
        return [
            ("balance_id", "=", self.balance_id.id),
            ("created_at", ">=", start),
            ("created_at", "<", end),
        ]

    # === Buttons === #

    def action_prove(self):
        """Compare again now."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._enqueue_prove()
        return self.balance_id.account_id[:1]._notification(
            _("The figures are being compared.")
        )

    def action_xlsx(self):
        """Download these proofs as a workbook."""
        ids = ",".join(map(str, self.ids))
        return {"type": "ir.actions.act_url", "url": f"/mollie/proof/{ids}/xlsx"}

    # === Work === #

    def _enqueue_prove(self):
        for proof in self.sorted("date_to"):
            proof.with_delay(
                identity_key=f"mollie-proof-{proof.id}",
                description=_("Prove %s", proof.display_name),
            )._attempt("_prove")

    def _prove(self):
        """Lay Mollie's report beside the books; say what is wrong where they differ.

        See https://docs.mollie.com/reference/get-balance-report
        """
        client = self.balance_id.account_id._client()
        until = self.date_to + timedelta(days=1)
        answer = client.balance_report(
            self.balance_id.external_id, self.date_from, until
        )
        report = parse_report(answer)
        self._compare(report)
        wrong = self.state == "differs" and self.period == "day"
        self.env["mollie.proof.finding"]._renew(self, client if wrong else None)

    def _compare(self, report):
        books = self.balance_id._books_by_day()
        before = [row for row in books if row.day < self.date_from]
        within = [row for row in books if self.date_from <= row.day <= self.date_to]
        opening = sum(row.amount for row in before)
        closing = opening + sum(row.amount for row in within)
        rows = self._prepare_rows(report, within)
        self.write(
            {
                "their_opening": float(report.opening),
                "their_closing": float(report.closing),
                "our_opening": float(opening),
                "our_closing": float(closing),
                "pending_amount": float(report.pending),
                "shifted_amount": self.balance_id._shifted_at(self.date_to),
                "row_ids": [Command.clear(), *map(Command.create, rows)],
                "account_ids": [
                    Command.clear(),
                    *map(Command.create, self._prepare_accounts()),
                ],
                "proved_at": fields.Datetime.now(),
            }
        )
        self.state = self._judge()

    def _judge(self):
        if not self.currency_id.is_zero(self.moved_difference):
            return "differs"
        return "equal" if self.currency_id.is_zero(self.difference) else "carried"

    def _prepare_rows(self, report, within):
        ours = dict.fromkeys((*CATEGORIES, ENTRY), Figure())
        for row in within:
            name = category_of(row.kind, row.part) if row.kind else ENTRY
            ours[name] += Figure(row.count, row.amount)
        empty = Figure()
        rows = []
        for name, our in ours.items():
            their = report.figures.get(name, empty)
            if their != empty or our != empty:
                rows.append(
                    {
                        "category": name,
                        "their_count": their.count,
                        "their_amount": float(their.amount),
                        "our_count": our.count,
                        "our_amount": float(our.amount),
                    }
                )
        return rows

    def _prepare_accounts(self):
        sums = self.balance_id._trial_balance(self.date_from, self.date_to)
        return [
            {"account_id": account.id, "opening": o, "debit": d, "credit": c}
            for account, (o, d, c) in sums.items()
        ]

    # === Exceptions === #

    def _o2c_connection(self):
        return self.balance_id.account_id

    def _retry_after_exception(self, reason):
        self._enqueue_prove()

    def _succeeded(self, connection, method):
        res = super()._succeeded(connection, method)
        if self.state == "differs" and self.period == "day":
            error = self._difference_found()
            self._block("proof_differs", error)
        return res

    def _difference_found(self):
        names = [finding.display_name for finding in self.finding_ids]
        message = _(
            "%(day)s: Mollie moved %(theirs)s, the books %(ours)s. %(findings)s",
            day=self.display_name,
            theirs=self._money(self.their_closing - self.their_opening),
            ours=self._money(self.our_closing - self.our_opening),
            findings=" ".join(names[:3]),
        )
        repair = _("Press Repair on the proof of this day.")
        by_hand = _("Open the proof of this day and correct what it names.")
        advice = repair if self.can_repair else by_hand
        return BlockedError("proof_differs", message.strip(), advice=advice)

    def _money(self, amount):
        figure = float_repr(amount, self.currency_id.decimal_places)
        return f"{figure} {self.currency_id.name}"

    @api.model
    def _prepare_period(self, balance, period, day):
        """Return the values of the proof of the day or the month that begins there."""
        last = day
        if period == "month":
            last = day.replace(day=1) + relativedelta(months=1, days=-1)
        return {
            "balance_id": balance.id,
            "period": period,
            "date_from": day,
            "date_to": last,
        }

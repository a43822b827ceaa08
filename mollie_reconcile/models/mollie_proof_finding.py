from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from ..lib.const import OPENING
from ..lib.mapping import local_date, parse_transaction

#: what can be put right from what Mollie says; the others need a person
REPAIRABLE = ("missing", "unbooked", "changed")


class MollieProofFinding(models.Model):
    """A line because of which the books of a day differ from Mollie."""

    _name = "mollie.proof.finding"
    _description = "Line That Differs from Mollie"
    _order = "day, id"

    balance_id = fields.Many2one(
        "mollie.balance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="balance_id.company_id", store=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    day = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("missing", "Not read from Mollie"),
            ("unbooked", "Not in the books yet"),
            ("changed", "Changed in the books"),
            ("unknown", "Unknown at Mollie"),
            ("entry", "Entry not from Mollie"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    reference = fields.Char("Line", required=True, readonly=True)
    movement = fields.Char("Type", readonly=True)
    their_amount = fields.Monetary("At Mollie", readonly=True)
    our_amount = fields.Monetary("In the Books", readonly=True)
    transaction_id = fields.Many2one(
        "mollie.balance.transaction", readonly=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, ondelete="cascade"
    )
    can_repair = fields.Boolean(compute="_compute_can_repair")

    @api.depends("kind")
    def _compute_can_repair(self):
        for finding in self:
            finding.can_repair = finding.kind in REPAIRABLE

    @api.depends("kind", "reference", "their_amount", "our_amount")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for finding in self:
            finding.display_name = _(
                "%(what)s: %(line)s (Mollie %(theirs)s, books %(ours)s).",
                what=labels[finding.kind],
                line=finding.reference,
                theirs=finding._money(finding.their_amount),
                ours=finding._money(finding.our_amount),
            )

    def _money(self, amount):
        return float_repr(amount, self.currency_id.decimal_places)

    @api.model
    def _renew(self, proof, client=None):
        """Replace what was found of a day; without a client nothing is wrong."""
        if proof.period != "day":
            return
        self.search(proof._within("day")).unlink()
        if client:
            theirs = self._at_mollie(proof, client)
            self.create(
                [
                    {"balance_id": proof.balance_id.id, "day": proof.date_from, **vals}
                    for vals in (*self._of_lines(proof, theirs), *self._entries(proof))
                ]
            )
        self.env["mollie.proof"].invalidate_model(["finding_ids", "can_repair"])

    # === What Mollie has === #

    @api.model
    def _at_mollie(self, proof, client):
        """Return ``{id: payload}`` of all lines that Mollie lists for these days."""
        # Mollie has no filter by date: begin at the first line known to be later.
        _start, end = proof.balance_id._day_bounds(proof.date_from, proof.date_to)
        later = self.env["mollie.balance.transaction"].search(
            [
                ("balance_id", "=", proof.balance_id.id),
                ("created_at", ">=", end),
                ("kind", "!=", OPENING),
            ],
            order="created_at, id",
            limit=1,
        )
        balance, first = proof.balance_id.external_id, later.external_id
        found = {}
        for payload in client.balance_transactions(balance, from_id=first or None):
            day = local_date(parse_transaction(payload).created_at)
            if day < proof.date_from:
                break
            if day <= proof.date_to:
                found[payload["id"]] = payload
        return found

    # === What the books have === #

    @api.model
    def _of_lines(self, proof, theirs):
        """Yield the values of a finding for each line that is not as at Mollie."""
        lines = self.env["mollie.balance.transaction"].search(
            [*proof._moments_within(), ("kind", "!=", OPENING)], order="id"
        )
        ours = {line.external_id: line for line in lines}
        for name in sorted(set(theirs) - set(ours)):
            parsed = parse_transaction(theirs[name])
            yield {
                "kind": "missing",
                "reference": name,
                "movement": parsed.type,
                "their_amount": float(parsed.result.value),
            }
        for line in lines:
            there = line.external_id in theirs
            booked = line._booked_amount()
            same = line.currency_id.compare_amounts(booked, line.result_amount) == 0
            if not there or not same:
                kind = "changed" if line.booked_at else "unbooked"
                yield {
                    "kind": kind if there else "unknown",
                    "reference": line.external_id,
                    "movement": line.kind,
                    "their_amount": line.result_amount if there else 0.0,
                    "our_amount": booked,
                    "transaction_id": line.id,
                }

    @api.model
    def _entries(self, proof):
        """Yield the values of a finding for each entry that is not Mollie's."""
        account = proof.balance_id.journal_id.sudo().default_account_id
        entries = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", proof.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", proof.date_from),
                ("date", "<=", proof.date_to),
                "|",
                ("statement_line_id", "=", False),
                ("statement_line_id.mollie_transaction_id", "=", False),
            ]
        )
        for entry in entries:
            yield {
                "kind": "entry",
                "reference": entry.move_id.name,
                "movement": entry.name,
                "our_amount": entry.amount_currency,
                "move_id": entry.move_id.id,
            }

    def action_open(self):
        """Show the line or the entry that this is about."""
        self.ensure_one()
        record = self.transaction_id or self.move_id
        if not record:
            raise UserError(_("This line is at Mollie only. Press Repair."))
        return record.get_formview_action()

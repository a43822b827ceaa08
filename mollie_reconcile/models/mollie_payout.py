from odoo import Command, _, api, fields, models

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    UnauthorizedError,
)

from ..lib.const import TRANSFER_TYPES
from ..lib.matching import is_named_in

#: how far a bank's rate may be from that of the day, fees included
RATE_TOLERANCE = 0.1


class MolliePayout(models.AbstractModel):
    """How a payout finds the line of the real bank account, whichever is there first.

    Both wait on the company's transfer account. The bank's line names the payout's
    reference; one line of the same amount may do so.
    """

    _name = "mollie.payout"
    _description = "Payout of Mollie"

    settlement_reference = fields.Char(
        "Payout Reference",
        readonly=True,
        index="btree_not_null",
        help="What the bank shows as the description of this payout.",
    )
    waits_for_bank = fields.Boolean(
        compute="_compute_waits_for_bank", store=True, readonly=True
    )
    bank_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Line at the Bank",
        compute="_compute_bank_line",
        compute_sudo=True,
    )
    payout_state = fields.Selection(
        [("on_way", "On Its Way"), ("arrived", "Arrived"), ("returned", "Came Back")],
        "Payout",
        compute="_compute_payout_state",
        store=True,
        index=True,
    )
    statement_id = fields.Many2one(
        "account.bank.statement", "Statement", readonly=True, copy=False
    )

    @api.depends("kind", "line_ids.move_id.line_ids.reconciled")
    def _compute_waits_for_bank(self):
        for payout in self:
            entries = payout._transfer_entries()
            payout.waits_for_bank = bool(entries - entries.filtered("reconciled"))

    @api.depends("line_ids.move_id.line_ids.reconciled")
    def _compute_bank_line(self):
        for payout in self:
            others = _matched_with(payout._transfer_entries()).statement_line_id
            payout.bank_line_id = others.filtered(
                lambda line, payout=payout: line.journal_id != payout._journal()
            )[:1]

    @api.depends("waits_for_bank", "booked_at")
    def _compute_payout_state(self):
        for payout in self:
            state = False
            if payout.kind in TRANSFER_TYPES:
                on_way = payout.waits_for_bank or not payout.booked_at
                arrived = "arrived" if payout.bank_line_id else "returned"
                state = "on_way" if on_way else arrived
            payout.payout_state = state

    def _journal(self):
        return self.balance_id.journal_id

    def _transfer_entries(self):
        """Return what of this payout stands on the company's transfer account."""
        if self.kind not in TRANSFER_TYPES:
            return self.env["account.move.line"]
        account = self.company_id.transfer_account_id
        return self.line_ids.move_id.line_ids.filtered(
            lambda entry: entry.account_id == account
        )

    # === Reference === #

    def _identify_payout(self):
        """Read once at Mollie under which reference the bank shows this payout."""
        settlement = self._parsed().context.get("settlementId")
        if self.settlement_reference or not settlement:
            return
        try:
            answer = self.balance_id.account_id._client().settlement(settlement)
        except UnauthorizedError:
            raise
        except RejectedError:
            # A payout without a settlement: it waits for the bank without a name.
            return
        self.settlement_reference = answer.get("reference")

    # === Matching === #

    def _match_payout(self):
        """Match what waits on the transfer account with the one line it belongs to.

        :raise BlockedError: several lines of the bank fit
        """
        waiting = self._transfer_entries().filtered(lambda entry: not entry.reconciled)
        if back := self._entries_of_return():
            (waiting + back).reconcile()
            return
        lines = self._bank_lines()
        if len(lines) > 1:
            raise BlockedError(
                "several_bank_lines",
                _(
                    "Several bank lines of %(amount)s name the payout %(reference)s.",
                    amount=self._money(abs(self.gross_amount)),
                    reference=self.settlement_reference,
                ),
                advice=_("See which of them is a repetition, and remove it."),
            )
        if lines:
            lines._match_with_payout(waiting)

    def _is_waiting_for_choice(self):
        return self.waits_for_bank and self.open_reason == "several_bank_lines"

    def _entries_of_return(self):
        """Return what waits of a transfer that the bank sent back, or its return."""
        transfer = self._parsed().context.get("transferId")
        if not transfer:
            return self.env["account.move.line"]
        domain = [("balance_id", "=", self.balance_id.id), ("id", "!=", self.id)]
        domain += [("waits_for_bank", "=", True)]
        domain += [("gross_amount", "=", -self.gross_amount)]
        others = self.search(domain).filtered(
            lambda other: other._parsed().context.get("transferId") == transfer
        )
        return others._transfer_entries() if len(others) == 1 else others.line_ids[:0]

    def _bank_lines(self):
        """Return the open bank lines that name this payout, of the same amount."""
        if not self.settlement_reference:
            return self.env["account.bank.statement.line"]
        lines = self.env["account.bank.statement.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("journal_id", "!=", self._journal().id),
                ("is_reconciled", "=", False),
                "|",
                ("amount", "=", -self.gross_amount),
                "&",
                ("currency_id", "!=", self.currency_id.id),
                ("amount", ">" if self.gross_amount < 0 else "<", 0),
            ]
        )
        return lines.filtered(self._is_on_line)

    def _is_on_line(self, line):
        if not is_named_in(self.settlement_reference, *line._mollie_texts()):
            return False
        return line.currency_id == self.currency_id or self._is_worth(line)

    def _is_worth(self, line):
        """Tell whether a bank line in another currency may be this payout's worth.

        The bank's rate and fee are not known; far from the day's rate it is left to a
        person.
        """
        worth = self.currency_id._convert(
            -self.gross_amount, line.currency_id, self.company_id, line.date
        )
        return abs(line.amount - worth) <= abs(worth) * RATE_TOLERANCE

    @api.model
    def _look_for_bank(self, domain=()):
        """Have the payouts look again that wait and may find what they wait for."""
        waiting = [("waits_for_bank", "=", True), ("left_to_person", "=", False)]
        payouts = self.search([*waiting, *domain], order="id")
        payouts.filtered(
            lambda payout: payout._bank_lines() or payout._entries_of_return()
        )._enqueue_match()

    # === Statement === #

    def _make_statements(self):
        """Make a statement of each payout: all lines since the one before."""
        for payout in self.filtered("settlement_reference"):
            if not payout.statement_id and payout.kind == "outgoing-transfer":
                payout._make_statement()

    def _make_statement(self):
        # By the order at Mollie: bank lines of one day may be booked in another.
        domain = [("balance_id", "=", self.balance_id.id), ("id", "<=", self.id)]
        lines = self.search(domain).line_ids
        lines = lines.filtered(lambda line: not line.statement_id)
        start = self.search(
            [*domain, ("statement_id", "!=", False)], order="id desc", limit=1
        ).statement_id.balance_end_real
        end = self.currency_id.round(start + sum(lines.mapped("amount")))
        self.statement_id = self.env["account.bank.statement"].create(
            {
                "name": self.settlement_reference,
                "reference": self.external_id,
                "line_ids": [Command.set(lines.ids)],
                "balance_start": start,
                "balance_end_real": end,
            }
        )


def _matched_with(entries):
    return (
        entries.matched_debit_ids.debit_move_id
        | entries.matched_credit_ids.credit_move_id
    )

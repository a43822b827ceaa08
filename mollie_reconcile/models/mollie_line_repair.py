from odoo import models

from .mollie_balance_transaction import _line_on


class MollieBalanceTransaction(models.Model):
    """Bringing what the books have of a line back to what Mollie has."""

    _inherit = "mollie.balance.transaction"

    def _booked_amount(self):
        """Return what this line did to the journal's account, in its currency."""
        account = self.balance_id.journal_id.sudo().default_account_id
        entries = self.line_ids.sudo().move_id.line_ids.filtered(
            lambda entry: entry.account_id == account and entry.parent_state == "posted"
        )
        return self.currency_id.round(sum(entries.mapped("amount_currency")))

    def _put_right(self):
        """Make, post and correct the bank lines of these booked lines."""
        for transaction in self:
            parts = {part.name: part for part in transaction._parsed().parts}
            for line in transaction.line_ids:
                transaction._put_line_right(line, float(parts[line.mollie_part].amount))
            gone = set(parts) - set(transaction.line_ids.mapped("mollie_part"))
            transaction._make_parts(gone)

    def _put_line_right(self, line, amount):
        if line.move_id.state == "cancel":
            line.move_id.button_draft()
        if self.currency_id.compare_amounts(line.amount, amount):
            # What a changed amount was matched with is no match.
            line.action_undo_reconciliation()
            line.amount = amount
        if line.move_id.state == "draft":
            line.move_id.action_post()
        self._enqueue_rematch()

    def _make_parts(self, names):
        """Book again the parts whose bank lines were removed."""
        bookings = [b for b in self._bookings() if b.part.name in names]
        lines = self.env["account.bank.statement.line"].create(
            [self._prepare_line_vals(booking) for booking in bookings]
        )
        for line, booking in zip(lines, bookings, strict=True):
            if booking.obstacle:
                self._block(booking.obstacle.reason, booking.obstacle)
            else:
                self._settle(booking, _line_on(line, booking.account))

    def _enqueue_rematch(self):
        if self.state == "open":
            self.left_to_person = False
            self._enqueue_match()

from collections import defaultdict

from odoo import Command, models

#: what core would do for every single entry, and no bank line of Mollie needs
LEAN = {
    # Their entries are complete and carry no taxes.
    "skip_invoice_sync": True,
    "skip_computed_taxes": True,
    # Mollie's line is their history; their customers need not follow them.
    "tracking_disable": True,
    # Where sales teams are known, each entry would look for one.
    "default_team_id": False,
}


class MollieBalanceTransaction(models.Model):
    """Bank lines made many at a time, each with its entry."""

    _inherit = "mollie.balance.transaction"

    def _create_bank_lines(self, bookings):
        """Create the bank line of each ``(transaction, booking)``, all at once.

        Core checks, numbers and announces each entry by itself, which is most of the
        time that booking takes. Here the sums are checked once for all of them.
        """
        moves = self.env["account.move"]
        values = [line._prepare_line_vals(booking) for line, booking in bookings]
        self._number(values)
        container = {"records": moves}
        with moves._check_balanced(container):
            lean = {**LEAN, "mollie_journal": self.balance_id.journal_id.id}
            model = self.env["account.bank.statement.line"].with_context(**lean)
            lines = model.create(values)
            container["records"] = moves.browse(lines.move_id.ids)
        return lines.with_env(self.env)

    def _number(self, values):
        """Give the bank lines the next names of their journal, in their order.

        Two who take the same numbers cannot both post them: the second one is tried
        again. Where a period has no entry yet, core begins its numbers.
        """
        journal = self.balance_id.journal_id
        last = {
            date: self._last_name(journal, date) for date in {v["date"] for v in values}
        }
        numbers = defaultdict(int)
        for vals in sorted(values, key=lambda vals: vals["date"]):
            if name := last[vals["date"]]:
                form, parts = journal.env["account.move"]._get_sequence_format_param(
                    name
                )
                numbers[name] += 1
                parts["seq"] += numbers[name]
                vals["name"] = form.format(**parts)

    def _last_name(self, journal, date):
        values = {"move_type": "entry", "journal_id": journal.id, "date": date}
        return self.env["account.move"].new(values)._get_last_sequence()

    def _prepare_line_vals(self, booking):
        """Give the entry as well, where the balance is in the company's currency."""
        vals = super()._prepare_line_vals(booking)
        journal = self.balance_id.journal_id
        in_own_currency = self.currency_id == self.company_id.currency_id
        if in_own_currency and not vals.get("foreign_currency_id"):
            amount = self.currency_id.round(vals["amount"])
            vals.pop("counterpart_account_id")
            vals["line_ids"] = [
                Command.create(self._prepare_entry_vals(vals, account, balance))
                for account, balance in (
                    (journal.default_account_id, amount),
                    (booking.account, -amount),
                )
            ]
        return vals

    def _prepare_entry_vals(self, vals, account, balance):
        return {
            "name": vals["payment_ref"],
            "partner_id": vals["partner_id"],
            "account_id": account.id,
            "currency_id": self.currency_id.id,
            "amount_currency": balance,
            "debit": max(balance, 0.0),
            "credit": max(-balance, 0.0),
        }

from odoo import Command, models


class MollieBalanceTransaction(models.Model):
    """The entry of a bank line, given with the line itself."""

    _inherit = "mollie.balance.transaction"

    def _prepare_line_vals(self, booking):
        """Give the entry as well, where the balance is in the company's currency.

        Core would write the entry of each line by itself, after making all of them:
        most of the time that booking takes.
        """
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

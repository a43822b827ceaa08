from odoo import api, models


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Let online payments wait where all payments of a Mollie journal wait."""
        lines = super().create(vals_list)
        lines._wait_in_transit()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if "journal_id" in vals:
            self._wait_in_transit()
        return res

    def _wait_in_transit(self):
        """Give the provider's lines the account that the journal's other lines have.

        A payment provider adds its line without an account, or with the company's:
        its payments would wait apart from all others of the journal.
        """
        for line in self:
            journal = line.journal_id.sudo()
            own = line.payment_provider_id or not line.payment_account_id
            if line.payment_type == "inbound" and own and journal.mollie_balance_ids:
                others = journal.inbound_payment_method_line_ids - line
                plain = others.filtered(lambda other: not other.payment_provider_id)
                account = plain.payment_account_id[:1]
                line.payment_account_id = account or line.payment_account_id

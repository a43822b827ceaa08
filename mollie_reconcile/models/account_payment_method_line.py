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
        """Give the lines without an account that of the journal's other lines.

        A payment provider adds its line to the journal without one: the payment
        would wait on the company's account, and on Odoo 19 have no entry at all.
        """
        for line in self.filtered(lambda line: not line.payment_account_id):
            journal = line.journal_id.sudo()
            if line.payment_type == "inbound" and journal.mollie_balance_ids:
                others = journal.inbound_payment_method_line_ids - line
                line.payment_account_id = others.payment_account_id[:1]

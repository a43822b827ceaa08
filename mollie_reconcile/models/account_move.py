from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_invoice_in_payment_state(self):
        """Say ``in_payment`` while the money of an invoice is still on its way.

        Only for journals that show a Mollie balance: where nobody books bank lines,
        a payment registered by hand would stay "in payment" for ever.
        """
        # Core calls it on the one invoice it judges, and in places on none.
        if len(self) == 1 and self._payments_on_their_way():
            return "in_payment"
        return super()._get_invoice_in_payment_state()

    def _payments_on_their_way(self):
        ends = ("asset_receivable", "liability_payable")
        lines = self.line_ids.filtered(lambda line: line.account_type in ends)
        counterparts = (
            lines.matched_debit_ids.debit_move_id
            | lines.matched_credit_ids.credit_move_id
        )
        payments = counterparts.move_id.payment_id
        return payments.filtered(
            lambda payment: (
                not payment.is_matched and payment.journal_id.sudo().mollie_balance_ids
            )
        )

from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """Register what Mollie does not settle in the journal of who does."""
        journal = self._mollie_journal_elsewhere()
        if journal:
            lines = journal._get_available_payment_method_lines(
                "inbound" if self.amount > 0 else "outbound"
            )
            extra_create_values = {
                "journal_id": journal.id,
                "payment_method_line_id": lines[:1].id,
                **extra_create_values,
            }
        return super()._create_payment(**extra_create_values)

    def _mollie_journal_elsewhere(self):
        """Return the journal of a method that is settled elsewhere; empty if not."""
        self.ensure_one()
        balances = self.provider_id.journal_id.sudo().mollie_balance_ids
        rows = balances.account_id.elsewhere_ids.filtered(
            lambda row: row.payment_method_id == self.payment_method_id
        )
        return rows.journal_id[:1]

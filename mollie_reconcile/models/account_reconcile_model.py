from odoo import models


class AccountReconcileModel(models.Model):
    _inherit = "account.reconcile.model"

    def _apply_rules(self, st_line, partner):
        """Keep rules off the lines of Mollie: they are matched by identity, or open.

        A loose rule would book them on whatever has a similar text or the same
        partner, on creation and again when the reconciliation screen is opened.
        """
        if st_line.mollie_transaction_id:
            return {}
        return super()._apply_rules(st_line, partner)

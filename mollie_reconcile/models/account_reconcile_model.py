from odoo import models


class AccountReconcileModel(models.Model):
    _inherit = "account.reconcile.model"

    def _apply_rules(self, st_line, partner):
        """Keep rules off the lines of Mollie that are matched by identity, or open.

        A loose rule would book them on whatever has a similar text or the same
        partner, on creation and again when the reconciliation screen is opened. What
        no identity explains, such as corrections, is left to rules that write off.
        """
        transaction = st_line.mollie_transaction_id
        if not transaction:
            return super()._apply_rules(st_line, partner)
        if not transaction._is_left_to_rules(st_line.mollie_part):
            return {}
        rules = self.filtered(lambda rule: rule.rule_type == "writeoff_suggestion")
        return super(AccountReconcileModel, rules)._apply_rules(st_line, partner)

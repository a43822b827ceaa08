from odoo import api, fields, models
from odoo.tools import html2plaintext


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    mollie_transaction_id = fields.Many2one(
        "mollie.balance.transaction",
        "Line at Mollie",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    mollie_part = fields.Char("Part", readonly=True, copy=False)

    _sql_constraints = [
        (
            "mollie_part_unique",
            "unique(mollie_transaction_id, mollie_part)",
            "This line of Mollie is in the books already.",
        ),
    ]

    @api.model_create_multi
    def create(self, vals_list):
        """Have the payouts of Mollie look for these lines of the bank."""
        lines = super().create(vals_list)
        imported = lines.filtered(lambda line: not line.mollie_transaction_id)
        if imported:
            amounts = [-line.amount for line in imported]
            domain = [("company_id", "in", imported.company_id.ids)]
            domain += ["|", ("gross_amount", "in", amounts)]
            domain += [("balance_id.currency_id", "not in", imported.currency_id.ids)]
            self.env["mollie.balance.transaction"].sudo()._look_for_bank(domain)
        return lines

    def action_undo_reconciliation(self):
        """Leave a match that a person undoes to that person."""
        matched = self.env["account.move.line"]
        for line in self.sudo().line_ids:
            matched |= line.matched_debit_ids.debit_move_id
            matched |= line.matched_credit_ids.credit_move_id
        payouts = matched.statement_line_id.mollie_transaction_id
        res = super().action_undo_reconciliation()
        payouts.left_to_person = True
        self.mollie_transaction_id.sudo()._leave_to_person()
        return res

    def _mollie_texts(self):
        """Return the texts in which a bank names the reference of a payout."""
        return self.payment_ref, self.ref, html2plaintext(self.narration or "")

    def _match_with_payout(self, waiting):
        """Reconcile this line of the bank with what a payout has on the transfer
        account."""
        if waiting.currency_id != self.currency_id:
            # Told in the payout's currency as well, the rest is an exchange difference.
            left = sum(waiting.mapped("amount_residual_currency"))
            foreign = {"foreign_currency_id": waiting.currency_id.id}
            self.write({**foreign, "amount_currency": left})
        _liquidity, suspense, _others = self._seek_for_lines()
        suspense.write({"account_id": waiting.account_id.id})
        (suspense + waiting).reconcile()

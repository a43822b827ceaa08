from odoo import api, fields, models

from ..lib.rounding import cents


class MollieProofAccount(models.Model):
    """What an account that has to do with a Mollie balance shows for a period."""

    _name = "mollie.proof.account"
    _description = "Trial Balance of a Mollie Balance"
    _order = "id"

    proof_id = fields.Many2one(
        "mollie.proof", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="proof_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        "account.account", required=True, readonly=True, ondelete="cascade"
    )
    opening = fields.Monetary("Start", readonly=True)
    debit = fields.Monetary(readonly=True)
    credit = fields.Monetary(readonly=True)
    closing = fields.Monetary("End", compute="_compute_closing", store=True)

    @api.depends("opening", "debit", "credit")
    def _compute_closing(self):
        for row in self:
            closing = row.opening + row.debit - row.credit
            row.closing = cents(row.currency_id, closing)

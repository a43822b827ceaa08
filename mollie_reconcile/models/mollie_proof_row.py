from odoo import api, fields, models

from ..lib.rounding import cents


class MollieProofRow(models.Model):
    """One kind of movement, as Mollie reports it and as the books have it."""

    _name = "mollie.proof.row"
    _description = "Movements at Mollie and in the Books"
    _order = "id"

    proof_id = fields.Many2one(
        "mollie.proof", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="proof_id.company_id", store=True)
    currency_id = fields.Many2one(related="proof_id.currency_id")
    category = fields.Selection(
        [
            ("payment", "Payments"),
            ("refund", "Refunds"),
            ("chargeback", "Taken back by banks"),
            ("fee", "Fees"),
            ("transfer", "Payouts"),
            ("other", "Other"),
            ("entry", "Entries not from Mollie"),
        ],
        "Movement",
        required=True,
        readonly=True,
    )
    their_count = fields.Integer("Lines at Mollie", readonly=True)
    their_amount = fields.Monetary("At Mollie", readonly=True)
    our_count = fields.Integer("Lines in the Books", readonly=True)
    our_amount = fields.Monetary("In the Books", readonly=True)
    difference = fields.Monetary(compute="_compute_difference")

    @api.depends("their_amount", "our_amount")
    def _compute_difference(self):
        for row in self:
            difference = row.our_amount - row.their_amount
            row.difference = cents(row.currency_id, difference)

from odoo import api, fields, models

from ..lib.matching import normalise


class AccountPayment(models.Model):
    _inherit = "account.payment"

    mollie_code = fields.Char(
        "Payment Code",
        compute="_compute_mollie_code",
        store=True,
        index="btree_not_null",
        help="The payment reference as Mollie's lines are compared with it.",
    )

    @api.depends("payment_reference")
    def _compute_mollie_code(self):
        for payment in self:
            payment.mollie_code = normalise(payment.payment_reference) or False

    def action_post(self):
        """Have the open lines of Mollie look again: one may be this payment."""
        res = super().action_post()
        self.env["mollie.balance.transaction"].sudo()._on_payments_posted(self.sudo())
        return res

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

    mollie_provider_code = fields.Char(
        "Mollie's Payment",
        compute="_compute_mollie_provider_code",
        store=True,
        index="btree_not_null",
        help="What the payment provider calls it, where the customer paid online.",
    )

    @api.depends("payment_transaction_id.provider_reference")
    def _compute_mollie_provider_code(self):
        for payment in self:
            code = payment.payment_transaction_id.sudo().provider_reference
            payment.mollie_provider_code = normalise(code) or False

    @api.depends("payment_reference")
    def _compute_mollie_code(self):
        for payment in self:
            payment.mollie_code = normalise(payment.payment_reference) or False

    def action_post(self):
        """Have the open lines of Mollie look again: one may be this payment."""
        res = super().action_post()
        self.env["mollie.balance.transaction"].sudo()._on_payments_posted(self.sudo())
        return res

    def _mollie_codes(self):
        """Return all codes of this payment that a line at Mollie may carry."""
        reference = normalise(self.payment_transaction_id.sudo().reference)
        codes = {self.mollie_code, self.mollie_provider_code, reference}
        return {code for code in codes if code}

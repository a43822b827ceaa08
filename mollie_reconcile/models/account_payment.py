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

    def _mollie_id(self):
        """Return Mollie's own id ``tr_…`` of this payment, ``None`` if not known."""
        self.ensure_one()
        for code in (self.mollie_provider_code, self.mollie_code):
            if (code or "").startswith("tr_"):
                return code
        entries, _counterparts, _writeoffs = self._seek_for_lines()
        others = entries.matched_debit_ids.debit_move_id
        others |= entries.matched_credit_ids.credit_move_id
        lines = others.statement_line_id.mollie_transaction_id
        return lines[:1].mollie_payment or None

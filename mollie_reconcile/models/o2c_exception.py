from odoo import _, api, models


class O2CException(models.Model):
    _inherit = "o2c.exception"

    @api.model
    def _reason_labels(self):
        return {
            **super()._reason_labels(),
            "amount_differs": _("Amount differs"),
            "ledger_difference": _("Books differ from Mollie"),
            "no_journal": _("Balance without a journal"),
            "no_payment_found": _("No payment found"),
            "opening_balance": _("Opening balance to be assigned"),
            "other_journal": _("Payment in another journal"),
            "payment_matched": _("Payment already matched"),
            "several_payments": _("Several payments fit"),
            "to_assign": _("Needs an account"),
        }

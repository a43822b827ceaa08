from odoo import _, api, models


class O2CException(models.Model):
    _inherit = "o2c.exception"

    @api.model
    def _reason_labels(self):
        return {
            **super()._reason_labels(),
            "amount_differs": _("Amount differs"),
            "bill_differs": _("Bill differs from the fees"),
            "credit_note_missing": _("Credit note missing"),
            "ledger_difference": _("Books differ from Mollie"),
            "match_undone": _("Match undone by hand"),
            "no_journal": _("Balance without a journal"),
            "no_payment_found": _("No payment found"),
            "opening_balance": _("Opening balance to be assigned"),
            "other_journal": _("Payment in another journal"),
            "paid_meanwhile": _("Paid in the meantime"),
            "payment_matched": _("Payment already matched"),
            "proof_differs": _("Proof of a day differs"),
            "refund_failed": _("Refund did not arrive"),
            "refund_queued": _("Too little on the balance"),
            "refund_refused": _("Refund refused"),
            "several_bank_lines": _("Several bank lines fit"),
            "several_credit_notes": _("Several credit notes fit"),
            "several_invoices": _("Several invoices fit"),
            "several_payments": _("Several payments fit"),
            "taken_back": _("Money taken back"),
            "to_assign": _("Needs an account"),
            "voucher_journal": _("Journal of vouchers missing"),
        }

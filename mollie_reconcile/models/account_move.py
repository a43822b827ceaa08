from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_invoice_in_payment_state(self):
        """Say ``in_payment`` while the money of an invoice is still on its way.

        Only for journals that show a Mollie balance: where nobody books bank lines,
        a payment registered by hand would stay "in payment" for ever.
        """
        # Core calls it on the one invoice it judges, and in places on none.
        if len(self) == 1 and self._payments_on_their_way():
            return "in_payment"
        return super()._get_invoice_in_payment_state()

    def _payments_on_their_way(self):
        ends = ("asset_receivable", "liability_payable")
        lines = self.line_ids.filtered(lambda line: line.account_type in ends)
        counterparts = (
            lines.matched_debit_ids.debit_move_id
            | lines.matched_credit_ids.credit_move_id
        )
        payments = counterparts.move_id.payment_id
        return payments.filtered(
            lambda payment: (
                not payment.is_matched and payment.journal_id.sudo().mollie_balance_ids
            )
        )

    def _post(self, soft=True):
        """Tell the lines and bills of Mollie what they may be waiting for."""
        posted = super()._post(soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        invoices._mollie_take_online_payments()
        if invoices:
            lines = self.env["mollie.balance.transaction"].sudo()
            lines._look_for_invoices(invoices.sudo())
        notes = posted.filtered(lambda move: move.move_type == "out_refund")
        if notes:
            refunds = self.env["mollie.balance.transaction"].sudo()
            refunds._look_for_credit_notes(notes.sudo())
        bills = self.env["mollie.bill"].sudo()
        bills.search([("move_id", "in", posted.ids)])._enqueue_settle()
        return posted

    def _compute_payment_state(self):
        """Let Mollie's bills follow their vendor bills.

        A dependency in the bills would have every entry of the company, of any
        journal, look for them.
        """
        res = super()._compute_payment_state()
        vendor_bills = self.filtered(lambda move: move.move_type == "in_invoice")
        if vendor_bills.ids:
            bills = self.env["mollie.bill"].sudo()
            bills.search([("move_id", "in", vendor_bills.ids)])._compute_state()
        return res

    def _search_default_journal(self):
        """Name the journal of Mollie's entries before core searches for any other."""
        if journal := self.env.context.get("mollie_journal"):
            return self.env["account.journal"].browse(journal)
        return super()._search_default_journal()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Keep customers from following the bank entries of their payments."""
        if self.env.context.get("mollie_journal"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _mollie_take_online_payments(self):
        """Settle invoices with what was paid online before they were there.

        Core does so as long as the payment is on its way, on Odoo 19 not after.
        """
        for invoice in self.filtered("transaction_ids"):
            payments = invoice.sudo().transaction_ids.payment_id.filtered(
                lambda payment: payment.journal_id.mollie_balance_ids
            )
            entries = payments.move_id.line_ids.filtered(
                lambda entry: (
                    entry.account_type == "asset_receivable" and not entry.reconciled
                )
            )
            for entry in entries:
                invoice.js_assign_outstanding_line(entry.id)

    def _mollie_open_entries(self):
        """Return the entries of these invoices that are still to be paid."""
        ends = ("asset_receivable", "liability_payable")
        return self.line_ids.filtered(
            lambda line: line.account_type in ends and not line.reconciled
        )

    def _mollie_takes_payment(self):
        """Tell whether the customer can pay this invoice at Mollie, in the portal."""
        if self.move_type != "out_invoice" or not self._has_to_be_paid():
            return False
        provider = self.env["payment.provider"]._mollie_of(self.company_id)
        return provider and self.currency_id in provider._get_supported_currencies()

    def _mollie_product_lines(self):
        return self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )

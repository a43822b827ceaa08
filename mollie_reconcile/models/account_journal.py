from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    mollie_balance_ids = fields.One2many(
        "mollie.balance", "journal_id", groups="account.group_account_readonly"
    )

    def _recompute_payment_state(self):
        """Judge anew the invoices whose payments in these journals wait for a match.

        Their stored state depends on whether the journal shows a Mollie balance.
        """
        payments = self.env["account.payment"].search(
            [
                ("journal_id", "in", self.ids),
                ("state", "=", "posted"),
                ("is_matched", "=", False),
            ]
        )
        invoices = payments.reconciled_invoice_ids | payments.reconciled_bill_ids
        self.env.add_to_compute(invoices._fields["payment_state"], invoices)
        invoices.flush_recordset(["payment_state"])

from odoo import fields, models


class MollieConnectLine(models.TransientModel):
    """A balance at Mollie, and how its books begin."""

    _name = "mollie.connect.line"
    _description = "Balance to Connect"

    wizard_id = fields.Many2one("mollie.connect", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    balance_id = fields.Many2one("mollie.balance", required=True, readonly=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    available_amount = fields.Monetary(related="balance_id.available_amount")
    journal_id = fields.Many2one(related="balance_id.journal_id")
    last_synced = fields.Datetime(related="balance_id.last_synced")
    wanted = fields.Boolean("Book It", default=True)
    start_date = fields.Date(
        help="The first day that is booked. Empty: from the first line on."
    )
    opening_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Showed this balance in the books until the start date.",
    )

    def _set_up(self):
        """Make the journals that are missing and fetch; what is there stays."""
        for line in self:
            balance = line.balance_id
            if not balance.last_synced:
                balance.start_date = line.start_date
            if line.opening_account_id:
                balance.opening_account_id = line.opening_account_id
            balance.action_create_journal()
            balance.action_fetch()

from datetime import timedelta

from odoo import _, fields, models

#: Mollie settles the slowest of its own methods within this time
LATE = timedelta(days=14)


class MollieBalance(models.Model):
    """Payments that wait for a line that may never come.

    Paid by PayPal or a gift card and registered in this journal, or only a test.
    """

    _inherit = "mollie.balance"

    late_count = fields.Integer(
        "Waiting Long",
        compute="_compute_late_count",
        compute_sudo=True,
        help="Payments in this journal that Mollie has not settled for two weeks.",
    )

    def _compute_late_count(self):
        payments = self._late_payments()
        for balance in self:
            here = payments.filtered(
                lambda payment, balance=balance: (
                    payment.journal_id == balance.journal_id
                )
            )
            balance.late_count = len(here)

    def _late_payments(self):
        return self.env["account.payment"].search(
            [
                ("journal_id", "in", self.journal_id.ids),
                ("state", "=", "posted"),
                ("is_matched", "=", False),
                ("date", "<", fields.Date.context_today(self) - LATE),
            ]
        )

    def action_show_late(self):
        """Show the payments that have waited long for a line of this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_account_payments"
        )
        action["name"] = _("Waiting Long")
        action["domain"] = [("id", "in", self._late_payments().ids)]
        action["context"] = {"create": False}
        return action

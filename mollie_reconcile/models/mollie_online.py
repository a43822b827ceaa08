from odoo import models

from ..lib.const import PAYMENT_TYPES

#: what a transaction may be in Odoo although the money has come
NOT_HEARD_OF = ("draft", "pending", "authorized", "cancel", "error")


class MollieBalanceTransaction(models.Model):
    """Payments in Odoo's own portal, of which Odoo may not have heard."""

    _inherit = "mollie.balance.transaction"

    def _identify(self, reader):
        self._finish_online_payment()
        return super()._identify(reader)

    def _finish_online_payment(self):
        """Let Odoo register the payment that its portal began and this line proves.

        Its webhook may be late or lost. Without the payment the line would settle
        the invoice by its name, and the payment that comes later would be too much.
        """
        money = self._online_transaction()
        if not money:
            return
        if money.state in NOT_HEARD_OF:
            money._set_done(extra_allowed_states=("cancel", "error"))
        if money.state == "done":
            money._finalize_post_processing()

    def _online_transaction(self):
        """Return the portal's transaction of this line that has no payment yet."""
        transactions = self.env["payment.transaction"].sudo()
        if self.kind not in PAYMENT_TYPES or not self.mollie_payment:
            return transactions
        found = transactions.search(
            [
                ("provider_code", "=", "mollie"),
                ("provider_reference", "=", self.mollie_payment),
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("payment_id", "=", False),
            ]
        )
        gross = self.gross_amount
        return found.filtered(
            lambda money: self.currency_id.compare_amounts(money.amount, gross) == 0
        )[:1]

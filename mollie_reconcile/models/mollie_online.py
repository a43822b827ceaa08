from odoo import models

from ..lib.const import PAYMENT_TYPES

#: what a transaction may be in Odoo although the money has come
NOT_HEARD_OF = ("draft", "pending", "authorized", "cancel", "error")


class MollieBalanceTransaction(models.Model):
    """Payments in Odoo's own portal, of which Odoo may not have heard."""

    _inherit = "mollie.balance.transaction"

    def _identified(self):
        self._finish_online_payments()
        return super()._identified()

    def _finish_online_payments(self):
        """Let Odoo register the payments that its portal began and these lines prove.

        Their webhook may be late or lost. Without the payment the line would settle
        the invoice by its name, and the payment that comes later would be too much.
        """
        for money in self._online_transactions():
            if money.state in NOT_HEARD_OF:
                money._set_done(extra_allowed_states=("cancel", "error"))
            if money.state == "done":
                money._finalize_post_processing()

    def _online_transactions(self):
        """Return the portal's transactions of these lines that have no payment yet."""
        paid = {
            line.mollie_payment: line
            for line in self
            if line.kind in PAYMENT_TYPES and line.mollie_payment
        }
        found = self.env["payment.transaction"].sudo()
        if paid:
            found = found.search(
                [
                    ("provider_code", "=", "mollie"),
                    ("provider_reference", "in", list(paid)),
                    ("company_id", "=", self.company_id.id),
                    ("currency_id", "=", self.currency_id.id),
                    ("payment_id", "=", False),
                ]
            )
        return found.filtered(
            lambda money: paid[money.provider_reference]._is_amount_of(money)
        )

    def _is_amount_of(self, money):
        currency = self.currency_id
        return currency.compare_amounts(money.amount, self.gross_amount) == 0

"""Core's dialogues that make a credit note: a return label is kept back there."""

from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """Keep the customer's return labels back from the new credit notes."""
        action = super().reverse_moves(is_modify=is_modify)
        if not is_modify:
            self.new_move_ids._sendcloud_keep_back_if_enough()
        return action


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def _create_invoices(self, sale_orders):
        """Keep the customer's return labels back where goods came back."""
        moves = super()._create_invoices(sale_orders)
        moves._sendcloud_keep_back_if_enough()
        return moves

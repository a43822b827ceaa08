from odoo import _, api, fields, models


class AccountMove(models.Model):
    """Credit notes whose money Mollie can give back."""

    _inherit = "account.move"

    mollie_refund_ids = fields.One2many(
        "mollie.refund.request",
        "move_id",
        "Refunds at Mollie",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    can_refund_at_mollie = fields.Boolean(compute="_compute_can_refund_at_mollie")

    @api.depends("move_type", "state", "payment_state", "reversed_entry_id")
    def _compute_can_refund_at_mollie(self):
        for move in self:
            is_open = move.payment_state in ("not_paid", "partial")
            note = move.move_type == "out_refund" and move.state == "posted"
            sources = move.sudo()._mollie_sources() if note and is_open else ()
            move.can_refund_at_mollie = bool(sources)

    def _mollie_sources(self):
        """Return ``{payment at Mollie: journal}`` of what paid the credited invoice."""
        ends = ("asset_receivable", "liability_payable")
        lines = self.reversed_entry_id.line_ids
        lines = lines.filtered(lambda line: line.account_type in ends)
        counterparts = lines.matched_debit_ids.debit_move_id
        counterparts |= lines.matched_credit_ids.credit_move_id
        sources = {}
        for payment in counterparts.move_id.payment_id:
            if payment.journal_id.mollie_balance_ids:
                sources[payment._mollie_id()] = payment.journal_id
        for line in counterparts.statement_line_id.filtered("mollie_transaction_id"):
            sources[line.mollie_transaction_id.mollie_payment] = line.journal_id
        return {token: journal for token, journal in sources.items() if token}

    def _mollie_refundable(self):
        """Return what is open of this credit note and not yet ordered at Mollie."""
        self.ensure_one()
        waiting = self.mollie_refund_ids.filtered(lambda r: r.state == "waiting")
        return self.amount_residual - sum(waiting.mapped("amount"))

    def action_refund_at_mollie(self):
        """Ask how much of this credit note Mollie is to give back."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Refund at Mollie"),
            "res_model": "mollie.refund.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

from odoo import fields, models


class MollieBalance(models.Model):
    """Whether a balance is up to date, and what of it is under way to the bank."""

    _inherit = "mollie.balance"

    connection_state = fields.Selection(related="account_id.state", string="Connection")
    last_error = fields.Char(related="account_id.last_error")
    next_fetch = fields.Datetime(compute="_compute_next_fetch")
    transfer_amount = fields.Monetary(
        "On Its Way to the Bank", compute="_compute_transfer_amount"
    )
    transfer_count = fields.Integer(compute="_compute_transfer_amount")

    def _compute_next_fetch(self):
        cron = self.env.ref("mollie_reconcile.cron_fetch", raise_if_not_found=False)
        planned = cron.sudo() if cron else self.env["ir.cron"]
        for balance in self:
            runs = planned.active and balance.connection_state == "connected"
            balance.next_fetch = planned.nextcall if runs else False

    def _compute_transfer_amount(self):
        groups = self.env["mollie.balance.transaction"]._read_group(
            [("balance_id", "in", self.ids), ("payout_state", "=", "on_way")],
            groupby=["balance_id"],
            aggregates=["result_amount:sum", "__count"],
        )
        sums = {balance: (0.0 - total, count) for balance, total, count in groups}
        for balance in self:
            balance.transfer_amount, balance.transfer_count = sums.get(balance, (0, 0))

    def action_show_payouts(self):
        """Show the payouts of this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mollie_reconcile.mollie_payout_action"
        )
        action["domain"] = [
            ("balance_id", "in", self.ids),
            ("payout_state", "!=", False),
        ]
        return action

    def action_show_open(self):
        """Show what waits for a person on this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mollie_reconcile.mollie_todo_action"
        )
        action["domain"] = [("balance_id", "in", self.ids), ("state", "=", "open")]
        return action

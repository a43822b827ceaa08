from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..lib.const import PAYMENT_TYPES


class MollieLineSolve(models.TransientModel):
    """What an open line of Mollie is, in the words of the person who knows."""

    _name = "mollie.line.solve"
    _description = "What a Line at Mollie Is"

    transaction_id = fields.Many2one(
        "mollie.balance.transaction", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="transaction_id.company_id")
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    reason = fields.Char(related="transaction_id.reason")
    candidates = fields.Text(related="transaction_id.candidates")
    open_line_ids = fields.Many2many(
        "account.bank.statement.line", compute="_compute_open_lines"
    )
    line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank Line",
        compute="_compute_open_lines",
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    amount = fields.Monetary(related="line_id.amount")
    way = fields.Selection(
        [
            ("match", "Match it with an entry"),
            ("prepayment", "A customer paid in advance"),
            ("refund", "Give the money back"),
            ("write_off", "Write it off"),
        ],
        "What to Do",
        required=True,
        default="match",
    )
    can_give_back = fields.Boolean(compute="_compute_can_give_back")
    other_way = fields.Selection(
        [
            ("match", "Match it with an entry"),
            ("prepayment", "Book it on a customer's account"),
            ("write_off", "Write it off"),
        ],
        "What Else to Do",
        compute="_compute_other_way",
        inverse="_inverse_other_way",
        help="The ways for what is no payment: nothing of it can be given back.",
    )
    entry_id = fields.Many2one(
        "account.move.line",
        "Entry",
        compute="_compute_entry",
        store=True,
        readonly=False,
        help="An open entry: an invoice, a credit note or a payment in transit.",
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    rule_id = fields.Many2one(
        "account.reconcile.model",
        "Rule",
        check_company=True,
        domain="[('line_ids', '!=', False)]",
        help="Gives account and label.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Account",
        compute="_compute_account",
        store=True,
        readonly=False,
        check_company=True,
    )
    label = fields.Char(compute="_compute_account", store=True, readonly=False)

    @api.depends("transaction_id")
    def _compute_open_lines(self):
        for wizard in self:
            lines = wizard.transaction_id._open_bank_lines()
            wizard.open_line_ids = lines
            wizard.line_id = lines[:1]

    @api.depends("line_id", "transaction_id")
    def _compute_can_give_back(self):
        for wizard in self:
            is_payment = wizard.transaction_id.kind in PAYMENT_TYPES
            is_gross = wizard.line_id.mollie_part == "gross"
            wizard.can_give_back = is_payment and is_gross

    @api.depends("way")
    def _compute_other_way(self):
        for wizard in self:
            wizard.other_way = wizard.way if wizard.way != "refund" else "match"

    @api.onchange("other_way")
    def _inverse_other_way(self):
        for wizard in self.filtered(lambda own: not own.can_give_back):
            wizard.way = wizard.other_way or "match"

    @api.depends("transaction_id")
    def _compute_entry(self):
        for wizard in self:
            found = wizard.transaction_id.candidate_line_ids
            open_ones = found.filtered(lambda entry: not entry.reconciled)
            wizard.entry_id = open_ones if len(open_ones) == 1 else False

    @api.depends("rule_id")
    def _compute_account(self):
        for wizard in self:
            first = wizard.rule_id.line_ids[:1]
            wizard.account_id = first.account_id or wizard.account_id
            wizard.label = first.label or wizard.label

    def action_apply(self):
        """Do with the line what was chosen; its entry says who and what.

        :return: what the web client is to say, where Mollie has to act first
        """
        self.ensure_one()
        self.env["account.move"].check_access_rights("write")
        self.transaction_id.check_access_rule("read")
        if self._chosen(self.line_id).is_reconciled:
            raise UserError(_("This line has been matched in the meantime."))
        return getattr(self.sudo(), f"_apply_{self.way}")()

    def _apply_match(self):
        entry = self._chosen(self.entry_id)
        if entry.reconciled:
            raise UserError(_("This entry has been matched in the meantime."))
        if entry.amount_residual_currency * self.line_id.amount < 0:
            raise UserError(
                _(
                    "%s goes the same way as the line: one does not settle the other.",
                    entry.display_name,
                )
            )
        self.transaction_id._assign_entry(self.line_id, entry)

    def _apply_prepayment(self):
        partner = self._chosen(self.partner_id).commercial_partner_id
        account = partner.with_company(self.company_id).property_account_receivable_id
        words = _("Booked by hand on the account of %s.", partner.display_name)
        if self.can_give_back:
            words = _("Booked by hand as a prepayment of %s.", partner.display_name)
        self.transaction_id._assign_account(self.line_id, account, partner, words)

    def _apply_write_off(self):
        account = self._chosen(self.account_id)
        words = _("Written off by hand to %s.", account.display_name)
        if self.label:
            self.line_id.payment_ref = self.label
        partner = self.line_id.partner_id
        self.transaction_id._assign_account(self.line_id, account, partner, words)

    def _apply_refund(self):
        if not self.can_give_back:
            raise UserError(_("Only a payment of a customer can be given back."))
        self.transaction_id._enqueue_give_back()
        words = _("Mollie is being told. The line leaves the list once Mollie agrees.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": words,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _chosen(self, record):
        if not record:
            raise UserError(_("Choose first what the line belongs to."))
        return record

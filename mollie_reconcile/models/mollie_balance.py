from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..lib.rounding import cents

#: the accounts that a person chooses for what no payment explains
ASSIGNED = (
    "opening_account_id",
    "reserve_account_id",
    "capital_account_id",
    "commission_account_id",
)


class MollieBalance(models.Model):
    """A balance at Mollie and the journal that shows the same in the books."""

    _name = "mollie.balance"
    _description = "Mollie Balance"
    _inherit = ["o2c.exception.mixin"]
    _rec_name = "external_id"

    account_id = fields.Many2one(
        "mollie.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    active = fields.Boolean(default=True)
    external_id = fields.Char("Mollie ID", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        check_company=True,
        index="btree_not_null",
        help="Shows this balance in the books. Nothing else belongs in it.",
    )
    start_date = fields.Date(
        help="The first day that is booked. What stood on the balance before is "
        "booked as its opening balance. Empty: from the first line on.",
    )
    opening_account_id = fields.Many2one(
        "account.account",
        domain="[('deprecated', '=', False)]",
        check_company=True,
        help="Showed this balance in the books until the start date.",
    )
    reserve_account_id = fields.Many2one(
        "account.account",
        domain="[('deprecated', '=', False)]",
        check_company=True,
        help="Shows what Mollie holds back for a time. It stays the company's money.",
    )
    capital_account_id = fields.Many2one(
        "account.account",
        "Loan Account",
        domain="[('deprecated', '=', False)]",
        check_company=True,
        help="Shows what Mollie Capital has lent and what was paid back of it.",
    )
    commission_account_id = fields.Many2one(
        "account.account",
        domain="[('deprecated', '=', False)]",
        check_company=True,
        help="For platforms: what is shared with connected organisations.",
    )
    cursor = fields.Char("Last Line Read", readonly=True)
    last_synced = fields.Datetime("Last Fetched", readonly=True)
    available_amount = fields.Monetary("Available at Mollie", readonly=True)
    pending_amount = fields.Monetary("On Its Way at Mollie", readonly=True)
    opening_amount = fields.Monetary("Opening Balance", readonly=True)
    stood_still = fields.Boolean(
        "Unchanged While It Was Read",
        readonly=True,
        help="No money moved at Mollie while the last fetch read it.",
    )
    transaction_ids = fields.One2many("mollie.balance.transaction", "balance_id")
    open_count = fields.Integer("Open Lines", compute="_compute_open_count")
    ledger_balance = fields.Monetary("In the Books", compute="_compute_ledger")
    ledger_difference = fields.Monetary("Difference", compute="_compute_ledger")

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This balance is there already.",
        ),
        (
            "journal_unique",
            "unique(journal_id)",
            "A journal can show one balance only.",
        ),
    ]

    @api.depends("account_id.name", "currency_id.name")
    def _compute_display_name(self):
        for balance in self:
            names = (balance.account_id.name, balance.currency_id.name)
            balance.display_name = " ".join(filter(None, names))

    def _compute_open_count(self):
        counts = dict(
            self.env["mollie.balance.transaction"]._read_group(
                [("balance_id", "in", self.ids), ("state", "!=", "booked")],
                groupby=["balance_id"],
                aggregates=["__count"],
            )
        )
        for balance in self:
            balance.open_count = counts.get(balance, 0)

    @api.depends("available_amount", "journal_id")
    def _compute_ledger(self):
        # Totals of an account are no personal data: those who may see the balance
        # at Mollie may see what the books make of it, without reading entries.
        lines = self.env["account.move.line"].sudo()
        for balance in self:
            account = balance.journal_id.sudo().default_account_id
            domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
            [(total,)] = lines._read_group(domain, aggregates=["amount_currency:sum"])
            currency = balance.currency_id
            balance.ledger_balance = cents(currency, total or 0.0)
            difference = balance.ledger_balance - balance.available_amount
            balance.ledger_difference = cents(currency, difference)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        balances = super().create(vals_list)
        balances.journal_id._recompute_payment_state()
        return balances

    def write(self, vals):
        before = self.journal_id
        res = super().write(vals)
        if "journal_id" in vals:
            (before | self.journal_id)._recompute_payment_state()
        if any(vals.get(name) for name in ASSIGNED):
            self.transaction_ids._match_assigned()
        return res

    # === Buttons === #

    def action_fetch(self):
        """Fetch now, in the background."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        if self.filtered(lambda balance: not balance.journal_id):
            raise UserError(_("Create or choose the journal of the balance first."))
        self._enqueue_fetch()
        return self.account_id[:1]._notification(_("New lines are being fetched."))

    def action_create_journal(self):
        """Make the journal that shows this balance, with all its accounts."""
        self.env["account.journal"].check_access_rights("create")
        for balance in self.filtered(lambda balance: not balance.journal_id):
            balance.sudo()._create_journal()

    def action_show_transactions(self):
        """Show the lines of this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mollie_reconcile.mollie_balance_transaction_action"
        )
        action["domain"] = [("balance_id", "in", self.ids)]
        return action

    # === Exceptions === #

    def _o2c_connection(self):
        return self.account_id

    def _retry_after_exception(self, reason):
        self._enqueue_fetch()

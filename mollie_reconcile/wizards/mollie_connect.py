from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError


class MollieConnect(models.TransientModel):
    """Connects an organisation at Mollie and makes the journals of its balances.

    It may be gone through again at any time: what is there is kept.
    """

    _name = "mollie.connect"
    _description = "Connect Mollie"

    step = fields.Selection(
        [("token", "Token"), ("balances", "Balances")], default="token", required=True
    )
    account_id = fields.Many2one("mollie.account", "Account")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    name = fields.Char(default=lambda self: self.env.company.name, required=True)
    access_token = fields.Char("Organisation Access Token", groups="base.group_system")
    base_url = fields.Char(
        "Other Address",
        groups="base.group_system",
        help="Only for a sandbox or a proxy. Empty: Mollie's own address.",
    )
    organization_name = fields.Char(related="account_id.organization_name")
    missing_permissions = fields.Text(related="account_id.missing_permissions")
    fee_mode = fields.Selection(
        [
            ("bill", "Wait for Mollie's monthly bill"),
            ("direct", "Are an expense at once"),
        ],
        "Fees",
        default="bill",
        required=True,
    )
    fee_account_id = fields.Many2one(
        "account.account",
        "Expense Account of Fees",
        check_company=True,
        domain="[('account_type', '=like', 'expense%')]",
    )
    line_ids = fields.One2many("mollie.connect.line", "wizard_id", "Balances")

    @api.depends("account_id")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.account_id.company_id or self.env.company

    def action_check(self):
        """Ask Mollie who the token belongs to, and show its balances."""
        self.ensure_one()
        account = self._save_account()
        account.action_test_connection()
        self.write(
            {
                "step": "balances",
                "account_id": account.id,
                "fee_mode": account.fee_mode,
                "fee_account_id": account.fee_account_id.id,
                "line_ids": [Command.clear(), *self._prepare_lines(account)],
            }
        )
        return self._reopen()

    def _save_account(self):
        """Return the account, with the token where one was entered.

        A token of an organisation that is connected already renews its account.
        """
        values = {}
        if self.access_token:
            values["access_token"] = self.access_token.strip()
        if self.base_url:
            values["base_url"] = self.base_url
        account = self.account_id or self._find_account(values)
        if not account and not self.access_token:
            raise UserError(_("Enter the organisation access token."))
        if account:
            account.write(values)
            return account
        names = {"name": self.name, "company_id": self.company_id.id}
        return account.create({**names, **values})

    def _find_account(self, values):
        accounts = self.env["mollie.account"]
        known = accounts.search([("company_id", "=", self.company_id.id)])
        if not known or not values.get("access_token"):
            return accounts
        asked = accounts.new({**values, "company_id": self.company_id.id})
        with accounts._service_errors():
            name = asked._client().organization()["name"]
        return known.filtered(lambda account: account.organization_name == name)[:1]

    def _prepare_lines(self, account):
        return [
            Command.create(
                {
                    "balance_id": balance.id,
                    "wanted": True,
                    "start_date": balance.start_date,
                    "opening_account_id": balance.opening_account_id.id,
                }
            )
            for balance in account.balance_ids
        ]

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Connect Mollie"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_finish(self):
        """Make the journals, start fetching, and show the account."""
        self.ensure_one()
        self.account_id.write(
            {"fee_mode": self.fee_mode, "fee_account_id": self.fee_account_id.id}
        )
        self.line_ids.filtered("wanted")._set_up()
        action = self.account_id.get_formview_action()
        return {**action, "target": "main"}

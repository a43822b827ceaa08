import json

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..lib.client import MollieClient
from ..lib.const import API
from ..lib.mapping import parse_balance
from ..lib.signature import HEADER, is_authentic


class MollieAccount(models.Model):
    """An organisation at Mollie, read with its organisation access token."""

    _name = "mollie.account"
    _description = "Mollie Account"
    _inherit = ["o2c.connection"]

    _service_name = "Mollie"

    access_token = fields.Char(
        "Organisation Access Token",
        groups="base.group_system",
        copy=False,
        help="Starts with access_ and needs the permissions organizations.read, "
        "balances.read, payments.read, refunds.read, settlements.read and "
        "invoices.read; refunds.write to give money back from here.",
    )
    webhook_secret = fields.Char(
        groups="base.group_system",
        copy=False,
        help="The signing secret that Mollie shows for the webhook.",
    )
    organization_name = fields.Char("Organisation", readonly=True, copy=False)
    fee_mode = fields.Selection(
        [
            ("bill", "Wait for Mollie's monthly bill"),
            ("direct", "Are an expense at once"),
        ],
        "Fees",
        default="bill",
        required=True,
        help="With the bill, VAT is deducted and each fee is settled by it. At once is"
        " for small companies that deduct no VAT: bills are not fetched then.",
    )
    fee_partner_id = fields.Many2one(
        "res.partner",
        "Fees Are Owed To",
        required=True,
        default=lambda self: self.env.ref("mollie_reconcile.partner_mollie"),
        help="Fees that Mollie keeps wait on this supplier for its monthly bill.",
    )
    post_bills = fields.Boolean(
        "Post Mollie's Bills",
        help="Otherwise each monthly bill waits as a draft for a person to check.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        "Expense Account of Fees",
        check_company=True,
        domain="[('account_type', '=like', 'expense%')]",
        help="Empty: the account that the journal of vendor bills suggests.",
    )
    fee_tax_id = fields.Many2one(
        "account.tax",
        "VAT of Fees",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', '=', company_id)]",
        help="Empty: the purchase tax with the percentage on the bill; where the bill"
        " has none, that of the supplier's fiscal position if it is a reverse charge.",
    )
    balance_ids = fields.One2many("mollie.balance", "account_id", "Balances")
    elsewhere_ids = fields.One2many(
        "mollie.elsewhere",
        "account_id",
        "Settled Elsewhere",
        help="Payment methods whose money never reaches a balance of Mollie.",
    )

    @api.constrains("fee_mode", "fee_account_id")
    def _check_fee_account(self):
        for account in self:
            if account.fee_mode == "direct" and not account.fee_account_id:
                raise ValidationError(_("Choose the expense account of the fees."))

    # === Connection === #

    def _client(self):
        self.ensure_one()
        account = self.sudo()
        return MollieClient(account.access_token, account.base_url or API)

    def _check_connection(self):
        client = self._client()
        self._check_permissions(client)
        name = client.organization()["name"]
        self.organization_name = name
        self._read_balances(client)
        balances = self.balance_ids.mapped("display_name")
        return _(
            "Connected with %(name)s: %(balances)s.",
            name=name,
            balances=", ".join(balances) or _("no balance yet"),
        )

    def _read_balances(self, client):
        """Make a record for each balance at Mollie and note what stands on it."""
        for balance in map(parse_balance, client.balances()):
            self.sudo()._find_balance(balance)._note_amounts(balance)

    def _find_balance(self, balance):
        known = self.with_context(active_test=False).balance_ids
        return known.filtered(lambda b: b.external_id == balance.id) or known.create(
            {
                "account_id": self.id,
                "external_id": balance.id,
                "currency_id": self._find_currency(balance.currency).id,
            }
        )

    def _find_currency(self, code):
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    # === Webhooks === #

    @api.model
    def _webhook_path(self):
        return "mollie/webhook"

    def _webhook_is_authentic(self, raw, headers):
        secret = self.sudo().webhook_secret
        return is_authentic(secret, raw, headers.get(HEADER))

    def _webhook_identity(self, raw, headers):
        try:
            event = json.loads(raw)
            return event["id"], event["type"]
        except (KeyError, TypeError) as error:
            raise ValueError("no event of Mollie") from error

    def _process_webhook(self, event):
        # Whatever happened: what it did to the money is on the balance.
        self.balance_ids._enqueue_fetch()
        if event.topic.startswith("refund."):
            self.env["mollie.refund.request"].sudo()._cron_follow()

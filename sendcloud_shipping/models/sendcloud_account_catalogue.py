from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib import options, quotes
from .sendcloud_account import address_line

GONE = "option_gone"


class SendcloudAccount(models.Model):
    """What an account can ship with: options, contracts and sender addresses."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.account"

    listed_at = fields.Datetime("Loaded On", readonly=True, copy=False)
    option_ids = fields.One2many("sendcloud.option", "account_id", "Shipping Options")
    contract_ids = fields.One2many("sendcloud.contract", "account_id", "Contracts")
    sender_ids = fields.One2many("sendcloud.sender", "account_id", "Sender Addresses")
    option_count = fields.Integer(compute="_compute_option_count")
    sender_id = fields.Many2one(
        "sendcloud.sender",
        "Sender Address",
        compute="_compute_sender_id",
        inverse="_inverse_sender_id",
        domain="[('account_id', '=', id), ('is_listed', '=', True)]",
        help="Where parcels leave from. A warehouse may have another one.",
    )

    @api.depends("option_ids.is_listed")
    def _compute_option_count(self):
        groups = self.env["sendcloud.option"]._read_group(
            [("account_id", "in", self.ids), ("is_listed", "=", True)],
            ["account_id"],
            ["__count"],
        )
        counts = dict(groups)
        for account in self:
            account.option_count = counts.get(account, 0)

    @api.depends("sender_address_id", "sender_ids.external_id")
    def _compute_sender_id(self):
        for account in self:
            account.sender_id = account.sender_ids.filtered(
                lambda s, no=account.sender_address_id: s.external_id == no
            )[:1]

    def _inverse_sender_id(self):
        for account in self:
            sender = account.sender_id
            account.write(
                {
                    "sender_address_id": sender.external_id,
                    "sender_address": sender.name,
                    "sender_country_code": sender.country_code,
                }
            )

    def _on_connected(self):
        res = super()._on_connected()
        self._load_catalogue()
        return res

    @api.model
    def _cron_load_catalogue(self):
        for account in self.search([("state", "=", "connected")]):
            account._work_or_note_trouble("_load_catalogue")

    def action_load_catalogue(self):
        """Load shipping options, contracts and sender addresses again."""
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        with self._service_errors():
            self.sudo()._load_catalogue()
        message = _("%s shipping options are on offer.", self.option_count)
        return self._notification(message, "success")

    def action_show_options(self):
        """Show what Sendcloud offers this account."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sendcloud_shipping.sendcloud_option_action"
        )
        action["domain"] = [("account_id", "in", self.ids)]
        return action

    def _load_catalogue(self):
        """Keep what Sendcloud offers; tell of shipping methods that lost their option.

        Service: https://sendcloud.dev/api/v3/shipping-options
        """
        self.ensure_one()
        client = self._client()
        offers = self._offers(client)
        self._renew_contracts(client.contracts())
        self._renew_senders(client.sender_addresses())
        lists = self.env["sendcloud.option"].sudo()
        lists._renew(self, [lists._prepare_values(offer) for offer in offers])
        self.listed_at = fields.Datetime.now()
        self._tell_gone_options()

    def _offers(self, client, **criteria):
        """Return the :class:`options.ShippingOption` that go out, not back."""
        asked = quotes.offer_criteria(self.sender_country_code or "", **criteria)
        rows = client.shipping_options(asked)
        offers = list(map(options.option_from_answer, rows))
        if not offers and not criteria:
            # Nothing at all is trouble there, not a reason to forget everything here.
            raise RejectedError(
                _("Sendcloud lists no shipping options."), service=self._service_name
            )
        return [offer for offer in offers if not offer.is_return]

    def _renew_contracts(self, rows):
        self.env["sendcloud.contract"].sudo()._renew(
            self,
            [
                {
                    "external_id": row["id"],
                    "name": " ".join(
                        filter(None, [row["carrier"]["name"], row.get("client_id")])
                    ),
                    "carrier_code": row["carrier"]["code"],
                    "is_default": bool(row.get("is_default_per_carrier")),
                    "is_own": row.get("type") == "direct",
                }
                for row in rows
            ],
        )

    def _renew_senders(self, rows):
        self.env["sendcloud.sender"].sudo()._renew(
            self,
            [
                {
                    "external_id": row["id"],
                    "name": address_line(row),
                    "country_code": row["country_code"],
                    "postal_code": row["postal_code"],
                    "tax_numbers": ", ".join(
                        f"{number['name']} {number['value']}"
                        for number in row.get("tax_numbers") or ()
                    ),
                    "tax_number_list": row.get("tax_numbers") or [],
                }
                for row in rows
            ],
        )

    def _renew_gone_notice(self):
        for account in self.filtered("listed_at"):
            account._tell_gone_options()

    def _tell_gone_options(self):
        """Keep one exception as long as a shipping method names a vanished option."""
        exceptions = self.env["o2c.exception"]
        carriers = self.env["delivery.carrier"].search(
            [("sendcloud_account_id", "=", self.id)]
        )
        gone = carriers.filtered(lambda carrier: carrier._sendcloud_is_gone())
        self.env["stock.picking"]._sendcloud_recheck(
            [("carrier_id", "in", carriers.ids)]
        )
        if not gone:
            exceptions._close(self, GONE)
            return
        exceptions._open(
            self,
            GONE,
            _(
                "Sendcloud no longer offers the option of %s.",
                ", ".join(gone.mapped("name")),
            ),
            advice=_("Choose another option on each of these shipping methods."),
        )

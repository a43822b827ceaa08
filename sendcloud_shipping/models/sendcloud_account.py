import json
import logging
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import split_every

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    ServiceError,
    UnauthorizedError,
)
from odoo.addons.o2c_base.words import said

from ..lib import answers, const, webhook
from ..lib.client import IDS_PER_CALL, SendcloudClient
from ..lib.phone import e164
from ..lib.signature import is_authentic

_logger = logging.getLogger(__name__)

#: tries after which a parcel that we do not know is none of ours
UNKNOWN_PARCEL_TRIES = 3
#: a carrier says nothing new about a parcel that is older
FOLLOW_DAYS = 60


class SendcloudAccount(models.Model):
    """An integration at Sendcloud: its keys and where its parcels leave from."""

    _name = "sendcloud.account"
    _description = "Sendcloud Account"
    _inherit = ["o2c.connection", "o2c.exception.mixin"]

    _service_name = "Sendcloud"

    public_key = fields.Char(groups="base.group_system", copy=False)
    secret_key = fields.Char(groups="base.group_system", copy=False)
    webhook_secret = fields.Char(
        "Webhook Signature Key",
        groups="base.group_system",
        copy=False,
        help="Only if Sendcloud shows you one. Empty: the secret key signs.",
    )
    sender_address_id = fields.Integer(
        "Sender Address No.",
        help="Number of the address at Sendcloud that parcels leave from.",
    )
    sender_address = fields.Char("Parcels Leave From", readonly=True, copy=False)
    sender_country_code = fields.Char(readonly=True, copy=False)
    minimum_weight = fields.Float(
        "Minimum Weight (kg)",
        digits="Stock Weight",
        default=0.1,
        help="No parcel is announced lighter, also when products have no weight.",
    )
    quote_hours = fields.Integer(
        "Prices Are Kept For (hours)",
        default=24,
        help="As long as a price is kept, Sendcloud is not asked again.",
    )
    fallback_phone = fields.Char(
        "Telephone If None",
        help="Given to the carrier where the customer left no usable number.",
    )
    collect_days = fields.Integer(
        "Days Until Collected",
        default=2,
        help="After this many days somebody is told that the carrier did not come.",
    )
    scan_days = fields.Integer(
        "Days Without Scan",
        default=5,
        help="After this many days without news of a parcel somebody is told.",
    )
    shipment_ids = fields.One2many("sendcloud.shipment", "account_id", "Labels")
    waiting_count = fields.Integer("Waiting", compute="_compute_label_counts")
    attention_count = fields.Integer("Need Attention", compute="_compute_label_counts")

    @api.depends("shipment_ids.state")
    def _compute_label_counts(self):
        groups = self.env["sendcloud.shipment"]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
        )
        counts = {(account, state): count for account, state, count in groups}
        for account in self:
            account.waiting_count = counts.get((account, "waiting"), 0)
            account.attention_count = counts.get((account, "attention"), 0)

    def write(self, vals):
        """Check again what leaves through this account."""
        res = super().write(vals)
        if {"fallback_phone", "minimum_weight", "sender_country_code"} & set(vals):
            domain = [("carrier_id.sendcloud_account_id", "in", self.ids)]
            self.env["stock.picking"]._sendcloud_recheck(domain)
        return res

    @api.constrains("fallback_phone")
    def _check_fallback_phone(self):
        for account in self.filtered("fallback_phone"):
            if not e164(account.fallback_phone, account.company_id.country_id.code):
                raise ValidationError(
                    _("Write the telephone number as +31 20 1234567.")
                )

    # === Connection === #

    def _client(self):
        account = self.sudo()
        return SendcloudClient(
            account.public_key, account.secret_key, account.base_url or None
        )

    def _check_connection(self):
        client = self._client()
        client.auth_metadata()
        addresses = client.sender_addresses()
        self._take_sender(addresses)
        answer = _("Sendcloud answers. Parcels leave from %s.", self.sender_address)
        others = [a for a in addresses if a["id"] != self.sender_address_id]
        if others:
            known = ", ".join(f"{a['id']} ({address_line(a)})" for a in others)
            answer += " " + _("Sendcloud also has %s.", known)
        return answer

    def _take_sender(self, addresses):
        """Take the chosen sender address; without a choice ours, else the first."""
        wanted = self.sender_address_id
        ours = _bare(self.company_id.zip)
        chosen = [a for a in addresses if not wanted or a["id"] == wanted]
        # A sort is stable: false comes before true.
        chosen.sort(key=lambda a: _bare(a["postal_code"]) != ours)
        if not chosen:
            raise RejectedError(
                _("Sendcloud does not have sender address %s.", wanted or ""),
                service=self._service_name,
                field="sender_address_id",
            )
        self.write(
            {
                "sender_address_id": chosen[0]["id"],
                "sender_address": address_line(chosen[0]),
                "sender_country_code": chosen[0]["country_code"],
            }
        )

    # === Webhooks === #

    @api.model
    def _webhook_path(self):
        return "sendcloud/webhook"

    def _webhook_is_authentic(self, raw, headers):
        account = self.sudo()
        secret = account.webhook_secret or account.secret_key
        signature = headers.get("Sendcloud-Signature")
        return bool(secret) and is_authentic(raw, signature, secret)

    def _webhook_identity(self, raw, headers):
        return webhook.webhook_identity(json.loads(raw))

    def _process_webhook(self, event):
        """Move the parcel on that the message tells of.

        The message itself is taken, not the parcel read again: it is signed and
        carries its own moment, so that an older one is recognised.
        """
        if event.topic != webhook.STATUS_CHANGED:
            return
        change = webhook.status_change_from_webhook(event._json())
        parcel = self.env["sendcloud.parcel"]._find(self, change.parcel_id)
        if parcel:
            parcel._move_on(change.message, change.at)
        elif event.failed_tries < UNKNOWN_PARCEL_TRIES:
            # The message can be faster than our own note of the purchase.
            raise RetryableError(_("This parcel is not known here yet."), seconds=60)
        # Otherwise it is a parcel that somebody made in Sendcloud's own panel.

    # === Sweep: what a webhook brings, this brings too === #

    @api.model
    def _cron_follow_parcels(self):
        for account in self.search([("state", "=", "connected")]):
            account._work_or_note_trouble("_follow_parcels")

    def _work_or_note_trouble(self, method):
        """Do a cron's work for one account; trouble stops no other account."""
        if not self._is_open():
            return
        self = self._at_work()
        try:
            with self.env.cr.savepoint():
                getattr(self, method)()
        except UnauthorizedError as error:
            self._mark_unauthorized(error)
        except ServiceError as error:
            # The next sweep tries again; labels have their own retries.
            _logger.warning("%s: %s: %s", self, method, error)
            self.write({"last_error": said(self.env, error)})

    def _follow_parcels(self):
        """Ask where the parcels are that have not arrived."""
        client = self._client()
        parcels = self._parcels_underway()
        for ids in split_every(IDS_PER_CALL, parcels.ids):
            batch = parcels.browse(ids)
            shown = client.shipments_of_parcels(batch.mapped("external_id"))
            batch._move_on_from(map(answers.shipment_from_answer, shown))

    def _parcels_underway(self):
        since = fields.Datetime.now() - timedelta(days=FOLLOW_DAYS)
        return self.env["sendcloud.parcel"].search(
            [
                ("account_id", "=", self.id),
                ("create_date", ">=", since),
                ("meaning", "not in", sorted(const.FINAL)),
            ]
        )

    def action_show_labels(self):
        """Show this account's labels."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sendcloud_shipping.sendcloud_shipment_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        return action


def address_line(address):
    """Return an address of Sendcloud's in one line."""
    parts = [
        address.get("company_name") or address["name"],
        f"{address['address_line_1']} {address.get('house_number') or ''}".strip(),
        address["city"],
    ]
    return ", ".join(parts)


def _bare(postal_code):
    return (postal_code or "").replace(" ", "").upper()

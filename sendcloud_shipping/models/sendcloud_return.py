import logging
from datetime import timedelta, timezone

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    UnauthorizedError,
)
from odoo.addons.o2c_base.words import said

from ..lib import const, formats, returns
from .row_lock import hold

_logger = logging.getLogger(__name__)

NOT_CANCELLED = "return_not_cancelled"
#: how far clocks may differ when a return whose answer was lost is looked for
CLOCKS = timedelta(hours=2)


class SendcloudReturn(models.Model):
    """A label that goods come back with: asked for, bought, followed to our door.

    As for labels of deliveries, the row is written with what asks for it; a job buys
    after that is committed, asks first, and may run twice.
    """

    _name = "sendcloud.return"
    _description = "Return Label"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"
    _rec_name = "reference"

    picking_id = fields.Many2one(
        "stock.picking",
        "Return",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    partner_id = fields.Many2one(related="picking_id.partner_id")
    account_id = fields.Many2one(
        "sendcloud.account", required=True, readonly=True, ondelete="restrict"
    )
    carrier_id = fields.Many2one(
        "delivery.carrier", required=True, readonly=True, ondelete="restrict"
    )
    attempt = fields.Integer(required=True, readonly=True)
    reference = fields.Char("Our Reference", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("label", "Label Ready"),
            ("arrived", "Arrived"),
            ("attention", "Needs Attention"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    is_from_customer = fields.Boolean("Asked by Customer", readonly=True)
    reason = fields.Char(readonly=True)
    external_id = fields.Char("Sendcloud No.", readonly=True)
    parcel_number = fields.Char("Parcel No.", readonly=True, index="btree_not_null")
    tracking_number = fields.Char(readonly=True)
    tracking_url = fields.Char("Tracking Page", readonly=True)
    status = fields.Char("Carrier Says", readonly=True)
    status_at = fields.Datetime("Since", readonly=True)
    label_id = fields.Many2one("ir.attachment", "Label", readonly=True)
    price = fields.Monetary("Label Price", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    problem = fields.Char(compute="_compute_problem", compute_sudo=True)

    _sql_constraints = [
        (
            "reference_unique",
            "unique(reference)",
            "This return has a label on its way already.",
        ),
    ]

    @api.depends("exception_ids.message", "exception_ids.state")
    def _compute_problem(self):
        for record in self:
            record.problem = " ".join(record.exception_ids.mapped("message"))

    def _o2c_connection(self):
        return self.account_id

    # === Asking === #

    @api.model
    def _request_label(self, picking, **values):
        """Have a return label bought for ``picking`` once this is committed.

        Asked again, what is on its way stays one label.
        """
        known = picking.sendcloud_return_id
        if known.state in ("waiting", "label", "arrived"):
            return known
        if known.state == "attention":
            return known._retry()
        new = self.create({**self._prepare_values(picking), **values})
        new._enqueue("_buy")
        return new

    @api.model
    def _prepare_values(self, picking):
        carrier = picking._sendcloud_return_carrier()
        attempt = max(picking.sendcloud_return_ids.mapped("attempt"), default=0) + 1
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        order = picking.sale_id.name or picking.origin or ""
        # What people search for at Sendcloud comes first; the rest makes it unique.
        reference = f"{order} {database[:8]}-R{picking.id}-A{attempt}".strip()
        return {
            "picking_id": picking.id,
            "carrier_id": carrier.id,
            "account_id": carrier.sendcloud_account_id.id,
            "attempt": attempt,
            "reference": reference,
        }

    def _enqueue(self, method):
        self.ensure_one()
        self.with_delay(
            identity_key=f"sendcloud-return-{self.id}-{method}",
            description=_("Return label: %s", self.picking_id.name),
        )._attempt(method)

    def _lock(self):
        hold(self, "Another worker is at this return.")

    # === First job: buying === #

    def _buy(self):
        """Buy the label and note what was bought; asks first, safe to run again."""
        self._lock()
        if self.parcel_number or self.state == "cancelled":
            return
        client = self.account_id._client()
        found = self._find(client)
        if found:
            self._note_label(found)
        else:
            bought = self._create_at(client)
            self.parcel_number = str(bought["parcel_id"])
            self.external_id = str(bought["return_id"])
        self._enqueue("_apply")

    def _find(self, client):
        """Return this return if Sendcloud has it: an answer may have been lost."""
        since = self.create_date.replace(tzinfo=timezone.utc) - CLOCKS
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        answer = client.find_return(self.reference, since, now + CLOCKS)
        return returns.return_label(answer) if answer else None

    def _create_at(self, client):
        request = self.picking_id._sendcloud_return_request(self, client)
        try:
            return client.create_return(returns.return_body(request))
        except RejectedError as error:
            raise BlockedError(
                "rejected",
                said(self.env, error),
                advice=_("Correct the customer's address or the method, try again."),
            ) from error

    def _note_label(self, label):
        currency = self.env["res.currency"].search([("name", "=", label.currency)])
        self.write(
            {
                "parcel_number": str(label.parcel_id),
                "tracking_number": label.tracking_number,
                "tracking_url": label.tracking_url,
                "price": float(label.cost),
                "currency_id": currency.id,
            }
        )

    # === Second job: the label on the return, and to the customer === #

    def _apply(self):
        """Put the label on the return and send it to the customer; buys nothing."""
        self._lock()
        if self.label_id or self.state == "cancelled":
            return
        client = self.account_id._client()
        if self.external_id:
            answer = client.read_return(self.external_id)
            self._note_label(returns.return_label(answer))
        content = client.label(self.parcel_number, formats.FORMATS["pdf_a4"])
        self.label_id = self._attach(content)
        self.state = "label"
        picking = self.picking_id
        picking.carrier_tracking_ref = self.tracking_number
        picking.message_post(
            body=_("Return label from Sendcloud"), attachment_ids=self.label_id.ids
        )
        if self.is_from_customer:
            self._send_to_customer()

    def _attach(self, content):
        kind = formats.kind(content)
        prefix = self.carrier_id.get_return_label_prefix()
        number = self.tracking_number or self.parcel_number
        return self.env["ir.attachment"].create(
            {
                "name": f"{prefix}-{number}.{formats.EXTENSIONS[kind]}",
                "raw": content,
                "mimetype": kind,
                "res_model": "stock.picking",
                "res_id": self.picking_id.id,
            }
        )

    def _send_to_customer(self):
        order = self.picking_id.sale_id
        label = self.label_id
        order.message_post(
            body=_("Here is the label for your return %s.", self.picking_id.name),
            attachments=[(label.name, label.raw)],
            partner_ids=order.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # === When it stops === #

    def _on_blocked(self, reason):
        if not self.label_id:
            self.state = "attention"

    def _retry(self):
        if self.state == "attention":
            self.state = "waiting"
        self._enqueue("_apply" if self.parcel_number else "_buy")
        return self

    def _retry_after_exception(self, reason):
        for record in self:
            if reason == NOT_CANCELLED:
                record._enqueue("_cancel")
            else:
                record._retry()

    def action_retry(self):
        """Try again what stopped."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        for record in self.sudo():
            record._retry()

    # === Cancelling === #

    def _cancel_soon(self):
        """Give back the labels of returns that will not come."""
        for record in self:
            if not record.parcel_number:
                record.state = "cancelled"
                self.env["o2c.exception"]._close(record)
            elif record.state == "label":
                record._enqueue("_cancel")

    def _cancel(self):
        """Cancel the label at Sendcloud; safe to run again."""
        self._lock()
        if self.state != "label":
            return
        try:
            if not self.external_id:
                raise RejectedError(_("Sendcloud gave it no number that we know."))
            self.account_id._client().cancel_return(self.external_id)
        except RejectedError as error:
            raise BlockedError(
                NOT_CANCELLED,
                _(
                    "The return is cancelled but its label stands. %s",
                    said(self.env, error),
                ),
                advice=_("It costs only if it is used: ask the customer not to."),
            ) from error
        self.state = "cancelled"

    # === On its way back === #

    def _move_on(self, status, at, delivered=False):
        """Take over what the carrier says; an older word changes nothing."""
        self.ensure_one()
        at = at.astimezone(timezone.utc).replace(tzinfo=None)
        if self.state != "label" or (self.status_at and at < self.status_at):
            return
        if status != self.status:
            self.write({"status": status, "status_at": at})
        if delivered or const.meaning(status) == const.DELIVERED:
            self._on_arrived()

    def _look_where(self, client):
        """Ask Sendcloud where the parcel is; one that it forgot stops no other."""
        try:
            answer = client.read_return(self.external_id)
        except UnauthorizedError:
            raise
        except RejectedError as error:
            _logger.warning("%s: %s", self, error)
            return
        label = returns.return_label(answer)
        self._move_on(label.status, label.at, label.is_delivered)

    def _on_arrived(self):
        """The parcel is here: somebody is asked to receive it."""
        self.state = "arrived"
        picking = self.picking_id
        if picking.state in ("done", "cancel"):
            return
        picking.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=_("Returned parcel arrived"),
            note=_("Check %s and validate the return.", self.tracking_number),
            user_id=(picking.user_id or self.account_id.responsible_id).id,
        )
        picking.message_post(body=_("Arrived: %s", self.tracking_number))

    def action_open_label(self):
        """Open the return label."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.label_id.id}",
            "target": "new",
        }

    def _goods(self):
        """Return what comes back, as ``[(quantity without trailing zeros, name)]``."""
        return [
            (f"{move.product_uom_qty:.10g}", move.product_id.name)
            for move in self.picking_id.move_ids
        ]

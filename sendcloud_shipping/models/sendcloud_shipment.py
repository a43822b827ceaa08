from odoo import _, api, fields, models

from odoo.addons.o2c_base.words import said

from ..lib import const
from .row_lock import hold

#: Sendcloud or the carrier said no and the reference is used up
REFUSED = "label_refused"
PROBLEM = "delivery_problem"
#: given back, or about to be
CANCELLED_STATES = ("cancelling", "cancelled")


class SendcloudShipment(models.Model):
    """A label for a delivery: asked for, bought, printed and followed.

    The row is written in the transaction that validates the delivery; jobs do the
    rest, each in a transaction of its own: ``_buy`` notes what was paid for,
    ``_apply`` puts the label on the delivery, ``_confirm`` sends the customer's mail.
    So a crash never buys twice, and nothing is bought for goods that did not leave.
    """

    _name = "sendcloud.shipment"
    _description = "Shipping Label"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"
    _rec_names_search = ["picking_id", "tracking_number", "external_reference"]

    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
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
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("label", "Label Ready"),
            ("attention", "Needs Attention"),
            ("cancelling", "Being Cancelled"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    attempt = fields.Integer(required=True, readonly=True)
    external_reference = fields.Char(
        "Our Reference",
        required=True,
        readonly=True,
        help="Sendcloud sells one label for it, however often we ask.",
    )
    is_refused = fields.Boolean(
        readonly=True, help="The reference is used up: trying again needs a new one."
    )
    external_id = fields.Char("Sendcloud No.", readonly=True)
    parcel_ids = fields.One2many("sendcloud.parcel", "shipment_id", "Parcels")
    tracking_number = fields.Char(
        compute="_compute_tracking_number", store=True, index="btree_not_null"
    )
    label_id = fields.Many2one("ir.attachment", "Label", readonly=True)
    price = fields.Monetary("Quoted Price", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    waits_for = fields.Char("Waits Because", readonly=True)
    problem = fields.Char(compute="_compute_problem", compute_sudo=True)
    carrier_status = fields.Char(compute="_compute_carrier_status", store=True)
    delivered_at = fields.Datetime(
        "Delivered On", compute="_compute_carrier_status", store=True
    )

    _sql_constraints = [
        (
            "external_reference_unique",
            "unique(external_reference)",
            "This delivery has a label on its way already.",
        ),
        (
            "attempt_unique",
            "unique(picking_id, attempt)",
            "This delivery has a label on its way already.",
        ),
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This label belongs to another delivery.",
        ),
    ]

    @api.depends("picking_id.name", "attempt")
    def _compute_display_name(self):
        for shipment in self:
            again = f" ({shipment.attempt})" if shipment.attempt > 1 else ""
            shipment.display_name = f"{shipment.picking_id.name}{again}"

    @api.depends("parcel_ids.tracking_number")
    def _compute_tracking_number(self):
        for shipment in self:
            numbers = filter(None, shipment.parcel_ids.mapped("tracking_number"))
            shipment.tracking_number = ",".join(numbers)

    @api.depends("parcel_ids.status", "parcel_ids.meaning", "parcel_ids.status_at")
    def _compute_carrier_status(self):
        for shipment in self:
            parcels = shipment.parcel_ids
            statuses = dict.fromkeys(filter(None, parcels.mapped("status")))
            shipment.carrier_status = ", ".join(statuses)
            arrived = parcels and set(parcels.mapped("meaning")) == {const.DELIVERED}
            shipment.delivered_at = (
                max(parcels.mapped("status_at")) if arrived else False
            )

    @api.depends("exception_ids.message", "exception_ids.state")
    def _compute_problem(self):
        for shipment in self:
            lines = [
                " ".join(filter(None, [exception.message, exception.advice]))
                for exception in shipment.exception_ids
            ]
            shipment.problem = " ".join(lines)

    def _o2c_connection(self):
        return self.account_id

    # === Asking for a label === #

    @api.model
    def _request_label(self, picking):
        """Have a label bought for ``picking`` once this transaction is committed.

        Asked again, what is on its way stays one label; what stopped goes on.
        """
        return self._request_labels(picking)

    @api.model
    def _request_labels(self, pickings):
        """Have the labels of many deliveries bought, as :meth:`_request_label` does."""
        known = pickings.sendcloud_shipment_id
        known.filtered(lambda shipment: shipment.state == "waiting")._enqueue_all()
        retried = [s._retry() for s in known if s.state == "attention"]
        without = pickings.filtered(
            lambda p: p.sendcloud_shipment_id.state in (False, *CANCELLED_STATES)
        )
        new = self.create([self._prepare_values(picking) for picking in without])
        new._enqueue_all()
        return known.filtered(lambda s: s.state in ("label", "waiting")).union(
            new, *retried
        )

    @api.model
    def _prepare_values(self, picking):
        carrier = picking.carrier_id
        attempt = max(picking.sendcloud_shipment_ids.mapped("attempt"), default=0) + 1
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        # The database is part of it: a copy must not meet the original's labels.
        reference = f"{database[:8]}-P{picking.id}-A{attempt}"
        return {
            "picking_id": picking.id,
            "carrier_id": carrier.id,
            "account_id": carrier.sendcloud_account_id.id,
            "attempt": attempt,
            "external_reference": reference,
        }

    def _enqueue(self):
        """Have the next step done that this label is waiting for."""
        self._enqueue_step(self._next_step())

    def _enqueue_all(self):
        for shipment in self:
            shipment._enqueue()

    def _enqueue_step(self, method):
        self.ensure_one()
        self.with_delay(
            identity_key=f"sendcloud-shipment-{self.id}-{method}",
            description=_("Label: %s", self.display_name),
        )._attempt(method)

    def _next_step(self):
        if not self.external_id:
            return "_buy"
        return "_confirm" if self.label_id else "_apply"

    def _lock(self):
        """Hold this row: a job that is started twice must not work twice at once."""
        hold(self, "Another worker is at this label.")

    # === Second job: label and tracking on the delivery === #

    def _apply(self):
        """Put the bought label and its tracking on the delivery; buys nothing."""
        self._lock()
        if self.label_id or self.state in CANCELLED_STATES:
            return
        client = self.account_id._client()
        wanted = self._wanted_format()
        self.label_id = self._attach(
            [client.label(parcel.external_id, wanted) for parcel in self.parcel_ids]
        )
        self.state = "label"
        self.picking_id._sendcloud_shipped()
        self.picking_id.message_post(
            body=_("Label from Sendcloud"), attachment_ids=self.label_id.ids
        )
        if self.picking_id.sendcloud_confirmation:
            self._enqueue()

    def _cost(self):
        """Return what the label costs in the company's currency."""
        if not self.currency_id:
            return self.carrier_id.fixed_price
        company = self.company_id
        today = fields.Date.context_today(self)
        return self.currency_id._convert(
            self.price, company.currency_id, company, today
        )

    # === Third job: the customer's mail, which carries the tracking link === #

    def _confirm(self):
        """Send the confirmation that was held back until there is a tracking link."""
        self._lock()
        self.picking_id._sendcloud_send_held_confirmation()

    # === When it stops === #

    def _on_blocked(self, reason):
        values = {"is_refused": reason == REFUSED, "waits_for": False}
        if not self.label_id:
            values["state"] = "attention"
        self.write(values)

    def _on_waiting(self, error):
        self.waits_for = said(self.env, error)

    def _on_done(self, method):
        if self.waits_for:
            self.waits_for = False

    def _retry_after_exception(self, reason):
        for shipment in self:
            if reason == PROBLEM:
                # Nothing of ours to repeat: the person has dealt with the carrier.
                self.env["o2c.exception"]._close(shipment, PROBLEM)
            else:
                shipment._retry()

    def _retry(self):
        """Go on where it stopped, with a new reference after a definite no."""
        if self.state in CANCELLED_STATES:
            return self
        if self.is_refused:
            return self._next_attempt()
        if not self.label_id:
            self.state = "waiting"
        self._enqueue()
        return self

    def _next_attempt(self):
        self.state = "cancelled"
        self.env["o2c.exception"]._close(self)
        return self._request_label(self.picking_id)

    def action_retry(self):
        """Try again what stopped."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        for shipment in self.sudo():
            shipment._retry()

    # === On the way === #

    def _on_parcel_moved(self, parcel):
        """Tell people what they want to know of a parcel's new status."""
        exceptions = self.env["o2c.exception"]
        if parcel.meaning in (const.PROBLEM, const.RETURNED):
            exceptions._open(
                self,
                PROBLEM,
                _(
                    "%(carrier)s: %(status)s (%(number)s).",
                    carrier=self.carrier_id.name,
                    status=parcel.status,
                    number=parcel.tracking_number,
                ),
                advice=_("Ask the carrier or the customer, then mark it as solved."),
            )
            return
        exceptions._close(self, PROBLEM)
        if parcel.meaning == const.DELIVERED:
            self.picking_id.message_post(
                body=_("Delivered: %s", parcel.tracking_number)
            )

    # === Buttons === #

    def action_open_label(self):
        """Open the label, ready to print."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.label_id.id}",
            "target": "new",
        }

    def action_open_delivery(self):
        """Show the delivery."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }

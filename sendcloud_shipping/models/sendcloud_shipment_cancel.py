from datetime import timedelta

from odoo import _, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError, RejectedError
from odoo.addons.o2c_base.words import said

from ..lib import const
from .sendcloud_shipment import CANCELLED_STATES

NOT_CANCELLED = "label_not_cancelled"
#: Sendcloud watches a parcel this long before it gives a queued one back
#: (https://sendcloud.dev/api/v3/shipments/cancel-a-shipment)
QUEUE_DAYS = 14


class SendcloudShipment(models.Model):
    """Giving a label back: now, in some days, or not after all."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    cancel_asked_at = fields.Datetime("Cancelled On", readonly=True, copy=False)

    # === By hand and by itself === #

    def _cancel_label(self):
        """Cancel the labels at Sendcloud, or show the user why it says no.

        :raise UserError: Sendcloud says no
        """
        for shipment in self:
            account = shipment.account_id
            with account._service_errors():
                answer = shipment._cancel_at_sendcloud()
            shipment._note_cancelled(answer)

    def _cancel_at_sendcloud(self):
        return self.account_id._client().cancel(self.external_id)

    def _cancel_soon(self):
        """Give back labels whose goods will not leave."""
        for shipment in self:
            if shipment.state in ("waiting", "attention") and not shipment.external_id:
                # Bought all the same by a try under way? The comparison finds it.
                shipment._give_up()
            elif shipment.state not in CANCELLED_STATES:
                shipment._enqueue_step("_cancel")

    def _cancel_if_uncollected(self):
        # A parcel that travelled and came back was used: there is nothing to cancel.
        self.filtered(lambda shipment: shipment._is_uncollected())._cancel_soon()

    def _cancel(self):
        """Cancel the label at Sendcloud; safe to run again."""
        self._lock()
        if self.state in CANCELLED_STATES:
            return
        if not self._is_uncollected():
            raise self._not_cancelled(_("The carrier has the parcel already."))
        try:
            answer = self._cancel_at_sendcloud()
        except RejectedError as error:
            raise self._not_cancelled(said(self.env, error)) from error
        self._note_cancelled(answer)
        if answer != "queued":
            self.picking_id.message_post(
                body=_("The label was cancelled at Sendcloud.")
            )
        # Where a person cancels, core says so and clears the number itself.
        self._clear_tracking()

    def _not_cancelled(self, why):
        return BlockedError(
            NOT_CANCELLED,
            _("The goods stay here but their label stands. %s", why),
            advice=_("Ask the carrier to stop the parcel, or expect it back."),
        )

    def _retry_after_exception(self, reason):
        if reason != NOT_CANCELLED:
            return super()._retry_after_exception(reason)
        for shipment in self:
            shipment._enqueue_step("_cancel")
        return None

    # === What becomes of it === #

    def _note_cancelled(self, answer):
        """Note Sendcloud's ``answer``: done, or ``queued`` for up to 14 days."""
        self.cancel_asked_at = fields.Datetime.now()
        self.state = "cancelling" if answer == "queued" else "cancelled"
        if answer != "queued":
            return
        self.picking_id.message_post(
            body=_(
                "Sendcloud is cancelling the label; it may take up to %s days.",
                QUEUE_DAYS,
            )
        )

    def _clear_tracking(self):
        picking = self.picking_id
        if self.tracking_number and (
            picking.carrier_tracking_ref == self.tracking_number
        ):
            picking.carrier_tracking_ref = False

    def _on_parcel_moved(self, parcel):
        res = super()._on_parcel_moved(parcel)
        if parcel.meaning == const.CANCELLED:
            if {p.meaning for p in self.parcel_ids} == {const.CANCELLED}:
                self._on_all_cancelled()
        elif self.state in CANCELLED_STATES and parcel._is_with_carrier():
            self._tell_travels(parcel)
        return res

    def _on_all_cancelled(self):
        if self.state == "cancelled":
            return
        self.state = "cancelled"
        self.picking_id.message_post(body=_("The label was cancelled at Sendcloud."))
        self._clear_tracking()
        self.env["o2c.exception"]._close(self, NOT_CANCELLED)

    def _tell_travels(self, parcel):
        """The label was given back, but its parcel was handed over: it is charged."""
        picking, others = self.picking_id, self.picking_id.sendcloud_shipment_ids - self
        self.state = "label"
        message = _(
            "The label was cancelled, yet its parcel travels: %(status)s (%(number)s)",
            status=parcel.status,
            number=parcel.tracking_number,
        )
        advice = _("It is charged, and not insured. Ask the carrier to stop it.")
        if others.filtered(lambda shipment: shipment.state == "label"):
            advice += " " + _("The delivery has a second label.")
        elif not picking.carrier_tracking_ref:
            picking.carrier_tracking_ref = self.tracking_number
        self.env["o2c.exception"]._open(self, NOT_CANCELLED, message, advice)

    def _tell_cancel_overdue(self):
        """Tell of cancellations that Sendcloud has not confirmed in its time."""
        limit = fields.Datetime.now() - timedelta(days=QUEUE_DAYS + 1)
        domain = [("state", "=", "cancelling"), ("cancel_asked_at", "<", limit)]
        for shipment in self.search(domain):
            shipment.with_env(shipment.account_id._at_work().env)._tell_not_cancelled()

    def _tell_not_cancelled(self):
        message = _(
            "Sendcloud has not cancelled %(number)s in %(days)s days.",
            number=self.tracking_number or self.external_id,
            days=QUEUE_DAYS,
        )
        advice = _("Ask Sendcloud to give it back.")
        self.env["o2c.exception"]._open(self, NOT_CANCELLED, message, advice)

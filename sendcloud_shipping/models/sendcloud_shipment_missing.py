from odoo import _, models

from odoo.addons.o2c_base.lib.errors import BlockedError, RejectedError
from odoo.addons.o2c_base.words import said

MISSING = "label_missing"


class SendcloudShipment(models.Model):
    """A label that we have and Sendcloud does not know (any more)."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    def _missing_error(self):
        return BlockedError(
            MISSING,
            _(
                "Sendcloud does not have the label %s of this delivery.",
                self.tracking_number or self.external_id,
            ),
            advice=_(
                "Do not use it. Ask Sendcloud, or cancel it here and buy another."
            ),
        )

    def _tell_missing(self):
        error = self._missing_error()
        self.env["o2c.exception"]._open(
            self, MISSING, said(self.env, error), error.advice
        )

    def _look_again(self):
        """Ask Sendcloud for this label; its being there closes the exception."""
        try:
            self.account_id._client().shipment(self.external_id)
        except RejectedError as error:
            if error.status != 404:
                raise
            raise self._missing_error() from error

    def _retry_after_exception(self, reason):
        if reason != MISSING:
            return super()._retry_after_exception(reason)
        for shipment in self:
            shipment._enqueue_step("_look_again")
        return None

    def _cancel_at_sendcloud(self):
        """Cancel there; what a comparison has proved absent needs no cancelling."""
        try:
            return super()._cancel_at_sendcloud()
        except RejectedError as error:
            told = MISSING in self.sudo().exception_ids.mapped("reason")
            if error.status != 404 or not told:
                raise
            self.env["o2c.exception"]._close(self, MISSING)
            return "cancelled"

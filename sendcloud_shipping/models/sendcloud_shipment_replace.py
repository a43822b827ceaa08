from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError, RejectedError
from odoo.addons.o2c_base.words import said

from ..lib import answers, mapping

#: a label exists, but for an address or a way of shipping that was changed since
DIFFERS = "label_differs"


class SendcloudShipment(models.Model):
    """A label bought for something else: given back, and the right one bought.

    It arises when an answer was lost and somebody changed the delivery meanwhile.
    """

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    is_other_label = fields.Boolean(compute="_compute_is_other_label")

    @api.depends("exception_ids.reason", "exception_ids.state")
    def _compute_is_other_label(self):
        for shipment in self.sudo():
            shipment.is_other_label = DIFFERS in shipment.exception_ids.mapped("reason")

    def _retry(self):
        if self.state == "attention" and self.is_other_label:
            self._enqueue_step("_replace")
            return self
        return super()._retry()

    def _differs(self, found):
        """Return the error that says in what the label found is another one."""
        what = ", ".join(said(self.env, word) for word in found)
        return BlockedError(
            DIFFERS,
            _("The label at Sendcloud does not match. Different: %s.", what),
            advice=_("Try again: that label is given back and the right one bought."),
        )

    def _replace(self):
        """Give the other label back and have the right one bought; safe to run again.

        If it fits meanwhile, because somebody changed the delivery back, it is taken.
        """
        self._lock()
        if self.state != "attention":
            return
        client = self.account_id._client()
        known = client.find(self.external_reference)
        bought = known and answers.shipment_from_answer(known)
        if not bought or not bought.is_charged:
            self._next_attempt()
            return
        request = self.picking_id._sendcloud_request(self)
        if not mapping.differences(request, bought):
            self.state = "waiting"
            self._ask_again()
            return
        try:
            answer = client.cancel(bought.id)
        except RejectedError as error:
            raise BlockedError(
                DIFFERS,
                _("The other label cannot be given back. %s", said(self.env, error)),
                advice=_("Ask Sendcloud to give it back, then try again."),
            ) from error
        # Until Sendcloud confirms it, the label is followed like any other.
        self._note_bought(bought)
        self._next_attempt()
        self._note_cancelled(answer)

from odoo import models

from ..lib import const


class SendcloudShipment(models.Model):
    """What others, such as a shop, are told of a parcel's way."""

    _inherit = "sendcloud.shipment"

    def _on_parcel_moved(self, parcel):
        super()._on_parcel_moved(parcel)
        step = const.step(parcel.status)
        if self.state != "label" or not step or self._is_early(step):
            return
        self.picking_id._on_parcel_status(
            step,
            parcel.status_at.replace(microsecond=0),
            words=parcel.status,
            number=parcel.tracking_number,
        )

    def _is_early(self, step):
        """Tell whether other parcels of this delivery have yet to come to ``step``.

        A shop knows the delivery as one: it is delivered when its last parcel is.
        """
        return step == const.DELIVERED and any(
            parcel.meaning != const.DELIVERED for parcel in self.parcel_ids
        )

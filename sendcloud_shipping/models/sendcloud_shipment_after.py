from datetime import datetime, time, timedelta

import pytz

from odoo import _, api, fields, models
from odoo.tools import format_date

from ..lib import const

#: Sendcloud cancels nothing older
CANCEL_DAYS = 42


class SendcloudShipment(models.Model):
    """After the purchase: how long it is free to give the label back."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    bought_at = fields.Datetime("Bought On", readonly=True, copy=False)
    cancel_notice = fields.Char("Cancelling", compute="_compute_cancel_notice")

    @api.depends("bought_at", "state", "parcel_ids.status", "printed_at")
    @api.depends_context("lang", "tz")
    def _compute_cancel_notice(self):
        for shipment in self:
            shipment.cancel_notice = shipment._cancel_words()

    def _cancel_words(self):
        if self.state != "label" or not self.bought_at:
            return False
        if not self._is_uncollected():
            return _("With the carrier: no longer to be cancelled.")
        now = fields.Datetime.now()
        last = self.bought_at + timedelta(days=CANCEL_DAYS)
        if now > last:
            return _("Too old to be cancelled.")
        words = _("Usually given back if cancelled by %s.", format_date(self.env, last))
        if now <= self._free_until():
            words = _("Free to cancel until 23:59 today.")
        if self.printed_at:
            words += " " + _("It was printed: throw that label away.")
        return words

    def _free_until(self):
        """Return the end of the day of the purchase, as Sendcloud counts days."""
        zone = pytz.timezone(self.account_id.sudo().responsible_id.tz or "UTC")
        day = pytz.utc.localize(self.bought_at).astimezone(zone).date()
        end = zone.localize(datetime.combine(day, time(23, 59)))
        return end.astimezone(pytz.utc).replace(tzinfo=None)

    def _is_uncollected(self):
        return all(p.status in const.NOT_COLLECTED for p in self.parcel_ids)

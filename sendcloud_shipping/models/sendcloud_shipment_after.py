from datetime import datetime, time, timedelta

import pytz

from odoo import _, api, fields, models
from odoo.tools import format_date

from ..lib import const

NOT_COLLECTED, NO_SCAN = "not_collected", "no_scan"
#: Sendcloud cancels nothing older
CANCEL_DAYS = 42


class SendcloudShipment(models.Model):
    """After the purchase: how long it is free, and parcels that do not move."""

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

    # === Parcels that do not move === #

    @api.model
    def _cron_find_stuck(self):
        """Tell of parcels that nobody collected, or that nobody saw for days."""
        self._tell_cancel_overdue()
        for account in self.env["sendcloud.account"].search([]):
            now = fields.Datetime.now()
            uncollected = now - timedelta(days=account.collect_days)
            unseen = now - timedelta(days=account.scan_days)
            parcels = account._parcels_underway()
            for parcel in parcels.filtered(lambda p: p.shipment_id.state == "label"):
                waits = parcel.status in const.NOT_COLLECTED
                if waits and parcel.create_date < uncollected:
                    parcel.shipment_id._tell_stuck(NOT_COLLECTED, parcel)
                elif not waits and parcel.status_at < unseen:
                    parcel.shipment_id._tell_stuck(NO_SCAN, parcel)

    def _tell_stuck(self, reason, parcel):
        words = {
            NOT_COLLECTED: _(
                "Not collected by the carrier: %s", parcel.tracking_number
            ),
            NO_SCAN: _("Not seen by the carrier lately: %s", parcel.tracking_number),
        }
        advice = {
            NOT_COLLECTED: _("Is it still on the shelf? Hand it over, or cancel it."),
            NO_SCAN: _("Ask the carrier where it is, and tell the customer."),
        }
        self.env["o2c.exception"]._open(self, reason, words[reason], advice[reason])

    def _retry_after_exception(self, reason):
        if reason not in (NOT_COLLECTED, NO_SCAN):
            return super()._retry_after_exception(reason)
        # The person has asked the carrier: nothing of ours is to be repeated.
        self.env["o2c.exception"]._close(self, reason)
        return None

    def _on_parcel_moved(self, parcel):
        super()._on_parcel_moved(parcel)
        exceptions = self.env["o2c.exception"]
        exceptions._close(self, NO_SCAN)
        if self._is_uncollected():
            return
        exceptions._close(self, NOT_COLLECTED)

from datetime import timedelta

from odoo import _, api, fields, models

from ..lib import const
from .sendcloud_shipment import CANCELLED_STATES, PROBLEM

NOT_COLLECTED, NO_SCAN = "not_collected", "no_scan"
#: what a person has to look into while the parcel is on its way
TROUBLES = {
    PROBLEM: "Delivery Problem",
    NOT_COLLECTED: "Not Collected",
    NO_SCAN: "Not Seen",
}


class SendcloudShipment(models.Model):
    """Parcels to look into: not collected, not seen for days, or in trouble.

    Each is an open exception; what is searched and counted are these, so that nothing
    has to be kept in step.
    """

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    trouble = fields.Selection(
        list(TROUBLES.items()),
        "To Follow Up",
        compute="_compute_trouble",
        search="_search_trouble",
        compute_sudo=True,
    )
    news_at = fields.Datetime(
        "Last News", compute="_compute_news_at", store=True, index=True
    )

    @api.depends("exception_ids.reason", "exception_ids.state")
    def _compute_trouble(self):
        for shipment in self:
            reasons = shipment.exception_ids.mapped("reason")
            found = (reason for reason in TROUBLES if reason in reasons)
            shipment.trouble = next(found, False)

    @api.model
    def _search_trouble(self, operator, value):
        """Search what is open, by one of :data:`TROUBLES` or none of them."""
        given = {value} if isinstance(value, (str, bool)) else set(value or [False])
        wanted = {reason for reason in (*TROUBLES, False) if reason in given}
        if operator in ("!=", "not in"):
            wanted = {*TROUBLES, False} - wanted
        domain = [("id", "in", self._ids_in_trouble(wanted - {False}))]
        if False not in wanted:
            return domain
        return ["|", ("id", "not in", self._ids_in_trouble(set(TROUBLES))), *domain]

    @api.model
    def _ids_in_trouble(self, reasons):
        domain = [("res_model", "=", self._name), ("state", "=", "open")]
        domain.append(("reason", "in", list(reasons)))
        return self.env["o2c.exception"].sudo().search(domain).mapped("res_id")

    @api.depends("parcel_ids.status_at")
    def _compute_news_at(self):
        for shipment in self:
            moments = list(filter(None, shipment.parcel_ids.mapped("status_at")))
            shipment.news_at = max(moments) if moments else False

    def action_solved(self):
        """Say that a person has dealt with it; it is told again if nothing moves."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        for reason in TROUBLES:
            self.env["o2c.exception"]._close(self, reason)

    # === Parcels that do not move === #

    @api.model
    def _cron_find_stuck(self):
        """Tell of parcels that nobody collected, or that nobody saw for days."""
        self._tell_cancel_overdue()
        for account in self.env["sendcloud.account"].search([]):
            account = account._at_work()
            labels, parcels = self.with_env(account.env), account._parcels_underway()
            labels._tell_not_collected(account, parcels)
            labels._tell_not_seen(account, parcels)

    def _tell_not_collected(self, account, parcels):
        before = fields.Datetime.now() - timedelta(days=account.collect_days)
        stuck = parcels.filtered(
            lambda p: p.status in const.NOT_COLLECTED and p.create_date < before
        )
        for shipment, found in stuck._to_tell(NOT_COLLECTED, before):
            shipment._tell_stuck(
                NOT_COLLECTED,
                _("Not collected by the carrier: %s.", found._numbers()),
                _("Is it still on the shelf? Hand it over, or cancel it."),
            )

    def _tell_not_seen(self, account, parcels):
        before = fields.Datetime.now() - timedelta(days=account.scan_days)
        stuck = parcels.filtered(
            lambda p: p.status not in const.NOT_COLLECTED and p.status_at < before
        )
        for shipment, found in stuck._to_tell(NO_SCAN, before):
            shipment._tell_stuck(
                NO_SCAN,
                _("Not seen by the carrier lately: %s.", found._numbers()),
                _("Ask the carrier where it is, and tell the customer."),
            )

    def _tell_stuck(self, reason, message, advice):
        self.env["o2c.exception"]._open(self, reason, message, advice)

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

    def _note_cancelled(self, answer):
        """What will not travel is not followed up any more."""
        res = super()._note_cancelled(answer)
        if self.state in CANCELLED_STATES:
            for reason in (NOT_COLLECTED, NO_SCAN):
                self.env["o2c.exception"]._close(self, reason)
        return res


class SendcloudParcel(models.Model):
    _inherit = "sendcloud.parcel"

    def _numbers(self):
        return ", ".join(filter(None, self.mapped("tracking_number")))

    def _to_tell(self, reason, before):
        """Return ``(label, its parcels)`` of those that somebody should hear of.

        Whoever solved one is not told the same again for as long as it took to be
        told the first time.

        :param before: moment from which on a solution still holds
        """
        labels = self.shipment_id.filtered(lambda s: s.state == "label")
        domain = [
            ("res_model", "=", labels._name),
            ("res_id", "in", labels.ids),
            "|",
            "&",
            ("reason", "=", reason),
            ("closed_at", ">=", before),
            # Somebody is asked about this parcel already.
            "&",
            ("reason", "=", PROBLEM),
            ("state", "=", "open"),
        ]
        known = self.env["o2c.exception"].sudo().search(domain).mapped("res_id")
        told = self.filtered(
            lambda p: p.shipment_id in labels and p.shipment_id.id not in known
        )
        return told.grouped("shipment_id").items()

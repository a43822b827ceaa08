from datetime import timedelta

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib import points

#: a point is asked about again when the last answer is older
CHECK_HOURS = 6


class SendcloudServicePoint(models.Model):
    """A place where customers fetch parcels, and whether it still takes them."""

    _name = "sendcloud.service.point"
    _description = "Service Point"
    _inherit = ["o2c.exception.mixin"]
    _rec_names_search = ["name", "reference", "address"]

    account_id = fields.Many2one(
        "sendcloud.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    reference = fields.Char(
        required=True,
        readonly=True,
        help="Sendcloud's number of it, or the carrier's.",
    )
    name = fields.Char(readonly=True)
    carrier_code = fields.Char(readonly=True)
    country_code = fields.Char("Country", readonly=True)
    address = fields.Char(readonly=True)
    hours = fields.Char("Opening Times", readonly=True)
    state = fields.Selection(
        [("new", "Not Checked Yet"), ("open", "Open"), ("closed", "Closed")],
        default="new",
        required=True,
        readonly=True,
    )
    checked_at = fields.Datetime(readonly=True)

    _sql_constraints = [
        (
            "reference_unique",
            "unique(account_id, reference)",
            "This service point is known already.",
        ),
    ]

    @api.depends("name", "address", "reference")
    def _compute_display_name(self):
        for point in self:
            parts = filter(None, [point.name, point.address])
            point.display_name = ", ".join(parts) or point.reference

    def _o2c_connection(self):
        return self.account_id

    def _retry_after_exception(self, reason):
        self._check_soon()

    @api.model
    def _get(self, account, reference, country_code=""):
        """Return the point that ``reference`` names; a new one is looked up soon."""
        point = self.search(
            [("account_id", "=", account.id), ("reference", "=", reference)]
        )
        if not point:
            values = {"account_id": account.id, "reference": reference}
            point = self.create({**values, "country_code": country_code})
            point._check_soon()
        return point

    @api.model
    def _take(self, account, found):
        """Return the record of a :class:`points.ServicePoint` that was just listed."""
        point = self.search(
            [("account_id", "=", account.id), ("reference", "=", str(found.id))]
        )
        values = {**self._prepare_values(found), "state": "open"}
        if point:
            point.write(values)
            return point
        return self.create(
            {**values, "account_id": account.id, "reference": str(found.id)}
        )

    @api.model
    def _prepare_values(self, found):
        return {
            "name": found.name,
            "carrier_code": found.carrier_code,
            "country_code": found.country_code,
            "address": found.address,
            "hours": self._hours_in_words(found.hours),
            "checked_at": fields.Datetime.now(),
        }

    @api.model
    def _hours_in_words(self, hours):
        """Return opening times as ``Mon-Fri 09:00-18:00, Sun closed``."""
        days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
        words = []
        for first, last, times in points.grouped_hours(hours):
            span = days[first] if first == last else f"{days[first]}-{days[last]}"
            words.append(f"{span} {times or _('closed')}")
        return ", ".join(words)

    def _check_soon(self):
        for point in self:
            point.with_delay(
                identity_key=f"sendcloud-point-{point.id}",
                description=_("Service point %s", point.reference),
            )._attempt("_check")

    def _check(self):
        """Ask what the point is called and whether it still takes parcels."""
        client = self.account_id._client()
        found = self._look_up(client)
        is_open = bool(found) and client.is_point_open(found.id)
        values = self._prepare_values(found) if found else {}
        state = "open" if is_open else "closed"
        was = self.state
        self.write({**values, "state": state, "checked_at": fields.Datetime.now()})
        if state != was:
            self.env["stock.picking"]._sendcloud_recheck(
                [("sendcloud_point_id", "=", self.id)]
            )

    def _look_up(self, client):
        """Return the :class:`points.ServicePoint`, None when there is no such point."""
        try:
            if self.reference.isdigit():
                return points.point_from_answer(client.service_point(self.reference))
            rows = client.service_points(
                self.country_code, carrier_service_point_id=self.reference
            )
        except RejectedError as error:
            if error.status != 404:
                raise
            return None
        return points.point_from_answer(rows[0]) if rows else None

    @api.model
    def _cron_check(self):
        """See that points to which something is still to go are open."""
        before = fields.Datetime.now() - timedelta(hours=CHECK_HOURS)
        domain = self.env["stock.picking"]._sendcloud_open_domain()
        pickings = self.env["stock.picking"].search(
            [*domain, ("sendcloud_point_id", "!=", False)]
        )
        pickings.sendcloud_point_id.filtered(
            lambda point: not point.checked_at or point.checked_at < before
        )._check_soon()

from datetime import timezone

from odoo import api, fields, models
from odoo.tools.json import scriptsafe as json

from ..lib import const


class SendcloudParcel(models.Model):
    """One parcel of a shipment and where the carrier says it is."""

    _name = "sendcloud.parcel"
    _description = "Parcel"
    _order = "shipment_id desc, id"
    _rec_name = "tracking_number"

    shipment_id = fields.Many2one(
        "sendcloud.shipment", "Label", required=True, ondelete="cascade", index=True
    )
    account_id = fields.Many2one(related="shipment_id.account_id", store=True)
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    external_id = fields.Char("Parcel No.", required=True, readonly=True)
    tracking_number = fields.Char(readonly=True, index="btree_not_null")
    tracking_url = fields.Char("Tracking Page", readonly=True)
    papers = fields.Char(
        "Customs Papers", readonly=True, help="What travels with it besides the label."
    )
    status = fields.Char(readonly=True)
    meaning = fields.Selection(
        [
            (const.UNDERWAY, "Underway"),
            (const.DELIVERED, "Delivered"),
            (const.PROBLEM, "Problem"),
            (const.RETURNED, "Returned"),
            (const.CANCELLED, "Cancelled"),
        ],
        default=const.UNDERWAY,
        required=True,
        readonly=True,
    )
    status_at = fields.Datetime("Since", readonly=True)

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This parcel is known already.",
        ),
    ]

    @api.model
    def _find(self, account, external_id):
        domain = [("account_id", "=", account.id)]
        return self.search(domain + [("external_id", "=", str(external_id))])

    @api.model
    def _prepare_values(self, bought):
        """Return the values of a parcel that Sendcloud has just made."""
        return {
            "external_id": str(bought.id),
            "tracking_number": bought.tracking_number,
            "tracking_url": bought.tracking_url,
            "papers": ",".join(bought.papers),
            "status": bought.message,
            # Some webhooks count in whole seconds: the next one may be of this second.
            "status_at": _naive(bought.updated_at).replace(microsecond=0),
        }

    def _move_on_from(self, shipments):
        """Take over the statuses that Sendcloud shows for these parcels."""
        parcels = self.grouped("external_id")
        for bought in (parcel for s in shipments for parcel in s.parcels):
            if str(bought.id) in parcels:
                parcels[str(bought.id)]._move_on(bought.message, bought.updated_at)

    def _move_on(self, status, at):
        """Take over a status, unless we know of a later or a final one."""
        self.ensure_one()
        at = _naive(at)
        if self.meaning in const.FINAL or (self.status_at and at < self.status_at):
            return
        if status == self.status:
            return
        self.write(
            {"status": status, "meaning": const.meaning(status), "status_at": at}
        )
        self.shipment_id._on_parcel_moved(self)

    def _is_with_carrier(self):
        """Tell whether the carrier has taken the parcel, by what it says of it."""
        return (
            self.status not in const.NOT_TRAVELLING and self.meaning != const.CANCELLED
        )

    @api.model
    def _tracking_link(self, numbers):
        """Return the one link, or core's list of several as JSON."""
        parcels = self.search([("tracking_number", "in", numbers)], order="id")
        links = [[p.tracking_number, p.tracking_url] for p in parcels if p.tracking_url]
        if len(links) > 1:
            return json.dumps(links)
        return links[0][1] if links else False


def _naive(moment):
    """Return an aware moment as the ORM keeps it: UTC, without a zone."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)

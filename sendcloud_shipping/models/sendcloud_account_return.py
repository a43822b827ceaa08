from datetime import timedelta

from odoo import fields, models

from ..lib import webhook
from .sendcloud_account import FOLLOW_DAYS


class SendcloudAccount(models.Model):
    """Returns: who may send back how long, where to, and where the parcels are."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.account"

    return_days = fields.Integer(
        "Returns Within (Days)",
        default=14,
        help="Customers make a return label themselves so long after the delivery was"
        " sent. 0: they cannot.",
    )
    return_address_id = fields.Integer(
        "Returns Go To No.", help="Sender address at Sendcloud. 0: the warehouse's own."
    )
    return_payer = fields.Selection(
        [("us", "Us"), ("customer", "The customer")],
        "Return Labels Are Paid By",
        default="us",
        required=True,
        help="Customers are told before they make a label. What they pay is a line of"
        " the credit note; for wrong or broken goods they never pay.",
    )

    def _process_webhook(self, event):
        """Move a returned parcel on; the rest is about deliveries."""
        if event.topic == webhook.STATUS_CHANGED:
            change = webhook.status_change_from_webhook(event._json())
            known = self.env["sendcloud.return"].search(
                [
                    ("account_id", "=", self.id),
                    ("parcel_number", "=", str(change.parcel_id)),
                ]
            )
            if known:
                known._move_on(change.message, change.at)
                return None
        return super()._process_webhook(event)

    def _follow_parcels(self):
        """Ask for returned parcels as well: few of them have webhooks."""
        res = super()._follow_parcels()
        since = fields.Datetime.now() - timedelta(days=FOLLOW_DAYS)
        client = self._client()
        for record in self.env["sendcloud.return"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "label"),
                ("external_id", "!=", False),
                ("create_date", ">=", since),
            ]
        ):
            record._look_where(client)
        return res

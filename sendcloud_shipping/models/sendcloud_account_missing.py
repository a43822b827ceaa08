from datetime import timedelta

from odoo import fields, models

#: a label this young may not be on Sendcloud's lists yet
TOO_YOUNG = timedelta(minutes=5)


class SendcloudAccount(models.Model):
    """The proof's other direction: labels that we have and Sendcloud does not."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.account"

    def _compare_ours(self, seen, since):
        """Tell of labels here that Sendcloud does not have; return how many.

        :param seen: ``{shipment id: answers.Shipment}`` of all that it has
        :param since: naive UTC moment from which on it was asked
        """
        until = fields.Datetime.now() - TOO_YOUNG
        ours = self.env["sendcloud.shipment"].search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ("label", "cancelling")),
                ("external_id", "!=", False),
                ("bought_at", ">", since),
                ("bought_at", "<", until),
            ]
        )
        # What its lists say of a parcel is news as well, such as cancelled there.
        there = ours.filtered(lambda shipment: shipment.external_id in seen)
        there.parcel_ids._move_on_from(seen[s.external_id] for s in there)
        self.env["o2c.exception"]._close(there, "label_missing")
        missing = ours - there
        for shipment in missing:
            shipment._tell_missing()
        return len(missing)

from odoo import fields, models

from ..lib import formats


class DeliveryCarrier(models.Model):
    """How this way of shipping's labels come out."""

    # The file of the model itself would be too long.
    _inherit = "delivery.carrier"

    sendcloud_label_format = fields.Selection(
        formats.CHOICES, "Labels As", help="Empty: as the account says."
    )

from odoo import fields, models


class DeliveryCarrier(models.Model):
    """How goods that went this way come back."""

    # The file of the model itself would be too long.
    _inherit = "delivery.carrier"

    sendcloud_return_option_code = fields.Char(
        "Return Option",
        help="Sendcloud's code of the way back, such as postnl:standard/return."
        " Empty: no return labels.",
    )

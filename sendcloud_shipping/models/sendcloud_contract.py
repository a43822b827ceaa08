from odoo import fields, models


class SendcloudContract(models.Model):
    """A contract with a carrier that labels can be bought on."""

    _name = "sendcloud.contract"
    _description = "Contract with a Carrier"
    _inherit = ["sendcloud.listed"]

    external_id = fields.Integer("No.", required=True, readonly=True)
    carrier_code = fields.Char(readonly=True)
    is_default = fields.Boolean(
        "Default", readonly=True, help="Taken where a shipping method names none."
    )
    is_own = fields.Boolean(
        "Your Own", readonly=True, help="Made with the carrier, not with Sendcloud."
    )

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This contract is known already.",
        ),
    ]

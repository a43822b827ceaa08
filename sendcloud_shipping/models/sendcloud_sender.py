from odoo import fields, models

from ..lib import customs


class SendcloudSender(models.Model):
    """An address at Sendcloud that parcels can leave from, with its tax numbers."""

    _name = "sendcloud.sender"
    _description = "Sender Address"
    _inherit = ["sendcloud.listed"]

    external_id = fields.Integer("No.", required=True, readonly=True)
    country_code = fields.Char("Country", readonly=True)
    postal_code = fields.Char(readonly=True)
    tax_numbers = fields.Char(
        readonly=True, help="As entered at Sendcloud; customs documents carry them."
    )

    tax_number_list = fields.Json(
        readonly=True, help="The same, as Sendcloud tells them: name, country, value."
    )

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This address is known already.",
        ),
    ]

    def _tax_numbers(self):
        """Return our :class:`customs.TaxNumber` at this address."""
        return tuple(
            customs.TaxNumber(row["name"], row["country_code"], row["value"])
            for row in self.tax_number_list or ()
        )

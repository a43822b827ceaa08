from odoo import api, fields, models

from ..lib import formats


class SendcloudAccount(models.Model):
    """How this account's labels come out."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.account"

    label_format = fields.Selection(
        formats.CHOICES,
        "Labels As",
        required=True,
        default=formats.DEFAULT,
        help="Shipping methods and people may have another one. A label that was"
        " bought as ZPL can never be had as anything else.",
    )
    label_printer = fields.Selection(
        lambda self: self.env["sendcloud.shipment"]._printer_choices(),
        help="Prints every label that no person's own printer prints.",
    )
    has_label_printers = fields.Boolean(compute="_compute_has_label_printers")

    @api.depends("label_printer")
    def _compute_has_label_printers(self):
        """Tell whether there is a printer to choose, or one was chosen."""
        printers = bool(self.env["sendcloud.shipment"]._printer_choices())
        for account in self:
            account.has_label_printers = printers or bool(account.label_printer)

from odoo import api, fields, models

from ..lib import formats


class ResUsers(models.Model):
    _inherit = "res.users"

    sendcloud_label_format = fields.Selection(
        formats.CHOICES,
        "Labels As",
        help="Of the deliveries you validate. Empty: as the shipping method says.",
    )
    sendcloud_printer = fields.Selection(
        lambda self: self.env["sendcloud.shipment"]._printer_choices(),
        "Label Printer",
        help="Prints the labels of the deliveries you validate.",
    )
    sendcloud_has_printers = fields.Boolean(compute="_compute_sendcloud_has_printers")

    @api.depends("sendcloud_printer")
    def _compute_sendcloud_has_printers(self):
        """Tell whether there is a printer to choose, or one was chosen."""
        printers = bool(self.env["sendcloud.shipment"]._printer_choices())
        for user in self:
            user.sendcloud_has_printers = printers or bool(user.sendcloud_printer)

    @property
    def SELF_READABLE_FIELDS(self):
        """Let people see how their labels are printed."""
        own = ["sendcloud_label_format", "sendcloud_printer", "sendcloud_has_printers"]
        return super().SELF_READABLE_FIELDS + own

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Let people choose how their labels are printed."""
        own = ["sendcloud_label_format", "sendcloud_printer"]
        return super().SELF_WRITEABLE_FIELDS + own

from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    sendcloud_sender_id = fields.Many2one(
        "sendcloud.sender",
        "Parcels Leave From",
        domain="[('company_id', '=', company_id), ('is_listed', '=', True)]",
        help="The address at Sendcloud. Empty: the account's.",
    )

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    o2c_send_reminders = fields.Boolean(
        "Send Reminders",
        help="Reminders for overdue invoices go out by themselves each day. Otherwise"
        " they are made and wait for a person.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_send_reminders = fields.Boolean(
        related="company_id.o2c_send_reminders", readonly=False
    )

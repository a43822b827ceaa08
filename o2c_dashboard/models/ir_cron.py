from datetime import timedelta

from odoo import api, fields, models

#: a scheduled action is late when it has not begun so long after its time
PATIENCE = timedelta(minutes=30)


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _o2c_domain(self):
        """Return the domain of the suite's scheduled actions."""
        data = self.env["ir.model.data"].sudo()
        modules = [
            "o2c_base",
            "shopify_connector",
            "sendcloud_shipping",
            "mollie_reconcile",
            "o2c_dashboard",
        ]
        ours = data.search([("model", "=", "ir.cron"), ("module", "in", modules)])
        return [("id", "in", ours.mapped("res_id")), ("active", "=", True)]

    @api.model
    def _o2c_late_domain(self):
        """Return the domain of the suite's scheduled actions that should have run."""
        before = fields.Datetime.to_string(fields.Datetime.now() - PATIENCE)
        return [*self._o2c_domain(), ("nextcall", "<", before)]

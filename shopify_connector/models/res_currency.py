from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def write(self, vals):
        res = super().write(vals)
        if vals.get("active"):
            exceptions = self.env["o2c.exception"].sudo()
            for currency in self:
                subject = f"currency:{currency.name}"
                exceptions._retry_blocked("currency_not_active", subject)
        return res

from datetime import date

from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _mollie_lock_date(self, journal):
        """Return the last day that is closed for what is booked in ``journal``.

        No person books it: what is closed for all but advisers is closed here too,
        in this company and in those above it.
        """
        days = [date.min]
        for company in self.sudo().parent_ids:
            days += [company.period_lock_date, company.fiscalyear_lock_date]
        return max(day for day in days if day)

from odoo import models

#: what a label takes from an address
ADDRESS_FIELDS = frozenset(
    "name street street2 zip city state_id country_id phone mobile email parent_id"
    " company_name".split()
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Check again the deliveries that go to a changed address."""
        res = super().write(vals)
        if ADDRESS_FIELDS & set(vals):
            domain = [("partner_id", "in", self.ids)]
            self.env["stock.picking"]._sendcloud_recheck(domain)
        return res

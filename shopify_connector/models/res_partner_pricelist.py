from odoo import api, models


class ResPartner(models.Model):
    """Which pricelist companies have, and who chose it."""

    _inherit = "res.partner"

    @api.model
    def _shopify_take_pricelists(self, ours, wanted):
        """Give customers the pricelists of their catalogues, and take others' back.

        :param ours: ``product.pricelist`` of a shop's catalogues, archived ones too;
            only who has one of these, or none, is given another one
        :param wanted: ``{company: its pricelist, empty for none}``
        :return: the companies that keep a pricelist that somebody chose
        """
        holders = self._shopify_holders(ours)
        companies = self.union(*wanted)
        chosen = (holders | companies)._shopify_chosen_pricelists()
        left = companies.filtered(
            lambda partner: partner.id in chosen and chosen[partner.id] not in ours
        )
        self._shopify_give(wanted, chosen, left)
        keepers = {
            partner: wanted.get(partner.commercial_partner_id, ours.browse())
            for partner in holders
        }
        leavers = [partner.id for partner, keep in keepers.items() if not keep]
        self.browse(leavers)._shopify_forget_pricelist()
        return left

    @api.model
    def _shopify_give(self, wanted, chosen, left):
        """Write each pricelist once, to those that have it not yet."""
        due = {}
        for partner, pricelist in wanted.items():
            if (
                pricelist
                and partner not in left
                and chosen.get(partner.id) != pricelist
            ):
                due[pricelist] = due.get(pricelist, self.browse()) | partner
        for pricelist, partners in due.items():
            partners.property_product_pricelist = pricelist

    # === Where Odoo keeps it === #

    @api.model
    def _shopify_property(self):
        field = self.env["ir.model.fields"]._get(
            self._name, "property_product_pricelist"
        )
        company = self.env.company
        return [("fields_id", "=", field.id), ("company_id", "=", company.id)]

    @api.model
    def _shopify_holders(self, pricelists):
        """Return the contacts that have one of the pricelists as their own."""
        values = [f"product.pricelist,{pricelist.id}" for pricelist in pricelists]
        domain = [*self._shopify_property(), ("value_reference", "in", values)]
        rows = self.env["ir.property"].sudo().search([*domain, ("res_id", "!=", False)])
        return self.browse(int(row.res_id.rpartition(",")[2]) for row in rows).exists()

    def _shopify_chosen_pricelists(self):
        """Return ``{id: pricelist}`` of the contacts that have one of their own."""
        names = [f"res.partner,{partner.id}" for partner in self]
        domain = [*self._shopify_property(), ("res_id", "in", names)]
        rows = self.env["ir.property"].sudo().search(domain)
        lists = self.env["product.pricelist"]
        return {
            int(row.res_id.rpartition(",")[2]): lists.browse(
                int(row.value_reference.rpartition(",")[2])
            )
            for row in rows
            if row.value_reference
        }

    def _shopify_forget_pricelist(self):
        """Let the contacts have the pricelist that anybody has."""
        if self:
            values = dict.fromkeys(self.ids, False)
            properties = self.env["ir.property"].sudo()
            properties._set_multi(
                "property_product_pricelist", self._name, values, default_value=False
            )
            self.invalidate_recordset(["property_product_pricelist"])

from odoo import _, api, models
from odoo.exceptions import ValidationError

from odoo.addons.o2c_base.lib.errors import BlockedError


class ResPartner(models.Model):
    """Companies that buy: Shopify's own ones, and those that give a VAT number."""

    _inherit = "res.partner"

    @api.model
    def _shopify_customers(self, orders, company, places):
        people = [order for order in orders if not order.company]
        found = iter(super()._shopify_customers(people, company, places))
        buyers = dict.fromkeys(order.company for order in orders if order.company)
        companies = {buyer: self._shopify_company(buyer, company) for buyer in buyers}
        return [
            companies[order.company] if order.company else next(found)
            for order in orders
        ]

    @api.model
    def _shopify_company(self, buyer, company):
        """Return the contact of a company at Shopify, made when there is none.

        What a bookkeeper entered here, such as another VAT number, stays.

        :param buyer: ``lib.business.Company``
        :raise BlockedError: its VAT number is not valid
        """
        key = self._shopify_key(buyer.gid, company)
        found = self._shopify_known_companies([buyer], company)[buyer]
        vals = {}
        if buyer.vat and not found.vat:
            vals["vat"] = buyer.vat
        if key and not found.shopify_customer_key:
            vals["shopify_customer_key"] = key
        try:
            with self.env.cr.savepoint():
                if found and vals:
                    found.write(vals)
                partner = found or self.create(
                    {**vals, "name": buyer.name, "is_company": True, "customer_rank": 1}
                )
        except ValidationError as error:
            raise self._invalid_vat(buyer) from error
        if "shopify_customer_key" in vals:
            self.env["shopify.catalog.location"]._hear_of_company(buyer.gid)
        return partner

    @api.model
    def _shopify_known_companies(self, buyers, company):
        """Return ``{buyer: company by its id at Shopify, its VAT number or its name}``.

        :param buyers: ``lib.business.Company``
        """
        keys = {buyer: self._shopify_key(buyer.gid, company) for buyer in buyers}
        ways = {
            "shopify_customer_key": keys,
            "vat": {buyer: buyer.vat for buyer in keys},
            "name": {buyer: buyer.name for buyer in keys},
        }
        found = {}
        for name, values in ways.items():
            missing = {b: v for b, v in values.items() if v and b not in found}
            known = self._shopify_companies_by(name, missing.values(), company)
            found.update({b: known[v] for b, v in missing.items() if v in known})
        return {buyer: found.get(buyer, self.browse()) for buyer in keys}

    @api.model
    def _shopify_companies_by(self, name, values, company):
        """Return ``{value of the field: company that has it}``; the oldest counts."""
        domain = [("is_company", "=", True), ("parent_id", "=", False)]
        domain += [("company_id", "in", (company.id, False))]
        domain += [(name, "in", list(set(values)))]
        found = self.search(domain, order="id desc") if values else self.browse()
        return {partner[name]: partner for partner in found}

    @api.model
    def _invalid_vat(self, buyer):
        return BlockedError(
            "invalid_vat",
            _(
                "%(vat)s is no valid VAT number of %(company)s.",
                vat=buyer.vat,
                company=buyer.name,
            ),
            advice=_(
                "Correct it at Shopify, or make the company here with the same name and"
                " its right number, then try again."
            ),
        )

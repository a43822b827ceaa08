import hashlib

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.mapping import address_vals


class ResPartner(models.Model):
    _inherit = "res.partner"

    shopify_customer_key = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Keeps two orders at the same moment from making one customer twice.",
    )

    def init(self):
        """One contact per e-mail address made from orders, also with two workers."""
        res = super().init()
        self.env.cr.execute(
            """CREATE UNIQUE INDEX IF NOT EXISTS res_partner_shopify_customer_key
                   ON res_partner (shopify_customer_key)
                WHERE shopify_customer_key IS NOT NULL"""
        )
        return res

    @api.model
    def _shopify_partners(self, order, company):
        """Return customer, invoice address and delivery address of an order.

        The addresses are the order's own: what the customer once told Odoo may be old.

        :param order: ``lib.payload.ShopifyOrder``
        :raise BlockedError: the order says nothing of its customer
        """
        billing = order.billing or order.shipping
        shipping = order.shipping or order.billing
        if not billing and not order.email:
            raise BlockedError(
                "no_address",
                _("Shopify gives neither an address nor an e-mail of the customer."),
                advice=_("Check that the Shopify app may read customers' data."),
            )
        customer = self._shopify_customer(order, billing, company)
        if not billing:
            return customer, customer, customer
        return (
            customer,
            customer._shopify_address(billing, "invoice", order.email),
            customer._shopify_address(shipping, "delivery", order.email),
        )

    @api.model
    def _shopify_customer(self, order, billing, company):
        found = self._shopify_known_customer(order.email, company)
        if found:
            return found
        vals = self._shopify_address_vals(billing) if billing else {}
        name = order.customer_name or vals.get("name") or order.email
        vals.update(
            name=name,
            email=order.email,
            phone=vals.get("phone") or order.phone,
            customer_rank=1,
            shopify_customer_key=self._shopify_key(order.email, company),
        )
        if billing and billing.company:
            vals.update(name=billing.company, company_name=False, is_company=True)
        return self.create(vals)

    @api.model
    def _shopify_known_customer(self, email, company):
        domain = [
            ("email_normalized", "=", email.lower()),
            ("type", "=", "contact"),
            ("company_id", "in", (company.id, False)),
        ]
        return self.search(domain, order="id", limit=1) if email else self.browse()

    @api.model
    def _shopify_key(self, email, company):
        if not email:
            return False
        return hashlib.sha256(f"{company.id}:{email.lower()}".encode()).hexdigest()

    def _shopify_address(self, address, kind, email):
        """Return this customer's contact with an address, made when it has none.

        :param kind: ``invoice`` or ``delivery``
        """
        vals = self._shopify_address_vals(address)
        # A contact below another keeps no company name of its own in Odoo.
        company_name = vals.pop("company_name")
        if company_name and company_name != self.name:
            vals["name"] = f"{company_name}, {vals['name']}"
        if self._shopify_has(vals, company_name, kind):
            return self
        domain = [("parent_id", "=", self.id), ("type", "=", kind)]
        domain += [(name, "=", value) for name, value in vals.items()]
        return self.search(domain, limit=1) or self.create(
            {**vals, "parent_id": self.id, "type": kind, "email": email}
        )

    def _shopify_has(self, vals, company_name, kind):
        """Tell whether the customer's own address is this one."""
        own = self.read(list(vals), load=None)[0]
        # An invoice goes to the company, a parcel to a person there.
        ordered_for = kind == "invoice" and self.name == company_name
        return all(
            own[name] == value or (name == "name" and ordered_for)
            for name, value in vals.items()
        )

    @api.model
    def _shopify_address_vals(self, address):
        country = self.env["res.country"].search(
            [("code", "=", address.country_code)], limit=1
        )
        state = self.env["res.country.state"].search(
            [("country_id", "=", country.id), ("code", "=", address.province_code)],
            limit=1,
        )
        place = {"country_id": country.id, "state_id": state.id}
        return {**address_vals(address), **place}

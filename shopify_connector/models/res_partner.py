import hashlib
from collections import defaultdict

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
        """One contact per e-mail address or number, also with two workers."""
        res = super().init()
        self.env.cr.execute(
            """CREATE UNIQUE INDEX IF NOT EXISTS res_partner_shopify_customer_key
                   ON res_partner (shopify_customer_key)
                WHERE shopify_customer_key IS NOT NULL"""
        )
        return res

    @api.model
    def _check_shopify_customer(self, order):
        """Stop an order that says nothing of its customer.

        :param order: ``lib.payload.ShopifyOrder``
        :raise BlockedError: there is neither address nor e-mail
        """
        if not (order.billing or order.shipping or order.email):
            raise BlockedError(
                "no_address",
                _("Shopify gives neither an address nor an e-mail of the customer."),
                advice=_("Check that the Shopify app may read customers' data."),
            )

    @api.model
    def _shopify_partners(self, orders, company):
        """Return ``[(customer, invoice address, delivery address)]`` of orders.

        The addresses are the order's own: what the customer once told Odoo may be old.

        :param orders: list of ``lib.payload.ShopifyOrder``
        """
        addresses = [a for order in orders for a in (order.billing, order.shipping)]
        places = self._shopify_places(list(filter(None, addresses)))
        customers = self._shopify_customers(orders, company, places)
        wanted = []
        for order, customer in zip(orders, customers, strict=True):
            billing = order.billing or order.shipping
            shipping = order.shipping or order.billing
            wanted.append((customer, "invoice", billing, order.email))
            wanted.append((customer, "delivery", shipping, order.email))
        found = iter(self._shopify_addresses(wanted, places))
        return [(customer, next(found), next(found)) for customer in customers]

    # === Customers === #

    @api.model
    def _shopify_customers(self, orders, company, places):
        """Return the customer of each order; those with one e-mail are one.

        Without an e-mail address the telephone number counts, where it is known.
        """
        emails = {order.email.lower() for order in orders if order.email}
        known = self._shopify_known_customers(emails, company)
        known.update(self._shopify_known_by_phone(orders, known, company))
        # Who gives neither e-mail nor telephone number cannot be known again.
        keys = self._shopify_customer_keys(orders, company)
        keys = [key or number for number, key in enumerate(keys)]
        missing = {}
        for key, order in zip(keys, orders, strict=True):
            if key not in known and key not in missing:
                missing[key] = self._shopify_customer_vals(order, company, places)
        made = self.create(self._shopify_free_keys(list(missing.values())))
        known.update(zip(missing, made, strict=True))
        return [known[key] for key in keys]

    @api.model
    def _shopify_customer_vals(self, order, company, places):
        billing = order.billing or order.shipping
        vals = _address_vals(billing, places) if billing else {}
        vals.update(
            name=order.customer_name or vals.get("name") or order.email,
            email=order.email,
            phone=self._shopify_phone_to_keep(order, vals),
            customer_rank=1,
            shopify_customer_key=self._shopify_key(
                order.email or self._shopify_phone(order, company), company
            ),
        )
        if billing and billing.company:
            vals.update(name=billing.company, company_name=False, is_company=True)
        return vals

    @api.model
    def _shopify_phone_to_keep(self, order, vals):
        """Return the number by which the customer will be known, else the address's."""
        numbers = [vals.get("phone"), order.phone]
        numbers = numbers if order.email else reversed(numbers)
        return next(filter(None, numbers), False)

    @api.model
    def _shopify_known_customers(self, emails, company):
        """Return ``{e-mail: contact}``; the oldest contact with it counts."""
        domain = [
            ("email_normalized", "in", list(emails)),
            ("type", "=", "contact"),
            ("company_id", "in", (company.id, False)),
        ]
        contacts = self.search(domain, order="id desc") if emails else self.browse()
        return {contact.email_normalized: contact for contact in contacts}

    @api.model
    def _shopify_key(self, email, company):
        if not email:
            return False
        return hashlib.sha256(f"{company.id}:{email.lower()}".encode()).hexdigest()

    # === Addresses === #

    @api.model
    def _shopify_addresses(self, wanted, places):
        """Return a contact with each address, made where a customer has none.

        :param wanted: ``[(customer, "invoice" or "delivery", address, e-mail)]``;
            without address it is the customer
        """
        known = self._shopify_known_addresses({row[0].id for row in wanted})
        found, missing = [], {}
        for customer, kind, address, email in wanted:
            if not address:
                found.append(customer)
                continue
            vals = _address_vals(address, places)
            place = customer._shopify_place(vals, kind, known)
            key = (customer.id, kind, *vals.values())
            if not place:
                missing[key] = {
                    **vals,
                    "parent_id": customer.id,
                    "type": kind,
                    "email": email,
                }
            found.append(place or key)
        made = dict(zip(missing, self.create(list(missing.values())), strict=True))
        return [made[place] if isinstance(place, tuple) else place for place in found]

    @api.model
    def _shopify_known_addresses(self, customer_ids):
        domain = [("parent_id", "in", list(customer_ids))]
        domain += [("type", "in", ("invoice", "delivery"))]
        known = defaultdict(list)
        for contact in self.search(domain, order="id"):
            known[contact.parent_id.id, contact.type].append(contact)
        return known

    def _shopify_place(self, vals, kind, known):
        """Return the contact of this customer with an address, ``None`` without one.

        ``vals`` become those of a contact below the customer.
        """
        # A contact below another keeps no company name of its own in Odoo.
        company_name = vals.pop("company_name")
        if company_name and company_name != self.name:
            vals["name"] = f"{company_name}, {vals['name']}"
        # An invoice goes to the company, a parcel to a person there.
        ordered_for = kind == "invoice" and self.name == company_name
        if self._shopify_has(vals, ignore=("name",) if ordered_for else ()):
            return self
        contacts = known[self.id, kind]
        return next((c for c in contacts if c._shopify_has(vals)), None)

    def _shopify_has(self, vals, ignore=()):
        """Tell whether the contact's own address is this one."""
        own = {"country_id": self.country_id.id, "state_id": self.state_id.id}
        return all(
            name in ignore or (own[name] if name in own else self[name]) == value
            for name, value in vals.items()
        )

    @api.model
    def _shopify_places(self, addresses):
        """Return ``{country code, or (country code, province code): id}``."""
        codes = {address.country_code for address in addresses}
        countries = self.env["res.country"].search([("code", "in", list(codes))])
        provinces = {address.province_code for address in addresses} - {""}
        domain = [("country_id", "in", countries.ids), ("code", "in", list(provinces))]
        states = self.env["res.country.state"].search(domain)
        places = {country.code: country.id for country in countries}
        places.update({(s.country_id.code, s.code): s.id for s in states})
        return places


def _address_vals(address, places):
    place = {
        "country_id": places.get(address.country_code, False),
        "state_id": places.get((address.country_code, address.province_code), False),
    }
    return {**address_vals(address), **place}

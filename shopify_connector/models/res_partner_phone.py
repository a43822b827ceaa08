from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.phone_validation.tools.phone_validation import phone_format

#: where a contact's numbers are
PHONES = ("phone", "mobile")
#: as many last digits are looked for in the database; the rest is compared here
LAST_DIGITS = 7
#: in context: the orders whose customer was known by the telephone number
BY_PHONE = "shopify_by_phone"


class ResPartner(models.Model):
    """Customers who give no e-mail address, known by their telephone number."""

    _inherit = "res.partner"

    def init(self):
        """Numbers are found by their last digits, however they are written."""
        res = super().init()
        for name in PHONES:
            self.env.cr.execute(
                SQL(
                    "CREATE INDEX IF NOT EXISTS %s ON res_partner (%s)"
                    " WHERE %s IS NOT NULL",
                    SQL.identifier(f"res_partner_shopify_{name}"),
                    _last_digits(name),
                    SQL.identifier(name),
                )
            )
        return res

    @api.model
    def _shopify_customer_keys(self, orders, company):
        """Return what the customer of each order is known by, ``None`` for nothing.

        An e-mail address; without one a telephone number, as ``+31612345678``.
        """
        return [
            order.email.lower() or self._shopify_phone(order, company) or None
            for order in orders
        ]

    @api.model
    def _shopify_phone(self, order, company):
        """Return a private order's number as E.164, "" without a valid one."""
        address = order.billing or order.shipping
        if order.company or (address and address.company):
            return ""
        number = order.phone or (address.phone if address else "")
        country = address.country_code if address else ""
        return _e164(number, country or company.country_id.code)

    @api.model
    def _shopify_known_by_phone(self, orders, known, company):
        """Return ``{key of the order: private customer with its telephone number}``.

        Where an order has an e-mail address that nobody has here, only a contact
        without one can be its customer; the address is then written down.

        :param known: ``{e-mail: contact}``
        """
        missing = [order for order in orders if order.email.lower() not in known]
        phones = [self._shopify_phone(order, company) for order in missing]
        owners = self._shopify_phone_owners(set(phones) - {""}, company)
        found = {}
        for order, phone in zip(missing, phones, strict=True):
            contact = owners.get(phone)
            key = order.email.lower() or phone
            if contact and not (order.email and contact.email):
                if order.email:
                    contact.email = order.email
                found[key] = contact
                self.env.context.get(BY_PHONE, set()).add(order.gid)
        return found

    @api.model
    def _shopify_phone_owners(self, phones, company):
        """Return ``{number: the only private customer who has it}``.

        A number that several contacts have, or a company's, is nobody's. The
        addresses of a customer are the customer.
        """
        owners = defaultdict(self.browse)
        for contact in self._shopify_phone_candidates(phones, company):
            country = contact.country_id or company.country_id
            owner = contact if contact.type == "contact" else contact.parent_id
            for number in {_e164(contact[name], country.code) for name in PHONES}:
                owners[number] |= owner or contact
        return {
            phone: owners[phone]
            for phone in phones
            if len(owners[phone]) == 1 and owners[phone]._shopify_is_private(company)
        }

    @api.model
    def _shopify_phone_candidates(self, phones, company):
        """Return the contacts whose number ends as one of these does."""
        if not phones:
            return self.browse()
        self.flush_model(["active", "company_id", *PHONES])
        ends = [phone[-LAST_DIGITS:] for phone in phones]
        fits = [SQL("%s = ANY(%s)", _last_digits(name), ends) for name in PHONES]
        self.env.cr.execute(
            SQL(
                "SELECT id FROM res_partner WHERE active AND (%s)"
                " AND (company_id = %s OR company_id IS NULL) ORDER BY id",
                SQL(" OR ").join(fits),
                company.id,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _shopify_is_private(self, company):
        mine = self.company_id in (company, self.env["res.company"])
        return mine and self.active and not (self.is_company or self.parent_id)

    @api.model
    def _shopify_free_keys(self, vals_list):
        """Take away keys that a contact has already whose number was changed since."""
        keys = [vals["shopify_customer_key"] for vals in vals_list]
        domain = [("shopify_customer_key", "in", list(filter(None, keys)))]
        contacts = self.with_context(active_test=False).search(domain)
        taken = set(contacts.mapped("shopify_customer_key"))
        for vals in vals_list:
            if not vals["email"] and vals["shopify_customer_key"] in taken:
                vals["shopify_customer_key"] = False
        return vals_list


def _e164(number, country_code):
    """Return a number as ``+31612345678``, "" when it is no valid one."""
    if not number:
        return ""
    try:
        return phone_format(number, country_code, None, force_format="E164")
    except UserError:
        return ""


def _last_digits(name):
    column = SQL.identifier(name)
    return SQL("right(regexp_replace(%s, '[^0-9]', '', 'g'), %s)", column, LAST_DIGITS)

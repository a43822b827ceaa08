from odoo import _, models

from ..lib.lines import NO_TAX
from ..lib.methods import methods_of
from ..lib.payload import order_from_payload


class ShopifyShop(models.Model):
    """What a shop's words probably mean, read from its own recent orders."""

    _inherit = "shopify.shop"

    def _proposals(self, payloads):
        """Return what a person should look at before the first import.

        :param payloads: recent orders as ``AdminClient.recent_orders`` gives them
        :return: list of values of ``shopify.onboard.line``, one a word
        """
        reading = self._reading()
        orders = [order_from_payload(payload, **reading) for payload in payloads]
        return [
            *self._location_proposals(),
            *self._gateway_proposals(orders),
            *self._tax_proposals(orders),
            *self._shipping_proposals(orders),
        ]

    # === Locations === #

    def _location_proposals(self):
        rows = self.location_ids.filtered(lambda row: not row.is_service)
        return [
            {
                "kind": "location",
                "name": row.name,
                "location_id": row.id,
                **self._warehouse_like(row),
            }
            for row in rows
        ]

    def _warehouse_like(self, row):
        if row.warehouse_id:
            return {"warehouse_id": row.warehouse_id.id, "why": _("Chosen already.")}
        domain = [("company_id", "=", self.company_id.id)]
        warehouses = self.env["stock.warehouse"].search(domain)
        same = warehouses.filtered(lambda w: _same(w.name, row.name))
        if len(same) == 1:
            return {"warehouse_id": same.id, "why": _("It has the same name.")}
        if len(warehouses) == 1 and len(self.location_ids) == 1:
            return {"warehouse_id": warehouses.id, "why": _("There is only one.")}
        return {"why": _("Choose the warehouse, or leave it empty if it is not yours.")}

    # === Payment methods === #

    def _gateway_proposals(self, orders):
        # Also what is still to come, such as by bank transfer: it may have rules.
        money = {
            (label, currency)
            for order in orders
            for label, currency, _is_open in methods_of(order)
        }
        names = {(_provider(label), currency) for label, currency in money}
        return [self._gateway_proposal(name, code) for name, code in sorted(names)]

    def _gateway_proposal(self, name, code):
        currency = self._currency(code)
        row = self.gateway_ids.filtered(
            lambda row: (
                row.currency_id == currency
                and name.lower().startswith(row.name.lower())
            )
        )[:1]
        values = {
            "kind": "gateway",
            "name": name,
            "detail": code,
            "currency_id": currency.id,
        }
        if row.journal_id:
            known = {"journal_id": row.journal_id.id, "why": _("Chosen already.")}
            return {**values, **known}
        return {**values, **self._journal_like(name, currency)}

    def _journal_like(self, name, currency):
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company_id.id), ("type", "in", ("bank", "cash"))]
        )
        fitting = journals.filtered(
            lambda j: (j.currency_id or self.company_id.currency_id) == currency
        )
        same = fitting.filtered(lambda j: _same(name, j.name))
        if len(same) == 1:
            return {"journal_id": same.id, "why": _("It has the same name.")}
        return {"why": _("Choose the journal in which this money arrives.")}

    # === Taxes === #

    def _tax_proposals(self, orders):
        found = {}
        for order in orders:
            address = order.shipping or order.billing
            code = address.country_code if address else ""
            country = self.env["res.country"].search([("code", "=", code)], limit=1)
            country = country or self.company_id.country_id
            for line in (*order.lines, *order.shipping_lines):
                for tax in line.taxes:
                    if tax != NO_TAX or line.net:
                        key = (country, tax.rate, order.taxes_included)
                        found.setdefault(key, tax.title)
        keys = sorted(found, key=lambda key: (key[0].name, -key[1]))
        return [self._tax_proposal(*key, found[key]) for key in keys]

    def _tax_proposal(self, country, rate, included, title):
        inside = _("included in prices") if included else _("added to prices")
        key = {
            "shop_id": self.id,
            "rate": float(rate),
            "country_id": country.id,
            "price_include": included,
        }
        values = {
            "kind": "tax",
            "name": title,
            "detail": f"{rate.normalize():f} %, {country.name}, {inside}",
            "rate": float(rate),
            "country_id": country.id,
            "price_include": included,
        }
        row = self.env["shopify.tax"]._find_row(key)
        if row.tax_id:
            return {**values, "tax_id": row.tax_id.id, "why": _("Chosen already.")}
        return {**values, **self._tax_like(country, float(rate))}

    def _tax_like(self, country, rate):
        """Return the tax that a rate probably is, and how that is known."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            ("amount", "=", rate),
        ]
        taxes = self.env["account.tax"].search(domain, order="sequence, id")
        abroad = self._taxes_abroad(country)
        if abroad & taxes:
            why = _("The fiscal position of %s leads to it.", country.name)
            return {"tax_id": (abroad & taxes)[0].id, "why": why}
        home = country == self.company_id.account_fiscal_country_id
        if home and len(taxes) == 1:
            return {"tax_id": taxes.id, "why": _("The only one with this rate.")}
        if home and taxes:
            why = _("The first of %s with this rate: check it.", len(taxes))
            return {"tax_id": taxes[0].id, "why": why}
        return {"why": _("Ask your bookkeeper which tax sales to there have.")}

    def _taxes_abroad(self, country):
        """Return the taxes that the fiscal positions of a country lead to."""
        positions = self.env["account.fiscal.position"].search(
            [("company_id", "=", self.company_id.id), ("country_id", "=", country.id)]
        )
        domain = [("company_id", "=", self.company_id.id)]
        domain += [("type_tax_use", "=", "sale")]
        taxes = self.env["account.tax"].search(domain)
        mapped = [p.map_tax(tax) - tax for p in positions for tax in taxes]
        return self.env["account.tax"].union(*mapped)

    # === Shipping methods === #

    def _shipping_proposals(self, orders):
        titles = {line.title for order in orders for line in order.shipping_lines}
        return [self._shipping_proposal(title) for title in sorted(titles)]

    def _shipping_proposal(self, title):
        values = {"kind": "shipping", "name": title}
        row = self.shipping_method_ids.filtered(lambda row: row.title == title)
        if row._is_complete():
            known = {"carrier_id": row.carrier_id.id, "why": _("Chosen already.")}
            return {**values, **known, "without_carrier": row.without_carrier}
        domain = [("company_id", "in", (self.company_id.id, False))]
        carriers = self.env["delivery.carrier"].search(domain)
        same = carriers.filtered(lambda c: _same(c.name, title))
        if len(same) == 1:
            why = _("It has the same name.")
            return {**values, "carrier_id": same.id, "why": why}
        return {**values, "why": _("Choose the carrier, or tick Without Carrier.")}

    # === Products === #

    def _unknown_skus(self):
        """Return ``(number of the shop's variants, SKUs without a product here)``."""
        skus = list(self._client().variant_skus())
        codes = {sku for sku in skus if sku}
        domain = [("default_code", "in", list(codes))]
        domain += [("company_id", "in", (self.company_id.id, False))]
        known = self.env["product.product"].search(domain).mapped("default_code")
        return len(skus), sorted(codes - set(known)), skus.count("")


def _same(one, other):
    return one.strip().lower() == other.strip().lower()


def _provider(label):
    """Return ``Mollie`` for ``Mollie - iDEAL``: one provider pays out together."""
    return label.partition(" - ")[0].strip()

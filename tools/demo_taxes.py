"""The VAT of the other EU countries, which the demo's shop charges its customers.

Part of :mod:`tools.demo_data`; runs inside Odoo.
"""

from sandbox.checkout import COUNTRIES
from sandbox.shopify.vat import RATES


def map_taxes(shop, dutch_taxes):
    """Let orders find the tax of the country that their parcel goes to.

    :param dutch_taxes: rate (as text) -> tax
    """
    home = shop.company_id.country_id
    for rate, tax in dutch_taxes.items():
        map_tax(shop, home, float(rate), tax)
    for code in sorted(COUNTRIES.keys() & RATES.keys() - {home.code}):
        country = shop.env["res.country"].search([("code", "=", code)])
        for rate in dict.fromkeys(RATES[code]):
            tax = foreign_tax(dutch_taxes["21"], country, rate)
            map_tax(shop, country, float(rate), tax)


def foreign_tax(dutch_tax, country, rate):
    """Return the sales tax of another country, declared through the one-stop shop."""
    name = f"{rate}% {country.code} incl."
    domain = [("company_id", "=", dutch_tax.company_id.id), ("name", "=", name)]
    found = dutch_tax.search(domain, limit=1)
    if found:
        return found
    values = {"name": name, "amount": float(rate), "description": f"{rate}%"}
    tax = dutch_tax.copy({**values, "invoice_label": f"{rate}%"})
    # It does not belong into the boxes of the Dutch declaration.
    lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
    lines.write({"tag_ids": [(5,)]})
    return tax


def map_tax(shop, country, rate, tax):
    """Say which tax of Odoo a rate means for parcels to a country."""
    taxes = shop.env["shopify.tax"]
    key = {"shop_id": shop.id, "country_id": country.id, "rate": rate}
    domain = [(name, "=", value) for name, value in key.items()]
    row = taxes.search([*domain, ("price_include", "=", True)], limit=1)
    if row:
        row.tax_id = tax
    else:
        taxes.create({**key, "price_include": True, "tax_id": tax.id})

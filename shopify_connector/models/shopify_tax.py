from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .shopify_mapping import UnmappedError


class ShopifyTax(models.Model):
    """Which tax in Odoo a rate of a shop is."""

    _name = "shopify.tax"
    _description = "Shopify Tax"
    _inherit = ["shopify.mapping"]
    _order = "shop_id, country_id, rate desc, id"
    _rec_name = "title"
    _reasons = ("unknown_tax",)

    title = fields.Char("Name at Shopify")
    rate = fields.Float("Rate (%)", digits=(7, 4), required=True)
    country_id = fields.Many2one("res.country", "Delivered To", required=True)
    price_include = fields.Boolean("Included in Price", default=True)
    tax_id = fields.Many2one(
        "account.tax",
        "Tax in Odoo",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        help="A tax that is added to prices is replaced by a copy that is included in"
        " them when the shop's prices include it, and the other way round.",
    )

    _sql_constraints = [
        (
            "rate_unique",
            "unique(shop_id, country_id, rate, price_include)",
            "This rate is there already.",
        ),
    ]

    @api.constrains("tax_id", "rate")
    def _check_rate(self):
        for row in self.filtered("tax_id"):
            if round(row.tax_id.amount - row.rate, 4):
                raise ValidationError(
                    _(
                        "The shop takes %(rate)s %%, the tax %(tax)s is another.",
                        rate=row.rate,
                        tax=row.tax_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._take_fitting_tax()
        return rows

    def write(self, vals):
        res = super().write(vals)
        if "tax_id" in vals:
            self._take_fitting_tax()
        return res

    def _take_fitting_tax(self):
        # Charts of accounts mostly bring taxes that are added to prices; shops mostly
        # have prices with tax inside. Both must be booked as the same tax.
        for row in self.filtered("tax_id"):
            if row.rate and row.tax_id.price_include != row.price_include:
                row.tax_id = row._twin_tax()

    def _twin_tax(self):
        suffix = _("incl.") if self.price_include else _("excl.")
        values = {
            "name": f"{self.tax_id.name} {suffix}",
            "price_include": self.price_include,
        }
        domain = [("company_id", "=", self.company_id.id)]
        domain += [("type_tax_use", "=", "sale")]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["account.tax"].search(domain, limit=1) or self.tax_id.copy(
            values
        )

    def _is_complete(self):
        return bool(self.tax_id)

    def _subject(self):
        return self._subject_of(
            self.shop_id, self.rate, self.country_id, self.price_include
        )

    @api.model
    def _subject_of(self, shop, rate, country, included):
        return f"tax:{shop.id}:{country.code}:{rate:.4f}:{int(included)}"

    @api.model
    def _find_tax(self, shop, tax, country, included):
        """Return the ``account.tax`` for a tax of a line.

        :param tax: ``lib.payload.Tax``
        :raise UnmappedError: it is not known and cannot be told for certain
        """
        key = {
            "shop_id": shop.id,
            "rate": float(tax.rate),
            "country_id": country.id,
            "price_include": included,
        }
        row = self._find_row(key)
        found = row.tax_id or self._certain_tax(shop, key)
        if not found:
            raise self._unmapped(shop, tax, country, key)
        if not row.tax_id:
            (row or self.create({**key, "title": tax.title})).tax_id = found
        return found

    @api.model
    def _certain_tax(self, shop, key):
        """Return the only tax that it can be; abroad it is a person's decision."""
        if key["country_id"] != shop.company_id.account_fiscal_country_id.id:
            return self.env["account.tax"]
        taxes = self.env["account.tax"].search(
            [
                ("company_id", "=", shop.company_id.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "=", key["rate"]),
                ("price_include", "=", key["price_include"]),
            ]
        )
        return taxes if len(taxes) == 1 else taxes.browse()

    @api.model
    def _unmapped(self, shop, tax, country, key):
        return UnmappedError(
            "unknown_tax",
            _(
                "No tax is set for %(rate)s %% in %(country)s.",
                rate=tax.rate.normalize(),
                country=country.name,
            ),
            advice=_("Choose the tax in the shop's taxes."),
            subject=self._subject_of(shop, tax.rate, country, key["price_include"]),
            model=self._name,
            key=key,
            values={"title": tax.title},
        )

from odoo import fields, models


class ShopifyOnboardLine(models.TransientModel):
    """A word of the shop, and what it probably means here."""

    _name = "shopify.onboard.line"
    _description = "Shopify Proposal"
    _order = "id"

    onboard_id = fields.Many2one("shopify.onboard", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="onboard_id.company_id")
    kind = fields.Selection(
        [
            ("location", "Location"),
            ("gateway", "Payment Method"),
            ("tax", "Tax"),
            ("shipping", "Shipping Method"),
        ],
        required=True,
    )
    name = fields.Char("At Shopify", readonly=True)
    detail = fields.Char(readonly=True)
    why = fields.Char(readonly=True)
    location_id = fields.Many2one("shopify.location", ondelete="cascade")
    currency_id = fields.Many2one("res.currency")
    rate = fields.Float(digits=(7, 4))
    country_id = fields.Many2one("res.country")
    price_include = fields.Boolean("Included in Price")
    warehouse_id = fields.Many2one(
        "stock.warehouse", domain="[('company_id', '=', company_id)]"
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    tax_id = fields.Many2one(
        "account.tax",
        "Tax in Odoo",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
    )
    carrier_id = fields.Many2one(
        "delivery.carrier", domain="[('company_id', 'in', (company_id, False))]"
    )
    without_carrier = fields.Boolean()

    def _apply(self):
        """Make the choices that are complete the shop's; the others stay open."""
        for line in self:
            getattr(line, f"_apply_{line.kind}")()

    def _apply_location(self):
        if self.warehouse_id:
            self.location_id.warehouse_id = self.warehouse_id

    def _apply_gateway(self):
        key = {
            "shop_id": self.onboard_id.shop_id.id,
            "name": self.name,
            "currency_id": self.currency_id.id,
        }
        self._set("shopify.payment.gateway", key, journal_id=self.journal_id.id)

    def _apply_tax(self):
        key = {
            "shop_id": self.onboard_id.shop_id.id,
            "rate": self.rate,
            "country_id": self.country_id.id,
            "price_include": self.price_include,
        }
        self._set("shopify.tax", key, {"title": self.name}, tax_id=self.tax_id.id)

    def _apply_shipping(self):
        key = {"shop_id": self.onboard_id.shop_id.id, "title": self.name}
        self._set(
            "shopify.shipping.method",
            key,
            carrier_id=self.carrier_id.id,
            without_carrier=self.without_carrier,
        )

    def _set(self, model, key, more=None, **chosen):
        if any(chosen.values()):
            row = self.env[model]._ensure(key, more or {})
            changed = {n: v for n, v in chosen.items() if _plain(row[n]) != v}
            row.write(changed)


def _plain(value):
    return value.id if isinstance(value, models.BaseModel) else value

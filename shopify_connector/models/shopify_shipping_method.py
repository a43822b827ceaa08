from odoo import _, api, fields, models

from .shopify_mapping import UnmappedError


class ShopifyShippingMethod(models.Model):
    """Who carries what a customer ordered with a shop's shipping method."""

    _name = "shopify.shipping.method"
    _description = "Shopify Shipping Method"
    _inherit = ["shopify.mapping"]
    _order = "shop_id, title, id"
    _rec_name = "title"
    _reasons = ("unknown_shipping_method",)

    title = fields.Char("Shipping Method", required=True)
    carrier_id = fields.Many2one(
        "delivery.carrier",
        domain="[('company_id', 'in', (company_id, False))]",
    )
    without_carrier = fields.Boolean(
        help="Such as pick-up in the shop: the delivery needs no carrier."
    )

    _sql_constraints = [
        (
            "title_unique",
            "unique(shop_id, title)",
            "This shipping method is there already.",
        ),
    ]

    def _is_complete(self):
        return bool(self.carrier_id) or self.without_carrier

    def _subject(self):
        return f"shipping:{self.shop_id.id}:{self.title}"

    @api.model
    def _find_carrier(self, shop, title):
        """Return the carrier for a shipping method, empty when none is needed.

        :raise UnmappedError: nobody said who carries it, and no carrier has its name
        """
        key = {"shop_id": shop.id, "title": title}
        row = self._find_row(key)
        if row._is_complete():
            return row.carrier_id
        carrier = self._carrier_named(shop, title)
        if carrier:
            (row or self.create(key)).carrier_id = carrier
            return carrier
        raise UnmappedError(
            "unknown_shipping_method",
            _("No carrier is set for the shipping method “%s”.", title),
            advice=_("Choose the carrier in the shop's shipping methods."),
            subject=f"shipping:{shop.id}:{title}",
            model=self._name,
            key=key,
        )

    @api.model
    def _carrier_named(self, shop, title):
        domain = [("company_id", "in", (shop.company_id.id, False))]
        carriers = self.env["delivery.carrier"].search(domain)
        return carriers.filtered(lambda c: c.name.lower() == title.lower())[:1]

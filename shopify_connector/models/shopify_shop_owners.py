from odoo import api, fields, models

#: what Shopify says of a product and who has the last word on it
FIELDS = (
    "name",
    "description",
    "price",
    "picture",
    "weight",
    "barcode",
    "hs_code",
    "origin",
    "cost",
    "tags",
    "collections",
    "channels",
    "status",
)
OWNERS = [("odoo", "Odoo"), ("shopify", "Shopify")]


def _owner(label, **options):
    return fields.Selection(OWNERS, label, default="odoo", required=True, **options)


class ShopifyShop(models.Model):
    """Which products are made here, and who decides what is said of them."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    make_products = fields.Selection(
        [("link", "Find Them Only"), ("make", "Make What Is Missing")],
        "Products in Odoo",
        default="link",
        required=True,
        help="A product that is not found by SKU or barcode can be made, with all its"
        " variants. Gift cards and archived products are not.",
    )
    taxes_included = fields.Boolean(
        "Prices With Tax", readonly=True, copy=False, help="As set at Shopify."
    )
    owner_name = _owner("Product Name")
    owner_description = _owner("Description")
    owner_price = _owner("Price")
    owner_picture = _owner("Pictures")
    owner_weight = _owner("Weight")
    owner_barcode = _owner("Barcode")
    owner_hs_code = _owner("HS Code")
    owner_origin = _owner("Origin")
    owner_cost = _owner("Cost")
    owner_tags = _owner(
        "Tags", help="When Odoo decides, tags that others put on at Shopify stay there."
    )
    owner_collections = _owner(
        "Collections", help="When Odoo decides, a product joins what is chosen here."
    )
    owner_channels = _owner(
        "Sales Channels",
        help="When Odoo decides, a product is shown where it is chosen here; what is"
        " added at Shopify is added here, too.",
    )
    owner_status = _owner(
        "On Sale", help="Archived or deleted on one side is archived on the other."
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("make_products") == "make" or "shopify" in {
            vals.get(f"owner_{name}") for name in FIELDS
        }:
            # What nobody changed since is asked for as well.
            self.sudo().filtered("sync_products")._read_all_products()
        return res

    def _read_all_products(self):
        self.write({"products_synced_until": False})
        self.filtered(lambda shop: shop.state == "connected")._enqueue_products()

    def _belongs_to(self, owner):
        """Return the names of what ``owner`` ("odoo", "shopify") decides here."""
        return {name for name in FIELDS if self[f"owner_{name}"] == owner}

    def _keep_health(self, answer, missing):
        res = super()._keep_health(answer, missing)
        self.taxes_included = answer["shop"]["taxesIncluded"]
        return res

    # === Values on both sides === #

    def _price_here(self, price, taxes):
        """Return what Shopify's price is in Odoo, whose taxes may be inside or not.

        :param price: Decimal in the shop's currency
        :param taxes: ``account.tax`` of the product in the shop's company
        :return: float in the company's currency
        """
        return self._taxes_as_here(self._money_here(price, self.currency_id), taxes)

    def _taxes_as_here(self, value, taxes):
        """Return a price of Shopify with or without taxes, as Odoo keeps it.

        :param taxes: ``account.tax`` of the product in the shop's company
        """
        inside = taxes.filtered("price_include")
        percent = (taxes - inside if self.taxes_included else inside).filtered(
            lambda tax: tax.amount_type == "percent"
        )
        factor = 1 + sum(percent.mapped("amount")) / 100
        return value / factor if self.taxes_included else value * factor

    def _money_here(self, amount, currency):
        company = self.company_id
        today = fields.Date.context_today(self)
        currency = currency or company.currency_id
        return currency._convert(
            float(amount), company.currency_id, company, today, round=False
        )

    @api.model
    def _weight_here(self, kilograms):
        """Return a weight in the unit in which Odoo keeps weights."""
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        kilogram = self.env.ref("uom.product_uom_kgm")
        return kilogram._compute_quantity(float(kilograms), unit, round=False)

from odoo import models
from odoo.tools import float_round

from .shopify_product_flow import write_differing

FIXED, PERCENT = "0_product_variant", "3_global"


class ShopifyCatalog(models.Model):
    """The rules of a catalogue's pricelist."""

    _inherit = "shopify.catalog"

    def _bring_pricelist(self, catalog, prices):
        """Bring the pricelist to the catalogue's prices, made when there is none.

        :param catalog: ``lib.catalogs.Catalog``
        :param prices: ``lib.catalogs.Price``, amounts in the catalogue's currency
        :raise BlockedError: the currency cannot be used here yet
        """
        currency = self._usable_currency(catalog.currency)
        products = self._products_of(prices)
        values = {
            "name": f"{self.shop_id.name}: {catalog.title}",
            "currency_id": currency.id,
            "active": True,
        }
        if self.pricelist_id:
            self.pricelist_id._shopify_change(values)
        else:
            lists = self.env["product.pricelist"].with_context(lang="en_US")
            company = {"company_id": self.company_id.id, "from_shopify": True}
            self.pricelist_id = lists.create({**values, **company})
        self._bring_items(self._wanted_items(catalog, prices, products))
        placed = [price for price in prices if price.variant in products]
        write_differing(
            self,
            {
                "price_count": len(prices),
                "unplaced_count": len(prices) - len(placed),
            },
        )

    def _products_of(self, prices):
        """Return ``{gid of a variant: its product}``."""
        gids = list({price.variant for price in prices})
        domain = [("shop_id", "=", self.shop_id.id), ("gid", "in", gids)]
        rows = self.env["shopify.variant"].search(
            [*domain, ("product_id", "!=", False)]
        )
        # Iterated together, they are fetched together.
        here = {product.id: product for product in rows.product_id}
        return {row.gid: here[row.product_id.id] for row in rows}

    def _wanted_items(self, catalog, prices, products):
        """Return ``{(product id or False, from which quantity): values of a rule}``."""
        wanted = {}
        if catalog.percent:
            wanted[False, 0] = {
                "compute_price": "percentage",
                "percent_price": float(catalog.percent),
            }
        digits = self.env["decimal.precision"].precision_get("Product Price")
        for price in prices:
            product = products.get(price.variant)
            if product:
                # A price of one piece is the price of half a metre as well.
                minimum = price.minimum if price.minimum > 1 else 0
                here = self._catalog_price_here(price.amount, product)
                wanted[product.id, minimum] = {
                    "compute_price": "fixed",
                    # without the dust of floats, to be compared with what is kept
                    "fixed_price": round(
                        float_round(here, precision_digits=digits), digits
                    ),
                }
        return wanted

    def _catalog_price_here(self, amount, product):
        """Return a price as the product's taxes want it here: with them, or without."""
        taxes = product.taxes_id.filtered(lambda t: t.company_id == self.company_id)
        return self.shop_id._taxes_as_here(float(amount), taxes)

    def _bring_items(self, wanted):
        """Let the pricelist have these rules and no others; write what differs."""
        items = self.env["product.pricelist.item"].with_context(active_test=False)
        known, others = {}, items
        for item in items.search([("pricelist_id", "=", self.pricelist_id.id)]):
            key = item._shopify_key()
            if key in wanted and key not in known:
                known[key] = item
            else:
                others |= item
        others.unlink()
        differing = {}
        for key, item in known.items():
            changed = {k: v for k, v in wanted[key].items() if item[k] != v}
            if changed:
                words = tuple(sorted(changed.items()))
                differing[words] = differing.get(words, items) | item
        for words, same in differing.items():
            same.write(dict(words))
        missing = [key for key in wanted if key not in known]
        ids = tuple({product_id for product_id, _minimum in missing if product_id})
        products = self.env["product.product"].browse(ids).grouped("id")
        items.create([self._item_values(key, wanted[key], products) for key in missing])

    def _item_values(self, key, values, products):
        product_id, minimum = key
        product = products.get(product_id, self.env["product.product"])
        return {
            "pricelist_id": self.pricelist_id.id,
            "applied_on": FIXED if product else PERCENT,
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_id": product.id,
            "min_quantity": minimum,
            **values,
        }


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _shopify_key(self):
        """Return product and quantity of a catalogue's rule, ``None`` of any other."""
        if self.date_start or self.date_end:
            return None
        if self.applied_on == FIXED:
            return self.product_id.id, int(self.min_quantity)
        if self.applied_on == PERCENT and self.base == "list_price":
            return False, int(self.min_quantity)
        return None

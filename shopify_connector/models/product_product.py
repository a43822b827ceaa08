from collections import defaultdict

from odoo import api, models
from odoo.tools import float_compare

from .product_template import TOLD


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        products._free_blocked_shopify_orders()
        self.env["shopify.variant"]._link_waiting(products)
        self.env["shopify.product"]._hear_of_change(products.product_tmpl_id)
        return products

    def write(self, vals):
        res = super().write(vals)
        if vals.get("default_code") or vals.get("active"):
            self._free_blocked_shopify_orders()
        if vals.get("default_code") or vals.get("barcode") or vals.get("active"):
            self.env["shopify.variant"]._link_waiting(self)
        if (TOLD | {"default_code"}) & set(vals):
            self.env["shopify.product"]._hear_of_change(self.product_tmpl_id)
        return res

    def _free_blocked_shopify_orders(self):
        """Let orders go on that waited for a product with this reference."""
        exceptions = self.env["o2c.exception"].sudo()
        domain = [("state", "=", "open"), ("reason", "=", "unknown_product")]
        subjects = {f"sku:{code}" for code in self.mapped("default_code") if code}
        # Most of the time nothing waits; a large import of products must stay fast.
        waiting = exceptions.search(domain + [("subject", "in", list(subjects))])
        for subject in set(waiting.mapped("subject")):
            exceptions._retry_blocked("unknown_product", subject)

    # === Stock === #

    def _shopify_free(self, shelf, counts):
        """Return ``{product id: units}`` that can still be sold from a place.

        That is what lies there less all that customers were promised, reserved or not.
        A kit (with the addon for manufacturing) is worth what its parts make.

        :param shelf: ``stock.location``, with all below it
        :param counts: "forecast" adds what is on its way
        """
        parts = self._shopify_kit_parts(shelf.company_id)
        kits = self.browse(parts)
        plain = (self - kits) | self.browse(p for need in parts.values() for p in need)
        there = plain.with_context(location=shelf.id)
        numbers = there._compute_quantities_dict(None, None, None)
        incoming = counts == "forecast"
        free = {
            product_id: row["qty_available"]
            - row["outgoing_qty"]
            + (row["incoming_qty"] if incoming else 0)
            for product_id, row in numbers.items()
        }
        for kit, needs in parts.items():
            free[kit] = min(free[part] // units for part, units in needs.items())
        return {product.id: free[product.id] for product in self}

    def _shopify_kit_parts(self, company):
        """Return ``{kit's product id: {part's product id: units in one kit}}``.

        Kits come with the addon for manufacturing, which is asked only when it is
        there.
        """
        if "mrp.bom" not in self.env:
            return {}
        find = self.env["mrp.bom"].sudo()._bom_find
        found = find(self, company_id=company.id, bom_type="phantom")
        parts = {}
        for kit, bom in found.items():
            needs = defaultdict(float)
            made = kit.uom_id._compute_quantity(1, bom.product_uom_id, round=False)
            for line, values in bom.explode(kit, made / bom.product_qty)[1]:
                units = line.product_uom_id._compute_quantity(
                    values["qty"], line.product_id.uom_id, round=False
                )
                if line.product_id._shopify_is_counted():
                    needs[line.product_id.id] += units
            needs = {p: n for p, n in needs.items() if float_compare(n, 0, 6) > 0}
            if needs:
                parts[kit.id] = needs
        return parts

    def _shopify_is_counted(self):
        return self.type == "product"

    def _shopify_kits_with(self):
        """Return the kits that these products are part of, kits of kits included."""
        if "mrp.bom.line" not in self.env:
            return self.browse()
        kits = self.browse()
        parts = self
        while parts:
            boms = (
                self.env["mrp.bom.line"]
                .sudo()
                .search(
                    [
                        ("product_id", "in", parts.ids),
                        ("bom_id.type", "=", "phantom"),
                    ]
                )
                .bom_id
            )
            variants = boms.product_tmpl_id.product_variant_ids
            parts = (boms.product_id | variants) - kits
            kits |= parts
        return kits

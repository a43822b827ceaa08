from collections import Counter

from odoo import _, api, fields, models
from odoo.tools import SQL

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.bundles import TAXES, as_kept, fold, gather, spread


class ShopifyShop(models.Model):
    _inherit = "shopify.shop"

    def write(self, vals):
        res = super().write(vals)
        if "bundle_policy" in vals:
            # Who waits for the product of a bundle may not need it any more.
            domain = [("shop_id", "in", self.ids), ("state", "=", "blocked")]
            orders = self.env["shopify.order"].sudo().search(domain)
            waiting = orders.filtered(lambda o: not o.sale_order_id and o.bundles)
            waiting._retry_after_exception("unknown_product")
        return res

    def _sql_waiting(self, products):
        # Shopify sells the components of a bundle; here the bundle is one line.
        return SQL(
            """%s
             UNION ALL
               SELECT variant.product_id, sale.warehouse_id,
                      (line.product_uom_qty - line.qty_delivered)
                      * (part.value ->> 0)::numeric AS units
                 FROM sale_order_line line
                 JOIN sale_order sale ON sale.id = line.order_id
                 JOIN shopify_order theirs ON theirs.sale_order_id = sale.id
         CROSS JOIN LATERAL jsonb_each(
                      theirs.bundles -> line.shopify_line_gid -> 'parts') part
                 JOIN shopify_variant variant
                   ON variant.gid = part.value ->> 1
                  AND variant.shop_id = theirs.shop_id
                WHERE theirs.shop_id = %s
                  AND theirs.bundles IS NOT NULL
                  AND sale.state = 'sale'
                  AND variant.product_id = ANY(%s)
                  AND line.product_uom_qty > line.qty_delivered""",
            super()._sql_waiting(products),
            self.id,
            products.ids,
        )


class ShopifyOrder(models.Model):
    """Bundles that are sold here as one product."""

    _inherit = "shopify.order"

    bundles = fields.Json(
        readonly=True, help="What each bundle consists of, or why it is not one line."
    )

    def _folded(self, order):
        """Return the order with bundles as one line, where the shop wants it.

        An order that is here keeps its lines, whatever the shop wants later.

        :param order: ``lib.payload.ShopifyOrder``
        """
        if not self.sale_order_id or self.is_draft:
            return fold(order) if self.shop_id.bundle_policy == "one" else order
        if not self._has_bundles():
            return order
        sold = (self.imported_facts or {}).get("lines", {})
        counts = {gid: row[0] for gid, row in sold.items()}
        return fold(order, self.bundles, counts)

    def _has_bundles(self):
        return any("parts" in bundle for bundle in (self.bundles or {}).values())

    def _keep(self, order):
        res = super()._keep(order)
        bundles = as_kept(order)
        is_new = not self.sale_order_id or self.is_draft
        if (is_new or self._has_bundles()) and bundles != (self.bundles or {}):
            self.bundles = bundles
        return res

    def _resolve_product(self, line):
        try:
            return super()._resolve_product(line)
        except BlockedError as error:
            if not line.parts:
                raise
            raise self._unknown_bundle(line, error) from error

    def _unknown_bundle(self, line, error):
        return BlockedError(
            error.reason,
            _(
                "The bundle “%(name)s” has no product here (SKU: %(sku)s).",
                name=line.name,
                sku=line.sku or "–",
            ),
            advice=_(
                "Make a product with the bundle's SKU as internal reference, a kit if"
                " its components are sent; or choose its product in the list of Shopify"
                " variants. Else let the shop take bundles as components."
            ),
            subject=error.subject,
        )

    # === What concerns a part of a bundle only === #

    def _tell_uneven(self, edit):
        """Tell which bundles an edit changed inside: their price is right already.

        :param edit: ``lib.edits.Edit``
        """
        for line, _amount in edit.dearer:
            uneven = [p for p in line.parts if p.quantity != p.units * line.quantity]
            if uneven:
                self._leave_to_do(
                    _(
                        "The bundle “%(bundle)s” was changed at Shopify. It now has"
                        " %(parts)s: change the delivery by hand.",
                        bundle=line.name,
                        parts=", ".join(f"{p.quantity} × {p.name}" for p in line.parts),
                    )
                )

    def _tell_loose(self, refund):
        """Tell which goods of a bundle a refund is about, without the whole of it.

        :param refund: ``lib.refunds.Refund``
        """
        for part in refund.loose:
            values = {"units": part.units, "part": part.name, "bundle": part.bundle}
            if part.restock == "RETURN":
                self._leave_to_do(
                    _(
                        "%(units)s × “%(part)s” of the bundle “%(bundle)s” comes back:"
                        " receive it by hand.",
                        **values,
                    )
                )
            elif part.restock == "CANCEL" and not self.cancelled:
                self._leave_to_do(
                    _(
                        "Shopify took %(units)s × “%(part)s” out of the bundle"
                        " “%(bundle)s”: take it out of the delivery by hand.",
                        **values,
                    )
                )

    # === In words === #

    def _said_bundles(self):
        return [self._said_bundle(row) for row in (self.bundles or {}).values()]

    @api.model
    def _said_bundle(self, bundle):
        title = bundle["title"]
        if "parts" in bundle:
            return _("The bundle “%s” is one line.", title)
        if bundle["because"] == TAXES:
            return _("“%s” comes as its components: they differ in taxes.", title)
        return _("“%s” comes as its components: they are no whole bundles.", title)


class ShopifyRefund(models.Model):
    _inherit = "shopify.refund"

    @api.model
    def _take_in(self, order, refund):
        res = super()._take_in(order, refund)
        order._tell_loose(refund)
        return res

    def _lines_at_shopify(self, gid, units):
        """Return ``[(line gid, units)]``: of a bundle its components."""
        return spread({gid: units}, self.order_id.bundles or {}).items()


class ShopifyFulfillment(models.Model):
    _inherit = "shopify.fulfillment"

    def _quantities(self):
        sold = super()._quantities()
        bundles = self.order_id.bundles or {}
        lines = spread(sold, bundles)
        told = Counter()
        for part in (self.order_id.fulfillment_ids - self).part_ids:
            told.update(part.lines or {})
        for bundle in bundles.values():
            # What was taken off at Shopify alone cannot be sent there.
            for gid, (_units, _variant, most) in bundle.get("parts", {}).items():
                lines[gid] = min(lines[gid], max(most - told[gid], 0))
        return +lines

    def _as_sold(self, lines, node):
        """Return ``{line gid or bundle's gid: units}`` as the sales order has them.

        :param lines: ``{line gid: units}`` that were sent, as Shopify has them
        :param node: the fulfilment
        :raise BlockedError: it is a part of a bundle
        """
        sold = gather(lines, self.order_id.bundles or {})
        if sold is None:
            raise self._sent_elsewhere(_("it is only a part of a bundle here"), node)
        return sold

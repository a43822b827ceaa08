import hashlib

from odoo import _, fields, models

from ..lib.product_preview import product_changes, variant_changes
from ..lib.products import product_from_payload


class ShopifyProduct(models.Model):
    """Variants that a product got here later, and what would be sent, said before."""

    _inherit = "shopify.product"

    # === New variants === #

    def _variants_to_add(self):
        """Return the products that Shopify's product lacks as variants."""
        products = self.env["product.product"]
        if not self.gid or not self.shop_id.send_new_variants:
            return products
        domain = [("shop_id", "=", self.shop_id.id), ("gone", "=", False)]
        domain += [("product_id", "in", self.template_id.product_variant_ids.ids)]
        linked = self.env["shopify.variant"].search(domain).product_id
        return (self.template_id.product_variant_ids - linked).filtered("default_code")

    def _send_differing(self, client, product):
        res = super()._send_differing(client, product)
        known = {variant.sku for variant in product.variants}
        new = self._variants_to_add().filtered(lambda p: p.default_code not in known)
        if new:
            self._check_options(new, product)
            client.add_variants(self.gid, [self._new_variant(p) for p in new])
            node = client.product(self.gid)
            self._take_in(self.shop_id, [product_from_payload(node)])
            self.sent_digest = self._wanted_digest()
        return res

    def _check_options(self, new, product):
        """Make sure that the new variants have the options that are there.

        :raise BlockedError: they have others
        """
        for variant in new:
            values = variant.product_template_attribute_value_ids
            names = set(values.attribute_id.mapped("name"))
            if names != set(product.options):
                theirs = ", ".join(product.options) or _("none")
                message = _(
                    "%(variant)s cannot be added: the product's options at Shopify"
                    " are %(options)s.",
                    variant=variant.display_name,
                    options=theirs,
                )
                advice = _("Give the product the same options there, then try again.")
                self._cannot_send(message, advice)

    def _wanted_digest(self):
        digest = super()._wanted_digest()
        new = self._variants_to_add().mapped("default_code")
        return (
            hashlib.sha256(repr((digest, new)).encode()).hexdigest() if new else digest
        )

    # === What would be sent === #

    def _preview(self, nodes):
        """Return what Shopify would be told of these products, as values of lines.

        :param nodes: ``{gid: product as Shopify says it}``
        """
        return [
            {"product_id": row.id, **values}
            for row in self
            if row.gid in nodes
            for values in row._preview_lines(product_from_payload(nodes[row.gid]))
        ]

    def _preview_lines(self, product):
        wishes = {wish.gid: wish for wish in self._variant_wishes()}
        changes = list(
            product_changes(self._product_wish(self._wanted_status()), product)
        )
        for variant in product.variants:
            if variant.gid in wishes:
                changes += variant_changes(wishes[variant.gid], variant)
        yield from (self._preview_values(change) for change in changes)
        known = {variant.sku for variant in product.variants}
        for new in self._variants_to_add():
            if new.default_code not in known:
                yield {"variant": new.default_code, "what": _("New variant")}

    def _preview_values(self, change):
        labels = {
            "name": _("Name"),
            "description": _("Description"),
            "status": _("Status"),
            "tags": _("Tags"),
            "barcode": _("Barcode"),
            "price": _("Price"),
            "compare_price": _("Crossed-Out Price"),
            "sku": _("SKU"),
            "hs_code": _("HS Code"),
            "origin": _("Origin"),
            "cost": _("Cost"),
            "weight": _("Weight (kg)"),
        }
        names = {"Default Title": ""}
        return {
            "variant": names.get(change.variant, change.variant),
            "what": labels[change.name],
            "theirs": change.theirs,
            "ours": change.ours,
        }

    def action_preview(self):
        """Show what Shopify would be told of these products."""
        return self.env["shopify.preview"]._show(self.shop_id[:1], self)


class ShopifyShop(models.Model):
    """Whether variants made here are made there, too."""

    _inherit = "shopify.shop"

    send_new_variants = fields.Boolean(
        "Add New Variants",
        help="A variant that a product gets here is made at Shopify, too, when it has"
        " an internal reference.",
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("send_new_variants"):
            self._enqueue_product_comparison()
        return res

    def action_preview_products(self):
        """Show what Shopify would be told of this shop's products."""
        self.ensure_one()
        return self.env["shopify.preview"]._show(self)

from collections import defaultdict

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.products import product_from_payload
from .shopify_product_flow import OFF

#: how Odoo names what is sent and counted, sent only, and neither
STORED = {"detailed_type": "product"}
GOODS = {"detailed_type": "consu"}
SERVICE = {"detailed_type": "service"}


class ShopifyProduct(models.Model):
    """How a product of a shop is made in Odoo, with what belongs to it."""

    # What is heard, made and changed are stories of their own, each in its file.
    _inherit = "shopify.product"

    missing_count = fields.Integer(compute="_compute_missing_count")

    @api.depends("variant_ids.state")
    def _compute_missing_count(self):
        for row in self:
            missing = row.variant_ids.filtered(lambda v: v.state == "missing")
            row.missing_count = len(missing)

    def _heard(self, products):
        res = super()._heard(products)
        if self.env.context.get("shopify_making"):
            return res
        for row, product in zip(self, products, strict=True):
            wanted = row.shop_id.make_products == "make" and row.missing_count
            if wanted and row.status not in OFF and not product.gift_card:
                row._enqueue_make()
        return res

    def _enqueue_make(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-make-{row.id}",
                description=_("Make product: %s", row.name),
            )._attempt("_make")

    def _make(self):
        """Make in Odoo what is missing of the product, as Shopify has it now."""
        self._claim()
        node = self.shop_id._client().product(self.gid)
        if node is None:
            self._mark_deleted()
            return
        product = product_from_payload(node)
        if product.gift_card:
            advice = _("Gift cards are sold with the shop's product for them.")
            message = _("“%s” is a gift card.", self.name)
            raise BlockedError("not_made", message, advice=advice)
        self.with_context(shopify_making=True)._take_in(self.shop_id, [product])
        missing = self.variant_ids.filtered(lambda v: v.state == "missing")
        if missing:
            self._make_missing(product, missing)

    def _claim(self):
        # A new version of the row: a second worker that began before we ended fails
        # and starts anew, and then finds what we made.
        self.flush_recordset()
        query = "UPDATE shopify_product SET failed_tries = failed_tries WHERE id = %s"
        self.env.cr.execute(query, [self.id])

    def _make_missing(self, product, missing):
        rows = {theirs.gid: theirs for theirs in product.variants}
        known = self.template_id
        template = known or self._make_template(product)
        combinations = self._combinations(template, product)
        there = {
            found.product_template_attribute_value_ids: found
            for found in template.with_context(active_test=False).product_variant_ids
        }
        values, waiting = [], []
        for variant in missing:
            theirs = rows[variant.gid]
            found = there.get(combinations[theirs.gid])
            if found:
                variant._become(found, self._variant_values(theirs, template))
                continue
            vals = template._prepare_variant_values(combinations[theirs.gid])
            values.append({**vals, **self._variant_values(theirs, template)})
            waiting.append(variant)
        made = self.env["product.product"].create(values)
        for variant, found in zip(waiting, made, strict=True):
            variant._become(found, {})
        if not known:
            self._set_prices(template, product)
            self._enqueue_pictures()

    def _retry_after_exception(self, reason):
        res = super()._retry_after_exception(reason)
        if reason == "not_made":
            self._enqueue_make()
        return res

    # === The product === #

    def _make_template(self, product):
        templates = self.env["product.template"]
        lines = self._line_commands(templates, _wanted(product))
        values = {**self._kind(product), **self._template_values(product)}
        return templates.create({**values, "attribute_line_ids": lines})

    @api.model
    def _kind(self, product):
        if not any(theirs.shipped for theirs in product.variants):
            return SERVICE
        return STORED if any(theirs.tracked for theirs in product.variants) else GOODS

    # === Options === #

    def _combinations(self, template, product):
        """Return ``{variant's gid: product.template.attribute.value}``.

        The template gets the options and values that it lacks.
        """
        self._ensure_lines(template, product)
        found = {
            (value.attribute_id.name, value.name): value
            for value in template.attribute_line_ids.product_template_value_ids
            if value.ptav_active
        }
        none = self.env["product.template.attribute.value"]
        return {
            theirs.gid: none.browse(found[option].id for option in theirs.options)
            for theirs in product.variants
        }

    def _ensure_lines(self, template, product):
        wanted = _wanted(product)
        lines = {line.attribute_id.name: line for line in template.attribute_line_ids}
        if not lines and wanted:
            self._add_lines(template, product, wanted)
        elif set(lines) != set(wanted):
            self._tell_other_options(template)
        for option, line in lines.items():
            values = self._values(line.attribute_id, wanted[option])
            if values - line.value_ids:
                line.value_ids |= values

    def _add_lines(self, template, product, wanted):
        linked = self.variant_ids.filtered("product_id")
        if len(linked) > 1 or (template.product_variant_ids and not linked):
            self._tell_other_options(template)
        theirs = {row.gid: row for row in product.variants}
        if linked:
            # With one value each the product that is there takes them as its own.
            first = {o: {value: None} for o, value in theirs[linked.gid].options}
            template.attribute_line_ids = self._line_commands(template, first)
        template.attribute_line_ids = self._line_commands(template, wanted)

    def _line_commands(self, template, wanted):
        lines = {line.attribute_id.name: line for line in template.attribute_line_ids}
        commands = []
        for option, values in wanted.items():
            line = lines.get(option)
            attribute = line.attribute_id if line else self._attribute(option)
            ids = self._values(attribute, values).ids
            if line:
                commands.append((1, line.id, {"value_ids": [(6, 0, ids)]}))
            else:
                vals = {"attribute_id": attribute.id, "value_ids": [(6, 0, ids)]}
                commands.append((0, 0, vals))
        return commands

    @api.model
    def _attribute(self, name):
        # "Dynamic": only the combinations are made that the shop has.
        vals = {"name": name, "create_variant": "dynamic"}
        attributes = self.env["product.attribute"]
        domain = [(field, "=", value) for field, value in vals.items()]
        return attributes.search(domain, limit=1) or attributes.create(vals)

    @api.model
    def _values(self, attribute, names):
        there = {value.name: value for value in attribute.value_ids}
        missing = [name for name in names if name not in there]
        made = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": attribute.id} for name in missing]
        )
        there.update(zip(missing, made, strict=True))
        return made.browse(there[name].id for name in names)

    def _tell_other_options(self, template):
        message = _("“%s” has other options in Odoo than at Shopify.", template.name)
        advice = _("Make the missing variants by hand: they are linked by their SKU.")
        raise BlockedError("not_made", message, advice=advice)

    # === Buttons === #

    def action_make(self):
        """Make the chosen products in Odoo, as far as they are not there."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        self.sudo()._enqueue_make()


def _wanted(product):
    """Return ``{option: {value: None}}`` in the shop's order."""
    wanted = defaultdict(dict)
    for theirs in product.variants:
        for option, value in theirs.options:
            wanted[option][value] = None
    return wanted


class ShopifyVariant(models.Model):
    """A variant that becomes a product."""

    _inherit = "shopify.variant"

    def _become(self, product, values):
        """Be this product, unless another variant of the shop is it already."""
        domain = [("shop_id", "=", self.shop_id.id), ("product_id", "=", product.id)]
        if self.search_count([*domain, ("id", "!=", self.id)], limit=1):
            message = _("“%s” is already another variant.", product.display_name)
            advice = _("Choose the product of this variant by hand.")
            raise BlockedError("not_made", message, advice=advice)
        if values:
            product.write({"active": True, **values})
        if self.product_id != product:
            self.product_id = product

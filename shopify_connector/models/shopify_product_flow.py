from odoo import fields, models
from odoo.tools import float_compare

#: no longer for sale
OFF = ("ARCHIVED", "DELETED")


class ShopifyProduct(models.Model):
    """What Shopify decides about a product and Odoo takes over."""

    # What is heard, made and changed are stories of their own, each in its file.
    _inherit = "shopify.product"

    picture_url = fields.Char("Picture at Shopify", readonly=True)
    picture_taken = fields.Char(
        "Picture Taken From", readonly=True, help="The address it was taken from."
    )

    def _heard(self, products):
        """Take over what Shopify decides, of rows in the order of ``products``."""
        for row, product in zip(self, products, strict=True):
            owned = row.shop_id._belongs_to("shopify")
            if owned and row.template_id:
                row._flow_in(product, owned)

    def _mark_deleted(self):
        res = super()._mark_deleted()
        self._follow_status()
        return res

    def _prepare_values(self, shop, product):
        return {
            **super()._prepare_values(shop, product),
            "picture_url": product.picture or False,
        }

    def _flow_in(self, product, owned):
        """Write to the product what Shopify decides and what differs.

        :param owned: the names of what Shopify decides
        """
        template = self.template_id
        write_differing(template, self._template_values(product, owned))
        linked = {variant.gid: variant.product_id for variant in self.variant_ids}
        for theirs in product.variants:
            values = self._variant_values(theirs, template, owned)
            write_differing(linked[theirs.gid], values)
        if "price" in owned:
            self._set_prices(template, product)
        if "picture" in owned:
            self._enqueue_pictures()
        self._follow_status()

    # === Values === #

    def _template_values(self, product, owned=None):
        """Return what Shopify says of the product as a whole, in Odoo's words.

        :param owned: only these; ``None`` for all
        """
        values = {
            "name": {"name": product.title},
            "description": {"description_sale": product.description or False},
            "hs_code": self._agreed(product, "hs_code", "hs_code", str),
            "origin": self._agreed(
                product, "origin", "country_of_origin", self._country
            ),
        }
        return _chosen(values, owned)

    def _agreed(self, product, name, field, convert):
        """Return a value that Odoo keeps once for all variants, if they agree."""
        said = {getattr(theirs, name) for theirs in product.variants} - {""}
        return {field: convert(said.pop())} if len(said) == 1 else {}

    def _country(self, code):
        return self.env["res.country"].search([("code", "=", code)], limit=1).id

    def _variant_values(self, theirs, template, owned=None):
        """Return what Shopify says of a variant, in Odoo's words.

        :param owned: only these; ``None`` for all, with the SKU
        """
        values = {
            "sku": {"default_code": theirs.sku or False},
            "barcode": {"barcode": theirs.barcode or False},
            "weight": {"weight": self.shop_id._weight_here(theirs.weight)},
        }
        if theirs.cost is not None:
            currency = self.shop_id._currency(theirs.cost_currency)
            cost = self.shop_id._money_here(theirs.cost, currency)
            values["cost"] = {"standard_price": cost}
        return _chosen(values, owned)

    # === Prices === #

    def _set_prices(self, template, product):
        """Give the product Shopify's prices, in Odoo's way: one, and what is extra.

        Prices that depend on two options together cannot be said so; the lowest is
        kept then.
        """
        taxes = template.taxes_id.filtered(
            lambda tax: tax.company_id == self.company_id
        )
        lowest = min(theirs.price for theirs in product.variants)
        here = self.shop_id._price_here(lowest, taxes)
        write_differing(template, {"list_price": here})
        extras = _extras(product)
        for value in template.attribute_line_ids.product_template_value_ids:
            more = extras.get((value.attribute_id.name, value.name), lowest) - lowest
            extra = self.shop_id._price_here(more, taxes)
            write_differing(value, {"price_extra": extra})

    # === Archived, deleted, and back again === #

    def _follow_status(self):
        """Archive what the shop sells no more, and bring back what it sells again."""
        for row in self.filtered(lambda r: r.shop_id.owner_status == "shopify"):
            sold = row.variant_ids.filtered("product_id")
            off = sold.filtered(lambda v: v.gone or v.shopify_product_id.status in OFF)
            still = off._sold_elsewhere()
            (off.product_id - still).filtered("active").action_archive()
            back = (sold - off).product_id.filtered(lambda p: not p.active)
            back.action_unarchive()


class ShopifyVariant(models.Model):
    """Where else a variant's product is for sale."""

    _inherit = "shopify.variant"

    def _sold_elsewhere(self):
        """Return those products that another living variant, of any shop, sells."""
        domain = [("product_id", "in", self.product_id.ids), ("gone", "=", False)]
        domain += [("id", "not in", self.ids)]
        domain += [("shopify_product_id.status", "not in", OFF)]
        return self.search(domain).product_id


def _chosen(values, owned):
    return {
        field: value
        for name, fields_ in values.items()
        if owned is None or name in owned
        for field, value in fields_.items()
    }


def write_differing(record, values):
    """Write only what differs: a record that is written has consequences.

    :param values: by field; a list of tags or the like as one ``Command.set``
    """
    if not record:
        return
    changed = {n: v for n, v in values.items() if _differs(record, n, v)}
    if changed:
        record.write(changed)


def _differs(record, name, value):
    field, current = record._fields[name], record[name]
    if field.type == "many2one":
        return current.id != value
    if field.type == "many2many":
        ((_command, _id, ids),) = value
        return set(current.ids) != set(ids)
    if field.type in ("float", "monetary"):
        digits = field.get_digits(record.env)
        return float_compare(current, value, digits[1] if digits else 2) != 0
    return current != value


def _extras(product):
    """Return ``{(option, value): price}`` of the one option that decides the price."""
    for place in range(len(product.options)):
        prices = {}
        for theirs in product.variants:
            prices.setdefault(theirs.options[place], set()).add(theirs.price)
        if all(len(found) == 1 for found in prices.values()):
            return {option: found.pop() for option, found in prices.items()}
    return {}

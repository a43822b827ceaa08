import hashlib
from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.product_input import (
    ProductWish,
    VariantWish,
    handle_of,
    html,
    product_input,
    variant_input,
)
from ..lib.products import product_from_payload

#: seconds in which changes gather before they are sent together
GATHER = 15
#: Shopify's largest number of options
MOST_OPTIONS = 3


class ShopifyProduct(models.Model):
    """What Odoo decides about a product and Shopify is told."""

    # What is heard, made and changed are stories of their own, each in its file.
    _inherit = "shopify.product"

    source_template_id = fields.Many2one(
        "product.template", "Made From", readonly=True, ondelete="set null", index=True
    )
    archived_from_here = fields.Boolean(readonly=True)
    sent_digest = fields.Char(readonly=True, copy=False)
    sent_at = fields.Datetime("Sent On", readonly=True, copy=False)

    def _retry_after_exception(self, reason):
        unsent = self.filtered(lambda row: not row.gid)
        unsent._enqueue_send(seconds=0)
        return super(ShopifyProduct, self - unsent)._retry_after_exception(reason)

    def _enqueue_read(self):
        return super(ShopifyProduct, self.filtered("gid"))._enqueue_read()

    @api.model
    def _hear_of_change(self, templates):
        """Have the shops told of products that somebody changed here."""
        domain = [("shop_id.send_products", "=", True), ("status", "!=", "DELETED")]
        domain += [("template_id", "in", templates.ids)]
        self.sudo().search(domain)._enqueue_send()

    def _enqueue_send(self, seconds=GATHER):
        for row in self:
            row.with_delay(
                eta=timedelta(seconds=seconds),
                identity_key=f"shopify-send-product-{row.id}",
                description=_("Send product: %s", row.name),
            )._attempt("_send")

    def _send(self):
        """Tell Shopify what differs; a product that is not there is made.

        Shopify is read before it is told anything, so a second time finds nothing to
        tell, whatever became of the first one's answer.
        """
        if not self.shop_id.send_products:
            return
        if not self.gid and not self._send_new():
            return
        client = self.shop_id._client()
        node = client.product(self.gid)
        if node is None:
            self._mark_deleted()
            return
        product = product_from_payload(node)
        self._take_in(self.shop_id, [product])
        if self.template_id:
            self._send_differing(client, product)

    def _send_differing(self, client, product):
        status = self._wanted_status()
        wish = self._product_wish(status)
        wishes = {v.gid: v for v in self._variant_wishes()}
        variants = [
            variant_input(wishes[theirs.gid], theirs)
            for theirs in product.variants
            if theirs.gid in wishes
        ]
        changed = product_input(wish, product)
        client.change_product(self.gid, changed, [row for row in variants if row])
        if status:
            self.archived_from_here = status == "ARCHIVED"
        self.write(
            {"sent_digest": self._wanted_digest(), "sent_at": fields.Datetime.now()}
        )

    # === What is wanted === #

    def _product_wish(self, status=None):
        owned = self.shop_id._belongs_to("odoo")
        template = self.template_id or self.source_template_id
        return ProductWish(
            title=template.name if "name" in owned else None,
            description=(template.description_sale or None)
            if "description" in owned
            else None,
            status=status,
        )

    def _wanted_status(self):
        """Return the status that follows from archiving here, ``None`` for no change.

        What the merchant archived at Shopify does not come back by itself.
        """
        if self.shop_id.owner_status != "odoo":
            return None
        if not self.template_id.active:
            return "ARCHIVED"
        return "ACTIVE" if self.archived_from_here else None

    def _variant_wishes(self):
        shop = self.shop_id
        owned = shop._belongs_to("odoo")
        linked = self.variant_ids.filtered(lambda v: v.product_id and not v.gone)
        return [shop._wish_of(v.product_id, owned, gid=v.gid) for v in linked]

    def _wanted_digest(self):
        """Return a mark of all that Shopify should be told now."""
        wishes = (self._product_wish(self._wanted_status()), self._variant_wishes())
        return hashlib.sha256(repr(wishes).encode()).hexdigest()

    # === A product that Shopify does not have === #

    @api.model
    def _send_template(self, shop, template):
        """Have a product of Odoo made at Shopify; return its row.

        Its page name is chosen and kept before Shopify is told: by it the product is
        found should the answer be lost.
        """
        domain = [("shop_id", "=", shop.id), ("status", "!=", "DELETED"), "|"]
        domain += [("template_id", "=", template.id)]
        domain += [("source_template_id", "=", template.id)]
        row = self.search(domain, limit=1)
        if not row:
            handle = handle_of(template.name, template.id)
            values = {"name": template.name, "handle": handle, "status": "DRAFT"}
            values["source_template_id"] = template.id
            row = self.create({"shop_id": shop.id, **values})
        row._enqueue_send(seconds=0)
        return row

    def _send_new(self):
        """Make the product at Shopify, or find the one that was made; True when done.

        :raise BlockedError: Shopify cannot have this product
        """
        template = self.source_template_id
        if not template:
            return False
        values = self._new_values(template)
        client = self.shop_id._client()
        gid = client.product_gid(self.handle) or client.make_product(
            self.handle, values
        )
        # Shopify's message about it may have been faster.
        heard = [("shop_id", "=", self.shop_id.id), ("gid", "=", gid)]
        self.search(heard).unlink()
        self.gid = gid
        return True

    def _new_values(self, template):
        products = template.product_variant_ids
        lines = products.product_template_attribute_value_ids.attribute_line_id
        if not all(products.mapped("default_code")):
            advice = _("Give each variant an internal reference, then try again.")
            self._cannot_send(_("A variant has no internal reference."), advice)
        if len(lines) > MOST_OPTIONS:
            advice = _("Make it at Shopify by hand, as several products.")
            self._cannot_send(_("It has more options than Shopify allows."), advice)
        return {
            "title": template.name,
            "handle": self.handle,
            "status": "DRAFT",
            "descriptionHtml": html(template.description_sale or ""),
            "productOptions": _options(products),
            "variants": [self._new_variant(product) for product in products],
        }

    def _new_variant(self, product):
        wish = self.shop_id._wish_of(product, None, sku=product.default_code)
        values = variant_input(wish, None)
        item = {"tracked": product._shopify_is_counted()}
        values["inventoryItem"] = {**values.get("inventoryItem", {}), **item}
        return {**values, "optionValues": _option_values(product)}

    def _cannot_send(self, message, advice):
        raise BlockedError("not_sent", message, advice=advice)


class ShopifyShop(models.Model):
    """Which products a shop is told of, and at which prices."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    send_products = fields.Boolean(
        "Change Products at Shopify",
        copy=False,
        help="Shopify is told at once what Odoo decides: choose that first. What is"
        " empty in Odoo is left as it is. The app needs the permission write_products.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Prices From",
        domain="[('company_id', 'in', (company_id, False))]",
        help="Empty: the sales price.",
    )
    compare_pricelist_id = fields.Many2one(
        "product.pricelist",
        "Crossed-Out Prices From",
        domain="[('company_id', 'in', (company_id, False))]",
        help="Shown beside the price where it is higher. Empty: none.",
    )

    def write(self, vals):
        res = super().write(vals)
        names = {"send_products", "pricelist_id", "compare_pricelist_id"}
        if vals.get("send_products"):
            # Said now, to who turns it on: a call without permission stops the shop.
            for shop in self.filtered(lambda shop: shop.state == "connected"):
                with shop._service_errors():
                    shop.sudo()._check_connection()
        if names & set(vals) or any(name.startswith("owner_") for name in vals):
            self._enqueue_product_comparison()
        return res

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        return scopes | {"write_products"} if self.send_products else scopes

    @api.model
    def _cron_send_products(self):
        """Send what became different by itself, such as prices with a date."""
        self.search([("state", "=", "connected")])._enqueue_product_comparison()

    def _enqueue_product_comparison(self):
        for shop in self.filtered("send_products"):
            shop.sudo().with_delay(
                eta=timedelta(seconds=GATHER),
                identity_key=f"shopify-compare-products-{shop.id}",
                description=_("Compare products: %s", shop.display_name),
            )._attempt("_send_products")

    def _send_products(self):
        """Have those products sent of which Shopify should be told something else."""
        domain = [("shop_id", "=", self.id), ("status", "!=", "DELETED")]
        rows = self.env["shopify.product"].search(domain).filtered("template_id")
        rows.filtered(lambda r: r.sent_digest != r._wanted_digest())._enqueue_send()

    def _wish_of(self, product, owned, **known):
        """Return the ``VariantWish`` of a product.

        :param owned: names of what Odoo decides; ``None`` for all
        """
        taxes = product.taxes_id.filtered(lambda t: t.company_id == self.company_id)
        price = self._price_there(product, self.pricelist_id, taxes)
        compare = None
        if self.compare_pricelist_id:
            compare = self._price_there(product, self.compare_pricelist_id, taxes)
        values = {
            "barcode": product.barcode or None,
            "price": price or None,
            "weight": self._weight_there(product.weight),
            "hs_code": product.hs_code or None,
            "origin": product.country_of_origin.code or None,
            "cost": self._cost_there(product) or None,
        }
        if owned is not None:
            values = {name: v if name in owned else None for name, v in values.items()}
        if values["price"] and compare and compare > price:
            values["compare_price"] = compare
        step = self._price_step(product, taxes)
        return VariantWish(**known, **values, price_step=step)

    def _price_there(self, product, pricelist, taxes):
        """Return a price as the shop shows it: its currency, tax inside or not."""
        currency = self.currency_id or self.company_id.currency_id
        if pricelist:
            price = pricelist._get_product_price(product, 1, currency=currency)
        else:
            price = self._money_there(product.lst_price)
        sums = taxes.compute_all(price, currency, 1, product)
        side = "total_included" if self.taxes_included else "total_excluded"
        return Decimal(f"{currency.round(sums[side]):.{currency.decimal_places}f}")

    def _price_step(self, product, taxes):
        """Return how far a price with tax can be off that was taken over without.

        28.88 is all that Odoo's two digits can keep of 34.95 with 21 % inside, and
        34.94 with it: nobody has changed that price.
        """
        if not self.taxes_included or all(taxes.mapped("price_include")):
            return Decimal(0)
        return Decimal("0.02") if product.price_extra else Decimal("0.01")

    def _cost_there(self, product):
        cost = self._money_there(product.with_company(self.company_id).standard_price)
        return Decimal(f"{cost:.2f}")

    def _money_there(self, amount):
        company, today = self.company_id, fields.Date.context_today(self)
        currency = self.currency_id or company.currency_id
        return company.currency_id._convert(amount, currency, company, today)

    @api.model
    def _weight_there(self, weight):
        templates = self.env["product.template"]
        unit = templates._get_weight_uom_id_from_ir_config_parameter()
        kilogram = self.env.ref("uom.product_uom_kgm")
        value = unit._compute_quantity(weight, kilogram, round=False)
        return Decimal(f"{value:.3f}") or None


def _options(products):
    """Return Shopify's ``productOptions`` of variants."""
    options = {}
    for product in products:
        for row in _option_values(product):
            options.setdefault(row["optionName"], {})[row["name"]] = None
    return [
        {"name": name, "values": [{"name": value} for value in values]}
        for name, values in options.items()
    ]


def _option_values(product):
    values = product.product_template_attribute_value_ids
    rows = [{"optionName": v.attribute_id.name, "name": v.name} for v in values]
    # What Shopify calls the only variant of a product.
    return rows or [{"optionName": "Title", "name": "Default Title"}]

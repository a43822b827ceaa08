from odoo import api, fields, models


class ShopifyVariant(models.Model):
    """What a shop counts and sells, and the product in Odoo that it is.

    A product is found by its SKU, else by its barcode, and only when there is exactly
    one; no two variants of a shop are the same product.
    """

    _name = "shopify.variant"
    _description = "Shopify Variant"
    _order = "shopify_product_id, id"
    _rec_names_search = ["sku", "name"]

    shopify_product_id = fields.Many2one(
        "shopify.product",
        "Shopify Product",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    shop_id = fields.Many2one(
        related="shopify_product_id.shop_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="shopify_product_id.company_id", store=True, index=True
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    item_gid = fields.Char("Stock ID at Shopify", required=True, readonly=True)
    name = fields.Char("Variant at Shopify", readonly=True)
    sku = fields.Char("SKU", readonly=True, index="btree_not_null")
    barcode = fields.Char(readonly=True, index="btree_not_null")
    price = fields.Monetary("Price at Shopify", readonly=True)
    currency_id = fields.Many2one(related="shop_id.currency_id")
    tracked = fields.Boolean(
        "Stock Counted", readonly=True, help="Shopify counts this variant's stock."
    )
    bundle = fields.Boolean(
        readonly=True, help="Made of others at Shopify, which counts its parts."
    )
    product_id = fields.Many2one(
        "product.product",
        "Product in Odoo",
        ondelete="set null",
        index=True,
        domain="[('company_id', 'in', (company_id, False))]",
    )
    state = fields.Selection(
        [
            ("linked", "Linked"),
            ("missing", "Not in Odoo"),
            ("duplicate", "SKU Not Unique"),
            ("gone", "Deleted at Shopify"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    send_stock = fields.Boolean(
        default=True, help="Off: Shopify keeps the number it shows."
    )
    safety_stock = fields.Integer(
        "Keep Back",
        help="So many units are not shown, or the shop's if those are more.",
    )
    stock_ids = fields.One2many("shopify.stock", "variant_id", "Stock", readonly=True)
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, index=True
    )
    ambiguous = fields.Boolean(readonly=True)
    gone = fields.Boolean(readonly=True)

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This variant is known already."),
        (
            "product_unique",
            "unique(shop_id, product_id)",
            "A product can be only one variant of a shop.",
        ),
    ]

    def write(self, vals):
        res = super().write(vals)
        if {"product_id", "send_stock", "safety_stock"} & set(vals):
            self.env["shopify.stock.change"]._hear_of(self.product_id.ids)
        if vals.get("product_id"):
            self._free_blocked_orders()
        return res

    @api.model_create_multi
    def create(self, vals_list):
        variants = super().create(vals_list)
        self.env["shopify.stock.change"]._hear_of(variants.product_id.ids)
        return variants

    @api.depends("product_id", "ambiguous", "gone")
    def _compute_state(self):
        for row in self:
            row.state = "missing"
            if row.gone:
                row.state = "gone"
            elif row.product_id:
                row.state = "linked"
            elif row.ambiguous:
                row.state = "duplicate"

    @api.depends("shopify_product_id.name", "name", "sku")
    def _compute_display_name(self):
        for row in self:
            names = [row.shopify_product_id.name, row.name]
            name = " / ".join(n for n in names if n and n != "Default Title")
            row.display_name = f"[{row.sku}] {name}" if row.sku else name

    def _free_blocked_orders(self):
        """Let orders go on that waited for these variants to have a product."""
        exceptions = self.env["o2c.exception"].sudo()
        domain = [("state", "=", "open"), ("reason", "=", "unknown_product")]
        subjects = {f"variant:{row.gid}" for row in self}
        subjects |= {f"sku:{row.sku}" for row in self if row.sku}
        waiting = exceptions.search(domain + [("subject", "in", list(subjects))])
        for subject in set(waiting.mapped("subject")):
            exceptions._retry_blocked("unknown_product", subject)

    # === What Shopify says === #

    @api.model
    def _take_in(self, rows, products):
        """Bring the variants of products to what Shopify says, and link them.

        :param rows: ``shopify.product``, in the order of ``products``
        :param products: ``lib.products.Product``
        """
        shop = rows.shop_id
        known = {variant.gid: variant for variant in self._known(shop, rows, products)}
        missing = []
        for row, product in zip(rows, products, strict=True):
            for theirs in product.variants:
                values = self._prepare_values(row, theirs)
                if theirs.gid in known:
                    known[theirs.gid]._write_changed(values)
                else:
                    missing.append(values)
        created = self.create(missing)
        theirs = {v.gid for product in products for v in product.variants}
        rows.variant_ids.filtered(lambda v: v.gid not in theirs)._mark_gone()
        (created | self.browse(v.id for v in known.values()))._link()

    @api.model
    def _known(self, shop, rows, products):
        gids = [v.gid for product in products for v in product.variants]
        domain = [("shop_id", "=", shop.id), ("gid", "in", gids)]
        return self.search(domain)

    @api.model
    def _prepare_values(self, row, variant):
        return {
            "shopify_product_id": row.id,
            "gid": variant.gid,
            "item_gid": variant.item_gid,
            # Shopify's name for the only variant of a product says nothing.
            "name": variant.title if variant.options else False,
            "sku": variant.sku or False,
            "barcode": variant.barcode or False,
            "price": float(variant.price),
            "tracked": variant.tracked,
            "bundle": variant.bundle,
            "gone": False,
        }

    def _write_changed(self, values):
        row = self.read(list(values), load=None)[0]
        changed = {name: v for name, v in values.items() if row[name] != v}
        if changed:
            self.write(changed)

    def _mark_gone(self):
        """A variant that Shopify deleted is sold no more; its product stays."""
        self.filtered(lambda row: not row.gone).write({"gone": True})

    # === Linking === #

    def _link(self):
        """Find the product of each variant that has none, and say what is unclear."""
        for shop, variants in self.grouped("shop_id").items():
            waiting = variants.filtered(lambda v: not v.product_id and not v.gone)
            if waiting:
                waiting._link_in(shop)
            variants.shopify_product_id._tell_duplicates()

    def _link_in(self, shop):
        taken = self._taken_products(shop)
        twice = self._doubled_skus(shop)
        found = self._products_by_code(shop)
        self._free_products(shop, found)
        for variant in self:
            products = self._candidates(variant, found)
            unclear = len(products) > 1 or variant.sku in twice or products & taken
            if products and not unclear:
                taken |= products
                variant.product_id = products
            if variant.ambiguous != bool(unclear):
                variant.ambiguous = bool(unclear)

    @api.model
    def _candidates(self, variant, found):
        products = self.env["product.product"]
        for field, code in (
            ("default_code", variant.sku),
            ("barcode", variant.barcode),
        ):
            products = products or found[field].get(code, products)
        return products

    def _products_by_code(self, shop):
        """Return ``{field: {code: products}}`` of what the variants may be."""
        found = {}
        for field, codes in (
            ("default_code", self.mapped("sku")),
            ("barcode", self.mapped("barcode")),
        ):
            domain = [(field, "in", [code for code in codes if code])]
            domain += [("company_id", "in", (shop.company_id.id, False))]
            found[field] = self.env["product.product"].search(domain).grouped(field)
        return found

    def _taken_products(self, shop):
        domain = [("shop_id", "=", shop.id), ("product_id", "!=", False)]
        return self.search([*domain, ("gone", "=", False)]).product_id

    def _free_products(self, shop, found):
        # Shopify makes a variant anew when its options change: the SKU goes over.
        ids = [p.id for codes in found.values() for ps in codes.values() for p in ps]
        domain = [("shop_id", "=", shop.id), ("product_id", "in", ids)]
        held = self.search([*domain, ("gone", "=", True)])
        held.product_id = False
        held.flush_recordset(["product_id"])

    def _doubled_skus(self, shop):
        """Return the SKUs that several living variants of the shop have."""
        skus = [sku for sku in self.mapped("sku") if sku]
        domain = [("shop_id", "=", shop.id), ("sku", "in", skus), ("gone", "=", False)]
        groups = self._read_group(domain, ["sku"], ["__count"])
        return {sku for sku, count in groups if count > 1}

    @api.model
    def _link_waiting(self, products):
        """Link variants that waited for one of these products."""
        codes = set(products.mapped("default_code")) - {False}
        barcodes = set(products.mapped("barcode")) - {False}
        domain = [("product_id", "=", False), ("gone", "=", False)]
        domain += ["|", ("sku", "in", list(codes)), ("barcode", "in", list(barcodes))]
        self.sudo().search(domain)._link()

    @api.model
    def _product_of(self, shop, gid):
        """Return the product that a variant of a shop is, empty when unknown."""
        domain = [("shop_id", "=", shop.id), ("gid", "=", gid)]
        return self.search(domain, limit=1).product_id

    def _counted(self, shop):
        """Return the variants whose product has a stock, or parts that have one."""
        kits = self.product_id._shopify_kit_parts(shop.company_id)
        return self.filtered(
            lambda v: v.product_id._shopify_is_counted() or v.product_id.id in kits
        )

    # === Screens === #

    def action_link(self):
        """Look for the products again."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        self.sudo()._link()

from odoo import _, api, fields, models

from ..lib.mapping import naive
from ..lib.products import product_from_payload

#: reason of the exception that names a SKU which is not unique
DUPLICATE = "duplicate_sku"


class ShopifyProduct(models.Model):
    """A product at Shopify, and the product in Odoo that it is."""

    _name = "shopify.product"
    _description = "Shopify Product"
    _inherit = ["o2c.exception.mixin"]
    _order = "name, id"

    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    gid = fields.Char("Shopify ID", readonly=True, copy=False)
    name = fields.Char("Product at Shopify", required=True, readonly=True)
    handle = fields.Char("Page Name", readonly=True)
    status = fields.Selection(
        [
            ("ACTIVE", "Active"),
            ("DRAFT", "Draft"),
            ("UNLISTED", "Unlisted"),
            ("ARCHIVED", "Archived"),
            ("DELETED", "Deleted"),
        ],
        readonly=True,
        index=True,
    )
    changed_at = fields.Datetime("Changed at Shopify", readonly=True)
    variant_ids = fields.One2many(
        "shopify.variant", "shopify_product_id", "Variants", readonly=True
    )
    template_id = fields.Many2one(
        "product.template", "Product", compute="_compute_template_id", store=True
    )

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This product is known already."),
    ]

    @api.depends("variant_ids.product_id")
    def _compute_template_id(self):
        for row in self:
            row.template_id = row.variant_ids.product_id.product_tmpl_id[:1]

    # === Hearing of products === #

    @api.model
    def _take_in(self, shop, products):
        """Bring rows and variants to what Shopify says, and link the variants.

        :param products: ``lib.products.Product``, a page of them at once
        :return: their rows
        """
        gids = [product.gid for product in products]
        known = self.search([("shop_id", "=", shop.id), ("gid", "in", gids)])
        rows = {row.gid: row for row in known}
        new = [product for product in products if product.gid not in rows]
        created = self.create([self._prepare_values(shop, p) for p in new])
        rows.update({row.gid: row for row in created})
        for product in products:
            values = self._prepare_values(shop, product)
            rows[product.gid]._write_changed(values)
        taken = self.browse(rows[gid].id for gid in gids)
        self.env["shopify.variant"]._take_in(taken, products)
        taken._heard(products)
        return taken

    def _heard(self, products):
        """Do what follows from what Shopify said, in the order of the rows.

        :param products: ``lib.products.Product``
        """

    @api.model
    def _prepare_values(self, shop, product):
        return {
            "shop_id": shop.id,
            "gid": product.gid,
            "name": product.title,
            "handle": product.handle,
            "status": product.status,
            "changed_at": naive(product.updated_at),
        }

    def _write_changed(self, values):
        changed = {
            name: value
            for name, value in values.items()
            if name != "shop_id" and self[name] != value
        }
        if changed:
            self.write(changed)

    @api.model
    def _hear_of(self, shop, gid):
        """Have a product read again that Shopify told about."""
        row = self.search([("shop_id", "=", shop.id), ("gid", "=", gid)], limit=1)
        if not row:
            row = self.create({"shop_id": shop.id, "gid": gid, "name": _("New")})
        row._enqueue_read()

    def _enqueue_read(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-product-{row.id}",
                description=_("Read product: %s", row.name),
            )._attempt("_read_again")

    def _read_again(self):
        """Read the product at Shopify; one that is gone is deleted there."""
        node = self.shop_id._client().product(self.gid)
        if node is None:
            self._mark_deleted()
        else:
            self._take_in(self.shop_id, [product_from_payload(node)])

    def _mark_deleted(self):
        self.write({"status": "DELETED"})
        self.variant_ids._mark_gone()

    # === Work and its outcome === #

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        self.variant_ids._link()
        self._enqueue_read()

    def _succeeded(self, connection, method):
        res = super()._succeeded(connection, method)
        # The work is done; what it found unclear stays open.
        self._tell_duplicates()
        return res

    def _tell_duplicates(self):
        """Open or close the exceptions about SKUs that are not unique."""
        unclear = self.variant_ids.filtered(lambda v: v.state == "duplicate")
        rows = unclear.grouped("shopify_product_id")
        self.env["o2c.exception"]._close(
            self.browse(set(self.ids) - {r.id for r in rows}), DUPLICATE
        )
        for row, variants in rows.items():
            codes = sorted({v.sku or v.barcode for v in variants})
            self.env["o2c.exception"]._open(
                row,
                DUPLICATE,
                _("The SKU is not unique: %s.", ", ".join(codes)),
                advice=_(
                    "Give each variant and each product its own, or choose the product"
                    " in Odoo by hand."
                ),
                subject=f"sku:{codes[0]}",
            )

    # === Buttons === #

    def action_read(self):
        """Read the products at Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._enqueue_read()

    def action_open_at_shopify(self):
        """Show the product in the shop's own pages."""
        shop_name = self.shop_id.domain.partition(".")[0]
        number = self.gid.rpartition("/")[2]
        return {
            "type": "ir.actions.act_url",
            "url": f"https://admin.shopify.com/store/{shop_name}/products/{number}",
            "target": "new",
        }

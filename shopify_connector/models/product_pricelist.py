from odoo import _, api, fields, models


class ProductPricelist(models.Model):
    """Pricelists whose prices are those of a catalogue at Shopify."""

    _inherit = "product.pricelist"

    from_shopify = fields.Boolean(
        readonly=True,
        copy=False,
        help="The prices are those of a B2B catalogue at Shopify.",
    )
    shopify_catalog_ids = fields.One2many(
        "shopify.catalog", "pricelist_id", groups="o2c_base.group_user"
    )
    shopify_source = fields.Char(compute="_compute_shopify_source", compute_sudo=True)

    @api.depends("shopify_catalog_ids.name", "shopify_catalog_ids.shop_id.name")
    def _compute_shopify_source(self):
        for pricelist in self:
            catalog = pricelist.shopify_catalog_ids[:1]
            pricelist.shopify_source = bool(catalog) and _(
                "%(catalog)s of %(shop)s",
                catalog=catalog.name,
                shop=catalog.shop_id.name,
            )

    def _get_partner_pricelist_multi_search_domain_hook(self, *args):
        # Odoo takes the first pricelist for whoever has none: never one of these.
        domain = super()._get_partner_pricelist_multi_search_domain_hook(*args)
        return [*domain, ("from_shopify", "=", False)]

    def _shopify_change(self, values):
        """Write what differs; nothing to a list that is no catalogue's."""
        for pricelist in self.with_context(lang="en_US").filtered("from_shopify"):
            changed = {
                name: value
                for name, value in values.items()
                if pricelist._fields[name].convert_to_write(pricelist[name], pricelist)
                != value
            }
            if changed:
                pricelist.write(changed)

    def action_read_from_shopify(self):
        """Read the catalogue's prices again."""
        self.shopify_catalog_ids.action_read()
        return self.env["shopify.shop"]._notification(
            _("The prices arrive in a moment.")
        )

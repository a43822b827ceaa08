from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from .shopify_product_flow import write_differing

#: the only status in which Shopify's companies see a catalogue
IN_USE = "ACTIVE"


class ShopifyCatalog(models.Model):
    """A catalogue for companies at Shopify, and the pricelist that it is here.

    The prices are Shopify's: they are read, never sent.
    """

    _name = "shopify.catalog"
    _description = "Shopify Catalogue"
    _inherit = ["o2c.exception.mixin"]
    _order = "name, id"

    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    active = fields.Boolean(
        default=True, readonly=True, help="Archived once it is deleted at Shopify."
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Catalogue", required=True, readonly=True)
    status = fields.Selection(
        [(IN_USE, "Active"), ("DRAFT", "Draft"), ("ARCHIVED", "Archived")],
        readonly=True,
        help="At Shopify. Only active ones have a pricelist here.",
    )
    percent = fields.Float(
        "Off All Other Prices (%)",
        readonly=True,
        help="Taken off the sales price of what has no fixed price. Below zero it is"
        " put on.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist", readonly=True, copy=False, ondelete="set null", index=True
    )
    price_count = fields.Integer("Fixed Prices", readonly=True)
    unplaced_count = fields.Integer(
        "Prices Without a Product",
        readonly=True,
        help="Fixed at Shopify for variants that are linked with no product here.",
    )
    location_ids = fields.One2many(
        "shopify.catalog.location", "catalog_id", "Companies", readonly=True
    )

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This catalogue is known already."),
    ]

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        self._enqueue_read()

    # === Which there are === #

    @api.model
    def _take_in_all(self, shop, catalogs):
        """Have the catalogues that the shop has, no others, and read what they say.

        :param catalogs: ``lib.catalogs.Catalog``
        """
        everything = self.with_context(active_test=False)
        known = everything.search([("shop_id", "=", shop.id)]).grouped("gid")
        theirs = {catalog.gid: catalog for catalog in catalogs}
        gone = self.browse(row.id for gid, row in known.items() if gid not in theirs)
        gone = gone.filtered("active")
        gone._retire()
        gone.shop_id._enqueue_giving_prices()
        new = [
            {"shop_id": shop.id, "gid": gid, "name": catalog.title}
            for gid, catalog in theirs.items()
            if gid not in known
        ]
        kept = self.browse(known[gid].id for gid in theirs if gid in known)
        kept.filtered(lambda row: not row.active).active = True
        (kept + self.create(new))._enqueue_read()

    def _enqueue_read(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-catalog-{row.id}",
                description=_("Read catalogue: %s", row.name),
            )._attempt("_read")

    def _retire(self):
        """Forget catalogues that are gone, and archive their pricelists."""
        for row in self:
            write_differing(row, {"active": False})
        self.location_ids.unlink()
        self.pricelist_id._shopify_change({"active": False})

    # === What one says === #

    def _read(self):
        """Bring name, buyers and pricelist to what Shopify says; safe to repeat.

        :raise BlockedError: the currency cannot be used here yet
        """
        with self.shop_id._telling_of_catalogs():
            client, prices = self.shop_id._client(), None
            found = client.catalog(self.gid)
            if found and _is_in_use(found[0]):
                prices = client.fixed_prices(found[0].price_list)
            self._take_in(found, prices)
            self.shop_id._enqueue_giving_prices()

    def _take_in(self, found, prices):
        """Keep what Shopify says of the catalogue.

        :param found: ``(lib.catalogs.Catalog, [Branch])``, ``None`` when it is gone
        :param prices: ``lib.catalogs.Price``, ``None`` when none are in use
        """
        if not found:
            self._retire()
            return
        catalog, branches = found
        write_differing(
            self,
            {
                "name": catalog.title,
                "status": catalog.status,
                "percent": float(catalog.percent),
            },
        )
        self.env["shopify.catalog.location"]._take_in(self, branches)
        if prices is None:
            write_differing(self, {"price_count": 0, "unplaced_count": 0})
            self.pricelist_id._shopify_change({"active": False})
        else:
            self._bring_pricelist(catalog, prices)

    def _usable_currency(self, code):
        """Return the currency of a price list.

        :raise BlockedError: it is switched off, or has no exchange rate
        """
        currency = self.shop_id._currency(code)
        if not currency.active:
            raise BlockedError(
                "currency_not_active",
                _("The prices are in %s, which is not in use here.", code),
                advice=_(
                    "Activate the currency %s under Currencies. The prices then come by"
                    " themselves.",
                    code,
                ),
                subject=f"currency:{code}",
            )
        self.shop_id._check_rate(currency)
        return currency

    # === Screens === #

    def action_read(self):
        """Read the catalogues at Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._enqueue_read()

    def action_show_pricelist(self):
        """Show the pricelist with the catalogue's prices."""
        self.ensure_one()
        return self.pricelist_id.get_formview_action()


def _is_in_use(catalog):
    return catalog.status == IN_USE and catalog.price_list

from contextlib import contextmanager

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError, UnauthorizedError
from odoo.addons.o2c_base.words import said


class ShopifyShop(models.Model):
    """How a shop's catalogues for companies become pricelists."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    sync_catalogs = fields.Boolean(
        "Read B2B Catalogues",
        copy=False,
        help="Each catalogue for companies becomes a pricelist, which the companies"
        " have as customers here. Read each night; nothing is changed at Shopify.",
    )
    catalog_trouble = fields.Char(readonly=True, copy=False)
    catalog_ids = fields.One2many("shopify.catalog", "shop_id", "Catalogues")

    def write(self, vals):
        res = super().write(vals)
        if vals.get("sync_catalogs"):
            self.sudo()._switch_pricelists_on()
            self._enqueue_catalogs()
        elif "sync_catalogs" in vals:
            # What nobody reads any more must not be taken for the shop's prices.
            self.sudo()._leave_catalogs()
        return res

    def unlink(self):
        self.sudo()._leave_catalogs()
        return super().unlink()

    def _leave_catalogs(self):
        """Archive the catalogues' pricelists and take them from the companies."""
        self.catalog_ids._retire()
        for shop in self:
            shop._give_catalog_prices()
        self.filtered("catalog_trouble").catalog_trouble = False

    @api.model
    def _switch_pricelists_on(self):
        """Let users see pricelists, as the setting of that name does."""
        users = self.env.ref("base.group_user")
        pricelists = self.env.ref("product.group_product_pricelist")
        if pricelists not in users.trans_implied_ids:
            users._apply_group(pricelists)
            self.env["res.company"].search([])._activate_or_create_pricelists()

    def _catalog_pricelists(self):
        """Return the pricelists of the shop's catalogues, archived ones too."""
        catalogs = self.env["shopify.catalog"].with_context(active_test=False)
        return catalogs.search([("shop_id", "in", self.ids)]).pricelist_id

    # === Sweep === #

    @api.model
    def _cron_catalogs(self):
        """Read the catalogues of all connected shops that want it."""
        self.search([("state", "=", "connected")])._enqueue_catalogs()

    def _enqueue_catalogs(self):
        wanted = self.filtered(lambda s: s.sync_catalogs and s.state == "connected")
        for shop in wanted.sudo():
            shop.with_delay(
                identity_key=f"shopify-catalogs-{shop.id}",
                description=_("Read catalogues: %s", shop.display_name),
            )._attempt("_sweep_catalogs")

    def _sweep_catalogs(self):
        """Bring the list of catalogues to what the shop has; safe to repeat.

        A shop without B2B, or an app that may not see it, is no failure of the
        connection: everything else goes on.
        """
        if not self.sync_catalogs:
            return
        with self._telling_of_catalogs():
            catalogs = list(self._client().catalogs())
            if self.catalog_trouble:
                self.catalog_trouble = False
            self.env["shopify.catalog"]._take_in_all(self, catalogs)

    @contextmanager
    def _telling_of_catalogs(self):
        """Show on the shop that it has no catalogues for the app, and go on."""
        try:
            yield
        except UnauthorizedError as error:
            if error.code != "ACCESS_DENIED":
                raise
            self.catalog_trouble = said(self.env, error)

    def _enqueue_giving_prices(self):
        # A job of its own: it has to see what all the catalogues say.
        for shop in self:
            shop.with_delay(
                identity_key=f"shopify-catalog-customers-{shop.id}",
                description=_("Give companies their pricelists: %s", shop.display_name),
            )._attempt("_give_catalog_prices")

    def _give_catalog_prices(self):
        self.env["shopify.catalog.location"]._give_prices(self)

    def _check_rate(self, currency):
        """Stop where amounts in a currency have no exchange rate.

        Without a rate Odoo would take one for one, and nobody would see it.

        :raise BlockedError: somebody has to enter one
        """
        company = self.company_id
        if currency == company.currency_id:
            return
        rates = currency.rate_ids
        if not rates.filtered(lambda r: not r.company_id or r.company_id == company):
            raise BlockedError(
                "currency_without_rate",
                _("There is no exchange rate for %s.", currency.name),
                advice=_("Enter one under Currencies, then try again."),
                subject=f"rate:{currency.name}",
            )

    # === Buttons === #

    def action_fetch_catalogs(self):
        """Read the catalogues now."""
        self._may_start()
        self._enqueue_catalogs()
        return self._notification(_("The catalogues arrive in a moment."))

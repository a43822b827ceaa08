from odoo import _, api, fields, models

from .shopify_product_flow import write_differing


class ShopifyChannel(models.Model):
    """A sales channel of a shop: where it shows products to customers."""

    _name = "shopify.channel"
    _description = "Shopify Sales Channel"
    _order = "shop_id, name, id"

    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    active = fields.Boolean(
        default=True, readonly=True, help="Archived once the shop has it no more."
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Sales Channel", required=True, readonly=True)

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This sales channel is known already."),
    ]

    @api.depends("name", "shop_id")
    def _compute_display_name(self):
        shops = self.env["shopify.shop"].sudo().search([], limit=2)
        for channel in self:
            # With one shop its name says nothing.
            parts = (channel.name, channel.shop_id.sudo().name)[: len(shops) or 1]
            channel.display_name = ", ".join(filter(None, parts))

    @api.model
    def _take_in_all(self, shop, named):
        """Have the sales channels that the shop has, no others.

        :param named: ``{gid: name}``
        """
        everything = self.with_context(active_test=False)
        known = everything.search([("shop_id", "=", shop.id)]).grouped("gid")
        gone = self.browse(row.id for gid, row in known.items() if gid not in named)
        gone.filtered("active").active = False
        for gid in named.keys() & known.keys():
            write_differing(known[gid], {"name": named[gid], "active": True})
        new = [gid for gid in named if gid not in known]
        self.create([{"shop_id": shop.id, "gid": g, "name": named[g]} for g in new])


class ShopifyShop(models.Model):
    """How a shop's sales channels become known."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    sync_channels = fields.Boolean(
        "Read Sales Channels",
        copy=False,
        help="Each product says on which of the shop's sales channels it is shown, such"
        " as the online store or the point of sale. The app needs the permission"
        " read_publications, and write_publications when Odoo decides.",
    )
    channel_ids = fields.One2many("shopify.channel", "shop_id", "The Shop's Channels")

    def write(self, vals):
        res = super().write(vals)
        if vals.get("sync_channels"):
            # Said now, to who turns it on: a call without permission stops the shop.
            connected = self.filtered(lambda shop: shop.state == "connected")
            for shop in connected:
                with shop._service_errors():
                    shop.sudo()._check_connection()
            connected._enqueue_channels()
        return res

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        if not self.sync_channels:
            return scopes
        tells = self.send_products and self.owner_channels == "odoo"
        more = {"write_publications"} if tells else set()
        return scopes | more | {"read_publications"}

    @api.model
    def _cron_channels(self):
        """Read the sales channels of all connected shops that want it."""
        self.search([("state", "=", "connected")])._enqueue_channels()

    def _enqueue_channels(self):
        for shop in self.filtered("sync_channels").sudo():
            shop.with_delay(
                identity_key=f"shopify-channels-{shop.id}",
                description=_("Read sales channels: %s", shop.display_name),
            )._attempt("_sweep_channels")

    def _sweep_channels(self):
        """Bring the list of channels, and what is shown there, to what the shop has."""
        named = dict(self._client().channels())
        self.env["shopify.channel"]._take_in_all(self, named)
        domain = [("shop_id", "=", self.id), ("status", "!=", "DELETED")]
        domain += [("gid", "!=", False)]
        self.env["shopify.product"].search(domain)._see_channels()

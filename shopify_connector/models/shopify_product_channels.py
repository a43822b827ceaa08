import hashlib

from odoo import _, fields, models
from odoo.fields import Command


class ProductTemplate(models.Model):
    _inherit = "product.template"

    shopify_channel_ids = fields.Many2many(
        "shopify.channel",
        string="Sales Channels",
        copy=False,
        groups="o2c_base.group_user",
        help="Where the shop shows the product, once it is on sale.",
    )


class ShopifyProduct(models.Model):
    """On which sales channels of its shop a product is shown.

    What is added at Shopify is added here, too, so that it can be taken off: nothing
    that the shop did meanwhile is undone.
    """

    _inherit = "shopify.product"

    channel_ids = fields.Many2many(
        "shopify.channel", string="Shown On", readonly=True, copy=False
    )
    sent_channel_ids = fields.Many2many(
        "shopify.channel",
        "shopify_product_sent_channel_rel",
        readonly=True,
        copy=False,
        help="Taken off at Shopify once they go here.",
    )

    channel_template_id = fields.Many2one(
        "product.template", readonly=True, copy=False, ondelete="set null"
    )

    # === What Shopify says === #

    def _heard(self, products):
        res = super()._heard(products)
        self._see_channels()
        return res

    def _see_channels(self):
        """Take over where Shopify shows these products; one question for fifty."""
        for shop, rows in self.grouped("shop_id").items():
            if not shop.sync_channels:
                continue
            shown = shop._client().channels_of(rows.mapped("gid"))
            ids = {channel.gid: channel.id for channel in shop.channel_ids}
            for row in rows.filtered(lambda r, shown=shown: r.gid in shown):
                gids = [gid for gid in shown[row.gid] if gid in ids]
                row._take_channels(row.channel_ids.browse(ids[gid] for gid in gids))

    def _take_channels(self, theirs):
        template = self._said_by()
        if not template:
            return
        self._begin_with(template)
        new, gone = theirs - self.channel_ids, self.channel_ids - theirs
        if new or gone:
            self.channel_ids = [Command.set(theirs.ids)]
        if self.shop_id.owner_channels == "shopify":
            ours = self._wanted_channels()
            new, gone = theirs - ours, ours - theirs
        else:
            gone = gone.browse()
            self._mark_sent(self.sent_channel_ids | new)
        commands = [Command.link(row.id) for row in new - template.shopify_channel_ids]
        commands += [Command.unlink(row.id) for row in gone]
        if commands:
            template.shopify_channel_ids = commands

    def _begin_with(self, template):
        """Forget what another product in Odoo said: this one takes over all first."""
        if self.channel_template_id != template:
            nothing = [Command.clear()]
            self.write({"channel_ids": nothing, "sent_channel_ids": nothing})
            self.channel_template_id = template

    def _said_by(self):
        return self.template_id or self.source_template_id

    # === What Odoo wants === #

    def _wanted_channels(self):
        """Return the channels of this shop that somebody chose here."""
        return self._said_by().shopify_channel_ids.filtered(
            lambda row: row.shop_id == self.shop_id
        )

    def _channels_to_move(self):
        """Return the channels on which the product is to be shown, and no more."""
        none = self.env["shopify.channel"]
        shop = self.shop_id
        if not shop.sync_channels or shop.owner_channels != "odoo":
            return none, none
        wanted = self._wanted_channels()
        off = self.sent_channel_ids - wanted
        return wanted - self.channel_ids, off & self.channel_ids

    def _send_new(self):
        chosen = self.shop_id.sync_channels and self._wanted_channels()
        done = super()._send_new()
        if done and chosen:
            # Shopify shows new products by itself here and there: not this one.
            everywhere = [Command.set(self.shop_id.channel_ids.ids)]
            self._begin_with(self.source_template_id)
            self.write({"channel_ids": everywhere, "sent_channel_ids": everywhere})
        return done

    def _send_differing(self, client, product):
        res = super()._send_differing(client, product)
        more, off = self._channels_to_move()
        client.show_on(self.gid, more.mapped("gid"))
        client.take_off(self.gid, off.mapped("gid"))
        if self.shop_id.sync_channels and self.shop_id.owner_channels == "odoo":
            if more or off:
                now = self.channel_ids + more - off
                self.channel_ids = [Command.set(now.ids)]
            self._mark_sent(self._wanted_channels())
            self.sent_digest = self._wanted_digest()
        return res

    def _mark_sent(self, channels):
        if channels != self.sent_channel_ids:
            self.sent_channel_ids = [Command.set(channels.ids)]

    def _wanted_digest(self):
        digest = super()._wanted_digest()
        more, off = self._channels_to_move()
        if not more | off:
            return digest
        words = f"{digest} {sorted(more.ids)} {sorted(off.ids)} channels"
        return hashlib.sha256(words.encode()).hexdigest()

    def _preview_lines(self, product):
        yield from super()._preview_lines(product)
        more, off = self._channels_to_move()
        if more | off:
            yield {
                "what": _("Sales Channels"),
                "theirs": ", ".join(self.channel_ids.mapped("name")),
                "ours": ", ".join((self.channel_ids + more - off).mapped("name")),
            }

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ShopifyPublish(models.TransientModel):
    """Shows many products on sales channels of a shop, or shows them there no more."""

    _name = "shopify.publish"
    _description = "Shopify Sales Channels of Products"
    _rec_name = "shop_id"

    shop_id = fields.Many2one(
        "shopify.shop",
        required=True,
        ondelete="cascade",
        domain="[('sync_channels', '=', True)]",
        default=lambda self: self.env["shopify.shop"].search(
            [], order="sync_channels desc, id", limit=1
        ),
    )
    company_id = fields.Many2one(related="shop_id.company_id")
    how = fields.Selection(
        [("show", "Show on the Channels"), ("hide", "Take Off the Channels")],
        "What to Do",
        default="show",
        required=True,
    )
    channel_ids = fields.Many2many(
        "shopify.channel",
        string="Sales Channels",
        domain="[('shop_id', '=', shop_id)]",
    )
    product_ids = fields.Many2many("product.template", string="Products")

    @api.onchange("shop_id")
    def _onchange_shop_id(self):
        self.channel_ids = self.channel_ids.filtered(
            lambda row: row.shop_id == self.shop_id
        )

    def action_apply(self):
        """Write the choice to the products; the shop is told when Odoo decides.

        :raise UserError: nothing was chosen, or the shop's channels are not read
        """
        if not self.shop_id.sync_channels:
            raise UserError(
                _("Tick “Read Sales Channels” on the shop's page Products first.")
            )
        if not self.channel_ids:
            raise UserError(_("Choose a sales channel."))
        command = Command.link if self.how == "show" else Command.unlink
        commands = [command(channel.id) for channel in self.channel_ids]
        self.product_ids.write({"shopify_channel_ids": commands})
        if self.shop_id.owner_channels != "odoo":
            words = _("At this shop Shopify decides about sales channels.")
            return self.shop_id._notification(words, "warning")
        if not self.shop_id.send_products:
            words = _("The shop is not told: “Change Products at Shopify” is off.")
            return self.shop_id._notification(words, "warning")
        return self.shop_id._notification(_("The shop is told in a moment."))

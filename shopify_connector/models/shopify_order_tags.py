from collections import defaultdict

from odoo import fields, models
from odoo.fields import Command

from .tags import FROM_SHOP, named


class ShopifyShop(models.Model):
    """Which of Shopify's tags are taken over."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    take_order_tags = fields.Boolean(
        "Order Tags",
        help="Tags of an order at Shopify become tags of its sales order, and follow"
        " their changes. Tags that somebody adds here stay.",
    )
    take_customer_tags = fields.Boolean(
        "Customer Tags",
        help="Tags of a customer at Shopify become tags of the contact with each order."
        " None is taken away.",
    )


class ShopifyOrder(models.Model):
    """Tags of an order and of its customer."""

    _inherit = "shopify.order"

    seen_tags = fields.Json(readonly=True, help="The tags that were taken over last.")

    def _keep(self, order):
        res = super()._keep(order)
        if self.shop_id.take_order_tags and set(order.tags) != set(
            self.seen_tags or ()
        ):
            self._follow_tags(order.tags)
            self.seen_tags = list(order.tags)
        return res

    def _follow_tags(self, names):
        """Add and take off what Shopify added and took off since the last time."""
        if not self.sale_order_id:
            return
        off = set(self.seen_tags or ()) - set(names)
        new = [name for name in names if name not in (self.seen_tags or ())]
        own = self.sale_order_id.with_context(lang="en_US").tag_ids
        gone = own.filtered(lambda tag: tag.name in off)
        # What somebody took off here before is not brought back by another's change.
        dropped = self.env["shopify.tagged"]._dropped(self.sale_order_id)
        wanted = named(
            self.env["crm.tag"], [n for n in new if n.lower() not in dropped]
        )
        told = self.sale_order_id.with_context(**{FROM_SHOP: True})
        told.tag_ids = (own - gone) | wanted

    def _sale_order_vals(self, order, words, partners):
        vals = super()._sale_order_vals(order, words, partners)
        if self.shop_id.take_order_tags and order.tags:
            tags = named(self.env["crm.tag"], order.tags)
            vals["tag_ids"] = [Command.set(tags.ids)]
        return vals

    def _create_sale_orders(self, theirs):
        res = super()._create_sale_orders(theirs)
        of_shops = self.filtered("shop_id.take_customer_tags")
        of_shops._tag_customers(theirs)
        return res

    def _tag_customers(self, theirs):
        """Put the tags of the customers on their contacts, one write a tag."""
        wanted = defaultdict(self.env["res.partner"].browse)
        self = self.with_context(**{FROM_SHOP: True})
        for order in self:
            for name in theirs[order].customer_tags:
                wanted[name] |= order.sale_order_id.partner_id
        tags = named(self.env["res.partner.category"], list(wanted))
        for tag, partners in zip(tags, wanted.values(), strict=True):
            without = partners.filtered(lambda p, tag=tag: tag not in p.category_id)
            without.category_id = [Command.link(tag.id)]

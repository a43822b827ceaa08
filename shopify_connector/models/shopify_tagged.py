from datetime import timedelta

from odoo import _, api, fields, models

from ..lib.tags import differences, tags_from_payload
from .tags import FROM_SHOP

#: seconds in which changes gather before they are sent together
GATHER = 15


class ShopifyTagged(models.Model):
    """An order or customer at Shopify that is told which tags a person changed here.

    Three sides are compared: the tags that were here when it was told last, those that
    are here now, and those that Shopify has. So only what a person added or took off
    is sent, and what the shop did meanwhile stays.
    """

    _name = "shopify.tagged"
    _description = "Shopify Tags of an Order or Customer"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"

    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index=True, ondelete="cascade"
    )
    known = fields.Json(readonly=True, help="The tags here when they were sent last.")

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "Its tags are known already."),
    ]

    @api.depends("sale_order_id", "partner_id")
    def _compute_display_name(self):
        for row in self:
            thing = row._thing()
            row.display_name = _("Tags of %s", thing.display_name)

    def _thing(self):
        return self.sale_order_id or self.partner_id

    @api.model
    def _words(self, record):
        """Return the tags of a sales order or contact; a comma ends one at Shopify."""
        field = "tag_ids" if record._name == "sale.order" else "category_id"
        names = record.with_context(lang="en_US")[field].mapped("name")
        return list(tags_from_payload(w for name in names for w in name.split(",")))

    def _base(self):
        return (self.known or {}).get("words", [])

    # === Hearing of changes here === #

    @api.model
    def _rows_of(self, records):
        """Return the rows of those records whose shop is told of their tags."""
        is_order = records._name == "sale.order"
        option = "send_order_tags" if is_order else "send_customer_tags"
        field = "sale_order_id" if is_order else "partner_id"
        if not self.env["shopify.shop"].search_count([(option, "=", True)], limit=1):
            return self.browse()
        domain = [(field, "in", records.ids), (f"shop_id.{option}", "=", True)]
        rows = self.search(domain)
        return rows | self._rows_of_older(records - rows[field]) if is_order else rows

    @api.model
    def _rows_of_older(self, sale_orders):
        """Make rows for orders that were imported before the shop was told of tags."""
        domain = [("sale_order_id", "in", sale_orders.ids)]
        domain += [("shop_id.send_order_tags", "=", True)]
        return self._watch_orders(self.env["shopify.order"].search(domain))

    @api.model
    def _watch_orders(self, orders):
        """Keep which tags orders have now: later ones are a person's."""
        return self._watch(
            [(order.shop_id, order.gid, order.sale_order_id) for order in orders]
        )

    @api.model
    def _watch(self, things):
        """Return new rows; what is watched already is left out.

        :param things: ``[(shop, gid, sales order or contact)]``
        """
        wanted = {(shop.id, gid): thing for shop, gid, thing in things if thing}
        domain = [("gid", "in", [gid for _shop, gid in wanted])]
        there = {(row.shop_id.id, row.gid) for row in self.search(domain)}
        names = {"sale.order": "sale_order_id", "res.partner": "partner_id"}
        return self.create(
            [
                {
                    "shop_id": key[0],
                    "gid": key[1],
                    names[thing._name]: thing.id,
                    "known": {"words": self._words(thing)},
                }
                for key, thing in wanted.items()
                if key not in there
            ]
        )

    @api.model
    def _dropped(self, record):
        """Return the tags, in small letters, that a person took off here lately."""
        rows = self.search([("sale_order_id", "=", record.id)])
        here = {word.lower() for word in self._words(record)}
        return {word.lower() for row in rows for word in row._base()} - here

    def _snapshot(self):
        return {row: self._words(row._thing()) for row in self}

    @api.model
    def _compare(self, before):
        """Send what a person changed; what came from Shopify is known there.

        :param before: ``{row: its tags before}``
        """
        for row, words in before.items():
            now = self._words(row._thing())
            if set(now) == set(words):
                continue
            if not self.env.context.get(FROM_SHOP):
                row._enqueue()
                continue
            gone = {w.lower() for w in words} - {w.lower() for w in now}
            kept = [word for word in row._base() if word.lower() not in gone]
            new = [word for word in now if word not in words]
            row.known = {"words": list(tags_from_payload((*kept, *new)))}

    # === Telling Shopify === #

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        self._enqueue(seconds=0)

    def _enqueue(self, seconds=GATHER):
        for row in self:
            row.with_delay(
                eta=timedelta(seconds=seconds),
                identity_key=f"shopify-tags-{row.id}",
                description=_("Send tags: %s", row._thing().display_name),
            )._attempt("_send")

    def _gid(self):
        # A draft that became an order has another id by now.
        orders = self.sale_order_id.shopify_order_ids
        return orders.filtered(lambda o: o.shop_id == self.shop_id)[:1].gid or self.gid

    def _is_told(self):
        shop = self.shop_id
        return shop.send_order_tags if self.sale_order_id else shop.send_customer_tags

    def _send(self):
        """Put on and take off at Shopify what a person did here since the last time.

        Shopify is asked first, so a second time finds nothing to tell.
        """
        if not self._is_told():
            return
        client, gid = self.shop_id._client(), self._gid()
        theirs = client.tags_of(gid)
        if theirs is None:
            return
        ours = self._words(self._thing())
        more, off = differences(self._base(), ours, theirs)
        client.add_tags(gid, more)
        client.remove_tags(gid, off)
        self.known = {"words": ours}


class ShopifyShop(models.Model):
    """Which tags of Odoo a shop is told of."""

    _inherit = "shopify.shop"

    send_order_tags = fields.Boolean(
        copy=False,
        help="Tags that somebody puts on a sales order here, or takes off, are put on"
        " or taken off at Shopify. The app needs the permission write_orders.",
    )
    send_customer_tags = fields.Boolean(
        copy=False,
        help="The same for contacts, from their next order on. The app needs the"
        " permission write_customers.",
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("send_order_tags") or vals.get("send_customer_tags"):
            # Said now, to who turns it on: a call without permission stops the shop.
            for shop in self.filtered(lambda shop: shop.state == "connected"):
                with shop._service_errors():
                    shop.sudo()._check_connection()
        return res

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        orders = {"write_orders"} if self.send_order_tags else set()
        customers = {"write_customers"} if self.send_customer_tags else set()
        return scopes | orders | customers


class ShopifyOrder(models.Model):
    """Tags of new orders and their customers: what is there now is known."""

    _inherit = "shopify.order"

    def _create_sale_orders(self, theirs):
        res = super()._create_sale_orders(theirs)
        tagged = self.env["shopify.tagged"]
        told = self.filtered("shop_id.send_order_tags")
        if told:
            tagged._watch_orders(told)
        customers = [
            (order.shop_id, theirs[order].customer_gid, order.sale_order_id.partner_id)
            for order in self.filtered("shop_id.send_customer_tags")
            if theirs[order].customer_gid
        ]
        if customers:
            tagged._watch(customers)
        return res


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        if "tag_ids" not in vals:
            return super().write(vals)
        tagged = self.env["shopify.tagged"].sudo()
        before = tagged._rows_of(self.sudo())._snapshot()
        res = super().write(vals)
        tagged._compare(before)
        return res


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if "category_id" not in vals:
            return super().write(vals)
        tagged = self.env["shopify.tagged"].sudo()
        before = tagged._rows_of(self.sudo())._snapshot()
        res = super().write(vals)
        tagged._compare(before)
        return res

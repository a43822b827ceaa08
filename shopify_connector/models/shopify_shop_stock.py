from collections import defaultdict
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import SQL

#: seconds in which changes gather before they are sent together
GATHER = 15
#: changed products, or compared variants, of one job
PER_JOB = 1000


class ShopifyShop(models.Model):
    """Where a shop's goods lie, and how it is told how many there are."""

    # Keys, orders and stock are stories of their own, each in its file.
    _inherit = "shopify.shop"

    foreign_fulfillment = fields.Selection(
        [("tell", "Tell a Person"), ("deliver", "Validate the Delivery")],
        "Sent by Others",
        default="tell",
        required=True,
        help="What somebody sent in Shopify's own pages or from another warehouse.",
    )
    tell_journey = fields.Boolean(
        "Tell Where Parcels Are",
        help="Shopify shows the customer when a parcel is on its way, being delivered"
        " and delivered. The app needs the permission write_fulfillments.",
    )
    location_ids = fields.One2many("shopify.location", "shop_id", "Locations")
    send_stock = fields.Boolean(
        copy=False,
        help="Shopify shows what Odoo has. Leave it off until the locations and the"
        " stock in Odoo are right: what Shopify shows is overwritten.",
    )
    stock_counts = fields.Selection(
        [
            ("on_hand", "What Is There"),
            ("forecast", "What Is There and Will Arrive"),
        ],
        "Can Be Sold",
        default="on_hand",
        required=True,
        help="Always less all that customers were promised.",
    )
    safety_stock = fields.Integer(
        "Keep Back",
        help="So many units of each product are not shown. A product can keep back"
        " more.",
    )
    repair_stock = fields.Boolean(
        "Mend Differences",
        default=True,
        help="What the nightly comparison finds different is sent by itself.",
    )
    stock_compared_at = fields.Datetime("Stock Compared On", readonly=True, copy=False)
    stock_differing_count = fields.Integer(compute="_compute_stock_differing_count")

    def _compute_stock_differing_count(self):
        groups = self.env["shopify.stock"]._read_group(
            [("shop_id", "in", self.ids), ("state", "in", ("differs", "problem"))],
            ["shop_id"],
            ["__count"],
        )
        counts = {shop.id: count for shop, count in groups}
        for shop in self:
            shop.stock_differing_count = counts.get(shop.id, 0)

    def write(self, vals):
        res = super().write(vals)
        if {"send_stock", "stock_counts", "safety_stock"} & set(vals):
            # Each product may have to show another number now.
            for shop in self.filtered("send_stock"):
                shop._enqueue_comparison()
        if vals.get("send_stock") or vals.get("tell_journey"):
            # Said now, to who turns it on: a call without permission stops the shop.
            for shop in self.filtered(lambda shop: shop.state == "connected"):
                with shop._service_errors():
                    shop.sudo()._check_connection()
        return res

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        if self.send_stock:
            scopes |= {"read_inventory", "write_inventory"}
        if self.tell_journey:
            scopes |= {"write_fulfillments"}
        return scopes

    # === Locations === #

    def _on_connected(self):
        res = super()._on_connected()
        self._fetch_locations()
        return res

    def _fetch_locations(self):
        """Read the shop's locations; rows appear, change their name or close.

        :return: all ``shopify.location`` of the shop, closed ones included
        """
        nodes = list(self._client().locations())
        return self.env["shopify.location"].sudo()._take_in(self, nodes)

    def action_fetch_locations(self):
        """Read the shop's locations now."""
        self._may_start()
        with self._service_errors():
            locations = self._fetch_locations()
        count = len(locations.filtered("active"))
        return self._notification(_("%s locations at Shopify.", count), "success")

    def _stock_locations(self):
        """Return the locations whose stock Odoo looks after."""
        return self.location_ids.filtered(lambda location: location._shelf())

    # === Changes === #

    def _enqueue_stock(self, seconds=GATHER):
        """Have the changes sent; what comes meanwhile goes along."""
        self.with_delay(
            eta=timedelta(seconds=seconds),
            identity_key=f"shopify-stock-{self.id}-{bool(seconds)}",
            description=_("Send stock: %s", self.display_name),
        )._attempt("_send_changed_stock")

    def _send_changed_stock(self):
        """Tell the shop the stock of all products that changed.

        The list of changes shrinks in this transaction: should it fail, all of them
        are sent again, and what the shop shows already is not written again.
        """
        changes = self.env["shopify.stock.change"]
        products = changes._take(self, PER_JOB)
        if not products or not self.send_stock:
            return
        self._send_stock_of(products | products._shopify_kits_with())
        if changes.search_count([("shop_id", "=", self.id)], limit=1):
            self._enqueue_stock(seconds=0)

    def _send_stock_of(self, products):
        domain = self._stock_domain() + [("product_id", "in", products.ids)]
        variants = self.env["shopify.variant"].search(domain)._counted(self)
        for location in self._stock_locations():
            if variants:
                location._send_stock(variants)

    def _stock_domain(self):
        """Return which variants the shop is told the stock of."""
        return [
            ("shop_id", "=", self.id),
            ("state", "=", "linked"),
            ("send_stock", "=", True),
            # Shopify counts what is made of others by its parts.
            ("bundle", "=", False),
        ]

    # === What the shop sold and Odoo knows of === #

    def _promised(self, products):
        """Return ``{location id: {product id: units}}`` sold and not sent.

        Counts what this shop's confirmed orders wait for, and what left here without
        Shopify having been told yet. Several locations of one warehouse share it: it
        counts for the one that sends online orders, for the others nothing is
        subtracted, which shows too little rather than too much.
        """
        by_warehouse = defaultdict(dict)
        for product_id, warehouse_id, units in self._read_promised(products):
            by_warehouse[warehouse_id][product_id] = float(units)
        locations = self._stock_locations().sorted(
            lambda row: (not row.sells_online, row.id)
        )
        promised = {}
        for warehouse_id, units in by_warehouse.items():
            here = locations.filtered(
                lambda row, w=warehouse_id: row.warehouse_id.id == w
            )
            if here:
                promised[here[0].id] = units
        return promised

    def _read_promised(self, products):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT product_id, warehouse_id, SUM(units)
                     FROM (%s UNION ALL %s) AS promised
                 GROUP BY product_id, warehouse_id""",
                self._sql_waiting(products),
                self._sql_left(products),
            )
        )
        return self.env.cr.fetchall()

    def _sql_waiting(self, products):
        return SQL(
            """SELECT line.product_id, sale.warehouse_id,
                      line.product_uom_qty - line.qty_delivered AS units
                 FROM sale_order_line line
                 JOIN sale_order sale ON sale.id = line.order_id
                 JOIN shopify_order theirs ON theirs.sale_order_id = sale.id
                WHERE theirs.shop_id = %s
                  AND sale.state = 'sale'
                  AND line.product_id = ANY(%s)
                  AND line.product_uom_qty > line.qty_delivered""",
            self.id,
            products.ids,
        )

    def _sql_left(self, products):
        # Waiting for a tracking number takes days at most; what is older and was
        # never planned is no news for Shopify.
        return SQL(
            """SELECT move.product_id, sale.warehouse_id, move.product_qty AS units
                 FROM stock_move move
                 JOIN sale_order_line line ON line.id = move.sale_line_id
                 JOIN sale_order sale ON sale.id = line.order_id
                 JOIN shopify_order theirs ON theirs.sale_order_id = sale.id
                 JOIN stock_location place ON place.id = move.location_dest_id
            LEFT JOIN shopify_fulfillment told ON told.picking_id = move.picking_id
                WHERE theirs.shop_id = %s
                  AND move.state = 'done'
                  AND place.usage = 'customer'
                  AND line.shopify_line_gid IS NOT NULL
                  AND move.product_id = ANY(%s)
                  AND (told.state != 'done'
                       OR told.id IS NULL AND move.date > %s)""",
            self.id,
            products.ids,
            fields.Datetime.now() - timedelta(days=14),
        )

    # === Comparison === #

    @api.model
    def _cron_compare_stock(self):
        """Compare all stock of all connected shops, and read their locations."""
        for shop in self.search([("state", "=", "connected")]):
            shop.with_delay(
                identity_key=f"shopify-locations-{shop.id}",
                description=_("Read locations: %s", shop.display_name),
            )._attempt("_fetch_locations")
            if shop.send_stock:
                shop._enqueue_comparison()

    def _enqueue_comparison(self, after=0):
        self.sudo().with_delay(
            identity_key=f"shopify-compare-{self.id}-{after}",
            description=_("Compare stock: %s", self.display_name),
        )._attempt("_compare_all_stock", after)

    def _compare_all_stock(self, after=0):
        """Compare the next thousand variants with the shop, and have wrong ones sent.

        :param after: id of the variant that was compared last
        """
        domain = self._stock_domain() + [("id", ">", after)]
        variants = self.env["shopify.variant"].search(domain, order="id", limit=PER_JOB)
        rows = self.env["shopify.stock"]
        counted = variants._counted(self)
        for location in self._stock_locations():
            rows |= location._compare_stock(counted)
        self._mend(rows)
        if len(variants) == PER_JOB:
            self._enqueue_comparison(variants[-1].id)
        else:
            self.stock_compared_at = fields.Datetime.now()

    def _mend(self, rows):
        wrong = rows.filtered(
            lambda row: (
                row.state == "differs"
                or (row.state == "not_stocked" and row.wanted_quantity)
            )
        )
        if wrong and self.repair_stock:
            self.env["shopify.stock.change"]._note(wrong.product_id.ids, self)
            self._enqueue_stock(seconds=0)

    # === Buttons === #

    def action_compare_stock(self):
        """Compare all stock now."""
        self._may_start()
        self._enqueue_comparison()
        return self._notification(_("The stock is being compared."))

    def action_mend_stock(self):
        """Send all that differs."""
        self._may_start()
        domain = [("shop_id", "=", self.id), ("state", "in", ("differs", "problem"))]
        self.env["shopify.stock"].search(domain).action_send()
        return self._notification(_("The stock is being sent."))

    def action_show_stock(self):
        """Show the shop's stock; first what differs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "shopify_connector.shopify_stock_action"
        )
        context = {"search_default_differs": bool(self.stock_differing_count)}
        return {**action, "domain": [("shop_id", "=", self.id)], "context": context}

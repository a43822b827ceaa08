from collections import Counter

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError, RejectedError

from ..lib import fulfillment as lib


class ShopifyFulfillment(models.Model):
    """A delivery that Shopify is told about, once; or that Shopify told us about."""

    _name = "shopify.fulfillment"
    _description = "Shopify Fulfilment"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"
    _rec_name = "picking_id"

    order_id = fields.Many2one(
        "shopify.order", required=True, readonly=True, ondelete="restrict", index=True
    )
    shop_id = fields.Many2one(related="order_id.shop_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    picking_id = fields.Many2one(
        "stock.picking", "Delivery", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("blocked", "Needs Attention"),
            ("done", "At Shopify"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    gid = fields.Char("Shopify ID", readonly=True, copy=False)
    name = fields.Char("Name at Shopify", readonly=True)
    tracking_reference = fields.Char("Tracking Number", readonly=True)
    part_ids = fields.One2many(
        "shopify.fulfillment.part", "fulfillment_id", "At Shopify", readonly=True
    )
    sent_elsewhere = fields.Boolean(
        readonly=True, help="Somebody else sent it and told Shopify."
    )

    _sql_constraints = [
        ("picking_unique", "unique(picking_id)", "Shopify was told about it already."),
    ]

    @api.depends("picking_id.name", "name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.picking_id.name or row.name or ""

    @api.model
    def _plan(self, picking, order):
        """Have Shopify told about a delivery, once."""
        if not self.search_count([("picking_id", "=", picking.id)], limit=1):
            values = {"picking_id": picking.id, "order_id": order.id}
            self.create({**values, "journey": picking.shopify_journey})._enqueue()

    def _enqueue(self):
        for fulfillment in self:
            fulfillment.with_delay(
                identity_key=f"shopify-fulfillment-{fulfillment.id}",
                description=_("Tell Shopify: %s", fulfillment.display_name),
            )._attempt("_push")

    # === Work and its outcome === #

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        self.filtered(lambda f: f.state == "blocked").state = "waiting"
        self.filtered("sent_elsewhere")._enqueue_taking_in()
        self.filtered(lambda f: not f.sent_elsewhere)._enqueue()

    def _on_blocked(self, reason):
        self.state = "blocked"

    def _on_done(self, method):
        self.state = "done"
        # What the shop sold and had not sent is another number now.
        products = self.picking_id.move_ids.product_id
        self.env["shopify.stock.change"]._hear_of(products.ids)

    def _push(self):
        """Fulfil at Shopify what the delivery took away.

        Shopify would take the same fulfilment twice, so it is asked first what it has:
        a former try may have arrived although its answer did not. What left from one
        of its locations is one fulfilment, so a delivery can become several.
        """
        self._lock()
        if self.gid and not self.part_ids:
            return  # told before deliveries had parts
        left = self._quantities() - self._told()
        if not +left:
            return
        client = self.shop_id._client()
        theirs = self._adopt(self._read(client), left)
        self._move_home(client, theirs, left)
        while +left:
            self._send_part(client, left)

    def _lock(self):
        self.env.cr.execute(
            "SELECT id FROM shopify_fulfillment WHERE id = %s FOR UPDATE", [self.id]
        )

    def _quantities(self):
        """Return ``{line gid: units}`` of what left with the delivery.

        :raise BlockedError: nothing of it is a line of the order at Shopify
        """
        moves = self.picking_id.move_ids.filtered(lambda m: m.state == "done")
        lines = moves.sale_line_id.filtered("shopify_line_gid")
        if not lines:
            raise self._cannot(_("No product of this delivery is in the order there."))
        quantities = Counter()
        for line in lines:
            units = self._units_sent(line, moves)
            quantities[line.shopify_line_gid] += round(units)
        return +quantities

    def _units_sent(self, line, moves):
        """Return what of a line left with the delivery, in units of the line.

        A kit counts when its last part leaves: with that delivery Shopify is told.
        """
        before = self.env["stock.move"]
        if line._shopify_moves_as_parts(moves):
            before = self._earlier().picking_id.move_ids.filtered(
                lambda move: move.state == "done"
            )

        def left(of_moves):
            return line._shopify_units_in(of_moves, lambda move: move.quantity)

        return left(before | moves) - (left(before) if before else 0)

    def _earlier(self):
        """Return the deliveries of the order that Shopify was to be told of before."""
        return self.order_id.fulfillment_ids.filtered(
            lambda row: row.picking_id and row.id < self.id
        )

    def _told(self):
        """Return ``{line gid: units}`` that Shopify was told of this delivery."""
        told = Counter()
        for part in self.part_ids:
            told.update(part.lines or {})
        return told

    def _read(self, client):
        theirs = client.fulfillment_state(self.order_id.gid)
        if theirs is None:
            raise self._cannot(_("The order was deleted at Shopify."))
        return theirs

    def _adopt(self, theirs, left):
        """Take over what Shopify has of this delivery already; return its state."""
        numbers = lib.tracking_numbers(self.picking_id.carrier_tracking_ref)
        known = self.order_id._known_fulfillments() - set(
            self._unplaced().mapped("gid")
        )
        while found := self._find_existing(theirs, numbers, left, known):
            known.add(found["id"])
            lines = lib.sent_lines(found)
            location = (found["location"] or {}).get("id")
            self._keep_part(found, lines, location)
            self._unplaced()._is_placed(found["id"])
            left.subtract(lines)
        return theirs

    def _find_existing(self, theirs, numbers, left, known):
        """Return a fulfilment that is this delivery, or a part of it."""
        given = theirs["fulfillments"], numbers, dict(+left), known
        found = lib.find_existing(*given)
        if found or not +left:
            return found
        # A part of it must be there already if the rest of the order is too little.
        is_open = lib.open_units(+left, theirs["fulfillmentOrders"]["nodes"])
        if is_open >= sum((+left).values()):
            return None
        unplaced = set(self._unplaced().mapped("gid")) - known
        for node in theirs["fulfillments"]:
            if node["id"] in unplaced and lib.is_part(lib.sent_lines(node), +left):
                return node
        return lib.find_existing(*given, parts=True)

    def _move_home(self, client, theirs, left):
        """Have Shopify plan the goods where they really left from.

        Otherwise its stock would go down at another place than ours. Where Shopify
        does not want that, it stays with its own plan.
        """
        home = self._home()
        if not home:
            return
        orders = theirs["fulfillmentOrders"]["nodes"]
        if lib.open_units(+left, orders) < sum((+left).values()):
            return
        for gid, lines in lib.to_move(+left, orders, home):
            try:
                client.move_open_lines(gid, home, lines)
            except RejectedError as error:
                self.order_id.shop_id.message_post(
                    body=_(
                        "%(delivery)s left from another location than Shopify planned:"
                        " %(reason)s",
                        delivery=self.display_name,
                        reason=error,
                    )
                )

    def _home(self):
        """Return the gid of the shop's location that the delivery left from."""
        source = self.picking_id.location_id
        for row in self.shop_id._stock_locations():
            shelf = row._shelf()
            if source == shelf or source.parent_path.startswith(shelf.parent_path):
                return row.gid
        rows = self.shop_id._stock_locations().filtered(
            lambda row: row.warehouse_id == self.picking_id.picking_type_id.warehouse_id
        )
        return rows.gid if len(rows) == 1 else None

    def _send_part(self, client, left):
        """Tell Shopify what one of its locations can send of what is left.

        :raise BlockedError: Shopify does not expect it now
        """
        orders = self._read(client)["fulfillmentOrders"]["nodes"]
        parcel = lib.next_parcel(+left, orders, self._home())
        # A part is better than nothing only when the rest has a place, too.
        if not parcel or lib.open_units(+left, orders) < sum((+left).values()):
            raise self._not_expected(lib.holds(+left, orders))
        sent = client.fulfill(self._fulfillment_input(parcel))
        self._keep_part(sent, parcel.lines, parcel.location_gid)
        left.subtract(parcel.lines)

    def _keep_part(self, theirs, lines, location_gid):
        locations = self.shop_id.with_context(active_test=False).location_ids
        self.env["shopify.fulfillment.part"].create(
            {
                "fulfillment_id": self.id,
                "gid": theirs["id"],
                "name": theirs["name"],
                "lines": lines,
                "location_id": locations.filtered(
                    lambda row: row.gid == location_gid
                ).id,
            }
        )
        self.write(
            {
                "gid": self.part_ids[0].gid,
                "name": ", ".join(self.part_ids.mapped("name")),
                "tracking_reference": self.picking_id.carrier_tracking_ref,
            }
        )

    def _fulfillment_input(self, parcel):
        fulfillment = {
            "lineItemsByFulfillmentOrder": parcel.allocation,
            "notifyCustomer": self.shop_id.notify_customer,
        }
        tracking = self._tracking()
        return {**fulfillment, "trackingInfo": tracking} if tracking else fulfillment

    def _tracking(self):
        """Return Shopify's ``FulfillmentTrackingInput``, empty without a number."""
        picking = self.picking_id
        # Parcels with parts of a kit that this delivery completes belong to it.
        untold = self._earlier().filtered(
            lambda row: row.state == "done" and not row.gid and not row.sent_elsewhere
        )
        return lib.tracking_info(
            picking.carrier_tracking_ref,
            picking.carrier_tracking_url,
            picking.carrier_id.name,
            earlier=[
                (sent.carrier_tracking_ref, sent.carrier_tracking_url)
                for sent in untold.picking_id
            ],
        )

    def _not_expected(self, reasons):
        if reasons:
            return self._cannot(_("It is on hold at Shopify: %s.", "; ".join(reasons)))
        return self._cannot(
            _("Shopify does not expect these products, not now or not so many.")
        )

    def _cannot(self, message):
        return BlockedError(
            "cannot_fulfill",
            message,
            advice=_(
                "Look at the order at Shopify: is it on hold, sent or changed? Once it"
                " changes there, this is tried again by itself."
            ),
        )

    def action_push(self):
        """Tell Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._retry_after_exception(None)

from collections import Counter

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.fulfillment import (
    allocate,
    find_existing,
    tracking_info,
    tracking_numbers,
)


class ShopifyFulfillment(models.Model):
    """A delivery that Shopify is told about, once."""

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
        "stock.picking", "Delivery", required=True, readonly=True, ondelete="restrict"
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

    _sql_constraints = [
        ("picking_unique", "unique(picking_id)", "Shopify was told about it already."),
    ]

    @api.model
    def _plan(self, picking, order):
        """Have Shopify told about a delivery, once."""
        if not self.search_count([("picking_id", "=", picking.id)], limit=1):
            self.create({"picking_id": picking.id, "order_id": order.id})._enqueue()

    def _enqueue(self):
        for fulfillment in self:
            fulfillment.with_delay(
                identity_key=f"shopify-fulfillment-{fulfillment.id}",
                description=_("Tell Shopify: %s", fulfillment.picking_id.name),
            )._attempt("_push")

    # === Work and its outcome === #

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        self.filtered(lambda f: f.state == "blocked").state = "waiting"
        self._enqueue()

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
        a former try may have arrived although its answer did not.
        """
        self._lock()
        if self.gid:
            return
        client = self.shop_id._client()
        theirs = client.fulfillment_state(self.order_id.gid)
        if theirs is None:
            raise self._cannot(_("The order was deleted at Shopify."))
        quantities = self._quantities()
        fulfillment = self._find_existing(theirs, quantities) or client.fulfill(
            self._fulfillment_input(theirs, quantities)
        )
        self.write(
            {
                "gid": fulfillment["id"],
                "name": fulfillment["name"],
                "tracking_reference": self.picking_id.carrier_tracking_ref,
            }
        )

    def _lock(self):
        self.env.cr.execute(
            "SELECT id FROM shopify_fulfillment WHERE id = %s FOR UPDATE", [self.id]
        )

    def _quantities(self):
        """Return ``{line gid: units}`` of what left with the delivery.

        :raise BlockedError: nothing of it is a line of the order at Shopify
        """
        quantities = Counter()
        for move in self.picking_id.move_ids.filtered(lambda m: m.state == "done"):
            line = move.sale_line_id
            # Parts of a kit are no lines at Shopify.
            if line.shopify_line_gid and move.product_id == line.product_id:
                units = move.product_uom._compute_quantity(
                    move.quantity, line.product_uom
                )
                quantities[line.shopify_line_gid] += round(units)
        if not +quantities:
            raise self._cannot(_("No product of this delivery is in the order there."))
        return dict(+quantities)

    def _find_existing(self, theirs, quantities):
        others = self.order_id.fulfillment_ids - self
        return find_existing(
            theirs["fulfillments"],
            tracking_numbers(self.picking_id.carrier_tracking_ref),
            quantities,
            set(others.mapped("gid")),
        )

    def _fulfillment_input(self, theirs, quantities):
        """Return Shopify's ``FulfillmentInput``.

        :raise BlockedError: Shopify does not have these units open at one location
        """
        allocation = allocate(quantities, theirs["fulfillmentOrders"]["nodes"])
        if allocation is None:
            raise self._cannot(
                _("Shopify does not expect these products, not now or not together.")
            )
        picking = self.picking_id
        fulfillment = {
            "lineItemsByFulfillmentOrder": allocation,
            "notifyCustomer": self.shop_id.notify_customer,
        }
        tracking = tracking_info(
            picking.carrier_tracking_ref,
            picking.carrier_tracking_url,
            picking.carrier_id.name,
        )
        return {**fulfillment, "trackingInfo": tracking} if tracking else fulfillment

    def _cannot(self, message):
        return BlockedError(
            "cannot_fulfill",
            message,
            advice=_("Look at the order at Shopify: is it on hold, sent or changed?"),
        )

    def action_push(self):
        """Tell Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._retry_after_exception(None)

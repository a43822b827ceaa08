from odoo import _, api, models
from odoo.tools import float_compare

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib import fulfillment as lib


class ShopifyFulfillment(models.Model):
    """What somebody else sent: in Shopify's own pages, or another company."""

    # Telling and being told are two stories, each in its file.
    _inherit = "shopify.fulfillment"

    @api.model
    def _take_in_elsewhere(self, order):
        """Keep that an order has to be looked at for what others sent."""
        row = order.fulfillment_ids.filtered(
            lambda f: f.sent_elsewhere and f.state == "waiting"
        )
        row = row or self.create({"order_id": order.id, "sent_elsewhere": True})
        row._enqueue_taking_in()

    def _enqueue_taking_in(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-taking-in-{row.id}",
                description=_("Take in what others sent: %s", row.order_id.name),
            )._attempt("_take_in")

    def _take_in(self):
        """Make one delivery here of one fulfilment there, or ask a person to.

        :raise BlockedError: a person shall validate the delivery
        """
        self._lock()
        theirs = self._read(self.shop_id._client())
        known = self.order_id._known_fulfillments() - {self.gid}
        found = [
            node
            for node in theirs["fulfillments"]
            if node["status"] == "SUCCESS" and node["id"] not in known
        ]
        if self.gid:
            found = [node for node in found if node["id"] == self.gid]
        if not found:
            return  # cancelled there, or told by us meanwhile
        self._keep_sent(found[0])
        if len(found) > 1:
            others = self.create({"order_id": self.order_id.id, "sent_elsewhere": True})
            others._enqueue_taking_in()
        self._deliver_sent(lib.sent_lines(found[0]), found[0])

    def _keep_sent(self, node):
        numbers = [info["number"] for info in node["trackingInfo"] if info["number"]]
        self.write(
            {
                "gid": node["id"],
                "name": node["name"],
                "tracking_reference": ",".join(numbers),
            }
        )

    def _deliver_sent(self, lines, node):
        sold = self._as_sold(lines, node)
        moves = self._open_moves(sold)
        if not self._are_enough(moves, sold):
            if self._left_here(sold):
                return
            raise self._sent_elsewhere(_("no open delivery here has all of it"), node)
        if self.shop_id.foreign_fulfillment != "deliver":
            raise self._sent_elsewhere(_("the delivery here is still open"), node)
        picking = moves.picking_id
        if len(picking) > 1 or picking.state not in ("assigned", "confirmed"):
            raise self._sent_elsewhere(_("it goes out in several steps here"), node)
        self._validate(picking, moves, sold)
        self._keep_part(node, lines, (node["location"] or {}).get("id"))

    def _unplaced(self):
        """Return what others sent of this order and no delivery here stands for."""
        return self.order_id.fulfillment_ids.filtered(
            lambda row: row.sent_elsewhere and row.gid and not row.part_ids
        )

    def _is_placed(self, gid):
        """A person validated the delivery: what others sent has its place."""
        placed = self.filtered(lambda row: row.gid == gid)
        placed.state = "done"
        self.env["o2c.exception"]._close(placed)

    def _open_moves(self, lines):
        return self.order_id.sale_order_id.picking_ids.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id.usage == "customer"
                and move.sale_line_id.shopify_line_gid in lines
            )
        )

    def _are_enough(self, moves, lines):
        return all(
            float_compare(_units(moves, gid), units, 3) >= 0
            for gid, units in lines.items()
        )

    def _left_here(self, lines):
        """Tell whether all of it left here by hand: then nothing is to do."""
        of_order = self.order_id.sale_order_id.order_line.grouped("shopify_line_gid")
        return all(
            sum(of_order[gid].mapped("qty_delivered")) >= units
            for gid, units in lines.items()
            if gid in of_order
        )

    def _validate(self, picking, moves, lines):
        """Validate what was sent; the rest becomes a delivery of its own."""
        # Somebody else carried it: no label may be bought for it.
        picking.write(
            {"carrier_id": False, "carrier_tracking_ref": self.tracking_reference}
        )
        # Before the validation, which would tell Shopify of a delivery unknown to it.
        self.picking_id = picking
        picking.move_ids.quantity = 0
        left = dict(lines)
        for line in moves.sale_line_id:
            gid = line.shopify_line_gid
            units = min(left[gid], line._shopify_units_in(moves, _demand))
            left[gid] -= units
            for move, quantity in line._shopify_spread(moves, units, _demand).items():
                move.write({"quantity": quantity, "picked": bool(quantity)})
        done = picking.with_context(skip_sms=True, skip_backorder=True)
        done.with_context(shopify_sent_elsewhere=True).button_validate()

    def _block(self, reason, error):
        res = super()._block(reason, error)
        if hasattr(error, "sent"):
            # The work was undone; which fulfilment it was about is not.
            self._keep_sent(error.sent)
        return res

    def _sent_elsewhere(self, why, node):
        error = BlockedError(
            "sent_elsewhere",
            _(
                "%(name)s was sent without Odoo, and %(why)s.",
                name=self.name or self.order_id.name,
                why=why,
            ),
            advice=_(
                "Do not send it again: validate the delivery without a label, then try"
                " again."
            ),
        )
        error.sent = node
        return error


def _units(moves, gid):
    lines = moves.sale_line_id.filtered(lambda line: line.shopify_line_gid == gid)
    return sum(line._shopify_units_in(moves, _demand) for line in lines)


def _demand(move):
    return move.product_uom_qty

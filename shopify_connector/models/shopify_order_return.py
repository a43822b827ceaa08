from odoo import _, models


class ShopifyOrder(models.Model):
    """What cancellations and refunds mean for the goods."""

    _inherit = "shopify.order"

    def _take_back_goods(self, order):
        """Stop what shall not be sent, and expect what comes back, once each.

        :param order: ``lib.payload.ShopifyOrder``
        """
        if order.cancelled and not self.cancelled:
            self._cancel_sale_order()
            self._tell_kept_money(order)
        known = set(self.refund_ids.mapped("gid"))
        for refund in order.settled_refunds:
            if refund.gid not in known:
                self.env["shopify.refund"]._take_in(self, refund)

    def _cancel_sale_order(self):
        """Cancel the deliveries, and the sales order unless goods are on their way."""
        self.cancelled = True
        self._take_back_labels()
        sent = self._sent_pickings()
        if not sent:
            # Nothing is cancelled twice when the cancellation began here.
            self.sale_order_id.filtered(lambda s: s.state != "cancel")._action_cancel()
            return
        self._open_pickings().action_cancel()
        self._leave_to_do(
            _(
                "The order was cancelled at Shopify after %s had left the warehouse:"
                " ask for the goods back.",
                ", ".join(sent.mapped("name")),
            )
        )

    def _tell_kept_money(self, order):
        # Money that a cancelled order keeps, such as a fee, has no invoice.
        kept = sum(t.amount for t in order.received) - order.going_back
        if kept and self.sale_order_id.state == "cancel" and not self._customer_moves():
            self._leave_to_do(
                _("The cancelled order keeps %s: invoice it.", self._said(kept))
            )

    def _open_pickings(self):
        return self.sale_order_id.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _take_back_labels(self):
        """Ask the carriers to cancel what was bought for goods that are not sent."""
        for picking in self._open_pickings().filtered("carrier_tracking_ref"):
            if not picking._cancel_shopify_label():
                self._leave_label_to_do(picking)

    def _sent_pickings(self):
        return self.sale_order_id.picking_ids.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and not picking.return_id
            )
        )

    def _leave_label_to_do(self, picking):
        if picking.carrier_tracking_ref:
            self._leave_to_do(
                _(
                    "Cancel the label %(label)s of %(delivery)s: its goods are not"
                    " sent any more.",
                    label=picking.carrier_tracking_ref,
                    delivery=picking.name,
                )
            )

    def _lines_of(self, gid):
        """Return the sales order's lines that are one line at Shopify."""
        return self.sale_order_id.order_line.filtered(
            lambda line: line.shopify_line_gid == gid
        )

    # === Less to send === #

    def _send_less(self, sale_line, units):
        """Lower what is ordered, and every step of its way out of the warehouse."""
        sale_order = sale_line.order_id
        locked = sale_order.locked
        sale_order.locked = False
        # Odoo would take the product's own price for another quantity.
        keep = {"price_unit": sale_line.price_unit, "discount": sale_line.discount}
        left = sale_line.product_uom_qty - units
        # And it would make receipts of what was never sent.
        sale_line = sale_line.with_context(skip_procurement=True)
        sale_line.write({"product_uom_qty": left, **keep})
        sale_order.locked = locked
        moves = sale_line.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and not move.origin_returned_move_id
            )
        )
        for of_step in moves.grouped("picking_type_id").values():
            self._lower_moves(of_step, sale_line, units)
        for picking in moves.picking_id:
            self._leave_label_to_do(picking)

    def _lower_moves(self, moves, sale_line, units):
        fewer = sale_line._shopify_spread(
            moves, units, lambda move: move.product_uom_qty
        )
        for move, taken in fewer.items():
            if taken and move.picked:
                message = _("%(product)s is packed in %(delivery)s: take %(n)g out.")
                values = {
                    "product": move.product_id.display_name,
                    "delivery": move.picking_id.name,
                    "n": taken,
                }
                self._leave_to_do(message % values)
            elif taken == move.product_uom_qty:
                move._action_cancel()
            elif taken:
                move._do_unreserve()
                move.product_uom_qty -= taken
                move._action_assign()

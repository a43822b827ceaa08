from odoo import _, fields, models

from ..lib.returns import coming_back


class ShopifyOrder(models.Model):
    """What comes back: the receipts that wait for it, each piece expected once.

    Returns and refunds both tell of goods that come back, in any order and often of
    the same ones; people make returns here as well. So pieces are counted line by line:
    what is prepared already, for whatever reason, is not prepared again.
    """

    _inherit = "shopify.order"

    return_ids = fields.One2many("shopify.return", "order_id", "Returns")
    goods_back = fields.Json(
        readonly=True, help="Of which order lines how many pieces were prepared."
    )

    def _take_back_goods(self, order):
        handled = self._goods_prepared(order)
        res = super()._take_back_goods(order)
        if order.returns or order.settled_refunds:
            self.env["shopify.return"]._take_in(self, order.returns)
            self._expect_goods(order, handled)
        return res

    def _goods_prepared(self, order):
        """Return ``{line gid: pieces}`` that are prepared, as far as that was kept.

        Refunds from before it was kept had their receipts made at once.
        """
        if self.goods_back or not order.refunds:
            return dict(self.goods_back or {})
        known = set(self.refund_ids.mapped("gid"))
        refunds = [row for row in order.settled_refunds if row.gid in known]
        return coming_back((), refunds).refunded

    def _expect_goods(self, order, handled):
        """Bring the receipts to what comes back; safe to repeat."""
        coming = coming_back(order.returns, order.settled_refunds)
        for row in self.return_ids.sorted(lambda row: (row.requested_at, row.id)):
            # While returns are not read, what is known of them stays.
            if row.gid in coming.by_return:
                row._follow(coming, handled)
        besides = {
            gid: min(count, max(coming.total(gid) - handled.get(gid, 0), 0))
            for gid, count in coming.besides.items()
        }
        self._get_back(besides, handled)
        self._tell_never_sent(coming.refunded, handled)
        if handled != (self.goods_back or {}):
            self.goods_back = handled

    def _get_back(self, wanted, handled, of_return=None):
        """Expect more pieces, as far as they were sent and are not expected yet.

        A return that was made here is taken for what Shopify tells of.

        :param wanted: ``{line gid: pieces}``
        :param handled: ``{line gid: pieces}`` that were prepared before; is raised
        :return: ``{line gid: pieces}`` that are prepared now
        """
        got, missing = {}, {}
        for gid, count in wanted.items():
            if count > 0:
                free = self._units_back(gid) - handled.get(gid, 0)
                got[gid] = int(max(min(count, free), 0))
                missing[gid] = count - got[gid]
        for gid, count in self._expect_back(missing, of_return).items():
            got[gid] += count
        for gid, count in got.items():
            handled[gid] = handled.get(gid, 0) + count
        return got

    def _units_back(self, gid):
        """Return how many pieces of a line came back here or are expected."""
        moves = self._sent_moves()
        lines = moves.sale_line_id & self._lines_of(gid)
        return sum(line._shopify_units_in(moves, _returned) for line in lines)

    def _tell_never_sent(self, refunded, handled):
        """Leave to a person what Shopify took back although it was never sent."""
        for gid, count in refunded.items():
            left = count - handled.get(gid, 0)
            if left > 0:
                handled[gid] = count
                self._leave_to_do(
                    _(
                        "Shopify says that %(units)g × “%(product)s” came back, but"
                        " it never left from here.",
                        units=left,
                        product=self._lines_of(gid)[:1].product_id.display_name,
                    )
                )

    # === Receipts === #

    def _expect_back(self, wanted, of_return=None):
        """Prepare the receipts of goods that come back.

        :param wanted: ``{line gid: pieces}``
        :param of_return: ``shopify.return`` that they belong to
        :return: ``{line gid: pieces}`` that receipts could be made for
        """
        moves, units, made = self._sent_moves(), {}, {}
        for gid, count in wanted.items():
            for line in moves.sale_line_id & self._lines_of(gid) if count else ():
                sent = line._shopify_units_in(moves, _not_returned)
                back = int(min(count - made.get(gid, 0), sent))
                if back > 0:
                    made[gid] = made.get(gid, 0) + back
                    units.update(line._shopify_spread(moves, back, _not_returned))
        for picking, of_picking in moves.grouped("picking_id").items():
            if any(units.get(move) for move in of_picking):
                self._create_return(picking, units, of_return)
        return made

    def _sent_moves(self):
        moves = self._sent_pickings().move_ids
        return moves.filtered(lambda move: move.state == "done")

    def _create_return(self, picking, units, of_return=None):
        known = picking.return_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.write({"quantity": units.get(line.move_id, 0), "to_refund": True})
        wizard._create_returns()
        if of_return:
            made = picking.return_ids - known
            made.shopify_return_id = of_return
            said = of_return.reasons or of_return.words
            if said:
                made.message_post(body=_("The customer returns this: %s", said))


def _returned(move):
    back = move.returned_move_ids.filtered(lambda moved: moved.state != "cancel")
    return sum(back.mapped("product_uom_qty"))


def _not_returned(move):
    return move.quantity - _returned(move)

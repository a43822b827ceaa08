from datetime import datetime
from decimal import Decimal

from odoo import _, fields, models

from ..lib.edits import edit_of
from ..lib.lines import Shipping
from ..lib.mapping import (
    Resolved,
    amount_line_vals,
    extra_vals,
    facts,
    line_vals,
    shipping_vals,
)
from ..lib.refunds import Refund, RefundAmount, RefundLine
from .shopify_order_import import CENT, ROUNDING_LIMIT


class ShopifyOrder(models.Model):
    """What was edited at Shopify after the import: only the difference is done."""

    _inherit = "shopify.order"

    added_amount = fields.Monetary(
        readonly=True, help="What edits and exchanges added to the order."
    )

    def _take_back_goods(self, order):
        self._take_over_changes(order)
        return super()._take_back_goods(order)

    def _take_over_changes(self, order):
        """Bring the sales order to what an edit made of the order, once.

        :param order: ``lib.payload.ShopifyOrder``
        :raise BlockedError: the difference cannot be said here to the cent
        """
        before, now = self.imported_facts, facts(order)
        if not before or before == now or order.cancelled or self.cancelled:
            return
        if before["address"] != now["address"]:
            self._take_over_address(order)
        edit = edit_of(order, before)
        if edit.more or edit.less or edit.dearer or edit.charges or edit.dropped:
            self._take_over_edit(order, edit)
        self.write({"imported_facts": now, "current_facts": now})

    # === Address === #

    def _take_over_address(self, order):
        """Send what has not left to the new address."""
        partners = self.env["res.partner"]._shopify_partners([order], self.company_id)
        delivery_address = partners[0][2]
        sale_order = self.sale_order_id
        if delivery_address == sale_order.partner_shipping_id:
            return
        sale_order.partner_shipping_id = delivery_address
        waiting = sale_order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        waiting.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        ).partner_id = delivery_address
        # Odoo asks to change the deliveries, too; that is done.
        waiting.activity_ids.filtered(
            lambda activity: activity.user_id == self.env.user
        ).unlink()
        self._tell_wrong_address(waiting)

    def _tell_wrong_address(self, waiting):
        sent = self._sent_pickings()
        for picking in waiting.filtered("carrier_tracking_ref") | sent:
            self._leave_to_do(
                _(
                    "The delivery address was changed at Shopify; %s goes to the"
                    " former one.",
                    picking.name,
                )
            )

    # === Goods and prices === #

    def _take_over_edit(self, order, edit):
        lowered = self._lowered(order, edit)
        self._add_lines(order, edit, lowered)
        if lowered.lines or lowered.shipping or lowered.adjustments:
            self.env["shopify.refund"]._take_in_edit(self, lowered)
        self._tell_uneven(edit)
        self.sale_order_id.message_post(
            body=_(
                "Edited at Shopify: the total is now %(total)s (%(difference)s).",
                total=self._said(order.total),
                difference=self._said(edit.total),
            )
        )

    def _add_lines(self, order, edit, lowered):
        """Add what the edit added, so that it costs exactly what Shopify adds.

        :param lowered: ``lib.refunds.Refund`` of what the edit took off
        """
        before = self._amount("amount_total")
        vals = self._added_vals(order, edit)
        self._write_unlocked({"order_line": [(0, 0, row) for row in vals]})
        wanted = edit.total + lowered.total
        added = self._amount("amount_total") - before
        difference = wanted - added
        if abs(difference) > max(ROUNDING_LIMIT, CENT * len(vals)):
            raise self._total_differs(_("difference of the edit"), wanted, added)
        if difference:
            product = self.shop_id.rounding_product_id
            row = amount_line_vals(product.id, False, difference)
            self._write_unlocked({"order_line": [(0, 0, row)]})
        self.added_amount += float(wanted)

    def _write_unlocked(self, values):
        sale_order = self.sale_order_id
        locked = sale_order.locked
        sale_order.locked = False
        sale_order.write(values)
        sale_order.locked = locked

    def _added_vals(self, order, edit):
        """Return the values of the lines that say what the edit added."""
        ids = self._edit_ids(order)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        decimals = self.currency_id.decimal_places
        vals = [
            row for line in edit.more for row in line_vals(line, ids, digits, decimals)
        ]
        for line, amount in edit.charges:
            if amount > 0 or not self._is_invoiced():
                vals.append(self._charge_vals(line, amount, ids))
        for line, amount in edit.dearer:
            if amount > 0 or not self._is_invoiced():
                vals.append(self._difference_vals(line.name, amount, ids, line.gid))
        if not self._is_invoiced():
            vals += [self._dropped_vals(gid, net) for gid, net in edit.dropped]
        return vals

    def _edit_ids(self, order):
        words = self.with_context(shopify_memo={})._resolve(order)
        sale_order = self.sale_order_id
        return Resolved(
            **words,
            partner_id=sale_order.partner_id.id,
            invoice_address_id=sale_order.partner_invoice_id.id,
            delivery_address_id=sale_order.partner_shipping_id.id,
        )

    def _is_invoiced(self):
        return bool(self._customer_moves(("out_invoice",)))

    def _charge_vals(self, line, amount, ids):
        if self._lines_of(line.gid):
            return self._difference_vals(line.title, amount, ids, line.gid)
        is_shipping = isinstance(line, Shipping)
        return shipping_vals(line, ids) if is_shipping else extra_vals(line, ids)

    def _difference_vals(self, title, amount, ids, gid):
        product = self.shop_id.adjustment_product_id
        name = _("Changed price: %s", title)
        vals = amount_line_vals(product.id, name, amount)
        return {**vals, "tax_id": [(6, 0, ids.taxes[gid])]}

    def _dropped_vals(self, gid, net):
        order_line = self._lines_of(gid)[:1]
        product = self.shop_id.adjustment_product_id
        name = _("Not charged: %s", order_line.name)
        vals = amount_line_vals(product.id, name, -net)
        return {**vals, "tax_id": [(6, 0, order_line.tax_id.ids)]}

    # === Less === #

    def _lowered(self, order, edit):
        """Return what the edit took off, in the words of a refund without money."""
        lines = tuple(
            RefundLine(gid, units, "CANCEL", net, self._tax_in(gid, net))
            for gid, units, net in edit.less
        )
        dropped, cheaper = (), ()
        if self._is_invoiced():
            dropped = [
                (line.gid, -amount) for line, amount in edit.charges if amount < 0
            ]
            dropped += edit.dropped
            cheaper = [
                (line.gid, -amount) for line, amount in edit.dearer if amount < 0
            ]
        return Refund(
            gid=f"edit:{len(self.refund_ids) + 1}",
            processed_at=order.updated_at,
            taxes_included=order.taxes_included,
            lines=lines,
            shipping=self._lowered_amounts(dropped),
            adjustments=self._lowered_amounts(cheaper),
            transaction_gids=(),
        )

    def _lowered_amounts(self, rows):
        return tuple(
            RefundAmount(gid, net, self._tax_in(gid, net)) for gid, net in rows
        )

    def _tax_in(self, gid, net):
        """Return the tax of a part of a line, inside or on top as its taxes say."""
        order_line = self._lines_of(gid)[:1]
        found = order_line.tax_id.compute_all(float(net), self.currency_id)
        return self._decimal(found["total_included"] - found["total_excluded"])


def as_json(refund):
    """Return a refund that Shopify does not keep in a form that the database keeps."""
    return {
        "gid": refund.gid,
        "processed_at": refund.processed_at.isoformat(),
        "taxes_included": refund.taxes_included,
        "lines": [
            [r.line_gid, r.quantity, r.restock, str(r.net), str(r.tax)]
            for r in refund.lines
        ],
        "shipping": [[r.gid, str(r.net), str(r.tax)] for r in refund.shipping],
        "adjustments": [[r.gid, str(r.net), str(r.tax)] for r in refund.adjustments],
    }


def from_json(data):
    """Return the refund that :func:`as_json` kept."""

    def amounts(rows):
        return tuple(
            RefundAmount(gid, Decimal(net), Decimal(tax)) for gid, net, tax in rows
        )

    return Refund(
        gid=data["gid"],
        processed_at=datetime.fromisoformat(data["processed_at"]),
        taxes_included=data["taxes_included"],
        lines=tuple(
            RefundLine(gid, units, restock, Decimal(net), Decimal(tax))
            for gid, units, restock, net, tax in data["lines"]
        ),
        shipping=amounts(data["shipping"]),
        adjustments=amounts(data["adjustments"]),
        transaction_gids=(),
    )

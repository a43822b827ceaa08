from decimal import Decimal
from uuid import uuid4

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.mapping import rounded
from ..lib.refund_calls import refund_input, spread


class ShopifyRefund(models.Model):
    """A credit note made here becomes a refund at Shopify, once."""

    _inherit = "shopify.refund"

    state = fields.Selection(
        selection_add=[
            ("to_send", "To Be Sent"),
            ("blocked", "Needs Attention"),
            ("done",),
        ],
        ondelete={"to_send": "cascade", "blocked": "cascade"},
    )
    idempotency_key = fields.Char(
        readonly=True,
        help="Shopify refunds once for it, however often it is asked.",
    )
    request = fields.Json(readonly=True, help="What Shopify is asked, word for word.")

    def _o2c_connection(self):
        return self.shop_id

    @api.model
    def _plan_sending(self, credit_note, order):
        """Keep that Shopify has to refund a credit note, and have it told.

        All is decided here, in the transaction that posts the credit note: a second
        attempt asks for the same, whatever changed in between.

        :param order: ``shopify.order``
        """
        row = self.create(
            {
                "order_id": order.id,
                "gid": f"odoo:{credit_note.id}",
                "kind": "sent",
                "state": "to_send",
                "refunded_at": fields.Datetime.now(),
                "amount": credit_note.amount_total,
                "credit_note_id": credit_note.id,
                "idempotency_key": str(uuid4()),
            }
        )
        try:
            row.request = row._request()
        except BlockedError:
            # Posting goes on; sending meets the same obstacle and tells a person.
            row.request = False
        row._enqueue_sending()

    def _enqueue_sending(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-refund-{row.id}",
                description=_("Refund at Shopify: %s", row.credit_note_id.name),
            )._attempt("_send")

    def _send(self):
        """Refund at Shopify, unless a former attempt did.

        :raise BlockedError: Shopify cannot refund it like this
        """
        # The import of the order, which may bring this refund back, waits for us.
        self.order_id._lock()
        self.invalidate_recordset(["state", "gid"])
        if self.state == "done":
            return
        client = self.shop_id._client()
        gid = client.refund_notes(self.order_id.gid).get(self._note())
        if not gid:
            self.request = self.request or self._request()
            gid = client.refund(self.request, self.idempotency_key)
        self.gid = gid
        # Its money comes with the order, as all money does.
        self.order_id._enqueue_import()

    def _note(self):
        """Return the note by which a refund of ours is known at Shopify."""
        return f"Odoo {self.credit_note_id.name} ({self.idempotency_key[:8]})"

    def _on_done(self, method):
        self.state = "done"

    def _on_blocked(self, reason):
        self.state = "blocked"
        if reason == "rejected":
            # A definite no is remembered under its key; the next try is another wish.
            self.write({"idempotency_key": str(uuid4()), "request": False})

    def _retry_after_exception(self, reason):
        blocked = self.filtered(lambda row: row.state == "blocked")
        blocked.write({"state": "to_send", "request": False})
        self.filtered(lambda row: row.state == "to_send")._enqueue_sending()

    def _adopt(self, order, refund):
        """Know a refund again that we asked for; return whether it is one.

        :param refund: ``lib.refunds.Refund`` that Shopify tells about
        """
        waiting = order.refund_ids.filtered(
            lambda row: (
                row.kind == "sent"
                and row.state in ("to_send", "blocked")
                and row._note() == refund.note
            )
        )
        waiting.write({"gid": refund.gid, "state": "done"})
        if waiting:
            self.env["o2c.exception"]._close(waiting)
        return bool(waiting)

    # === What Shopify is asked === #

    def _request(self):
        order = self.order_id
        return refund_input(
            order.gid,
            self._goods(),
            self._shipping_amount(),
            self._payments_back(),
            self._note(),
            order.customer_currency_id.name or order.currency_id.name,
            self._duties(),
        )

    def _credited_lines(self):
        return self.credit_note_id.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.shopify_line_gid
        )

    def _goods(self):
        """Return ``[(line gid, units, restock type, location gid)]``."""
        units, sold = {}, {}
        for line in self._credited_lines():
            sale_line = line.sale_line_ids[:1]
            if "/LineItem" in sale_line.shopify_line_gid:  # a bundle's group, too
                gid = sale_line.shopify_line_gid
                units[gid] = units.get(gid, 0) + line.quantity
                sold[gid] = sold.get(gid, sale_line) | sale_line
        if any(count != int(count) for count in units.values()):
            raise self._cannot_send(_("Shopify knows no parts of a unit."))
        return [
            (line_gid, count, *self._restock(sold[gid], units[gid]))
            for gid in units
            for line_gid, count in self._lines_at_shopify(gid, int(units[gid]))
        ]

    def _duties(self):
        """Return the gids of the duties; Shopify refunds one as a whole.

        An additional fee has no place in a refund: only its money goes back.
        """
        credited = self._credited_lines().filtered(
            lambda line: "/Duty/" in line.sale_line_ids[:1].shopify_line_gid
        )
        for line in credited:
            whole = line.sale_line_ids[:1].price_total
            if line.currency_id.compare_amounts(line.price_total, whole):
                message = _("Shopify refunds a duty as a whole or not at all.")
                raise self._cannot_send(message)
        return credited.sale_line_ids.mapped("shopify_line_gid")

    def _restock(self, sale_lines, units):
        """Return how Shopify treats the goods, and where they came back."""
        moves = sale_lines.move_ids.filtered(
            lambda move: move.state == "done" and move.origin_returned_move_id
        )
        back = sum(
            line._shopify_units_in(moves, lambda move: move.quantity)
            for line in moves.sale_line_id & sale_lines
        )
        if not sale_lines.move_ids or back < units:
            return "NO_RESTOCK", None
        warehouse = moves[-1:].location_dest_id.warehouse_id
        places = self.shop_id.location_ids.filtered(
            lambda place: place.warehouse_id == warehouse
        )
        return "RETURN", places[:1].gid or None

    def _shipping_amount(self):
        """Return the credited shipping costs in the currency that the customer paid."""
        lines = self._credited_lines().filtered("sale_line_ids.is_delivery")
        taxes = self.order_id.sale_order_id.order_line.tax_id
        included = any(taxes.mapped("price_include"))
        name = "price_total" if included else "price_subtotal"
        amount = self.order_id._decimal(sum(lines.mapped(name)))
        if not amount or not self.order_id.in_shop_currency:
            return amount
        received = self._posted_payments().filtered(_is_received)
        if not received:
            raise self._cannot_send(_("The customer's money for it is not known here."))
        ours, theirs = (
            rounded(Decimal(str(sum(_settles(row, name) for row in received))), 4)
            for name in ("amount", "shopify_customer_amount")
        )
        return self._in_customer_currency(amount, ours, theirs)

    def _posted_payments(self):
        payments = self.order_id.payment_ids
        return payments.filtered(lambda payment: payment.state == "posted")

    def _payments_back(self):
        """Return ``[(transaction gid, gateway, amount)]`` of the money to pay back.

        The amounts are in the currency that the customer paid.
        """
        payments = self._posted_payments()
        received = payments.filtered(_is_received).sorted("id")
        left = [(row, self._left_of(row, payments, "amount")) for row in received]
        amount = self.order_id._decimal(self.amount) if received else Decimal(0)
        shares = spread(amount, left)
        if shares is None:
            raise self._cannot_send(_("More is credited than was paid."))
        return [
            (
                row.shopify_transaction_gid,
                row.shopify_gateway,
                self._share_of(row, part, payments),
            )
            for row, part in shares
        ]

    def _share_of(self, payment, part, payments):
        """Return a part of what is left of a payment as the customer sees it."""
        if not self.order_id.in_shop_currency:
            return self.order_id._decimal(part)
        ours, theirs = (
            self._left_of(payment, payments, name)
            for name in ("amount", "shopify_customer_amount")
        )
        return self._in_customer_currency(part, ours, theirs)

    def _in_customer_currency(self, amount, ours, theirs):
        # The customer gets the rate that was paid, not today's.
        decimals = self.order_id.customer_currency_id.decimal_places
        return rounded(amount * theirs / ours, decimals)

    def _left_of(self, payment, payments, name):
        """Return what of a payment has not gone back; the provider's id tells."""
        back = payments.filtered(
            lambda row: (
                row.payment_type == "outbound"
                and row.payment_reference == payment.payment_reference
                and row.journal_id == payment.journal_id
            )
        )
        left = _settles(payment, name) - sum(_settles(row, name) for row in back)
        # A float's dust, gone at the digits that the rarest currency has.
        return rounded(Decimal(str(left)), 4)

    def _cannot_send(self, message):
        return BlockedError(
            "cannot_refund",
            message,
            advice=_("Refund it at Shopify by hand, then close this."),
        )

    def action_send(self):
        """Ask Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._retry_after_exception(None)


def _is_received(payment):
    return payment.payment_type == "inbound"


def _settles(payment, name):
    """Return what a payment settles; cash is rounded to coins."""
    rounding = payment.shopify_rounding if name == "amount" else 0
    return payment[name] - rounding

from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import models

from ..lib.mapping import payment_vals
from .shopify_order_edit import from_json


class ShopifyOrder(models.Model):
    """The money of an order: its payments, its invoice, and the two together."""

    _inherit = "shopify.order"

    def _book_now(self, theirs):
        """Book what was paid, invoice what is due, credit, and match all of it.

        :param theirs: ``{order: lib.payload.ShopifyOrder}``
        """
        if not self._has_to_book(theirs):
            return
        # Two workers that make the first draft of a journal's month would give it the
        # same number, and the second could never be posted.
        self.env["shopify.order.step"]._do_instead(self, ("pay", "invoice"))
        self._book_payments(theirs)
        self._invoice_due()
        for order in self:
            order._book_refunds(theirs[order])
        self._reconcile()

    def _has_to_book(self, theirs):
        # Who has nothing to book does not stand in line with those who have.
        return any(
            theirs[order].received
            or theirs[order].paid_back
            or theirs[order].refunds
            or order.refund_ids
            or order._is_invoice_due()
            for order in self
        )

    def _book_payments(self, theirs):
        """Book each transaction that moved money, in or back, once."""
        vals = [
            order._payment_vals(transaction)
            for order in self
            for transaction in order._unbooked(theirs[order])
        ]
        if vals:
            self.env["account.payment"].create(vals).action_post()

    def _unbooked(self, order):
        booked = set(self.payment_ids.mapped("shopify_transaction_gid"))
        return [
            transaction
            for transaction in order.received + order.paid_back
            if transaction.gid not in booked and transaction.test == order.test
        ]

    def _payment_vals(self, transaction):
        gateway = self._gateway(transaction)
        method_line = gateway._method_line(back=transaction.is_paid_back)
        partner = self.sale_order_id.partner_invoice_id.commercial_partner_id
        return {
            **payment_vals(transaction, self._zone()),
            "partner_id": partner.id,
            "currency_id": gateway.currency_id.id,
            "journal_id": gateway.journal_id.id,
            "payment_method_line_id": method_line.id,
            "ref": self.name,
            "shopify_order_id": self.id,
        }

    def _gateway(self, transaction):
        currency = self.shop_id._currency(transaction.currency)
        return self.env["shopify.payment.gateway"]._find(
            self.shop_id, transaction.gateway, currency
        )

    def _zone(self):
        return ZoneInfo(self.shop_id.timezone or "UTC")

    def _book_refunds(self, order):
        """Credit the refunds that wait for it, once."""
        refunds = {refund.gid: refund for refund in order.settled_refunds}
        waiting = self.refund_ids.filtered(lambda row: row.state == "waiting")
        for row in waiting.sorted("refunded_at"):
            refund = from_json(row.parts) if row.parts else refunds[row.gid]
            row._book(refund, order.money_of(refund))

    # === Invoice === #

    def _invoice_due(self):
        """Invoice by the order's policy what the products' own policies allow."""
        due = self.filtered(lambda order: order._is_invoice_due())
        if due:
            # grouped: an invoice for each order, also when a customer has two
            invoices = due.sale_order_id._create_invoices(grouped=True)
            invoices.invoice_date = datetime.now(due[0]._zone()).date()
            invoices.action_post()

    def _is_invoice_due(self):
        sale_order = self.sale_order_id
        if sale_order.state != "sale" or sale_order.invoice_status != "to invoice":
            return False
        policy = self._policy("invoice_policy")
        if policy == "manual":
            return False
        if self._is_delivered():
            return True
        at_once = policy == "confirmed" or (policy == "payment" and self._is_paid())
        return at_once and self._is_wholly_invoiceable()

    def _is_paid(self):
        return self.financial_status in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")

    def _is_delivered(self):
        pickings = self.sale_order_id.picking_ids
        return any(
            picking.state == "done" and picking.picking_type_code == "outgoing"
            for picking in pickings
        )

    def _is_wholly_invoiceable(self):
        # A product that is invoiced by delivered quantity keeps the whole order: two
        # invoices, one of them for the shipping costs alone, would help nobody.
        # What an edit added later is invoiced by itself.
        lines = self.sale_order_id.order_line.filtered(lambda row: not row.display_type)
        return any(line.qty_to_invoice > 0 for line in lines) and all(
            line.qty_to_invoice + line.qty_invoiced + line.shopify_credited_qty
            >= line.product_uom_qty
            for line in lines
        )

    def _reconcile(self):
        """Match what the customer owes with what the shop owes, as far as it goes.

        Invoices and money paid back stand on one side, payments and credit notes on
        the other.
        """
        plan = [lines for order in self for lines in order._matching_lines()]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    def _matching_lines(self):
        """Return the lines that can be matched, those of each account together."""
        posted = self.payment_ids.filtered(lambda payment: payment.state == "posted")
        moves = self._customer_moves() + posted.move_id
        lines = moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        return [
            of_account
            for of_account in lines.grouped("account_id").values()
            if len({line.balance > 0 for line in of_account}) == 2
        ]

    def _customer_moves(self, move_types=("out_invoice", "out_refund")):
        """Return the posted invoices and credit notes of the order."""
        moves = self.sale_order_id.invoice_ids | self.refund_ids.credit_note_id
        return moves.filtered(
            lambda move: move.move_type in move_types and move.state == "posted"
        )

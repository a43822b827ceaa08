from odoo import fields, models


class ShopifyOrder(models.Model):
    """Booking a moment after the import: first payments, then invoices.

    Entries are numbered one after the other, so that of two imports which book, one
    would wait for the other.
    """

    _inherit = "shopify.order"

    def _book(self, theirs):
        """Have booked what was paid and what is due.

        :param theirs: ``{order: lib.payload.ShopifyOrder}``
        """
        later = self.filtered(lambda order: order._is_booked_later(theirs[order]))
        later._book_later(theirs)
        (self - later)._book_now(theirs)

    def _is_booked_later(self, order):
        # A refund credits the invoice, which has to be there. And who failed while it
        # was booked tries as a whole, so that the tries are counted.
        has_refund = order.refunds or order.paid_back or self.refund_ids
        return not (has_refund or self.failed_tries)

    def _book_later(self, theirs):
        """Leave what was paid, and what is due, to jobs.

        :param theirs: ``{order: lib.payload.ShopifyOrder}``
        """
        steps = self.env["shopify.order.step"]
        found = {order: order._payments_to_book(theirs[order]) for order in self}
        paid = self.filtered(lambda order: found[order])
        steps._add(paid, "pay", found)
        due = (self - paid).filtered(
            lambda order: order._is_invoice_due() or order._matching_lines()
        )
        steps._add(due, "invoice")

    def _payments_to_book(self, order):
        """Return the values of the payments as a row can keep them."""
        vals = [self._payment_vals(row) for row in self._unbooked(order)]
        return [{**row, "date": fields.Date.to_string(row["date"])} for row in vals]

    def _pay(self, data):
        """Book the payments that the import found, each once; invoices come next.

        :param data: ``{order id: [values of a payment]}``
        """
        gid = "shopify_transaction_gid"
        vals = {row[gid]: row for order in self for row in data[order.id]}
        booked = set(self.payment_ids.mapped(gid))
        new = [
            {**row, "date": fields.Date.to_date(row["date"])}
            for row in vals.values()
            if row[gid] not in booked
        ]
        self.env["account.payment"].create(new).action_post()
        self.env["shopify.order.step"]._add(self, "invoice")
        # What is computed afterwards is written as quietly, here and not at the end.
        self.env.flush_all()

    def _invoice(self, _data=None):
        """Invoice what is due, and match it with what was paid; safe to repeat."""
        self._invoice_due()
        self._reconcile()
        self.env.flush_all()

from odoo import _, models

from ..lib.const import PAYMENT_TYPES
from .mollie_booking import Booking
from .mollie_obstacle import OpenLineError


class MollieInvoiceMatch(models.AbstractModel):
    """How money that nobody registered finds the open invoice it was paid for.

    Only where Odoo has no payment with one of the codes. The invoice, or the order
    it was made from, must be named in full, and exactly this amount must be open.
    """

    _name = "mollie.invoice.match"
    _description = "Match of a Line at Mollie with an Invoice"

    def _booking_on_payment(self, part):
        if self._candidates() or self._payments_by_name():
            return self._booking_on_found_payment(part)
        invoices = self._named_invoices()
        if not invoices:
            return self._booking_on_found_payment(part)
        entries = self._single_invoice(invoices)._mollie_open_entries()
        partner = invoices.commercial_partner_id
        return Booking(part, entries.account_id[:1], partner, entries)

    def _booking_on_found_payment(self, part):
        payment, waiting = self._find_payment()
        return Booking(part, waiting.account_id, payment.partner_id, waiting)

    def _named_invoices(self):
        """Return the open invoices of exactly this amount that the customer named."""
        names = sorted(self._claims() - {self.mollie_payment})
        if not names or self.gross_amount < 0:
            return self.env["account.move"]
        amount, currency = self._paid()
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("currency_id", "=", currency.id),
                ("amount_residual", "=", amount),
                "|",
                ("name", "in", names),
                "|",
                ("payment_reference", "in", names),
                ("invoice_origin", "in", names),
            ]
        )

    def _single_invoice(self, invoices):
        if len(invoices) == 1:
            return invoices
        raise OpenLineError(
            "several_invoices",
            _(
                "Several invoices of %(amount)s fit: %(names)s.",
                amount=self._words_of_paid(),
                names=", ".join(invoices.sorted("id").mapped("name")),
            ),
            advice=_("Choose on the bank line."),
            candidates=invoices._mollie_open_entries(),
        )

    def _look_for_invoices(self, invoices):
        """Have the open lines look again that may have paid one of ``invoices``."""
        amounts = {invoice.amount_residual for invoice in invoices}
        domain = [
            ("company_id", "in", invoices.company_id.ids),
            ("kind", "in", list(PAYMENT_TYPES)),
            ("open_reason", "=", "no_payment_found"),
        ]
        lines = self._open_lines(domain) if amounts else self
        lines.filtered(
            lambda line: line._paid()[0] in amounts and line._named_invoices()
        )._enqueue_match()

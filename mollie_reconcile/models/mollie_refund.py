from odoo import Command, _, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.const import PAYMENT_TYPES, REFUND_TYPES
from .mollie_booking import Booking


class MollieRefund(models.AbstractModel):
    """How money given back finds the payment or the credit note it belongs to."""

    _name = "mollie.refund"
    _description = "Refund at Mollie"

    # === Matching === #

    def _booking_on_refund(self, part):
        if self._candidates():
            return self._booking_on_payment(part)
        note = self._find_credit_note()
        entry = note._mollie_open_entries()
        return Booking(part, entry.account_id, note.commercial_partner_id, entry)

    def _find_credit_note(self):
        """Return the one credit note of this amount for what was given back.

        :raise BlockedError: there is none, or more than one
        """
        notes = self._credit_notes().filtered(self._is_exactly_open)
        if len(notes) == 1:
            return notes
        if notes:
            raise BlockedError(
                "several_credit_notes",
                _(
                    "Several credit notes of %(amount)s fit: %(names)s.",
                    amount=self._words_of_paid(),
                    names=", ".join(notes.sorted("id").mapped("name")),
                ),
                advice=_("Choose on the bank line."),
            )
        raise self._no_credit_note()

    def _credit_notes(self):
        invoices = self._refunded_invoices()
        codes = self._code_list()
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                "|",
                ("reversed_entry_id", "in", invoices.ids),
                "|",
                ("payment_reference", "in", codes),
                ("name", "in", codes),
            ]
        )

    def _is_exactly_open(self, note):
        amount, currency = self._paid()
        left = note.amount_residual + amount
        return note.currency_id == currency and currency.is_zero(left)

    def _refunded_invoices(self):
        """Return the invoices that were paid with the money now given back."""
        domain = [("balance_id", "=", self.balance_id.id)]
        domain += [("kind", "in", list(PAYMENT_TYPES))]
        domain += [("mollie_payment", "=", self.mollie_payment or "")]
        payments = self._payments_with_code("inbound")
        invoices = payments.reconciled_invoice_ids | self.search(domain).invoice_ids
        return invoices.filtered(lambda move: move.move_type == "out_invoice")

    def _no_credit_note(self):
        amount = self._words_of_paid()
        invoices = self._refunded_invoices()
        if len(invoices) != 1:
            return self._no_payment_found()
        return BlockedError(
            "credit_note_missing",
            _(
                "Mollie gave back %(amount)s of %(invoice)s, which has no credit note"
                " of this amount.",
                amount=amount,
                invoice=invoices.name,
            ),
            advice=_(
                "Press Create Credit Note on Mollie's line, or post one yourself. It is"
                " then matched by itself."
            ),
        )

    def _look_for_credit_notes(self, notes):
        """Have the open refunds of these amounts look again."""
        amounts = {-note.amount_total for note in notes}
        domain = [("company_id", "in", notes.company_id.ids)]
        lines = self._open_lines([*domain, ("kind", "in", list(REFUND_TYPES))])
        lines.filtered(lambda line: line._paid()[0] in amounts)._enqueue_match()

    # === Credit note === #

    def action_create_credit_note(self):
        """Make the credit note of what was given back, and show it.

        It is posted, and so matched, unless the invoice mixes taxes: which of its
        lines were given back is then for a person to say.
        """
        self.ensure_one()
        self.env["account.move"].check_access_rights("create")
        invoice = self._refunded_invoices()
        if len(invoice) != 1 or self.open_reason != "credit_note_missing":
            raise UserError(_("There is no single invoice to credit."))
        note = invoice._reverse_moves([self._prepare_credit_note_vals(invoice)])
        whole = self._is_exactly_open(note)
        if not whole:
            self._reduce_credit_note(note)
        taxes = {line.tax_ids for line in note._mollie_product_lines()}
        if whole or len(taxes) == 1:
            note.action_post()
        return note.get_formview_action()

    def _prepare_credit_note_vals(self, invoice):
        date = fields.Date.context_today(self)
        reference = self._parsed().refund_id or self.external_id
        return {
            "date": date,
            "invoice_date": date,
            "ref": _(
                "%(refund)s, refund of %(name)s", refund=reference, name=invoice.name
            ),
        }

    def _reduce_credit_note(self, note):
        """Bring a draft credit note down to what was given back, line by line."""
        amount = abs(self._paid()[0])
        share = amount / note.amount_total
        for line in note._mollie_product_lines():
            price = line.price_unit * line.quantity * (1 - line.discount / 100)
            line.write({"quantity": 1, "discount": 0, "price_unit": price * share})
        cents = note.currency_id.round(amount - note.amount_total)
        if cents:
            first = note._mollie_product_lines()[:1]
            rounding = {
                "name": _("Rounding"),
                "price_unit": cents,
                "account_id": first.account_id.id,
                "tax_ids": False,
            }
            note.invoice_line_ids = [Command.create(rounding)]

from odoo import _, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.const import PAYMENT_TYPES, REFUND_TYPES, TAKE_BACK_TYPES
from .mollie_booking import Booking

ACTIVITY = "mollie_reconcile.mail_activity_taken_back"
UNPAID = ("not_paid", "partial")


class MollieTakeBack(models.AbstractModel):
    """Money that goes back the way it came: chargebacks and returned refunds.

    The payment stays as it was, matched with its line at Mollie. What it had paid
    is open again: its entry is now settled by the money that was taken back.
    """

    _name = "mollie.take.back"
    _description = "Money Taken Back at Mollie"

    is_disputed = fields.Boolean(
        "Taken Back",
        readonly=True,
        help="The money of a payment went back, and what it had paid is open again.",
    )
    reopened_ids = fields.Many2many(
        "account.move",
        "mollie_transaction_reopened_rel",
        string="Open Again",
        readonly=True,
    )

    # === Taken back === #

    def _booking_on_take_back(self, part):
        entry = self._entry_taken_back()
        return Booking(part, entry.account_id, entry.partner_id, entry)

    def _entry_taken_back(self):
        """Return the entry on the customer's account that the money had settled.

        :raise BlockedError: Odoo does not know, or not for sure
        """
        entries = self._entries_of_sibling() or self._entries_of_payments()
        if len(entries) == 1:
            return entries
        raise BlockedError(
            "no_payment_found",
            _(
                "%(amount)s of the payment %(payment)s went back, and Odoo does not"
                " know what it had paid.",
                amount=self._money(abs(self.gross_amount)),
                payment=self.mollie_payment or "?",
            ),
            advice=_(
                "Import the order, or register the payment with this reference, or"
                " assign the bank line to the customer."
            ),
        )

    def _entries_of_sibling(self):
        """Return what Mollie's own line of the payment or refund is booked on."""
        sibling = self._sibling()
        if sibling.payment_id:
            return _customer_entries(sibling.payment_id)
        gross = sibling.line_ids.filtered(lambda line: line.mollie_part == "gross")
        ends = ("asset_receivable", "liability_payable")
        return gross.move_id.line_ids.filtered(lambda line: line.account_type in ends)

    def _sibling(self):
        if not self.mollie_payment:
            return self.browse()
        refund = self._parsed().refund_id
        kinds = REFUND_TYPES if refund else PAYMENT_TYPES
        lines = self.search(
            [
                ("balance_id", "=", self.balance_id.id),
                ("mollie_payment", "=", self.mollie_payment),
                ("kind", "in", list(kinds)),
            ]
        )
        same = lines.filtered(lambda line: line._parsed().refund_id == refund)
        # Several captures of one payment: which of them went back is not known.
        return same if len(same) == 1 else self.browse()

    def _entries_of_payments(self):
        incoming = self.gross_amount < 0
        payments = self._payments_with_code("inbound" if incoming else "outbound")
        if len(payments) != 1:
            return self.env["account.move.line"]
        return _customer_entries(payments)

    def _take_back(self, entry, paid):
        """Let ``entry`` of Mollie's line settle ``paid``; open what that had paid."""
        matched = (
            paid.matched_debit_ids.debit_move_id
            | paid.matched_credit_ids.credit_move_id
        )
        invoiced = matched.filtered(lambda line: line.move_id.is_invoice(True))
        # What was taken back of the same payment before stays so.
        firm = matched.filtered("statement_line_id")
        paid.remove_move_reconcile()
        (paid + firm + entry).reconcile()
        if not paid.reconciled and invoiced:
            (paid + invoiced).reconcile()
        opened = invoiced.move_id.filtered(lambda move: move.payment_state in UNPAID)
        self.write({"is_disputed": True, "reopened_ids": [(6, 0, opened.ids)]})
        for invoice in opened:
            invoice.message_post(body=self._words_taken_back())
            invoice.activity_schedule(
                ACTIVITY,
                summary=_("Payment taken back"),
                note=self._words_taken_back(),
                user_id=self._person_to_tell(invoice).id,
            )

    def _person_to_tell(self, invoice):
        responsible = self.env["o2c.exception"]._responsible(self)
        return invoice.invoice_user_id.filtered("active") or responsible

    def _words_taken_back(self):
        if self.gross_amount > 0:
            words = _("The refund of %s came back: the customer did not get it.")
        else:
            words = _("The customer's bank took back %s of the payment.")
        return words % self._money(abs(self.gross_amount))

    def _tell_taken_back(self):
        """Keep an exception open for as long as something is to be done."""
        for line in self.filtered(lambda line: line._is_waiting_for_customer()):
            names = ", ".join(line.reopened_ids.mapped("name"))
            words = line._words_taken_back()
            if names:
                words = _("%(words)s Open again: %(names)s.", words=words, names=names)
            advice = _(
                "Ask the customer, or contest it at Mollie. If the money comes back,"
                " it is matched by itself."
            )
            if line.gross_amount > 0:
                advice = _("Ask the customer for another account and pay again.")
            line._block("taken_back", BlockedError("taken_back", words, advice=advice))

    def _is_waiting_for_customer(self):
        """Tell whether money was taken back and what it had paid is still open."""
        still = self.reopened_ids.filtered(lambda m: m.payment_state in UNPAID)
        return self.is_disputed and (still or not self.reopened_ids)

    # === Came back === #

    def _booking_on_reversal(self, part):
        taken = self._taken_back_before()
        invoices = taken.reopened_ids
        entries = invoices._mollie_open_entries()
        left = abs(sum(entries.mapped("amount_residual_currency")))
        amount, currency = self._paid()
        if invoices and currency.compare_amounts(left, amount) < 0:
            raise BlockedError(
                "paid_meanwhile",
                _(
                    "%(amount)s came back, but %(names)s was paid in the meantime.",
                    amount=self._money(self.gross_amount),
                    names=", ".join(invoices.mapped("name")),
                ),
                advice=_("Give it back to the customer, or assign the bank line."),
            )
        _liquidity, _suspense, others = taken.line_ids._seek_for_lines()
        entry = (entries or others)[:1]
        return Booking(part, entry.account_id, entry.partner_id, entries)

    def _taken_back_before(self):
        chargeback = self._parsed().context.get("chargebackId")
        domain = [("balance_id", "=", self.balance_id.id), ("state", "=", "booked")]
        domain += [("mollie_payment", "=", self.mollie_payment or "")]
        lines = self.search(domain).filtered(
            lambda line: (
                line.kind in TAKE_BACK_TYPES
                and line._parsed().context.get("chargebackId") == chargeback
            )
        )
        if len(lines) == 1:
            return lines
        raise BlockedError(
            "no_payment_found",
            _("Odoo does not know the chargeback that is reversed."),
            advice=_("Assign the bank line to the customer."),
        )

    def _note_reversal(self):
        """Write on the chargeback and its invoices that the money is there again."""
        taken = self._taken_back_before()
        taken.is_disputed = False
        taken._close_solved()
        words = _("The chargeback of %s was reversed.", self._money(self.gross_amount))
        for invoice in taken.reopened_ids:
            invoice.activity_feedback([ACTIVITY], feedback=words)
            invoice.message_post(body=words)


def _customer_entries(payment):
    _liquidity, counterpart, _writeoff = payment._seek_for_lines()
    return counterpart

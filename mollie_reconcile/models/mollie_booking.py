from datetime import timedelta
from typing import NamedTuple

import pytz

from odoo import _, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.const import (
    FEE_TYPES,
    OPENING,
    PAYMENT_TYPES,
    REFUND_TYPES,
    REVERSAL_TYPES,
    TAKE_BACK_TYPES,
    TRANSFER_TYPES,
)
from ..lib.mapping import Part, local_date


class Booking(NamedTuple):
    """Where a part goes; ``obstacle`` says why a person has to decide instead."""

    part: Part
    account: models.Model
    partner: models.Model
    counterpart: models.Model
    obstacle: BlockedError | None = None


class MollieBooking(models.AbstractModel):
    """What account each part of a line at Mollie belongs to."""

    _name = "mollie.booking"
    _description = "Booking of a Line at Mollie"

    def _bookings(self):
        """Return the :class:`Booking` of each part of this line."""
        return [self._booking(part) for part in self._parsed().parts]

    def _booking(self, part):
        try:
            return self._decide(part)
        except BlockedError as obstacle:
            nothing = self.env["account.move.line"]
            suspense = self.balance_id.journal_id.suspense_account_id
            partner = self.env["res.partner"]
            return Booking(part, suspense, partner, nothing, obstacle)

    def _decide(self, part):
        """Return where ``part`` goes without a person.

        :raise BlockedError: a person has to decide
        """
        if part.name == "fees" or (part.name == "gross" and self.kind in FEE_TYPES):
            return self._booking_on_fees(part)
        if part.name == "gross" and self.kind in TRANSFER_TYPES:
            return self._booking_on_transfer(part)
        suspense = self.balance_id.journal_id.suspense_account_id
        opening = self.balance_id.opening_account_id - suspense
        if self.kind == OPENING and opening:
            nobody = self.env["res.partner"]
            return Booking(part, opening, nobody, self.env["account.move.line"])
        ways = {
            **dict.fromkeys(PAYMENT_TYPES, self._booking_on_payment),
            **dict.fromkeys(REFUND_TYPES, self._booking_on_refund),
            **dict.fromkeys(TAKE_BACK_TYPES, self._booking_on_take_back),
            **dict.fromkeys(REVERSAL_TYPES, self._booking_on_reversal),
        }
        if part.name == "gross" and self.kind in ways:
            return ways[self.kind](part)
        raise self._obstacle(part)

    def _is_plain(self):
        """Tell whether matching needs no more than one reconciliation."""
        return self.kind not in TAKE_BACK_TYPES | REVERSAL_TYPES

    def _match_opening(self):
        """Assign an opening balance that waits for its account."""
        waiting = [("id", "in", self.ids), ("kind", "=", OPENING)]
        self.sudo()._open_lines(waiting)._enqueue_match()

    def _settle(self, booking, entry):
        """Reconcile ``entry`` of a bank line with what it belongs to."""
        if self.kind in TAKE_BACK_TYPES and booking.part.name == "gross":
            self._take_back(entry, booking.counterpart)
            return
        if booking.counterpart:
            (booking.counterpart + entry).reconcile()
        if self.kind in REVERSAL_TYPES and booking.part.name == "gross":
            self._note_reversal()

    def _booking_on_fees(self, part):
        partner = self.balance_id.account_id.fee_partner_id
        account = partner.with_company(self.company_id).property_account_payable_id
        return Booking(part, account, partner, self.env["account.move.line"])

    def _fee_lines(self):
        """Return the bank lines that stand on Mollie's payable account."""
        parts = {"fees", "gross"} if self.kind in FEE_TYPES else {"fees"}
        return self.line_ids.filtered(lambda line: line.mollie_part in parts)

    def _names_bill(self):
        """Return the id of the bill that Mollie says this line belongs to."""
        return self._parsed().context.get("invoiceId")

    def _booking_on_transfer(self, part):
        account = self.company_id.transfer_account_id
        partner = self.env["res.partner"]
        return Booking(part, account, partner, self.env["account.move.line"])

    def _obstacle(self, part):
        if self.kind == OPENING:
            return BlockedError(
                "opening_balance",
                _("This stood on the balance before the first line that is booked."),
                advice=_(
                    "Choose the opening account on the balance, or assign the bank"
                    " line."
                ),
            )
        if part.name == "result":
            message = _("Amount and deductions do not add up in Mollie's own figures.")
        elif part.name == "gross":
            message = _("No rule knows lines of the type %s.", self.kind)
        else:
            message = _(
                "Mollie withheld %(amount)s as %(kind)s.",
                amount=self._money(part.amount),
                kind=part.name,
            )
        return BlockedError(
            "to_assign", message, advice=_("Assign the bank line to an account.")
        )

    def _prepare_line_vals(self, booking):
        """Return the values of the bank line of one part."""
        return {
            "journal_id": self.balance_id.journal_id.id,
            "date": self._accounting_date(),
            "amount": float(booking.part.amount),
            "payment_ref": self._label(booking.part),
            "ref": self.external_id,
            "partner_id": booking.partner.id,
            "counterpart_account_id": booking.account.id,
            "mollie_transaction_id": self.id,
            "mollie_part": booking.part.name,
        }

    def _accounting_date(self):
        """Return Mollie's date, or the first day after a closed period."""
        date = local_date(pytz.utc.localize(self.created_at))
        locked = self.company_id._get_user_fiscal_lock_date()
        return max(date, locked + timedelta(days=1))

    def _label(self, part):
        parsed = self._parsed()
        about = parsed.refund_id or parsed.payment_id
        about = about or parsed.context.get("settlementId") or parsed.id
        what = self.kind if part.name == "gross" else part.name
        label = f"Mollie {what} {about}"
        date = local_date(parsed.created_at)
        if date != self._accounting_date():
            label = _("%(label)s of %(date)s", label=label, date=date)
        return label

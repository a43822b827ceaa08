from datetime import timedelta
from typing import NamedTuple

import pytz

from odoo import _, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.const import (
    FEE_TYPES,
    GROUPS,
    REVERSAL_TYPES,
    TAKE_BACK_TYPES,
    group_of,
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
        group = group_of(self.kind, part.name)
        ways = {
            "fee": self._booking_on_fees,
            "payment": self._booking_on_payment,
            "refund": self._booking_on_refund,
            "reversal": self._booking_on_reversal,
            "take_back": self._booking_on_take_back,
            "transfer": self._booking_on_transfer,
        }
        if group in ways:
            return ways[group](part)
        account = self.balance_id._account_of(group)
        if not account:
            raise self._obstacle(part, group)
        nobody, nothing = self.env["res.partner"], self.env["account.move.line"]
        return Booking(part, account, nobody, nothing)

    def _is_left_to_rules(self, name):
        """Tell whether the rules of the reconciliation addon may book a part.

        They may where neither an id nor an account of the balance says where it goes.
        """
        group = group_of(self.kind, name)
        unknown = group in ("person", "reserve", "capital", "commission")
        return unknown and not self.balance_id._account_of(group)

    def _is_plain(self):
        """Tell whether matching needs no more than one reconciliation."""
        return self.kind not in TAKE_BACK_TYPES | REVERSAL_TYPES

    def _match_assigned(self):
        """Assign what waits for an account that was chosen on the balance."""
        waiting = [("id", "in", self.ids)]
        waiting += [("open_reason", "in", ("opening_balance", "to_assign"))]
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
        account = self.balance_id.account_id
        supplier = account.fee_partner_id
        owed_to = supplier.with_company(self.company_id).property_account_payable_id
        books_on = account.fee_account_id if account.fee_mode == "direct" else owed_to
        return Booking(part, books_on, supplier, self.env["account.move.line"])

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

    def _obstacle(self, part, group):
        if group == "opening":
            return BlockedError(
                "opening_balance",
                _("This stood on the balance before the first line that is booked."),
                advice=_(
                    "Choose the opening account on the balance, or assign the bank"
                    " line."
                ),
            )
        advice = _("Assign the bank line to an account.")
        if group in ("reserve", "capital", "commission"):
            advice = _(
                "Choose the account of these amounts on the balance, or assign the"
                " bank line."
            )
        return BlockedError("to_assign", self._what_is_open(part), advice=advice)

    def _what_is_open(self, part):
        if part.name == "result":
            return _("Amount and deductions do not add up in Mollie's own figures.")
        amount = self._money(part.amount)
        if part.name != "gross":
            return _(
                "Mollie withheld %(amount)s as %(kind)s.", amount=amount, kind=part.name
            )
        if self.kind in GROUPS:
            return _(
                "Mollie moved %(amount)s as %(kind)s.", amount=amount, kind=self.kind
            )
        return _("No rule knows lines of the type %s.", self.kind)

    def _prepare_line_vals(self, booking):
        """Return the values of the bank line of one part."""
        foreign = booking.part.name == "gross" and self.original_currency_id
        return {
            "foreign_currency_id": foreign.id if foreign else False,
            "amount_currency": self.original_amount if foreign else 0.0,
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
        locked = self.company_id._mollie_lock_date(self.balance_id.journal_id)
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

from odoo import _, api, fields, models
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    UnauthorizedError,
)

from ..lib.matching import codes_in, metadata_of


class MollieMatching(models.AbstractModel):
    """How a line at Mollie finds the payment in Odoo that it settles.

    By identity, never by amount alone: a payment's reference must be one of the
    codes that Mollie's payment carries, and the amount must agree to the cent.
    """

    _name = "mollie.matching"
    _description = "Match of a Line at Mollie"

    mollie_payment = fields.Char("Payment at Mollie", readonly=True, index=True)
    codes = fields.Text(
        readonly=True, help="What a payment's reference is compared with, one a line."
    )
    payment_was_read = fields.Boolean(readonly=True)

    @api.model
    def _own_codes(self, parsed):
        """Return the codes that the payload itself carries."""
        ids = filter(None, (parsed.payment_id, parsed.refund_id))
        texts = (t for key, t in parsed.context.items() if key.endswith("Description"))
        return list(dict.fromkeys([*ids, *codes_in(*texts)]))

    def _identify(self):
        """Read the payment once at Mollie, if the codes at hand find none in Odoo."""
        if not self.mollie_payment or self.payment_was_read or self._candidates():
            return
        client = self.balance_id.account_id._client()
        ways = [(client.payment, self.mollie_payment)]
        if refund := self._parsed().refund_id:
            ways.append((client.refund, self.mollie_payment, refund))
        found = [code for way in ways for code in self._codes_read(*way)]
        codes = dict.fromkeys([*self._code_list(), *found])
        self.write({"codes": "\n".join(codes), "payment_was_read": True})

    def _codes_read(self, read, *ids):
        try:
            answer = read(*ids)
        except UnauthorizedError:
            raise
        except RejectedError:
            # Mollie does not know it any more: its id is all there is to go by.
            return []
        return codes_in(answer.get("description"), metadata_of(answer))

    def _code_list(self):
        return self.codes.split("\n") if self.codes else []

    def _candidates(self):
        """Return the posted payments that carry one of this line's codes."""
        incoming = self.gross_amount > 0
        return self._payments_with_code("inbound" if incoming else "outbound")

    def _payments_with_code(self, direction):
        return self.env["account.payment"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("mollie_code", "in", self._code_list()),
                ("state", "=", "posted"),
                ("payment_type", "=", direction),
            ]
        )

    def _find_payment(self):
        """Return the one payment this line settles, and its entry that waits for it.

        :raise BlockedError: there is none, or more than one, or the facts disagree
        """
        candidates = self._candidates()
        if not candidates:
            raise self._no_payment_found()
        waiting = candidates.filtered(lambda payment: not payment.is_matched)
        exact = waiting.filtered(self._has_same_amount)
        if len(exact) == 1:
            return exact, self._waiting_entry(exact)
        raise self._no_single_payment(candidates, waiting, exact)

    def _has_same_amount(self, payment):
        """Tell whether what is left of ``payment`` is this line's amount."""
        entries, _counterparts, _writeoffs = payment._seek_for_lines()
        left = sum(entries.mapped("amount_residual_currency"))
        differs = self.currency_id.compare_amounts(left, self.gross_amount)
        return payment.currency_id == self.currency_id and differs == 0

    def _waiting_entry(self, payment):
        journal = self.balance_id.journal_id
        if payment.journal_id != journal:
            raise BlockedError(
                "other_journal",
                _(
                    "%(payment)s is in the journal %(other)s, not in %(journal)s.",
                    payment=payment.name,
                    other=payment.journal_id.name,
                    journal=journal.name,
                ),
                advice=_("Register the payment in the journal of the balance."),
            )
        entries, _counterparts, _writeoffs = payment._seek_for_lines()
        return entries

    def _no_payment_found(self):
        words = [code for code in self._code_list() if code != self.mollie_payment]
        return BlockedError(
            "no_payment_found",
            _(
                "Odoo has no payment of %(amount)s with the reference %(codes)s.",
                amount=self._money(abs(self.gross_amount)),
                codes=" / ".join(words or self._code_list()) or "?",
            ),
            advice=_(
                "Import the order, or register the payment with this reference in the"
                " journal of the balance. It is then matched by itself."
            ),
        )

    def _no_single_payment(self, candidates, waiting, exact):
        amount = self._money(abs(self.gross_amount))
        if exact:
            return BlockedError(
                "several_payments",
                _(
                    "Several payments of %(amount)s have this reference: %(names)s.",
                    amount=amount,
                    names=", ".join(exact.sorted("id").mapped("name")),
                ),
                advice=_("Cancel the wrong one, or choose on the bank line."),
            )
        if waiting:
            names = (f"{pay.name} ({self._money(pay.amount)})" for pay in waiting)
            return BlockedError(
                "amount_differs",
                _(
                    "Mollie settled %(amount)s; the payment with this reference is"
                    " %(names)s.",
                    amount=amount,
                    names=", ".join(names),
                ),
                advice=_("Correct the payment, or choose on the bank line."),
            )
        return BlockedError(
            "payment_matched",
            _(
                "The payment with this reference is matched already: %s.",
                ", ".join(candidates.mapped("name")),
            ),
            advice=_("See whether the customer paid twice."),
        )

    def _money(self, amount):
        figure = float_repr(float(amount), self.currency_id.decimal_places)
        return f"{figure} {self.currency_id.name}"

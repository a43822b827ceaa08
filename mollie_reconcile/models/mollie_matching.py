from collections import defaultdict
from itertools import chain

from odoo import _, models

from ..lib.const import CAPTURE_TYPES
from ..lib.matching import normalise
from .mollie_obstacle import OpenLineError

#: where the payments of a batch are kept: ``{code: ids}``
AT_HAND = "mollie_payments_at_hand"
#: entries of the right amount that are shown to the person who decides
PROPOSALS = 5


class MollieMatching(models.AbstractModel):
    """How a line at Mollie finds the payment in Odoo that it settles.

    By identity, never by amount alone: Mollie's ids first, then the codes in the
    metadata and in the description, then the name of the order. The amount must
    agree to the cent, and there may be one candidate only.
    """

    _name = "mollie.matching"
    _description = "Match of a Line at Mollie"

    # === Candidates === #

    def _candidates(self):
        """Return the posted payments that carry one of this line's codes."""
        incoming = self.gross_amount > 0
        return self._payments_with_code("inbound" if incoming else "outbound")

    def _payments_with_code(self, direction):
        codes = self._code_list()
        if AT_HAND in self.env.context:
            payments = self._payments_at_hand(codes)
        else:
            payments = self._search_payments(codes)
        return payments.filtered(lambda payment: payment.payment_type == direction)

    def _search_payments(self, codes):
        return self.env["account.payment"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                "|",
                ("mollie_code", "in", codes),
                "|",
                ("mollie_provider_code", "in", codes),
                ("payment_transaction_id.reference", "in", codes),
            ]
        )

    def _with_payments_at_hand(self):
        """Return these lines with all payments that have one of their codes.

        They are read together; each line then finds its own without asking again.
        """
        codes = [code for line in self for code in line._code_list()]
        payments = self._search_payments(codes)
        by_code = defaultdict(list)
        for payment in payments:
            reference = payment.payment_transaction_id.sudo().reference
            codes = {payment.mollie_code, payment.mollie_provider_code, reference}
            for code in codes - {False}:
                by_code[code].append(payment.id)
        return self.with_context(**{AT_HAND: dict(by_code)})

    def _payments_at_hand(self, codes):
        by_code = self.env.context[AT_HAND]
        found = {key for code in codes for key in by_code.get(code, ())}
        everything = tuple(chain.from_iterable(by_code.values()))
        payments = self.env["account.payment"].browse(sorted(found))
        return payments.with_prefetch(everything)

    def _steps(self, payments):
        """Yield of ``payments`` those that each clue finds, the surest clue first."""
        ids = set(self._clue("ids"))
        yield payments.filtered(lambda p: p.mollie_provider_code in ids)
        for kind in ("ids", "metadata", "description"):
            codes = set(self._clue(kind))
            yield payments.filtered(
                lambda p, codes=codes: not codes.isdisjoint(p._mollie_codes())
            )

    # === Choosing === #

    def _find_payment(self):
        """Return the one payment this line settles, and its entry that waits for it.

        :raise BlockedError: there is none, or more than one, or the facts disagree
        """
        candidates = self._candidates()
        waiting = candidates.filtered(lambda payment: not payment.is_matched)
        for fits in self._kinds_of_fit():
            for found in self._steps(waiting):
                if exact := found.filtered(fits):
                    payment = self._single(exact)
                    return payment, self._waiting_entry(payment)
        if candidates:
            raise self._no_fitting_payment(candidates, waiting)
        if named := self._payments_by_name():
            payment = self._single(named)
            return payment, self._waiting_entry(payment)
        raise self._no_payment_found()

    def _kinds_of_fit(self):
        """Return the tests by which the amount of a payment agrees, the best first."""
        return self._has_same_amount, self._covers_capture

    def _single(self, payments):
        """Return the only one of ``payments``; of equal captures the oldest.

        Two deliveries of one order can cost the same: which capture pays which of
        its payments makes no difference, as long as each takes one.
        """
        if self.kind in CAPTURE_TYPES and len(set(payments.mapped("mollie_code"))) == 1:
            return payments.sorted(lambda payment: (payment.date, payment.id))[:1]
        if len(payments) == 1:
            return payments
        raise OpenLineError(
            "several_payments",
            _(
                "Several payments of %(amount)s have this reference: %(names)s.",
                amount=self._words_of_paid(),
                names=", ".join(payments.sorted("id").mapped("name")),
            ),
            advice=_("Cancel the wrong one, or choose on the bank line."),
            candidates=self._waiting_entries(payments),
        )

    def _has_same_amount(self, payment):
        """Tell whether what is left of ``payment`` is this line's amount."""
        amount, currency = self._paid()
        left = sum(self._waiting_entries(payment).mapped("amount_residual_currency"))
        same = currency.compare_amounts(left, amount) == 0
        return payment.currency_id == currency and same

    def _covers_capture(self, payment):
        """Tell whether this line captures a part of ``payment``, for a delivery."""
        amount, currency = self._paid()
        if self.kind not in CAPTURE_TYPES or payment.currency_id != currency:
            return False
        left = sum(self._waiting_entries(payment).mapped("amount_residual_currency"))
        return currency.compare_amounts(left, amount) > 0

    def _payments_by_name(self):
        """Return what waits of this amount under the name of the order."""
        names = self._clue("names")
        if not names:
            return self.env["account.payment"]
        incoming = self.gross_amount > 0
        payments = self.env["account.payment"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("payment_type", "=", "inbound" if incoming else "outbound"),
                ("is_matched", "=", False),
                ("mollie_code", "in", [normalise(name) for name in names]),
            ]
        )
        return payments.filtered(self._has_same_amount)

    def _waiting_entry(self, payment):
        journal = self.balance_id.journal_id
        entries = self._waiting_entries(payment)
        if payment.journal_id != journal:
            raise OpenLineError(
                "other_journal",
                _(
                    "%(payment)s is in the journal %(other)s, not in %(journal)s.",
                    payment=payment.name,
                    other=payment.journal_id.name,
                    journal=journal.name,
                ),
                advice=_("Register the payment in the journal of the balance."),
                candidates=entries,
            )
        return entries

    # === Saying why not === #

    def _no_payment_found(self):
        words = [code for code in self._code_list() if code != self.mollie_payment]
        return OpenLineError(
            "no_payment_found",
            _(
                "Odoo has no payment of %(amount)s with the reference %(codes)s.",
                amount=self._words_of_paid(),
                codes=" / ".join(words or self._code_list()) or "?",
            ),
            advice=_(
                "Import the order, or register the payment with this reference in the"
                " journal of the balance. It is then matched by itself."
            ),
            candidates=self._proposals(),
        )

    def _proposals(self):
        """Return open entries of this amount: for a person, never taken by us."""
        journal = self.balance_id.journal_id
        lines = journal.inbound_payment_method_line_ids
        if self.gross_amount < 0:
            lines = journal.outbound_payment_method_line_ids
        amount, currency = self._paid()
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("currency_id", "=", currency.id),
                ("amount_residual_currency", "=", amount),
                "|",
                ("account_id", "in", lines.payment_account_id.ids),
                ("account_type", "=", "asset_receivable"),
            ],
            order="date desc, id desc",
            limit=PROPOSALS,
        )

    def _no_fitting_payment(self, candidates, waiting):
        if waiting:
            names = (
                f"{payment.name} ({self._money(payment.amount, payment.currency_id)})"
                for payment in waiting
            )
            return OpenLineError(
                "amount_differs",
                _(
                    "Mollie settled %(amount)s; the payment with this reference is"
                    " %(names)s.",
                    amount=self._words_of_paid(),
                    names=", ".join(names),
                ),
                advice=_("Correct the payment, or choose on the bank line."),
                candidates=self._waiting_entries(waiting),
            )
        return OpenLineError(
            "payment_matched",
            _(
                "The payment with this reference is matched already: %s.",
                ", ".join(candidates.mapped("name")),
            ),
            advice=_("See whether the customer paid twice."),
            candidates=self._waiting_entries(candidates),
        )

    def _waiting_entries(self, payments):
        """Return the entries of ``payments`` that wait for Mollie's line."""
        entries = self.env["account.move.line"]
        for payment in payments:
            liquidity, _counterparts, _writeoffs = payment._seek_for_lines()
            entries |= liquidity
        return entries

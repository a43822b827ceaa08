from odoo import _, api, fields, models
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import RejectedError, UnauthorizedError

from ..lib.mapping import parse_original
from ..lib.matching import clues_of, merge_clues
from ..lib.payment_reader import PaymentReader


class MollieClues(models.AbstractModel):
    """What a line at Mollie is known by: ids, codes and names, and where they stood."""

    _name = "mollie.clues"
    _description = "Clues of a Line at Mollie"

    mollie_payment = fields.Char("Payment at Mollie", readonly=True, index=True)
    clues = fields.Json(
        readonly=True,
        help="ids, metadata, description, names: the codes of each, surest first.",
    )
    codes = fields.Text(
        readonly=True, help="What a payment's reference is compared with, one a line."
    )
    payment_was_read = fields.Boolean(readonly=True)
    original_amount = fields.Float(
        "Paid Amount",
        readonly=True,
        digits=(16, 4),
        help="What the customer paid, where that is another currency. Signed.",
    )
    original_currency_id = fields.Many2one(
        "res.currency", "Paid Currency", readonly=True
    )

    @api.model
    def _prepare_clues(self, parsed):
        """Return the values of what the payload itself tells."""
        texts = [t for key, t in parsed.context.items() if key.endswith("Description")]
        ids = [parsed.payment_id, parsed.refund_id, parsed.context.get("captureId")]
        return self._prepare_clue_vals(clues_of(ids, None, texts))

    @api.model
    def _prepare_clue_vals(self, clues):
        codes = [*clues["ids"], *clues["metadata"], *clues["description"]]
        return {"clues": clues, "codes": "\n".join(dict.fromkeys(codes))}

    def _clue(self, kind):
        return (self.clues or {}).get(kind, [])

    def _code_list(self):
        return self.codes.split("\n") if self.codes else []

    def _claims(self):
        """Return all by which this line could claim a payment or an invoice."""
        return {*self._code_list(), *self._clue("names")}

    # === Reading at Mollie === #

    def _payment_reader(self):
        """Return what reads the payments of these lines, many with one call."""
        payments = self.filtered("mollie_payment").mapped("mollie_payment")
        return PaymentReader(self.balance_id.account_id._client, payments)

    def _identify(self, reader):
        """Read the payment once at Mollie, if the codes at hand find none that fits.

        A payment in another currency than the balance's is read as well: Mollie's
        line does not say what the customer paid.

        :param PaymentReader reader: of the lines that are booked together
        """
        if not self.mollie_payment or self.payment_was_read:
            return
        if self._candidates().filtered(self._has_same_amount):
            return
        payment = self._read(reader.payment, self.mollie_payment)
        part = self._read_part(reader.client) if self._part_ids() else payment
        self._learn([answer for answer in (payment, part) if answer], part)

    def _part_ids(self):
        """Return ``{kind: id}`` of what the line is about, if not a whole payment."""
        context = self._parsed().context
        kinds = ("refund", "chargeback", "capture")
        return {kind: context[f"{kind}Id"] for kind in kinds if f"{kind}Id" in context}

    def _read_part(self, client):
        [(kind, token), *_others] = self._part_ids().items()
        return self._read(getattr(client, kind), self.mollie_payment, token)

    def _read(self, read, *ids):
        """Return Mollie's answer; nothing if Mollie does not know it any more."""
        try:
            return read(*ids)
        except UnauthorizedError:
            raise
        except RejectedError:
            # Its id is all there is to go by.
            return None

    def _learn(self, answers, original):
        """Keep what the payment, and the part of it, say about themselves.

        :param original: the one whose amount is this line's
        """
        clues = self.clues or clues_of([], None, [])
        for answer in answers:
            texts = [answer.get("description")]
            found = clues_of([answer.get("orderId")], answer.get("metadata"), texts)
            clues = merge_clues(clues, found)
        values = self._prepare_clue_vals(clues)
        values["payment_was_read"] = True
        if original:
            values.update(self._prepare_original_vals(original))
        self.write(values)

    def _prepare_original_vals(self, answer):
        original = parse_original(answer)
        if original.currency == self.currency_id.name:
            return {}
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", original.currency)], limit=1)
        sign = 1 if self.gross_amount > 0 else -1
        return {
            "original_amount": sign * float(original.value),
            "original_currency_id": currency.id,
        }

    def _money(self, amount, currency=None):
        currency = currency or self.currency_id
        figure = float_repr(float(amount), currency.decimal_places)
        return f"{figure} {currency.name}"

    def _paid(self):
        """Return ``(amount, currency)`` of what the customer paid or got, signed.

        In the currency of the balance, unless Mollie said another.
        """
        if self.original_currency_id:
            return self.original_amount, self.original_currency_id
        return self.gross_amount, self.currency_id

    def _words_of_paid(self):
        amount, currency = self._paid()
        words = self._money(abs(amount), currency)
        if currency == self.currency_id:
            return words
        here = self._money(abs(self.gross_amount))
        return _("%(paid)s (%(here)s)", paid=words, here=here)

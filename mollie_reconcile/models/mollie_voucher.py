from odoo import Command, _, api, fields, models

from ..lib.const import PAYMENT_TYPES
from ..lib.mapping import parse_voucher
from .mollie_obstacle import OpenLineError


class MollieBalanceTransaction(models.Model):
    """Payments that vouchers or gift cards paid a part of.

    Mollie settles the rest only; whoever issued the voucher pays out its part.
    """

    _inherit = "mollie.balance.transaction"

    voucher_amount = fields.Monetary(
        "Paid by Voucher",
        readonly=True,
        currency_field="paid_currency_id",
        help="What vouchers and gift cards paid of this payment. It never reaches the"
        " balance.",
    )
    paid_currency_id = fields.Many2one(
        "res.currency", "Currency Paid In", compute="_compute_paid_currency_id"
    )

    @api.depends("original_currency_id", "currency_id")
    def _compute_paid_currency_id(self):
        for line in self:
            line.paid_currency_id = line.original_currency_id or line.currency_id

    def _learn(self, answers, original):
        res = super()._learn(answers, original)
        if original and self.kind in PAYMENT_TYPES:
            self._note_voucher(original)
        return res

    def _note_voucher(self, payment):
        voucher = parse_voucher(payment)
        if not voucher:
            return
        self.voucher_amount = float(voucher.value)
        if self.original_currency_id:
            # What reached the balance is the rest of what the customer paid.
            self.original_amount -= self.voucher_amount

    def _kinds_of_fit(self):
        return (*super()._kinds_of_fit(), self._has_amount_with_voucher)

    def _has_amount_with_voucher(self, payment):
        """Tell whether this line and its vouchers are what is left of ``payment``."""
        amount, currency = self._paid()
        if not self.voucher_amount or payment.currency_id != currency:
            return False
        entries = self._waiting_entries(payment)
        left = sum(entries.mapped("amount_residual_currency"))
        return currency.compare_amounts(left, amount + self.voucher_amount) == 0

    def _waiting_entry(self, payment):
        entries = super()._waiting_entry(payment)
        if not self._has_amount_with_voucher(payment):
            return entries
        if self.balance_id.account_id.voucher_journal_id:
            return entries
        raise OpenLineError(
            "voucher_journal",
            _(
                "%(voucher)s of %(payment)s was paid by a voucher, which Mollie does"
                " not pay out.",
                voucher=self._money(self.voucher_amount, self.paid_currency_id),
                payment=payment.name,
            ),
            advice=_("Choose the journal of vouchers on the Mollie account."),
            candidates=entries,
        )

    def _is_plain(self):
        return super()._is_plain() and not self.voucher_amount

    def _settle(self, booking, entry):
        counterparts = booking.counterpart
        payment = counterparts.move_id.payment_id
        if len(payment) == 1 and self._has_amount_with_voucher(payment):
            entry |= self._move_voucher(counterparts, payment)
        return super()._settle(booking, entry)

    def _move_voucher(self, waiting, payment):
        """Book the voucher's part of ``payment`` where its issuer pays it out.

        :param waiting: the payment's entry in transit
        :return: the entry that takes it off there
        """
        journal = self.balance_id.account_id.voucher_journal_id
        account = waiting.account_id
        sides = ((journal.default_account_id, 1), (account, -1))
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": self._accounting_date(),
                "ref": _("Voucher of %s", payment.name),
                "line_ids": [
                    Command.create(self._prepare_voucher_entry(side, sign, payment))
                    for side, sign in sides
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(lambda line: line.account_id == account)

    def _prepare_voucher_entry(self, account, sign, payment):
        currency, company = self.paid_currency_id, self.company_id
        amount = sign * self.voucher_amount
        date = self._accounting_date()
        return {
            "account_id": account.id,
            "partner_id": payment.partner_id.id,
            "currency_id": currency.id,
            "amount_currency": amount,
            "balance": currency._convert(amount, company.currency_id, company, date),
        }


class MollieAccount(models.Model):
    """Where the part of vouchers goes."""

    _inherit = "mollie.account"

    voucher_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Vouchers",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
        help="Shows what the issuers of vouchers and gift cards owe: the part of a"
        " payment that Mollie does not pay out is booked there.",
    )

    def write(self, vals):
        """Match what waits for the journal of vouchers, once it is chosen."""
        res = super().write(vals)
        if vals.get("voucher_journal_id"):
            self._match_vouchers()
        return res

    def _match_vouchers(self):
        lines = self.env["mollie.balance.transaction"].sudo()
        waiting = [("balance_id.account_id", "in", self.ids)]
        waiting += [("open_reason", "=", "voucher_journal")]
        lines._open_lines(waiting)._enqueue_match()

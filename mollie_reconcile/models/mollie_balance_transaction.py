import json
from collections import Counter
from datetime import timedelta
from typing import NamedTuple

import pytz

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import BlockedError, RetryableError

from ..lib.const import (
    FEE_TYPES,
    OPENING,
    PAYMENT_TYPES,
    REFUND_TYPES,
    TRANSFER_TYPES,
)
from ..lib.mapping import Part, local_date, parse_transaction


class Booking(NamedTuple):
    """Where a part goes; ``obstacle`` says why a person has to decide instead."""

    part: Part
    account: models.Model
    partner: models.Model
    counterpart: models.Model
    obstacle: BlockedError | None = None


class MollieBalanceTransaction(models.Model):
    """A movement on a Mollie balance, as it came, and what the books made of it."""

    _name = "mollie.balance.transaction"
    _description = "Line at Mollie"
    _inherit = ["o2c.exception.mixin", "mollie.matching"]
    _rec_name = "external_id"
    _order = "created_at desc, id desc"

    balance_id = fields.Many2one(
        "mollie.balance", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="balance_id.company_id", store=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    external_id = fields.Char("Mollie ID", required=True, readonly=True)
    kind = fields.Char("Type", required=True, readonly=True)
    created_at = fields.Datetime("Date", required=True, readonly=True, index=True)
    gross_amount = fields.Monetary("Amount", readonly=True)
    deducted_amount = fields.Monetary("Withheld", readonly=True)
    result_amount = fields.Monetary("On the Balance", readonly=True)
    raw = fields.Json("As It Came", readonly=True, groups="o2c_base.group_manager")
    raw_text = fields.Text(compute="_compute_raw_text", groups="o2c_base.group_manager")
    booked_at = fields.Datetime("Booked On", readonly=True)
    line_ids = fields.One2many(
        "account.bank.statement.line", "mollie_transaction_id", "Bank Lines"
    )
    state = fields.Selection(
        [("new", "To Book"), ("open", "Open"), ("booked", "Booked")],
        compute="_compute_state",
        store=True,
        index=True,
    )
    reason = fields.Char("Why Open", readonly=True)
    payment_id = fields.Many2one(
        "account.payment", compute="_compute_matched", compute_sudo=True
    )
    invoice_ids = fields.Many2many(
        "account.move", compute="_compute_matched", compute_sudo=True
    )

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(balance_id, external_id)",
            "This line of Mollie was read before.",
        ),
    ]

    @api.depends("booked_at", "line_ids.is_reconciled")
    def _compute_state(self):
        for transaction in self:
            if not transaction.booked_at:
                transaction.state = "new"
            elif all(transaction.line_ids.mapped("is_reconciled")):
                transaction.state = "booked"
            else:
                transaction.state = "open"

    def _compute_raw_text(self):
        for transaction in self:
            transaction.raw_text = json.dumps(transaction.raw, indent=2)

    @api.depends(
        "line_ids.move_id.line_ids.matched_debit_ids",
        "line_ids.move_id.line_ids.matched_credit_ids",
    )
    def _compute_matched(self):
        for transaction in self:
            lines = transaction.line_ids.move_id.line_ids
            others = (
                lines.matched_debit_ids.debit_move_id
                | lines.matched_credit_ids.credit_move_id
            ).move_id
            payment = others.payment_id[:1]
            transaction.payment_id = payment
            transaction.invoice_ids = (
                payment.reconciled_invoice_ids
                | payment.reconciled_bill_ids
                | others.filtered(lambda move: move.is_invoice(True))
            )

    @api.model
    def _prepare_vals(self, balance, payload):
        """Return the values of a record that keeps Mollie's ``payload``."""
        parsed = parse_transaction(payload)
        return {
            "balance_id": balance.id,
            "external_id": parsed.id,
            "kind": parsed.type,
            "created_at": parsed.created_at.replace(tzinfo=None),
            "gross_amount": float(parsed.initial.value),
            "deducted_amount": float(parsed.result.value - parsed.initial.value),
            "result_amount": float(parsed.result.value),
            "mollie_payment": parsed.payment_id,
            "codes": "\n".join(self._own_codes(parsed)),
            "raw": payload,
        }

    def _parsed(self):
        return parse_transaction(self.sudo().raw)

    # === Booking === #

    def _identified(self):
        """Read at Mollie what the codes at hand do not find; return who is ready.

        A payment is read once. Where Mollie asks to wait, those before it are ready
        and go on, so that each job gets somewhere.
        """
        settling = PAYMENT_TYPES | REFUND_TYPES
        for index, transaction in enumerate(self):
            try:
                if transaction.kind in settling:
                    transaction._identify()
            except RetryableError:
                if not index:
                    raise
                return self[:index]
        return self

    def _book(self):
        """Put these lines into the books: together if possible, else one by one."""
        rivals = self._rivals()
        together = self - rivals
        try:
            with self.env.cr.savepoint():
                together._book_together()
        except UserError:
            rivals = self
        for transaction in rivals:
            transaction._book_alone()

    def _rivals(self):
        """Return the lines that could claim the same payment: each must see what
        the one before it has taken."""
        claims = Counter(code for line in self for code in set(line._code_list()))
        return self.filtered(
            lambda line: any(claims[code] > 1 for code in line._code_list())
        )

    def _book_alone(self):
        try:
            with self.env.cr.savepoint():
                self._book_together()
        except UserError as error:
            self._block("not_possible", error)

    def _book_together(self):
        bookings = [(tx, booking) for tx in self for booking in tx._bookings()]
        lines = self.env["account.bank.statement.line"].create(
            [tx._prepare_line_vals(booking) for tx, booking in bookings]
        )
        self.booked_at = fields.Datetime.now()
        plan = [
            booking.counterpart + _line_on(line, booking.account)
            for line, (_tx, booking) in zip(lines, bookings, strict=True)
            if booking.counterpart
        ]
        self.env["account.move.line"]._reconcile_plan(plan)
        self._close_solved()
        for transaction, booking in bookings:
            if booking.obstacle:
                transaction._block(booking.obstacle.reason, booking.obstacle)

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
        if part.name == "gross" and self.kind in PAYMENT_TYPES | REFUND_TYPES:
            return self._booking_on_payment(part)
        raise self._obstacle(part)

    def _booking_on_fees(self, part):
        partner = self.balance_id.account_id.fee_partner_id
        account = partner.with_company(self.company_id).property_account_payable_id
        return Booking(part, account, partner, self.env["account.move.line"])

    def _booking_on_transfer(self, part):
        account = self.company_id.transfer_account_id
        partner = self.env["res.partner"]
        return Booking(part, account, partner, self.env["account.move.line"])

    def _booking_on_payment(self, part):
        payment, waiting = self._find_payment()
        return Booking(part, waiting.account_id, payment.partner_id, waiting)

    def _obstacle(self, part):
        if self.kind == OPENING:
            return BlockedError(
                "opening_balance",
                _("This stood on the balance before the first line that is booked."),
                advice=_(
                    "Assign the bank line to the account that showed it until now."
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

    # === Matching === #

    def _match(self):
        """Look again at an open line; close it, or say why it stays open."""
        for line in self.line_ids.filtered(lambda line: not line.is_reconciled):
            part = next(p for p in self._parsed().parts if p.name == line.mollie_part)
            booking = self._decide(part)
            _liquidity, suspense, _others = line._seek_for_lines()
            line.partner_id = booking.partner
            suspense.write({"account_id": booking.account.id})
            (suspense + booking.counterpart).reconcile()

    def _enqueue_match(self):
        for transaction in self:
            transaction.with_delay(
                identity_key=f"mollie-match-{transaction.id}",
                description=_("Match: %s", transaction.external_id),
            )._attempt("_match")

    @api.model
    def _on_payments_posted(self, payments):
        """Have the open lines that carry the code of these payments look again."""
        codes = set(payments.filtered("mollie_code").mapped("mollie_code"))
        if codes:
            domain = [("company_id", "in", payments.company_id.ids)]
            self._open_lines(domain)._with_code(codes)._enqueue_match()

    @api.model
    def _look_again(self, balance):
        """Match what can be matched now; close what a person has assigned."""
        lines = self._open_lines([("balance_id", "=", balance.id)])
        codes = {code for line in lines for code in line._code_list()}
        payments = self.env["account.payment"].search(
            [
                ("company_id", "=", balance.company_id.id),
                ("mollie_code", "in", list(codes)),
                ("state", "=", "posted"),
                ("is_matched", "=", False),
            ]
        )
        lines._with_code(set(payments.mapped("mollie_code")))._enqueue_match()
        solved = [("state", "=", "booked"), ("reason", "!=", False)]
        self.search([("balance_id", "=", balance.id), *solved])._close_solved()

    def _close_solved(self):
        self.env["o2c.exception"]._close(self)
        self.reason = False

    @api.model
    def _open_lines(self, domain):
        return self.search([("state", "=", "open"), *domain])

    def _with_code(self, codes):
        return self.filtered(lambda line: not codes.isdisjoint(line._code_list()))

    # === Exceptions === #

    def _o2c_connection(self):
        return self.balance_id.account_id

    def _block(self, reason, error):
        self.reason = str(error)
        return super()._block(reason, error)

    def _on_done(self, method):
        self.reason = False

    def _retry_after_exception(self, reason):
        new = self.filtered(lambda transaction: transaction.state == "new")
        for balance in new.balance_id:
            balance._enqueue_booking()
        (self - new)._enqueue_match()


def _line_on(statement_line, account):
    """Return the entry of ``statement_line`` on the account it was booked on."""
    entries = statement_line.move_id.line_ids
    return entries.filtered(lambda entry: entry.account_id == account)

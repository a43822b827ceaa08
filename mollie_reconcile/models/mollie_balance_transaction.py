import json
from collections import Counter

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import BlockedError, RetryableError

from ..lib.const import (
    PAYMENT_TYPES,
    REFUND_TYPES,
    REVERSAL_TYPES,
    TAKE_BACK_TYPES,
    TRANSFER_TYPES,
)
from ..lib.mapping import parse_transaction


class MollieBalanceTransaction(models.Model):
    """A movement on a Mollie balance, as it came, and what the books made of it."""

    _name = "mollie.balance.transaction"
    _description = "Line at Mollie"
    _inherit = [
        "mollie.obstacle",
        "o2c.exception.mixin",
        "mollie.clues",
        "mollie.matching",
        "mollie.invoice.match",
        "mollie.booking",
        "mollie.refund",
        "mollie.take.back",
        "mollie.payout",
    ]
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
    left_to_person = fields.Boolean(
        "Left to a Person",
        readonly=True,
        help="A person undid the match; it is not made again until asked for.",
    )
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
            "raw": payload,
            **self._prepare_clues(parsed),
        }

    def _parsed(self):
        return parse_transaction(self.sudo().raw)

    # === Booking === #

    def _identified(self):
        """Read at Mollie what the codes at hand do not find; return who is ready.

        A payment is read once. Where Mollie asks to wait, those before it are ready
        and go on, so that each job gets somewhere.
        """
        settling = PAYMENT_TYPES | REFUND_TYPES | TAKE_BACK_TYPES | REVERSAL_TYPES
        reader = self._payment_reader()
        for index, transaction in enumerate(self._with_payments_at_hand()):
            try:
                if transaction.kind in settling:
                    transaction._identify(reader)
                elif transaction.kind in TRANSFER_TYPES:
                    transaction._identify_payout()
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
                together._with_payments_at_hand()._book_together()
        except UserError:
            rivals = self
        for transaction in rivals:
            transaction._book_alone()
        self._make_statements()
        self._look_for_bank([("id", "in", self.ids)])

    def _rivals(self):
        """Return the lines that could claim the same payment: each must see what
        the one before it has taken."""
        claims = Counter(code for line in self for code in line._claims())
        return self.filtered(
            lambda line: any(claims[code] > 1 for code in line._claims())
        )

    def _book_alone(self):
        try:
            with self.env.cr.savepoint():
                self._book_together()
        except UserError as error:
            self._block("not_possible", error)

    def _book_together(self):
        bookings = [(tx, booking) for tx in self for booking in tx._bookings()]
        lines = self._create_bank_lines(bookings)
        self.booked_at = fields.Datetime.now()
        self._close_solved()
        plain = []
        for line, (transaction, booking) in zip(lines, bookings, strict=True):
            entry = _line_on(line, booking.account)
            if line.is_reconciled and booking.obstacle:
                # A rule of the reconciliation addon knew what nobody else does.
                continue
            if booking.obstacle:
                transaction._block(booking.obstacle.reason, booking.obstacle)
            elif transaction._is_plain():
                plain += [booking.counterpart + entry] if booking.counterpart else []
            else:
                transaction._settle(booking, entry)
        self.env["account.move.line"]._reconcile_plan(plain)
        self._tell_taken_back()

    # === Matching === #

    def _match(self):
        """Look again at an open line; close it, or say why it stays open."""
        for line in self.line_ids.filtered(lambda line: not line.is_reconciled):
            part = next(p for p in self._parsed().parts if p.name == line.mollie_part)
            booking = self._decide(part)
            _liquidity, suspense, _others = line._seek_for_lines()
            line.partner_id = booking.partner
            suspense.write({"account_id": booking.account.id})
            self._settle(booking, suspense)
        if self.waits_for_bank:
            self._match_payout()

    def _enqueue_match(self):
        for transaction in self:
            transaction.with_delay(
                identity_key=f"mollie-match-{transaction.id}",
                description=_("Match: %s", transaction.external_id),
            )._attempt("_match")

    @api.model
    def _on_payments_posted(self, payments):
        """Have the open lines that carry the code of these payments look again."""
        codes = {code for payment in payments for code in payment._mollie_codes()}
        if codes:
            domain = [("company_id", "in", payments.company_id.ids)]
            self._open_lines(domain)._with_code(codes)._enqueue_match()

    @api.model
    def _look_again(self, balance):
        """Match what can be matched now; close what a person has assigned."""
        lines = self._open_lines([("balance_id", "=", balance.id)])
        codes = {code for line in lines for code in line._claims()}
        payments = self.env["account.payment"].search(
            [
                ("company_id", "=", balance.company_id.id),
                ("state", "=", "posted"),
                ("is_matched", "=", False),
                "|",
                ("mollie_code", "in", list(codes)),
                ("mollie_provider_code", "in", list(codes)),
            ]
        )
        found = {code for payment in payments for code in payment._mollie_codes()}
        lines._with_code(found)._enqueue_match()
        self._look_for_bank([("balance_id", "=", balance.id)])
        solved = [("state", "=", "booked"), ("reason", "!=", False)]
        self.search([("balance_id", "=", balance.id), *solved])._close_solved()

    def _close_solved(self):
        solved = self.filtered(
            lambda line: (
                not (line._is_waiting_for_customer() or line._is_waiting_for_choice())
            )
        )
        self.env["o2c.exception"]._close(solved)
        solved._forget_obstacle()
        solved.is_disputed = False

    @api.model
    def _open_lines(self, domain):
        """Return the open lines, except those that a person has taken over."""
        untouched = [("state", "=", "open"), ("left_to_person", "=", False)]
        return self.search([*untouched, *domain], order="id")

    # === Left to a person === #

    def _leave_to_person(self):
        """Do not match these lines again until somebody asks for it."""
        self.write({"left_to_person": True, "is_disputed": False})
        for transaction in self:
            error = BlockedError(
                "match_undone",
                _("The match of this line was undone by hand."),
                advice=_("Choose on the bank line, or press Match Again."),
            )
            transaction._block("match_undone", error)

    def action_match(self):
        """Look again at these lines, also at those whose match was undone."""
        self.env["account.move"].check_access_rights("write")
        self.check_access_rule("read")
        lines = self.sudo().filtered(
            lambda line: line.state == "open" or line.waits_for_bank
        )
        lines.left_to_person = False
        lines._enqueue_match()

    def _with_code(self, codes):
        return self.filtered(lambda line: not codes.isdisjoint(line._claims()))

    # === Exceptions === #

    def _o2c_connection(self):
        return self.balance_id.account_id

    def _on_done(self, method):
        self._forget_obstacle()

    def _succeeded(self, connection, method):
        res = super()._succeeded(connection, method)
        self._tell_taken_back()
        return res

    def _retry_after_exception(self, reason):
        new = self.filtered(lambda transaction: transaction.state == "new")
        for balance in new.balance_id:
            balance._enqueue_booking()
        (self - new).left_to_person = False
        (self - new)._enqueue_match()


def _line_on(statement_line, account):
    """Return the entry of ``statement_line`` on the account it was booked on."""
    entries = statement_line.move_id.line_ids
    return entries.filtered(lambda entry: entry.account_id == account)

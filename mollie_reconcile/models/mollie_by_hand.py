import uuid

from odoo import _, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    UnauthorizedError,
)
from odoo.addons.o2c_base.words import said

from ..lib.const import PAYMENT_TYPES
from .mollie_booking import Booking

#: where our key stands in the metadata of a refund at Mollie
KEY = "odoo_line"


class MollieBalanceTransaction(models.Model):
    """What a person decides about an open line; each decision can be undone."""

    _inherit = "mollie.balance.transaction"

    reason_label = fields.Char("Reason", compute="_compute_reason_label")
    give_back_key = fields.Char(readonly=True, copy=False)
    is_given_back = fields.Boolean(
        "Given Back",
        readonly=True,
        copy=False,
        help="The payment belongs to nothing; Mollie was told to give it back.",
    )

    def _compute_reason_label(self):
        labels = self.env["o2c.exception"]._reason_labels()
        for line in self:
            line.reason_label = labels.get(line.open_reason, line.open_reason)

    # === Buttons === #

    def action_solve(self):
        """Ask what an open line is."""
        self.ensure_one()
        if self.state != "open":
            raise UserError(_("This line is not open."))
        return {
            "type": "ir.actions.act_window",
            "name": _("What Is This Line?"),
            "res_model": "mollie.line.solve",
            "view_mode": "form",
            "target": "new",
            "context": {"default_transaction_id": self.id},
        }

    def action_undo(self):
        """Undo the match of these lines; what they are is then for a person to say."""
        self.env["account.move"].check_access_rights("write")
        self.check_access_rule("read")
        lines = self.sudo().line_ids.filtered(
            lambda line: line.is_reconciled and line.mollie_part in ("gross", "result")
        )
        if not lines:
            raise UserError(_("There is no match to undo."))
        lines.action_undo_reconciliation()
        self.sudo().is_given_back = False
        for line in lines:
            line.move_id.message_post(body=_("The match was undone."))

    # === Deciding === #

    def _open_bank_lines(self):
        return self.line_ids.filtered(lambda line: not line.is_reconciled)

    def _assign_entry(self, line, entry):
        """Reconcile a bank line of this one with the entry that a person chose."""
        self._move_off_suspense(line, entry.account_id, entry.partner_id)
        suspense = line.move_id.line_ids.filtered(
            lambda own: own.account_id == entry.account_id and not own.reconciled
        )
        (suspense + entry).reconcile()
        self._decided(line, _("Matched by hand with %s.", entry.move_id.name))

    def _assign_account(self, line, account, partner, words):
        """Book a bank line of this one on the account that a person chose."""
        self._move_off_suspense(line, account, partner)
        self._decided(line, words)

    def _move_off_suspense(self, line, account, partner):
        _liquidity, suspense, _others = line._seek_for_lines()
        line.partner_id = partner
        suspense.write({"account_id": account.id})

    def _decided(self, line, words):
        self.left_to_person = False
        line.move_id.message_post(body=words)
        if self.state == "booked":
            self._close_solved()

    # === Giving back === #

    def _enqueue_give_back(self):
        # The key is kept first: whatever happens to the answer, it finds the refund.
        self.give_back_key = self.give_back_key or str(uuid.uuid4())
        self.with_delay(
            identity_key=f"mollie-give-back-{self.id}",
            description=_("Give back: %s", self.external_id),
        )._attempt("_give_back")

    def _give_back(self):
        """Tell Mollie to give this payment back, unless it was told before.

        See https://docs.mollie.com/reference/create-refund. The payment then waits for
        the line of its refund on the account of receipts in transit.

        :raise BlockedError: Mollie refuses it
        """
        line = self._open_bank_lines().filtered(lambda own: own.mollie_part == "gross")
        if not line:
            return
        client = self.balance_id.account_id._client()
        refund = self._refund_told(client) or self._tell_refund(client)
        methods = self.balance_id.journal_id.inbound_payment_method_line_ids
        account = methods.payment_account_id[:1]
        self.is_given_back = True
        words = _("Mollie gives this payment back: %s.", refund["id"])
        self._assign_account(line, account, self.env["res.partner"], words)

    def _refund_told(self, client):
        for refund in client.refunds(self.mollie_payment):
            metadata = refund.get("metadata")
            if isinstance(metadata, dict) and metadata.get(KEY) == self.give_back_key:
                return refund
        return None

    def _tell_refund(self, client):
        currency = self.currency_id
        value = float_repr(self.gross_amount, currency.decimal_places)
        try:
            return client.create_refund(
                self.mollie_payment,
                {"currency": currency.name, "value": value},
                description=_("Payment without an order"),
                metadata={KEY: self.give_back_key},
                key=self.give_back_key,
            )
        except UnauthorizedError:
            raise
        except RejectedError as error:
            why = getattr(error, "detail", None) or said(self.env, error)
            raise BlockedError(
                "refund_refused",
                _(
                    "Mollie does not give back %(amount)s of %(payment)s: %(why)s",
                    amount=self._money(self.gross_amount),
                    payment=self.mollie_payment,
                    why=why,
                ),
                advice=_("See at Mollie what is left of the payment."),
            ) from error

    def _booking_on_refund(self, part):
        """Let the refund of a payment that was given back meet that payment."""
        entry = self._entry_given_back()
        if entry:
            return Booking(part, entry.account_id, self.env["res.partner"], entry)
        return super()._booking_on_refund(part)

    def _entry_given_back(self):
        domain = [("balance_id", "=", self.balance_id.id), ("is_given_back", "=", True)]
        domain += [("kind", "in", list(PAYMENT_TYPES))]
        domain += [("mollie_payment", "=", self.mollie_payment or "")]
        payment = self.search(domain, limit=1)
        line = payment.line_ids.filtered(lambda own: own.mollie_part == "gross")
        _liquidity, _suspense, others = line._seek_for_lines()
        return others.filtered(
            lambda entry: (
                not entry.reconciled
                and self.currency_id.is_zero(
                    entry.amount_residual_currency - self.gross_amount
                )
            )
        )

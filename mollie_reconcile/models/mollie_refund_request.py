import uuid
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    RetryableError,
    UnauthorizedError,
)
from odoo.addons.o2c_base.words import said

#: Mollie's words for a refund that will not arrive
FAILED = ("failed", "canceled")
#: where our key stands in the metadata of a refund at Mollie
KEY = "odoo_refund"


class MollieRefundRequest(models.Model):
    """Money that Odoo asks Mollie to give back for a credit note, once.

    Its key goes with the refund in two ways: as the idempotency key, which Mollie
    keeps for a while, and in the metadata, by which the refund is looked for before
    anything is sent.
    """

    _name = "mollie.refund.request"
    _description = "Refund Ordered at Mollie"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"

    account_id = fields.Many2one(
        "mollie.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    move_id = fields.Many2one(
        "account.move",
        "Credit Note",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    journal_id = fields.Many2one("account.journal", required=True, readonly=True)
    mollie_payment = fields.Char("Payment at Mollie", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    description = fields.Char(readonly=True)
    key = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: str(uuid.uuid4())
    )
    external_id = fields.Char("Mollie ID", readonly=True, copy=False)
    status = fields.Char(
        "State at Mollie", readonly=True, copy=False, help="As Mollie names it."
    )
    payment_id = fields.Many2one(
        "account.payment", "Outgoing Payment", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("waiting", "To Send"),
            ("sent", "On Its Way"),
            ("done", "Given Back"),
            ("refused", "Refused"),
            ("failed", "Did Not Arrive"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )

    _sql_constraints = [
        ("key_unique", "unique(key)", "This refund was ordered before."),
        (
            "external_id_unique",
            "unique(external_id)",
            "This refund of Mollie is here already.",
        ),
        ("amount_positive", "CHECK(amount > 0)", "Nothing can be given back."),
    ]

    @api.depends("external_id", "move_id")
    def _compute_display_name(self):
        for refund in self:
            names = (refund.move_id.name, refund.external_id)
            refund.display_name = " ".join(filter(None, names))

    # === Sending === #

    def _enqueue_send(self):
        for refund in self:
            refund.with_delay(
                identity_key=f"mollie-refund-{refund.id}",
                description=_("Refund at Mollie: %s", refund.move_id.name),
            )._attempt("_send")

    def _send(self):
        """Order the refund at Mollie, unless it is there already.

        :raise BlockedError: Mollie refuses it
        """
        if self.external_id:
            return
        client = self.account_id._client()
        answer = self._find_at_mollie(client) or self._order_at_mollie(client)
        self.write({"external_id": answer["id"], "status": answer["status"]})
        self._register_payment()
        self.state = "sent"
        words = _("Mollie gives back %s.", self._money())
        self.move_id.message_post(body=words)

    def _find_at_mollie(self, client):
        """Return our refund if an earlier try has made it: its answer was lost."""
        for refund in client.refunds(self.mollie_payment):
            metadata = refund.get("metadata")
            if isinstance(metadata, dict) and metadata.get(KEY) == self.key:
                return refund
        return None

    def _order_at_mollie(self, client):
        digits = self.currency_id.decimal_places
        amount = Decimal(float_repr(self.amount, digits))
        try:
            return client.create_refund(
                self.mollie_payment,
                {"currency": self.currency_id.name, "value": f"{amount:.{digits}f}"},
                description=self.description or self.move_id.name,
                metadata={KEY: self.key},
                key=self.key,
            )
        except UnauthorizedError:
            raise
        except RejectedError as error:
            if error.status == 409:
                # One like it was ordered just now, perhaps ours: look again.
                raise RetryableError(
                    said(self.env, error), seconds=15, service="Mollie"
                ) from None
            raise self._refusal(error) from error

    def _refusal(self, error):
        why = getattr(error, "detail", None) or said(self.env, error)
        return BlockedError(
            "refund_refused",
            _(
                "Mollie does not give back %(amount)s of %(payment)s: %(why)s",
                amount=self._money(),
                payment=self.mollie_payment,
                why=why,
            ),
            advice=_(
                "See at Mollie what is left of the payment. Order a smaller refund, or"
                " pay the customer from the bank."
            ),
        )

    def _register_payment(self):
        """Register the money that leaves: the credit note then reads In Payment."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.move_id.commercial_partner_id.id,
                "amount": self.amount,
                "currency_id": self.currency_id.id,
                "journal_id": self.journal_id.id,
                "date": fields.Date.context_today(self),
                "payment_reference": self.external_id,
            }
        )
        payment.action_post()
        self.payment_id = payment
        _liquidity, entry, _writeoff = payment._seek_for_lines()
        (entry + self.move_id._mollie_open_entries()).reconcile()

    # === Following === #

    @api.model
    def _cron_follow(self):
        """Ask how the refunds are that were ordered and are not there yet."""
        for refund in self.search([("state", "=", "sent")]):
            refund.with_delay(
                identity_key=f"mollie-follow-{refund.id}",
                description=_("Refund at Mollie: %s", refund.move_id.name),
            )._attempt("_follow")

    def _follow(self):
        """Take over what became of the refund.

        :raise BlockedError: it did not arrive
        """
        if self.state not in ("sent", "failed"):
            return
        client = self.account_id._client()
        answer = client.refund(self.mollie_payment, self.external_id)
        self.status = answer["status"]
        if self.status == "refunded" or self.payment_id.is_matched:
            self.state = "done"
        elif self.status in FAILED:
            self._undo_payment()
            self.state = "failed"

    def _undo_payment(self):
        """Open the credit note again: the money never left the balance."""
        if self.payment_id.state not in ("draft", "cancel", "canceled"):
            self.payment_id.action_draft()
            self.payment_id.action_cancel()

    # === Exceptions === #

    def _o2c_connection(self):
        return self.account_id

    def _on_blocked(self, reason):
        if reason == "refund_refused":
            self.state = "refused"

    def _succeeded(self, connection, method):
        res = super()._succeeded(connection, method)
        if self.state == "sent" and self.status == "queued":
            self._block("refund_queued", self._too_little_words())
        if self.state == "failed":
            self._block("refund_failed", self._failed_words())
        return res

    def _too_little_words(self):
        return BlockedError(
            "refund_queued",
            _(
                "There is too little on the balance to give back %s: Mollie waits.",
                self._money(),
            ),
            advice=_("Nothing, if payments come in. Otherwise top up the balance."),
        )

    def _failed_words(self):
        return BlockedError(
            "refund_failed",
            _(
                "The refund of %(amount)s for %(name)s did not arrive.",
                amount=self._money(),
                name=self.move_id.name,
            ),
            advice=_("Order it again, or ask the customer for another account."),
        )

    def _retry_after_exception(self, reason):
        refused = self.filtered(lambda refund: refund.state == "refused")
        refused.state = "waiting"
        self.filtered(lambda refund: not refund.external_id)._enqueue_send()

    def _money(self):
        figure = float_repr(self.amount, self.currency_id.decimal_places)
        return f"{figure} {self.currency_id.name}"

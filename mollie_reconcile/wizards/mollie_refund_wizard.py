from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..models.row_lock import hold


class MollieRefundWizard(models.TransientModel):
    """Asks which payment Mollie is to give back for a credit note, and how much."""

    _name = "mollie.refund.wizard"
    _description = "Refund at Mollie"

    move_id = fields.Many2one(
        "account.move", "Credit Note", required=True, readonly=True
    )
    company_id = fields.Many2one(related="move_id.company_id")
    mollie_payment = fields.Char(
        "Payment at Mollie",
        compute="_compute_mollie_payment",
        store=True,
        readonly=False,
    )
    payments = fields.Char("Paid With", compute="_compute_payments")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    currency_id = fields.Many2one(related="move_id.currency_id")
    description = fields.Char(
        "Text for the Customer",
        compute="_compute_description",
        store=True,
        readonly=False,
        help="The customer may read it on the bank statement.",
    )

    @api.depends("move_id")
    def _compute_payments(self):
        for wizard in self:
            wizard.payments = ", ".join(wizard.move_id.sudo()._mollie_sources())

    @api.depends("move_id")
    def _compute_mollie_payment(self):
        for wizard in self:
            sources = list(wizard.move_id.sudo()._mollie_sources())
            wizard.mollie_payment = sources[0] if len(sources) == 1 else False

    @api.depends("move_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.move_id.sudo()._mollie_refundable()

    @api.depends("move_id")
    def _compute_description(self):
        for wizard in self:
            wizard.description = wizard.move_id.name

    def action_refund(self):
        """Order the refund; it is sent once this is saved, in the background."""
        self.ensure_one()
        self.move_id.check_access_rights("write")
        self.move_id.check_access_rule("write")
        self._lock_note()
        journal = self.move_id.sudo()._mollie_sources().get(self.mollie_payment)
        if not journal:
            raise UserError(
                _("%s did not pay the credited invoice.", self.mollie_payment)
            )
        self._check_amount()
        refund = self.env["mollie.refund.request"].sudo()
        refund.create(self._prepare_vals(journal))._enqueue_send()
        return {"type": "ir.actions.act_window_close"}

    def _lock_note(self):
        """Let two people not order the same refund at the same moment."""
        if not hold(self.move_id):
            raise UserError(_("Somebody else is working on %s.", self.move_id.name))

    def _check_amount(self):
        left = self.move_id.sudo()._mollie_refundable()
        if self.amount <= 0 or self.currency_id.compare_amounts(self.amount, left) > 0:
            raise UserError(
                _(
                    "Give back more than nothing and at most %s.",
                    self.currency_id.format(left),
                )
            )

    def _prepare_vals(self, journal):
        return {
            "account_id": journal.mollie_balance_ids.account_id.id,
            "move_id": self.move_id.id,
            "journal_id": journal.id,
            "mollie_payment": self.mollie_payment,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "description": self.description,
        }

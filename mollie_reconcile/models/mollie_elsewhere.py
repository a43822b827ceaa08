from odoo import fields, models


class MollieElsewhere(models.Model):
    """A payment method that Mollie takes, but whose money somebody else pays out.

    PayPal and gift cards never reach a balance of Mollie: in its journal they would
    wait for ever.
    """

    _name = "mollie.elsewhere"
    _description = "Payment Method Settled Elsewhere"

    account_id = fields.Many2one(
        "mollie.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    payment_method_id = fields.Many2one(
        "payment.method",
        "Payment Method",
        required=True,
        ondelete="cascade",
        domain="[('is_primary', '=', True)]",
        context={"active_test": False},
    )
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
        help="Shows the money of whoever pays it out.",
    )

    _sql_constraints = [
        (
            "method_unique",
            "unique(account_id, payment_method_id)",
            "This payment method has a journal already.",
        ),
    ]

from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    mollie_transaction_id = fields.Many2one(
        "mollie.balance.transaction",
        "Line at Mollie",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    mollie_part = fields.Char("Part", readonly=True, copy=False)

    _sql_constraints = [
        (
            "mollie_part_unique",
            "unique(mollie_transaction_id, mollie_part)",
            "This line of Mollie is in the books already.",
        ),
    ]

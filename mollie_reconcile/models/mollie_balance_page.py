from odoo import fields, models


class MollieBalancePage(models.Model):
    """A page of Mollie's list that was read and is not taken in yet.

    Mollie lists the newest lines first, the books need the oldest first. A long
    history is therefore put aside page by page: whoever is stopped in between goes
    on with the next page.
    """

    _name = "mollie.balance.page"
    _description = "Page of Lines at Mollie"
    _order = "balance_id, number"

    balance_id = fields.Many2one(
        "mollie.balance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="balance_id.company_id", store=True)
    number = fields.Integer(required=True, readonly=True, help="0 has the newest.")
    payloads = fields.Json(
        "As They Came", readonly=True, groups="o2c_base.group_manager"
    )

    _sql_constraints = [
        (
            "number_unique",
            "unique(balance_id, number)",
            "This page of Mollie was read before.",
        ),
    ]

    def _oldest_first(self):
        """Return the payloads of this page; of an empty one nothing."""
        return (self.payloads or [])[::-1]

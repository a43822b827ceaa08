from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    shopify_order_id = fields.Many2one(
        "shopify.order", copy=False, readonly=True, index="btree_not_null"
    )
    shopify_transaction_gid = fields.Char(
        "Shopify Transaction", copy=False, readonly=True
    )

    _sql_constraints = [
        (
            "shopify_transaction_unique",
            "unique(shopify_transaction_gid)",
            "This payment at Shopify is booked already.",
        ),
    ]

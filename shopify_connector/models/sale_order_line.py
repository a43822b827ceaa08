from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    shopify_line_gid = fields.Char(
        "Shopify Line",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Two lines share it when its units do not all cost the same.",
    )

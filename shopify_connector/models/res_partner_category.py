from odoo import fields, models


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    shopify_key = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Keeps two orders at the same moment from making one tag twice.",
    )

    def init(self):
        """One tag per word made from orders, also with two workers."""
        res = super().init()
        self.env.cr.execute(
            """CREATE UNIQUE INDEX IF NOT EXISTS res_partner_category_shopify_key
                   ON res_partner_category (shopify_key)
                WHERE shopify_key IS NOT NULL"""
        )
        return res

from odoo import _, api, fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    shopify_order_id = fields.Many2one(
        "shopify.order", copy=False, readonly=True, index="btree_not_null"
    )
    shopify_transaction_gid = fields.Char(
        "Shopify Transaction", copy=False, readonly=True
    )

    shopify_gateway = fields.Char(
        "Shopify Payment Method", copy=False, readonly=True, help="Shopify's own word."
    )
    shopify_rounding = fields.Monetary(
        "Cash Rounding",
        copy=False,
        readonly=True,
        help="What cash was rounded by: the payment settles its amount less this.",
    )
    shopify_customer_currency_id = fields.Many2one(
        related="shopify_order_id.customer_currency_id"
    )
    shopify_customer_amount = fields.Monetary(
        "Amount for the Customer",
        currency_field="shopify_customer_currency_id",
        copy=False,
        readonly=True,
        help="The same in the currency in which the customer paid.",
    )

    _sql_constraints = [
        (
            "shopify_transaction_unique",
            "unique(shopify_transaction_gid)",
            "This payment at Shopify is booked already.",
        ),
    ]

    @api.model_create_multi
    def create(self, vals_list):
        """Book what cash was rounded by, so that the whole debt is settled."""
        for vals in vals_list:
            if vals.get("shopify_rounding"):
                vals["write_off_line_vals"] = [self._shopify_rounding_vals(vals)]
        return super().create(vals_list)

    @api.model
    def _shopify_rounding_vals(self, vals):
        order = self.env["shopify.order"].browse(vals["shopify_order_id"])
        currency = self.env["res.currency"].browse(vals["currency_id"])
        company = order.company_id
        template = order.shop_id.rounding_product_id.product_tmpl_id
        accounts = template.with_company(company).get_product_accounts()
        back = vals["payment_type"] == "outbound"
        amount = vals["shopify_rounding"] if back else -vals["shopify_rounding"]
        return {
            "name": _("Cash rounding"),
            "account_id": accounts["income"].id,
            "partner_id": vals["partner_id"],
            "currency_id": currency.id,
            "amount_currency": amount,
            "balance": currency._convert(
                amount, company.currency_id, company, vals["date"]
            ),
        }

from odoo import fields, models


class ShopifyTrialLine(models.TransientModel):
    """One real order of the shop, and what it would become here."""

    _name = "shopify.trial.line"
    _description = "Shopify Order Tried Out"
    _order = "ordered_at desc, id desc"

    trial_id = fields.Many2one("shopify.trial", required=True, ondelete="cascade")
    name = fields.Char("Order")
    gid = fields.Char("Shopify ID")
    ordered_at = fields.Datetime("Ordered On")
    currency_id = fields.Many2one("res.currency")
    their_total = fields.Monetary("Total at Shopify")
    our_total = fields.Monetary("Total Here")
    their_tax = fields.Monetary("Tax at Shopify")
    our_tax = fields.Monetary("Tax Here")
    verdict = fields.Selection(
        [
            ("ready", "Ready"),
            ("known", "Imported"),
            ("left_out", "Left Out"),
            ("stopped", "Needs Attention"),
        ],
        "Result",
    )
    because = fields.Char("Why")
    decisions = fields.Html()
    sale_lines = fields.Html("Sales Order")

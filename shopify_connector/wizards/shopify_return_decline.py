from odoo import api, fields, models


class ShopifyReturnDecline(models.TransientModel):
    """Why a customer may not return something."""

    _name = "shopify.return.decline"
    _description = "Decline a Shopify Return"
    _rec_name = "return_id"

    return_id = fields.Many2one("shopify.return", required=True, ondelete="cascade")
    reason = fields.Selection(
        lambda self: self._reasons(), required=True, default="RETURN_PERIOD_ENDED"
    )
    #: Shopify takes so many characters
    note = fields.Char("Words for the Customer", size=500)
    notify = fields.Boolean("Shopify Mails the Customer", default=True)

    @api.model
    def _reasons(self):
        field = self.env["shopify.return"]._fields["decline_reason"]
        return field._description_selection(self.env)

    def action_decline(self):
        """Have Shopify decline the return."""
        self.return_id._plan_answer(
            {
                "approve": False,
                "reason": self.reason,
                "note": self.note or "",
                "notify": self.notify,
            }
        )

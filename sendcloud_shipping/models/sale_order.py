from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _action_cancel(self):
        """Give back the labels of what was packed but will not leave."""
        res = super()._action_cancel()
        self.picking_ids.sudo().sendcloud_shipment_ids._cancel_soon()
        return res

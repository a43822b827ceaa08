from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        res = super()._action_done()
        self._after_shopify_delivery()
        return res

    def write(self, vals):
        res = super().write(vals)
        if vals.get("carrier_tracking_ref"):
            self._plan_shopify_fulfillment()
        return res

    def _after_shopify_delivery(self):
        self._plan_shopify_fulfillment()
        for sale_order in self._shopify_deliveries().sale_id.sudo():
            if sale_order.invoice_status == "to invoice":
                sale_order.shopify_order_id._enqueue_import()

    def _plan_shopify_fulfillment(self):
        """Have Shopify told about the deliveries that are complete."""
        if self.env.context.get("shopify_handed_over"):
            # Shopify knows what its own counter gave away.
            return
        for picking in self._shopify_deliveries():
            if picking.carrier_tracking_ref or not picking._awaits_tracking():
                order = picking.sale_id.sudo().shopify_order_id
                self.env["shopify.fulfillment"].sudo()._plan(picking, order)

    def _shopify_deliveries(self):
        return self.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and picking.sale_id.sudo().shopify_order_id
            )
        )

    def _awaits_tracking(self):
        """Tell whether a carrier's service is going to give a tracking number."""
        own_carriers = ("fixed", "base_on_rule")
        return bool(self.carrier_id) and self.delivery_type not in own_carriers

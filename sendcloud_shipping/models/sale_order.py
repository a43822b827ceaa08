from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    sendcloud_parcel_ids = fields.Many2many(
        "sendcloud.parcel", compute="_compute_sendcloud_parcels", compute_sudo=True
    )
    sendcloud_status = fields.Char(
        "Parcels", compute="_compute_sendcloud_parcels", compute_sudo=True
    )

    @api.depends(
        "picking_ids.sendcloud_shipment_ids.state",
        "picking_ids.sendcloud_shipment_ids.parcel_ids.status",
    )
    def _compute_sendcloud_parcels(self):
        for order in self:
            shipments = order.picking_ids.sendcloud_shipment_ids.filtered(
                lambda shipment: shipment.state == "label"
            )
            parcels = shipments.parcel_ids
            order.sendcloud_parcel_ids = parcels
            statuses = dict.fromkeys(filter(None, parcels.mapped("status")))
            order.sendcloud_status = ", ".join(statuses)

    def action_sendcloud_parcels(self):
        """Show this order's parcels: where each is, with the carrier's page."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sendcloud_shipping.sendcloud_parcel_action"
        )
        action["domain"] = [("id", "in", self.sendcloud_parcel_ids.ids)]
        return action

    def _action_cancel(self):
        """Give back the labels of what was packed but will not leave."""
        res = super()._action_cancel()
        self.picking_ids.sudo().sendcloud_shipment_ids._cancel_soon()
        return res

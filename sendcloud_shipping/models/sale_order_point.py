from odoo import _, fields, models
from odoo.tools import html2plaintext

from ..lib import points


class SaleOrder(models.Model):
    """The service point that the customer chose."""

    _inherit = "sale.order"

    sendcloud_point_id = fields.Many2one(
        "sendcloud.service.point", "Service Point", copy=False
    )
    sendcloud_point_address = fields.Char(related="sendcloud_point_id.address")
    sendcloud_wants_point = fields.Boolean(
        related="carrier_id.sendcloud_wants_point", string="Goes to a Service Point"
    )

    def _action_confirm(self):
        """Take the service point along that came with the order."""
        for order in self.filtered("sendcloud_wants_point"):
            order.sudo()._sendcloud_take_point(order.carrier_id)
        return super()._action_confirm()

    def _sendcloud_take_point(self, carrier):
        """Note the service point that came with the order from a shop's checkout.

        Shops and connectors have no field in common for it. It is read where any of
        them can leave it: in a text of the order or of its delivery address.
        """
        self.ensure_one()
        reference = points.reference_in(self._sendcloud_texts())
        if reference and not self.sendcloud_point_id:
            self.sendcloud_point_id = self.env["sendcloud.service.point"]._get(
                carrier.sendcloud_account_id,
                reference,
                self.partner_shipping_id.country_id.code,
            )

    def _sendcloud_texts(self):
        """Return the texts in which a checkout can leave a service point."""
        self.ensure_one()
        partner = self.partner_shipping_id
        return [
            partner.street2,
            html2plaintext(partner.comment or ""),
            html2plaintext(self.note or ""),
            *self.order_line.filtered("is_delivery").mapped("name"),
        ]

    def action_sendcloud_choose_point(self):
        """Look for service points near the delivery address."""
        self.ensure_one()
        return self.env["sendcloud.point.choose"]._open(order_id=self.id)

    def _sendcloud_set_point(self, point):
        """Send what has not left to ``point``; the customer is told of a change."""
        self.ensure_one()
        before = self.sendcloud_point_id
        self.sendcloud_point_id = point
        if before and before != point:
            self.message_post(
                body=_(
                    "Your parcel goes to %(new)s instead of %(old)s.",
                    new=point.display_name,
                    old=before.display_name,
                ),
                partner_ids=self.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )

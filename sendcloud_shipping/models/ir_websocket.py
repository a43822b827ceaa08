from odoo import models

from .sendcloud_shipment_station import CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let the print stations of warehouse people hear of new labels.

        Channels that a client names are plain texts: nobody else can ask for this one.
        """
        channels = super()._build_bus_channel_list(channels)
        return channels + self._sendcloud_channels()

    def _sendcloud_channels(self):
        user = self.env.user
        if not user.has_group("stock.group_stock_user"):
            return []
        return [(company, CHANNEL) for company in user.company_ids]

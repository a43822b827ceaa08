from odoo import models

from .sendcloud_account_pace import ONLY_LISTENS


class O2CWebhookEvent(models.Model):
    """What Sendcloud tells is taken in during an outage, too: nothing is asked."""

    _inherit = "o2c.webhook.event"

    def _o2c_connection(self):
        connection = super()._o2c_connection()
        if connection._name != "sendcloud.account":
            return connection
        return connection.with_context(**{ONLY_LISTENS: True})

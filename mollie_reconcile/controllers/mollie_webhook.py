from odoo import http

from odoo.addons.o2c_base.controllers.webhook_door import MAX_BODY, answer_webhook


class MollieWebhook(http.Controller):
    @http.route(
        "/mollie/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, token):
        """Take a signed event of Mollie: something moved, look at the balance."""
        return answer_webhook("mollie.account", token)

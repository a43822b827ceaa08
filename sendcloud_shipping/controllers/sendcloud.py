from odoo import http

from odoo.addons.o2c_base.controllers.webhook_door import MAX_BODY, answer_webhook


class SendcloudController(http.Controller):
    @http.route(
        "/sendcloud/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def webhook(self, token):
        """Take in what Sendcloud tells about a parcel; it is worked on afterwards."""
        return answer_webhook("sendcloud.account", token)

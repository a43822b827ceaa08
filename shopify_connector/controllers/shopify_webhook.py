from odoo import http

from odoo.addons.o2c_base.controllers.webhook_door import MAX_BODY, answer_webhook


class ShopifyWebhook(http.Controller):
    @http.route(
        "/shopify/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def shopify_webhook(self, token):
        """Take a message from Shopify; see :func:`answer_webhook`."""
        return answer_webhook("shopify.shop", token)

import json
import re

from odoo import _, fields, models

from .shopify_return import UNDER_WAY

#: what Shopify tells of a return; each message has a shape of its own
RETURN_TOPICS = (
    "RETURNS_REQUEST",
    "RETURNS_APPROVE",
    "RETURNS_DECLINE",
    "RETURNS_CANCEL",
    "RETURNS_CLOSE",
    "RETURNS_REOPEN",
    "RETURNS_UPDATE",
    "RETURNS_PROCESS",
)
#: what Shopify's search calls an order of which a return is under way
STATUSES = ("return_requested", "in_progress", "inspection_complete")
RETURN_GID = r"gid://shopify/Return/[0-9]{1,30}"
ORDER_GID = r"gid://shopify/Order/[0-9]{1,30}"


class ShopifyShop(models.Model):
    """Whether a shop's returns are known from the request on, and how they are."""

    # Keys, orders, stock and products are stories of their own, each in its file.
    _inherit = "shopify.shop"

    import_returns = fields.Boolean(
        "Read Returns",
        default=True,
        help="Returns are seen here from the request on, and a receipt waits for the"
        " goods. Otherwise they come with their refund. The app needs the permission"
        " read_returns, and write_returns to answer requests from here.",
    )
    can_read_returns = fields.Boolean(readonly=True, copy=False)
    can_answer_returns = fields.Boolean(readonly=True, copy=False)

    def _keep_health(self, answer, missing):
        scopes = {
            scope["handle"]
            for scope in answer["currentAppInstallation"]["accessScopes"]
        }
        self.can_read_returns = "read_returns" in scopes
        self.can_answer_returns = {"read_returns", "write_returns"} <= scopes
        return super()._keep_health(answer, missing)

    def write(self, vals):
        deaf = self.filtered(lambda shop: not shop._reads_returns())
        res = super().write(vals)
        hears = deaf.filtered(lambda shop: shop._reads_returns())
        for shop in hears.filtered(lambda shop: shop.state == "connected").sudo():
            shop.with_delay(
                identity_key=f"shopify-webhooks-{shop.id}",
                description=_("Check messages: %s", shop.display_name),
            )._attempt("_check_webhooks")
        return res

    def _reads_returns(self):
        """Tell whether orders are read with their returns."""
        return self.import_returns and self.can_read_returns

    def _client(self):
        client = super()._client()
        client.with_returns = self._reads_returns()
        return client

    def _topics(self):
        topics = super()._topics()
        return topics + RETURN_TOPICS if self._reads_returns() else topics

    def _check_webhooks(self):
        res = super()._check_webhooks()
        self._look_for_returns()
        return res

    def _look_for_returns(self):
        """Read the orders again of which a return is under way, there or here.

        A message can be lost, and it is not said that a return changes the time of
        change by which other news is found.
        """
        if self.import_paused or not self._reads_returns():
            return
        domain = [("shop_id", "=", self.id), ("state", "in", UNDER_WAY)]
        known = self.env["shopify.return"].search(domain).order_id
        heard = {order.gid: order.name for order in known}
        client, since = self._client(), self.orders_since.isoformat()
        for status in STATUSES:
            condition = f"return_status:{status} AND created_at:>='{since}Z'"
            nodes = client.changed_orders(condition)
            heard.update({node["id"]: node["name"] for node in nodes})
        rows = [(gid, name, None) for gid, name in heard.items()]
        if rows:
            self.env["shopify.order"]._hear_of_all(self, rows)

    def _health_rows(self):
        rows = super()._health_rows()
        if self.import_returns and self.state != "draft":
            rows.append(self._said_returns())
        return rows

    def _said_returns(self):
        if not self.can_read_returns:
            return "look", _(
                "Returns come only with their refund: add read_returns to the app,"
                " release it and press Test Connection."
            )
        if not self.can_answer_returns:
            return "look", _(
                "Requests for returns are seen here, but answered at Shopify: add"
                " write_returns to the app to answer them here."
            )
        return "good", _("Returns are seen and answered here.")

    # === Messages === #

    def _webhook_identity(self, raw, headers):
        topic = headers.get("X-Shopify-Topic") or ""
        delivery_id = headers.get("X-Shopify-Webhook-Id")
        if topic.startswith("returns/") and delivery_id:
            _ids_in_webhook(raw)
            return delivery_id, topic
        return super()._webhook_identity(raw, headers)

    def _process_webhook(self, event):
        if not (event.topic or "").startswith("returns/"):
            return super()._process_webhook(event)
        if self.import_paused or not self._reads_returns():
            return None
        return_gid, order_gid = _ids_in_webhook(event.raw)
        name = ""
        if not order_gid:
            # Some messages name the return alone.
            order_gid, name = self._order_of_return(return_gid)
        if order_gid:
            self.env["shopify.order"]._hear_of(self, order_gid, name)
        return None

    def _order_of_return(self, gid):
        domain = [("shop_id", "=", self.id), ("gid", "=", gid)]
        known = self.env["shopify.return"].search(domain, limit=1).order_id
        if known:
            return known.gid, known.name
        found = self._client().return_status(gid)
        return found[1:] if found else (None, "")


def _ids_in_webhook(raw):
    """Return the gids of the return and of its order, the latter perhaps ``None``.

    :raise ValueError: the message is about no return
    """
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise ValueError("the message is no object")
    return_gid = str(body.get("admin_graphql_api_id"))
    if not re.fullmatch(RETURN_GID, return_gid):
        raise ValueError("the message is about no return")
    order = body.get("order")
    order = order if isinstance(order, dict) else {"id": body.get("order_id")}
    order_gid = f"gid://shopify/Order/{order.get('id')}"
    return return_gid, order_gid if re.fullmatch(ORDER_GID, order_gid) else None

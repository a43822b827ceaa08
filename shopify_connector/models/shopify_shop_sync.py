import json
import re
from datetime import datetime, timedelta
from itertools import islice

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import RejectedError
from odoo.addons.o2c_base.words import said

from ..lib.mapping import naive
from ..lib.payload import moment

#: what Shopify tells at once; all of it is found by the sweep as well
TOPICS = ("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID")
ORDER_GID = r"gid://shopify/Order/[0-9]{1,30}"
#: Shopify's search index can lag behind; so much is asked for again
OVERLAP = timedelta(minutes=10)
#: orders that are written down at once
PAGE = 250


class ShopifyShop(models.Model):
    """How a shop's orders become known: messages, and the sweep that misses none."""

    _inherit = "shopify.shop"

    import_paused = fields.Boolean(
        "Import Not Started",
        readonly=True,
        copy=False,
        help="Orders are not imported yet: somebody is still choosing how.",
    )

    def action_start_import(self):
        """Import orders from now on; all since the chosen day are fetched."""
        self._may_start()
        self.check_access_rights("write")
        self.import_paused = False
        return self.action_fetch_orders()

    def _on_connected(self):
        """Order messages about orders; without them the sweep brings everything."""
        self._enqueue_sweep()
        try:
            self._subscribe()
        except RejectedError as error:
            # An address that Shopify cannot reach must not hinder the rest.
            self.webhook_trouble = said(self.env, error)

    def _subscribe(self):
        client = self._client()
        uri = self.sudo().webhook_url
        known = {hook["topic"] for hook in client.webhooks() if hook["uri"] == uri}
        for topic in self._topics():
            if topic not in known:
                client.subscribe(topic, uri)
        self.webhook_trouble = False

    def _missing_topics(self):
        """Return what Shopify does not send here although it was ordered once."""
        uri = self.sudo().webhook_url
        hooks = self._client().webhooks()
        return set(self._topics()) - {
            hook["topic"] for hook in hooks if hook["uri"] == uri
        }

    def _topics(self):
        """Return what the shop wants to be told; other parts of it add theirs."""
        return TOPICS

    def _check_webhooks(self):
        """Order again what Shopify stopped sending, as it does after eight failures."""
        if self._missing_topics():
            try:
                self._subscribe()
            except RejectedError as error:
                self.webhook_trouble = said(self.env, error)
        else:
            self.webhook_trouble = False

    def action_check_webhooks(self):
        """Say which messages Shopify does not send."""
        self._may_start()
        with self._service_errors():
            missing = self._missing_topics()
        if not missing:
            self.sudo().webhook_trouble = False
            return self._notification(_("Shopify sends all messages."), "success")
        names = ", ".join(
            sorted(topic.lower().replace("_", "/", 1) for topic in missing)
        )
        self.sudo().webhook_trouble = _("Missing: %s.", names)
        return self._notification(self.webhook_trouble, "warning")

    def action_repair_webhooks(self):
        """Order the missing messages again."""
        self._may_start()
        with self._service_errors():
            self.sudo()._subscribe()
        return self._notification(_("Shopify sends all messages."), "success")

    def _may_start(self):
        self.check_access_rights("read")
        self.check_access_rule("read")

    def _process_webhook(self, event):
        if self.import_paused:
            # The first sweep finds it.
            return
        gid, name = self._order_in_webhook(event.raw)
        self.env["shopify.order"]._hear_of(self, gid, name)

    @api.model
    def _order_in_webhook(self, raw):
        """Return gid and name of the order that a message is about.

        :raise ValueError: the message is no order
        """
        body = json.loads(raw)
        gid = body.get("admin_graphql_api_id") if isinstance(body, dict) else None
        if not re.fullmatch(ORDER_GID, str(gid)):
            raise ValueError("the message is about no order")
        # The name is only shown until the order itself has been read.
        name = body.get("name")
        return gid, name if isinstance(name, str) and name.isprintable() else ""

    @api.model
    def _cron_prove(self):
        """Prove the last days, and check that Shopify sends its messages."""
        for shop in self.search([("state", "=", "connected")]):
            shop.with_delay(
                identity_key=f"shopify-webhooks-{shop.id}",
                description=_("Check messages: %s", shop.display_name),
            )._attempt("_check_webhooks")
            shop.with_delay(
                identity_key=f"shopify-api-{shop.id}",
                description=_("Check the API's versions: %s", shop.display_name),
            )._attempt("_check_api")
            self.env["shopify.day"]._prove_recent(shop)

    @api.model
    def _cron_sweep(self):
        """Ask all connected shops for new and changed orders."""
        for shop in self.search([("state", "=", "connected")]):
            shop._enqueue_sweep()
        self.env["shopify.order.step"]._wake()

    def _enqueue_sweep(self):
        for shop in self:
            shop.sudo().with_delay(
                identity_key=f"shopify-sweep-{shop.id}",
                description=_("Fetch orders: %s", shop.display_name),
            )._attempt("_sweep")

    def _sweep(self):
        """Hear of all orders that changed since the last sweep.

        The watermark is Shopify's own time of change and moves in the transaction that
        keeps the orders: whatever stops in between is asked for again.
        """
        if self.import_paused:
            return
        self._wake_import_of_rest()
        changed_at = self.synced_until
        nodes = self._client().changed_orders(self._sweep_condition())
        while page := list(islice(nodes, PAGE)):
            changed_at = naive(moment(page[-1]["updatedAt"]))
            heard = [
                (node["id"], node["name"], naive(moment(node["updatedAt"])))
                for node in page
            ]
            self.env["shopify.order"]._hear_of_all(self, heard)
        # The last is the latest: Shopify sorts by the time of change.
        if changed_at and changed_at > (self.synced_until or datetime.min):
            self.synced_until = changed_at

    def _sweep_condition(self):
        condition = f"created_at:>='{_shopify_time(self.orders_since)}'"
        if self.synced_until:
            since = _shopify_time(self.synced_until - OVERLAP)
            condition += f" AND updated_at:>='{since}'"
        return condition

    def _retry_after_exception(self, reason):
        self._enqueue_sweep()


def _shopify_time(value):
    return f"{value.isoformat()}Z"

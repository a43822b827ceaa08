import json
from datetime import datetime

from odoo import _, api, fields, models

from ..lib.mapping import naive
from ..lib.payload import moment
from .shopify_shop_sync import OVERLAP, PAGE

DRAFT_TOPICS = ("DRAFT_ORDERS_CREATE", "DRAFT_ORDERS_UPDATE", "DRAFT_ORDERS_DELETE")


class ShopifyShop(models.Model):
    """How a shop's draft orders become known: messages, and a sweep of their own."""

    _inherit = "shopify.shop"

    import_drafts = fields.Boolean(
        "Quotations From Drafts",
        copy=False,
        help="An open draft order is a quotation here, and follows its changes. It"
        " becomes the sales order when the draft is completed. The app needs the"
        " permission read_draft_orders.",
    )
    drafts_synced_until = fields.Datetime(
        "Drafts Complete Until", readonly=True, copy=False
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("import_drafts"):
            for shop in self.filtered(lambda shop: shop.state == "connected"):
                with shop._service_errors():
                    shop.sudo()._check_connection()
                shop.sudo().with_delay(
                    identity_key=f"shopify-webhooks-{shop.id}",
                    description=_("Check messages: %s", shop.display_name),
                )._attempt("_check_webhooks")
                shop._enqueue_drafts()
        return res

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        return scopes | {"read_draft_orders"} if self.import_drafts else scopes

    def _topics(self):
        topics = super()._topics()
        return topics + DRAFT_TOPICS if self.import_drafts else topics

    # === Messages === #

    def _webhook_identity(self, raw, headers):
        topic = headers.get("X-Shopify-Topic") or ""
        delivery_id = headers.get("X-Shopify-Webhook-Id")
        if topic.startswith("draft_orders/") and delivery_id:
            self._draft_in_webhook(raw)
            return delivery_id, topic
        return super()._webhook_identity(raw, headers)

    def _process_webhook(self, event):
        if not (event.topic or "").startswith("draft_orders/"):
            return super()._process_webhook(event)
        if self.import_drafts and not self.import_paused:
            gid, name = self._draft_in_webhook(event.raw)
            known = self._draft_rows([gid])
            if known or event.topic != "draft_orders/delete":
                self.env["shopify.order"]._hear_of(self, gid, name or known.name)
        return None

    @api.model
    def _draft_in_webhook(self, raw):
        """Return gid and name of the draft that a message is about.

        :raise ValueError: the message is no draft
        """
        body = json.loads(raw)
        # A deleted draft is told by its number alone.
        if not isinstance(body, dict) or not str(body.get("id", "")).isdigit():
            raise ValueError("the message is about no draft order")
        return f"gid://shopify/DraftOrder/{body['id']}", body.get("name") or ""

    def _draft_rows(self, gids):
        domain = [("shop_id", "=", self.id), ("gid", "in", gids)]
        return self.env["shopify.order"].search(domain)

    # === Sweep === #

    @api.model
    def _cron_sweep(self):
        res = super()._cron_sweep()
        self.search([("state", "=", "connected")])._enqueue_drafts()
        return res

    def _enqueue_drafts(self):
        for shop in self.filtered("import_drafts"):
            shop.sudo().with_delay(
                identity_key=f"shopify-drafts-{shop.id}",
                description=_("Fetch drafts: %s", shop.display_name),
            )._attempt("_sweep_drafts")

    def _sweep_drafts(self):
        """Hear of drafts that changed since the last sweep, and of deleted ones."""
        if self.import_paused:
            return
        changed_at = self.drafts_synced_until or datetime.min
        heard = []
        for node in self._client().changed_drafts(self._draft_condition()):
            time = naive(moment(node["updatedAt"]))
            changed_at = max(changed_at, time)
            heard.append((node["id"], node["name"], time, node["status"]))
        for start in range(0, len(heard), PAGE):
            self._hear_of_drafts(heard[start : start + PAGE])
        self._look_for_deleted_drafts()
        if changed_at > datetime.min:
            self.drafts_synced_until = changed_at

    def _draft_condition(self):
        since = self.orders_since
        if self.drafts_synced_until:
            since = max(since, self.drafts_synced_until - OVERLAP)
        return f"updated_at:>='{since.isoformat()}Z'"

    def _hear_of_drafts(self, page):
        """A draft that was completed before anybody heard of it is an order only."""
        known = set(self._draft_rows([row[0] for row in page]).mapped("gid"))
        heard = [
            (gid, name, time)
            for gid, name, time, status in page
            if status != "COMPLETED" or gid in known
        ]
        self.env["shopify.order"]._hear_of_all(self, heard)

    def _look_for_deleted_drafts(self):
        domain = [("shop_id", "=", self.id), ("is_draft", "=", True)]
        domain += [("left_out_because", "=", False), ("became_gid", "=", False)]
        drafts = self.env["shopify.order"].search(domain).grouped("gid")
        for gid, node in self._client().draft_outcomes(list(drafts)):
            if node is None or node["order"]:
                drafts[gid]._enqueue_import()

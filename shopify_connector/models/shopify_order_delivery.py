from datetime import timedelta

from odoo import _, models

#: seconds until what others sent is looked at: our own telling may be under way
PATIENCE = 60


class ShopifyOrder(models.Model):
    """What a change of an order at Shopify means for its deliveries."""

    _inherit = "shopify.order"

    def _keep(self, order):
        res = super()._keep(order)
        if self.sale_order_id:
            # The hold may be released, the products may be expected now.
            blocked = self.fulfillment_ids.filtered(
                lambda f: f.state == "blocked" and not f.sent_elsewhere
            )
            blocked._enqueue()
        self._enqueue_sent_elsewhere(order.sent)
        return res

    def _known_fulfillments(self):
        rows = self.fulfillment_ids
        return set(rows.mapped("gid") + rows.part_ids.mapped("gid"))

    def _enqueue_sent_elsewhere(self, gids):
        if not set(gids) - self._known_fulfillments():
            return
        self.with_delay(
            eta=timedelta(seconds=PATIENCE),
            identity_key=f"shopify-elsewhere-{self.id}",
            description=_("Look at what others sent: %s", self.name),
        )._look_for_sent_elsewhere(list(gids))

    def _look_for_sent_elsewhere(self, gids):
        """Take in what was sent without Odoo, once each; made by a job.

        :param gids: all fulfilments that the order had at Shopify
        """
        self = self.sudo()
        if not self.sale_order_id or not set(gids) - self._known_fulfillments():
            return
        rows = self.fulfillment_ids
        if rows.filtered(lambda f: f.state == "waiting" and not f.sent_elsewhere):
            # Shopify may have it from us: the answer is under way.
            self._enqueue_sent_elsewhere(gids)
            return
        self.env["shopify.fulfillment"]._take_in_elsewhere(self)

from odoo import _, fields, models

from ..lib import fulfillment as lib


class ShopifyFulfillment(models.Model):
    """After the parcel has left: another tracking number, and how it travels."""

    # Telling it and following it are two stories, each in its file.
    _inherit = "shopify.fulfillment"

    journey = fields.Json(
        readonly=True, help="What the carrier said: status, moment and words."
    )

    # === Tracking === #

    def _enqueue_tracking(self):
        """Have Shopify told another tracking number."""
        for row in self:
            row.with_delay(
                identity_key=f"shopify-tracking-{row.id}",
                description=_("Tell Shopify the tracking number: %s", row.display_name),
            )._attempt("_update_tracking")

    def _update_tracking(self):
        """Bring the tracking at Shopify to the delivery's; asks before it writes."""
        self._lock()
        wanted = self._tracking()
        if not wanted:
            return
        client = self.shop_id._client()
        for gid in self._gids():
            theirs = client.journey(gid)
            if theirs is None or theirs["status"] == "CANCELLED":
                continue
            if not lib.shows_tracking(theirs["trackingInfo"], wanted):
                client.update_tracking(gid, wanted, self.shop_id.notify_customer)
        self.tracking_reference = self.picking_id.carrier_tracking_ref

    def _gids(self):
        return self.part_ids.mapped("gid") or [self.gid]

    # === Journey === #

    def _travels(self, status, happened_at, words):
        """Keep what the carrier says, and have Shopify told.

        :param status: a key of ``lib.fulfillment.JOURNEY``
        :param happened_at: naive datetime in UTC
        """
        step = [status, f"{happened_at.isoformat()}Z", words or ""]
        for row in self:
            if step not in (row.journey or []):
                row.journey = [*(row.journey or []), step]
                if row.gid:
                    row._enqueue_journey()

    def _succeeded(self, connection, method):
        if method == "_tell_journey" and self.state == "blocked":
            # What stopped the telling of the delivery itself is still to be mended.
            connection._mark_answering()
            self.filtered("failed_tries").failed_tries = 0
            return
        super()._succeeded(connection, method)

    def _on_done(self, method):
        if method == "_tell_journey":
            return  # how a parcel travels says nothing about what is still to be told
        super()._on_done(method)
        if method == "_push" and self.journey and self.gid:
            # It travelled before Shopify knew of it.
            self._enqueue_journey()

    def _enqueue_journey(self):
        self.with_delay(
            identity_key=f"shopify-journey-{self.id}",
            description=_("Tell Shopify where it is: %s", self.display_name),
        )._attempt("_tell_journey")

    def _tell_journey(self):
        """Tell Shopify all that the carrier said and it does not know yet.

        Each part of the delivery travels under the same numbers. Shopify is asked
        first: the answer to a former try may have been lost.
        """
        self._lock()
        client = self.shop_id._client()
        for gid in self._gids():
            theirs = client.journey(gid)
            if theirs is None or theirs["status"] == "CANCELLED":
                continue
            told = {(e["status"], e["happenedAt"]) for e in theirs["events"]["nodes"]}
            for status, happened_at, words in self.journey or []:
                step = (lib.JOURNEY[status], happened_at)
                if step not in told:
                    client.add_event(gid, *step, words)
                    told.add(step)

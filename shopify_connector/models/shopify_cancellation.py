from datetime import timedelta

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    UnknownOutcomeError,
)

#: seconds until Shopify is asked whether it has cancelled
LOOK_AGAIN = 15
#: how long an order may be on its way when Shopify's answer was lost
UNSURE = timedelta(minutes=2)
#: Shopify cancels within seconds; what takes longer is for a person
TOO_LONG = timedelta(hours=1)


class ShopifyCancellation(models.Model):
    """An order that was cancelled here and has to be cancelled at Shopify, once.

    Shopify cancels some time after it was asked. Its message about the cancelled order
    goes the way of all messages and brings the money that went back.
    """

    _name = "shopify.cancellation"
    _description = "Cancellation at Shopify"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "shopify.order", required=True, readonly=True, ondelete="cascade"
    )
    shop_id = fields.Many2one(related="order_id.shop_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    reason = fields.Selection(
        [
            ("CUSTOMER", "The Customer Does Not Want It Any More"),
            ("INVENTORY", "Not in Stock"),
            ("DECLINED", "The Payment Was Refused"),
            ("FRAUD", "It Is Fraud"),
            ("STAFF", "Our Mistake"),
            ("OTHER", "Another Reason"),
        ],
        required=True,
        readonly=True,
    )
    refund = fields.Boolean(readonly=True)
    restock = fields.Boolean(readonly=True)
    notify = fields.Boolean(readonly=True)
    note = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("to_send", "To Be Sent"),
            ("asked", "Shopify Was Asked"),
            ("blocked", "Needs Attention"),
            ("done", "Cancelled"),
        ],
        default="to_send",
        required=True,
        readonly=True,
        index=True,
    )
    job_gid = fields.Char("Shopify's Job", readonly=True)
    asked_at = fields.Datetime(readonly=True)

    _sql_constraints = [
        ("order_unique", "unique(order_id)", "This order is being cancelled already."),
    ]

    def _o2c_connection(self):
        return self.shop_id

    @api.model
    def _plan(self, order, answers):
        """Keep that Shopify has to cancel an order, and have it told.

        :param order: ``shopify.order``
        :param answers: values of ``reason``, ``refund``, ``restock``, ``notify``,
            ``note``
        """
        self.create({"order_id": order.id, **answers})._enqueue()

    def _enqueue(self, seconds=0):
        for row in self:
            row.with_delay(
                eta=seconds and timedelta(seconds=seconds) or None,
                identity_key=f"shopify-cancel-{row.id}-{bool(seconds)}",
                description=_("Cancel at Shopify: %s", row.order_id.name),
            )._attempt("_send")

    def _send(self):
        """Have Shopify cancel the order, unless it did or is at it; safe to repeat.

        :raise BlockedError: Shopify ended without cancelling, or does not end
        :raise RejectedError: Shopify cannot cancel the order
        """
        # The import of the order, which may bring the cancellation back, waits for us.
        self.order_id._lock()
        self.invalidate_recordset(["state"])
        if self.state == "done":
            return
        client = self.shop_id._client()
        if client.is_cancelled(self.order_id.gid):
            self._finish()
        elif self._is_under_way(client):
            self._enqueue(LOOK_AGAIN)
        else:
            self._ask(client)

    def _is_under_way(self, client):
        """Tell whether Shopify was asked before and may still be at it.

        :raise BlockedError: it will not come to anything
        """
        if not self.asked_at:
            return False
        since = fields.Datetime.now() - self.asked_at
        if not self.job_gid:
            # The answer was lost; whatever was begun is done by then.
            return since < UNSURE
        if not client.is_job_done(self.job_gid):
            if since > TOO_LONG:
                raise self._not_cancelled(_("Shopify has not ended cancelling it yet."))
            return True
        if not client.is_cancelled(self.order_id.gid):
            raise self._not_cancelled(_("Shopify did not cancel the order."))
        return True

    def _ask(self, client):
        try:
            job_gid = client.cancel_order(
                self.order_id.gid,
                self.reason,
                refund=self.refund,
                restock=self.restock,
                notify=self.notify,
                note=self.note,
            )
        except RejectedError:
            # Somebody may have been faster, or an answer of ours was lost.
            if not client.is_cancelled(self.order_id.gid):
                raise
            self._finish()
            return
        self.write(
            {"state": "asked", "job_gid": job_gid, "asked_at": fields.Datetime.now()}
        )
        self._enqueue(LOOK_AGAIN)

    def _finish(self):
        """Keep that it is cancelled, and fetch what the cancellation brings."""
        self._set_done()
        self.order_id._enqueue_import()

    def _set_done(self):
        self.write({"state": "done"})
        for row in self:
            self.env["o2c.exception"]._close(row)

    def _not_cancelled(self, message):
        advice = _("Look at the order at Shopify. Cancel it there, or try again.")
        return BlockedError("not_cancelled", message, advice=advice)

    def _on_waiting(self, error):
        if isinstance(error, UnknownOutcomeError):
            self.write({"asked_at": fields.Datetime.now(), "job_gid": False})

    def _on_blocked(self, reason):
        self.state = "blocked"

    def _retry_after_exception(self, reason):
        blocked = self.filtered(lambda row: row.state == "blocked")
        blocked.write({"state": "to_send", "asked_at": False, "job_gid": False})
        self.filtered(lambda row: row.state != "done")._enqueue()

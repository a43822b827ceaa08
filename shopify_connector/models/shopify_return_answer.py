from odoo import _, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import RejectedError

REQUESTED = "REQUESTED"


class ShopifyReturn(models.Model):
    """The answer to a customer's request, given here and told to Shopify once."""

    _inherit = "shopify.return"

    decline_reason = fields.Selection(
        [
            ("RETURN_PERIOD_ENDED", "Too Late"),
            ("FINAL_SALE", "Excluded from Returns"),
            ("OTHER", "Another Reason"),
        ],
        "Declined Because",
        readonly=True,
    )
    decline_note = fields.Text("What the Customer Was Told", readonly=True)
    answer = fields.Json(
        readonly=True, help="What Shopify is asked, until it has answered."
    )
    answer_state = fields.Selection(
        [
            ("to_send", "To Be Sent"),
            ("blocked", "Needs Attention"),
            ("done", "Answered"),
        ],
        readonly=True,
    )
    can_be_answered = fields.Boolean(compute="_compute_can_be_answered")

    @api.depends("state", "answer_state", "shop_id.can_answer_returns")
    def _compute_can_be_answered(self):
        for row in self:
            allowed = row.sudo().shop_id.can_answer_returns
            asked = row.answer_state in ("to_send", "blocked")
            row.can_be_answered = row.state == "requested" and allowed and not asked

    def action_approve(self):
        """Approve the return; Shopify mails the customer how to send the goods."""
        self._plan_answer({"approve": True, "notify": True})

    def action_decline(self):
        """Ask why the return is declined."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Decline %s", self.name),
            "res_model": "shopify.return.decline",
            "view_mode": "form",
            "target": "new",
            "context": {"default_return_id": self.id},
        }

    def _plan_answer(self, answer):
        """Keep what Shopify has to be told, and have it told.

        Goods and money may go by it: who may not change the sales order may not do it.

        :param answer: ``{"approve", "notify"}``, for a no ``reason`` and ``note``, too
        """
        self.check_access_rights("read")
        self.check_access_rule("read")
        sale_order = self.order_id.sale_order_id
        sale_order.check_access_rights("write")
        sale_order.check_access_rule("write")
        for row in self:
            if not row.can_be_answered:
                raise UserError(_("This return cannot be answered here any more."))
        self.sudo().write({"answer": answer, "answer_state": "to_send"})
        self.sudo()._enqueue_answer()

    def _enqueue_answer(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-return-{row.id}",
                description=_("Answer a return at Shopify: %s", row.name),
            )._attempt("_send_answer")

    def _send_answer(self):
        """Tell Shopify the answer, unless the return has one; safe to repeat.

        :raise RejectedError: Shopify does not take it
        """
        # The import of the order, which may bring the answer back, waits for us.
        self.order_id._lock()
        self.invalidate_recordset(["answer_state"])
        if self.answer_state == "done":
            return
        client = self.shop_id._client()
        if self._waits_at_shopify(client):
            try:
                self._tell_answer(client)
            except RejectedError:
                # Somebody may have been faster, or an answer of ours was lost.
                if self._waits_at_shopify(client):
                    raise
        # What became of it comes with the order, as all news does.
        self.order_id._enqueue_import()

    def _waits_at_shopify(self, client):
        found = client.return_status(self.gid)
        return bool(found) and found[0] == REQUESTED

    def _tell_answer(self, client):
        answer = self.answer
        if answer["approve"]:
            client.approve_return(self.gid, answer["notify"])
            return
        client.decline_return(
            self.gid, answer["reason"], answer["note"], answer["notify"]
        )

    def _on_done(self, method):
        self.answer_state = "done"

    def _on_blocked(self, reason):
        self.answer_state = "blocked"

    def _retry_after_exception(self, reason):
        blocked = self.filtered(lambda row: row.answer_state == "blocked")
        blocked.answer_state = "to_send"
        self.filtered(lambda row: row.answer_state == "to_send")._enqueue_answer()

    def action_send_answer(self):
        """Ask Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._retry_after_exception(None)

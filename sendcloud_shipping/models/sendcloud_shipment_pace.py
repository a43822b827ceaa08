from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.o2c_base.lib.errors import RetryableError, UnknownOutcomeError
from odoo.addons.o2c_base.models.o2c_exception_mixin import TELL_AFTER, WAITS

from ..lib.client import SERVICE, NotYetError
from ..lib.pace import ROUND

#: after this long a purchase that was let go counts as lost
LOST_AFTER = timedelta(minutes=30)


class SendcloudShipment(models.Model):
    """A label's place in the queue of its account."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    released_at = fields.Datetime("Let Go", readonly=True, copy=False)
    due_at = fields.Datetime("Next Try", readonly=True, copy=False)
    is_urgent = fields.Boolean(related="picking_id.sendcloud_is_urgent", store=True)
    pick_up_at = fields.Datetime(related="picking_id.scheduled_date", store=True)

    notice = fields.Char("Waits For", compute="_compute_notice", compute_sudo=True)
    remark = fields.Char(compute="_compute_remark", compute_sudo=True)

    @api.depends("waits_for", "state", "account_id.next_try_at", "account_id.state")
    @api.depends_context("tz", "lang")
    def _compute_notice(self):
        for shipment in self:
            shipment.notice = shipment.waits_for
            account = shipment.account_id
            if shipment.state == "waiting" and not account._is_open():
                shipment.notice = str(account._closed_error())

    @api.depends("problem", "notice")
    def _compute_remark(self):
        for shipment in self:
            shipment.remark = shipment.problem or shipment.notice

    @api.model
    def _waiting_to_be_bought(self, account):
        """Return what may be bought now: urgent first, then the oldest pick-up."""
        now = fields.Datetime.now()
        domain = self._unbought_domain(account) + [
            "|",
            ("released_at", "=", False),
            ("released_at", "<", now - LOST_AFTER),
            "|",
            ("due_at", "=", False),
            ("due_at", "<=", now),
        ]
        return self.search(domain, order="is_urgent desc, pick_up_at, id", limit=ROUND)

    @api.model
    def _are_being_bought(self, account):
        since = fields.Datetime.now() - LOST_AFTER
        domain = self._unbought_domain(account) + [("released_at", ">=", since)]
        return bool(self.search_count(domain, limit=1))

    @api.model
    def _next_due(self, account):
        """Return when the next label may be tried that waits for its own sake."""
        domain = self._unbought_domain(account) + [
            ("due_at", ">", fields.Datetime.now())
        ]
        return self.search(domain, order="due_at", limit=1).due_at

    @api.model
    def _unbought_domain(self, account):
        return [
            ("account_id", "=", account.id),
            ("state", "=", "waiting"),
            ("external_id", "=", False),
        ]

    def _calls_to_buy(self):
        """Return how many of Sendcloud's writes the purchase takes."""
        return 2 if self.carrier_id.invoice_policy == "real" else 1

    def _release(self):
        self.write({"released_at": fields.Datetime.now(), "due_at": False})
        self._enqueue_step("_buy")

    def _enqueue(self):
        if self._next_step() != "_buy":
            return super()._enqueue()
        self.released_at = False
        self.account_id._release_soon()
        return None

    def _enqueue_all(self):
        """One job of the account lets them all go: 200 labels need no 200 jobs."""
        to_buy = self.filtered(lambda shipment: shipment._next_step() == "_buy")
        to_buy.filtered("released_at").released_at = False
        to_buy.account_id._release_soon()
        return super(SendcloudShipment, self - to_buy)._enqueue_all()

    def _try_again(self, error, method, args):
        if _is_outage(error):
            error = self.account_id._note_outage(error)
        if method != "_buy":
            return super()._try_again(error, method, args)
        self._wait_in_line(error)
        return None

    def _wait_in_line(self, error):
        """Go back to the queue; the account decides when it is our turn again."""
        self._on_waiting(error)
        self.failed_tries += 1
        self.released_at = False
        account = self.account_id
        if not account._is_open():
            at = account.next_try_at if account._is_waiting() else None
        else:
            if self.failed_tries >= TELL_AFTER:
                self._tell_service_down(error)
            at = fields.Datetime.now() + timedelta(seconds=self._own_wait(error))
            self.due_at = at
        account._release_soon(at)

    def _own_wait(self, error):
        wait = getattr(error, "seconds", None)
        return WAITS[min(self.failed_tries, len(WAITS)) - 1] if wait is None else wait

    def _tell_service_down(self, error):
        # In an outage the account tells it once, for all its labels.
        if self.account_id._is_waiting():
            return None
        return super()._tell_service_down(error)

    def _block(self, reason, error):
        res = super()._block(reason, error)
        # A no is an answer too.
        self.account_id._mark_answering()
        return res


def _is_outage(error):
    """Tell whether Sendcloud itself is the trouble, not this one label."""
    kinds = (RetryableError, UnknownOutcomeError)
    return (
        isinstance(error, kinds)
        and error.service == SERVICE
        and not isinstance(error, NotYetError)
    )

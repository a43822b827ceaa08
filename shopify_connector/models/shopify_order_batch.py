import logging

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import UniqueViolation

from odoo import _, models

from odoo.addons.o2c_base.lib.errors import BlockedError
from odoo.addons.queue_job.exception import RetryableJobError

from ..lib.payload import order_from_payload

_logger = logging.getLogger(__name__)


class StoppedError(Exception):
    """Some orders of a batch cannot go on; the others can.

    :param orders: those that cannot
    """

    def __init__(self, orders):
        super().__init__()
        self.orders = orders


class ShopifyOrder(models.Model):
    """Many orders at once; one that is bad is set aside and stops nobody."""

    _inherit = "shopify.order"

    def _import_all(self):
        """Import orders whose rows are locked; each ends as if it had been alone."""
        if not self:
            return
        payloads = dict(self[0].shop_id._client().orders(self.mapped("gid")))
        theirs = {}
        self._in_parts(lambda part: part._read_all(payloads, theirs))
        wanted = self.filtered(lambda order: order in theirs)
        new = wanted.filtered(lambda order: not order.sale_order_id)
        new._in_parts(lambda part: part._finish_all(theirs))
        for order in wanted - new:
            order._in_parts(lambda part: part._finish_all(theirs))

    def _read_all(self, payloads, theirs):
        """Keep what Shopify says; add to ``theirs`` what is to be brought in."""
        read = {order: order._look_at(payloads[order.gid]) for order in self}
        left_out = self.filtered(lambda order: not read[order])
        left_out._finish()
        self.flush_recordset()
        theirs.update({order: found for order, found in read.items() if found})

    def _look_at(self, payload):
        """Return the order in Shopify's answer, ``None`` when it is left out."""
        if payload is None:
            self.left_out_because = _("It was deleted at Shopify.")
            return None
        order = self._folded(order_from_payload(payload, **self._reading()))
        self._keep(order)
        self.left_out_because = self._why_leave_out(order)
        return None if self.left_out_because else order

    def _finish_all(self, theirs):
        self._bring_in(theirs)
        self._finish()

    def _finish(self):
        """Give the orders the state of success; few questions for many orders."""
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        domain += [("state", "=", "open")]
        told = set(self.env["o2c.exception"].search(domain).mapped("res_id"))
        special = self.filtered(
            lambda order: (
                order.id in told or order.failed_tries or order._what_a_person_must_do()
            )
        )
        for order in special:
            order._succeeded(order.shop_id, "_import")
        plain = self - special
        plain.filtered("left_out_because").state = "skipped"
        plain.filtered(lambda order: not order.left_out_because).state = "imported"

    # === Setting aside === #

    def _in_parts(self, work, method="_import"):
        """Do ``work(orders)`` at once; where that fails, for ever fewer of them.

        :param method: that an order set aside tries again by itself
        """
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                work(self)
        except (OperationalError, InterfaceError, RetryableJobError):
            # Two workers met: the whole transaction is repeated by who runs it.
            raise
        except StoppedError as stop:
            for order in stop.orders:
                order._in_parts(work, method)
            (self - stop.orders)._in_parts(work, method)
        except Exception as error:  # noqa: BLE001 - any failure is one order's only
            if len(self) == 1:
                self._set_aside(error, method)
                return
            half = self[: len(self) // 2]
            half._in_parts(work, method)
            (self - half)._in_parts(work, method)

    def _set_aside(self, error, method):
        """Let the order have of an error what it would have had alone."""
        _logger.info("%s is set aside: %s", self, type(error).__name__)
        if isinstance(error, UniqueViolation):
            error = self._two_workers_met()
        self._failed(error, self.shop_id, method, ())

    def _tell_stopped(self, name):
        self._on_blocked("failed")
        return super()._tell_stopped(name)

    def _each(self, step):
        """Take a step for each order; name all that stop.

        :raise BlockedError: the only order stops
        :raise StoppedError: several do, or one of several
        """
        stopped = self.browse()
        for order in self:
            try:
                step(order)
            except BlockedError as error:
                if len(self) == 1:
                    raise
                _logger.info("%s is set aside: %s", order, error.reason)
                stopped |= order
        if stopped:
            raise StoppedError(stopped)

    def _once(self, key, ask):
        """Return the answer to a question that many orders of a batch have."""
        memo = self.env.context.get("shopify_memo")
        if memo is None:
            return ask()
        if key not in memo:
            memo[key] = ask()
        return memo[key]

"""How an order that was cancelled in Odoo is cancelled at Shopify."""

from . import queries_cancel
from .values import readable


class CancelCalls:
    """Part of :class:`~.client.AdminClient`: cancellations that begin in Odoo."""

    @readable("a cancellation")
    def cancel_order(self, gid, reason, *, refund, restock, notify, note=None):
        """Begin to cancel an order; return the gid of the job that does it.

        Shopify has no idempotency for it: ask :meth:`is_cancelled` before.
        https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCancel

        :param reason: an ``OrderCancelReason``
        :param refund: pay back what was paid, the way it came; money that was only
            authorized is let go in any case
        :param restock: let the goods be sold again
        :param notify: Shopify mails the customer
        :param note: for the merchant's staff, at most 255 characters
        """
        variables = {
            "order": gid,
            "reason": reason,
            "restock": restock,
            "notify": notify,
            "money": {"originalPaymentMethodsRefund": refund},
            "note": note or None,
        }
        return self.mutate(queries_cancel.CANCEL, variables)["job"]["id"]

    @readable("an order")
    def is_cancelled(self, gid):
        """Tell whether an order is cancelled, or not there any more."""
        order = self.execute(queries_cancel.CANCELLED, {"id": gid})["order"]
        return not order or bool(order["cancelledAt"])

    @readable("a job")
    def is_job_done(self, gid):
        """Tell whether Shopify has ended a job, or knows it no more."""
        job = self.execute(queries_cancel.JOB, {"id": gid})["job"]
        return not job or job["done"]

"""Cancelling an order by the API: Shopify answers with a job, then cancels."""

from . import orders
from .fields import mutation, query, user_error
from .returns import ENDED

LONGEST_NOTE = 255


@mutation("orderCancel")
def order_cancel(store, arguments):
    """Begin to cancel an order; nothing is cancelled yet when this answers."""
    order = store.get(arguments["orderId"], "Order")
    problem = _why_not(store, order, arguments)
    if problem:
        return _payload(errors=[problem])
    job = store.add("Job", done=False, query=None)
    delay = store.data.get("cancelling_takes", 0)
    store.data.setdefault("cancellations", []).append(
        {
            "job": job["id"],
            "due": store.world.now().timestamp() + delay,
            "order": order["id"],
            "reason": arguments["reason"],
            "restock": arguments["restock"],
            "refund": _refunds(arguments),
            "note": arguments.get("staffNote"),
            "notify": bool(arguments.get("notifyCustomer")),
        }
    )
    return _payload(job=job["id"])


@query("job")
def job_by_id(store, arguments):
    """Return a job; unknown ones are null."""
    return store.get(arguments["id"], "Job")


def work(store, within=None):
    """Do the cancellations that are due; called whenever somebody asks something.

    :param within: seconds that each cancellation is to take from now on
    """
    if within is not None:
        store.data["cancelling_takes"] = within
    now = store.world.now().timestamp()
    waiting = store.data.get("cancellations", [])
    store.data["cancellations"] = [row for row in waiting if row["due"] > now]
    for row in waiting:
        if row["due"] <= now:
            _cancel(store, row)


def _cancel(store, row):
    """Do one; what stands in the way meanwhile ends the job without an effect."""
    order, job = store.get(row["order"]), store.get(row["job"])
    job["done"] = True
    if _obstacle(store, order):
        return
    orders.cancel(
        store, order, row["reason"], row["restock"], row["refund"], row["note"]
    )
    order["_cancel_mail"] = row["notify"]


def _refunds(arguments):
    method = arguments.get("refundMethod") or {}
    return bool(arguments.get("refund") or method.get("originalPaymentMethodsRefund"))


def _why_not(store, order, arguments):
    if order is None:
        return user_error("Order does not exist", "orderId", code="NOT_FOUND")
    if len(arguments.get("staffNote") or "") > LONGEST_NOTE:
        message = f"Staff note is too long (maximum is {LONGEST_NOTE} characters)"
        return user_error(message, "staffNote", code="INVALID")
    if arguments.get("refund") is not None and arguments.get("refundMethod"):
        message = "Only one of refund and refundMethod can be given"
        return user_error(message, "refund", code="INVALID")
    obstacle = _obstacle(store, order)
    return obstacle and user_error(obstacle, "orderId", code="INVALID")


def _obstacle(store, order):
    """Return why an order cannot be cancelled now, else ``None``."""
    if order["cancelledAt"]:
        return "Cannot cancel an order that has already been canceled"
    sent = store.refs(order["fulfillments"])
    if any(row["status"] != "CANCELLED" for row in sent):
        return "Cannot cancel an order with fulfillments"
    if any(row["status"] not in ENDED for row in store.refs(order["returns"])):
        return "Cannot cancel an order with a return in progress"
    return None


def _payload(job=None, errors=()):
    return {
        "job": job,
        "userErrors": list(errors),
        "orderCancelUserErrors": list(errors),
    }

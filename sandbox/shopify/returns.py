"""Returns: what a customer asks to send back, long before any money moves."""

from . import bodies, webhooks
from .fields import mutation, refused, user_error
from .store import gid

LONGEST_DECLINE_NOTE = 500
#: in these the goods are not on their way any more
ENDED = ("CANCELED", "CLOSED", "DECLINED")


def ask(store, order, wanted, about, exchange=(), status="REQUESTED"):
    """Make the return of pieces that were sent; ``OPEN`` ones need no answer.

    :param wanted: ``{sku: quantity}``
    :param about: ``{"reason", "note", "words"}``: Shopify's own reason, what staff
        noted of it, and the customer's words
    :param exchange: ``[{"sku", "quantity"}]`` that the customer wants instead
    """
    number = len(order["returns"]) + 1
    record = store.add(
        "Return",
        order=order["id"],
        name=f"{order['name']}-R{number}",
        status=status,
        requestApprovedAt=None,
        closedAt=None,
        decline=None,
        returnLineItems=_lines(store, order, wanted, about),
        exchangeLineItems=[_exchange_line(store, row)["id"] for row in exchange],
        refunds=[],
        returnShippingFees=[],
        reverseFulfillmentOrders=[],
        transactions=[],
        staffMember=None,
    )
    _count(store, record)
    order["returns"].append(record["id"])
    _tell(store, record, "request" if status == "REQUESTED" else "approve")
    return record


def _lines(store, order, wanted, about):
    rows = []
    for sku, count in wanted.items():
        left = count
        for sent, free in _sent(store, order, sku):
            taken = min(left, free)
            if taken:
                rows.append(_line(store, sent, taken, about)["id"])
                left -= taken
        if left:
            raise ValueError(f"{count} of {sku} were not sent, or come back already")
    return rows


def _sent(store, order, sku):
    """Yield ``(row of a fulfilment, pieces of it that no return has)``."""
    taken = {}
    for record in store.refs(order["returns"]):
        if record["status"] in ("CANCELED", "DECLINED"):
            continue
        for line in store.refs(record["returnLineItems"]):
            key = line["fulfillmentLineItem"]["id"]
            taken[key] = taken.get(key, 0) + line["quantity"]
    for fulfilment in store.refs(order["fulfillments"]):
        for row in fulfilment["fulfillmentLineItems"]:
            if store.get(row["lineItem"])["sku"] == sku:
                yield row, row["quantity"] - taken.get(row["id"], 0)


def _line(store, sent, count, about):
    reason = about.get("reason")
    handle = (reason or "").lower().replace(" ", "-")
    return store.add(
        "ReturnLineItem",
        fulfillmentLineItem=sent,
        quantity=count,
        refundedQuantity=0,
        customerNote=about.get("words"),
        returnReasonNote=about.get("note") or "",
        returnReasonDefinition=reason
        and {
            "id": gid("ReturnReasonDefinition", store.number()),
            "name": reason,
            "handle": handle,
            "deleted": False,
        },
    )


def _exchange_line(store, row):
    variants = store.all("ProductVariant")
    variant = next(found for found in variants if found["sku"] == row["sku"])
    product = store.get(variant["product"])
    return store.add(
        "ExchangeLineItem",
        quantity=row["quantity"],
        lineItems=[],
        productId=product["id"],
        title=product["title"],
        variantId=variant["id"],
        variantSku=variant["sku"],
        variantTitle=variant["title"],
    )


def _count(store, record):
    rows = store.refs(record["returnLineItems"])
    record["totalQuantity"] = sum(row["quantity"] for row in rows)


def _tell(store, record, event):
    order = store.touch(store.get(record["order"]))
    order["returnStatus"] = _status_of(store, order)
    webhooks.emit(
        store,
        (f"returns/{event}", bodies.of_return(store, record, event)),
        ("orders/updated", bodies.order(order)),
    )


def _status_of(store, order):
    """Return the ``OrderReturnStatus`` that all returns of an order give it."""
    found = {row["status"] for row in store.refs(order["returns"])}
    for status, said in (
        ("REQUESTED", "RETURN_REQUESTED"),
        ("OPEN", "IN_PROGRESS"),
        ("CLOSED", "RETURNED"),
    ):
        if status in found:
            return said
    return "NO_RETURN"


def set_status(store, record, status, event, **fields):
    """Change the status of a return and tell it."""
    store.touch(record, status=status, **fields)
    _tell(store, record, event)
    return record


def change(store, record, quantities):
    """Let a return be of other quantities (``{sku: pieces}``); of none is taken out."""
    for row in store.refs(record["returnLineItems"]):
        sku = store.get(row["fulfillmentLineItem"]["lineItem"])["sku"]
        row["quantity"] = quantities.get(sku, row["quantity"])
    record["returnLineItems"] = [
        row["id"] for row in store.refs(record["returnLineItems"]) if row["quantity"]
    ]
    _count(store, record)
    _tell(store, record, "update")


def note_refund(store, record, refund):
    """Count what a refund is for; a return of which all is back is closed."""
    refund["return"] = record["id"]
    record["refunds"].append(refund["id"])
    rows = store.refs(record["returnLineItems"])
    for part in store.refs(refund["refundLineItems"]):
        left = part["quantity"]
        for row in rows:
            if row["fulfillmentLineItem"]["lineItem"] == part["lineItem"]:
                count = min(left, row["quantity"] - row["refundedQuantity"])
                row["refundedQuantity"] += count
                left -= count
    parts = store.refs(refund["refundLineItems"])
    is_back = all(part["restockType"] == "RETURN" for part in parts)
    if is_back and all(row["refundedQuantity"] == row["quantity"] for row in rows):
        set_status(store, record, "CLOSED", "close", closedAt=store.now())


# === The mutations ===


@mutation("returnApproveRequest")
def approve(store, arguments):
    """Approve what a customer asked for."""
    given = arguments["input"]
    record, error = _requested(store, given["id"])
    if error:
        return error
    record["_mailed"] = bool(given.get("notifyCustomer"))
    set_status(store, record, "OPEN", "approve", requestApprovedAt=store.now())
    return {"return": record["id"], "userErrors": []}


@mutation("returnDeclineRequest")
def decline(store, arguments):
    """Decline what a customer asked for."""
    given = arguments["input"]
    record, error = _requested(store, given["id"])
    if error:
        return error
    note = given.get("declineNote")
    if len(note or "") > LONGEST_DECLINE_NOTE:
        message = f"Decline note is too long (maximum is {LONGEST_DECLINE_NOTE})"
        return _refused(message, "declineNote", "TOO_LONG")
    record["_mailed"] = bool(given.get("notifyCustomer"))
    why = {"reason": given["declineReason"], "note": note}
    set_status(store, record, "DECLINED", "decline", decline=why)
    return {"return": record["id"], "userErrors": []}


def _requested(store, global_id):
    record = store.get(global_id, "Return")
    if record is None:
        return None, _refused("Return not found.", "id", "NOT_FOUND")
    if record["status"] != "REQUESTED":
        message = "Return is not in a requested state."
        return None, _refused(message, "id", "INVALID_STATE")
    return record, None


def _refused(message, name, code):
    return refused("return", user_error(message, "input", name, code=code))


class ReturnDoors:
    """What tests and people at the counter do with returns, in ``ShopifyApp``."""

    def request_return(
        self, order, wanted, reason="Too small", words=None, note=None, exchange=()
    ):
        """Ask for a return as a customer does (``{sku: quantity}``)."""
        about = {"reason": reason, "words": words, "note": note}
        with self.world.lock:
            return ask(self.store, order, wanted, about, exchange)

    def open_return(self, order, wanted, reason="Unknown", exchange=()):
        """Make a return as a merchant does, which needs no approval."""
        with self.world.lock:
            about = {"reason": reason}
            return ask(self.store, order, wanted, about, exchange, "OPEN")

    def approve_return(self, record):
        """Approve a request in Shopify's own pages."""
        with self.world.lock:
            now = self.store.now()
            set_status(self.store, record, "OPEN", "approve", requestApprovedAt=now)

    def decline_return(self, record, reason="FINAL_SALE", note=None):
        """Decline a request in Shopify's own pages."""
        with self.world.lock:
            why = {"reason": reason, "note": note}
            set_status(self.store, record, "DECLINED", "decline", decline=why)

    def cancel_return(self, record):
        """Cancel a return: the customer keeps the goods."""
        with self.world.lock:
            set_status(self.store, record, "CANCELED", "cancel")

    def close_return(self, record):
        """Mark a return as returned."""
        with self.world.lock:
            now = self.store.now()
            set_status(self.store, record, "CLOSED", "close", closedAt=now)

    def reopen_return(self, record):
        """Open a closed return again."""
        with self.world.lock:
            set_status(self.store, record, "OPEN", "reopen", closedAt=None)

    def change_return(self, record, quantities):
        """Change how much comes back (``{sku: quantity}``)."""
        with self.world.lock:
            change(self.store, record, quantities)

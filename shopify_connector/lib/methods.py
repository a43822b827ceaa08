"""How an order is paid, and whether the money is in."""

from decimal import Decimal

#: kinds of transactions that bring money, now or later
MONEY_KINDS = ("SALE", "CAPTURE", "AUTHORIZATION")
#: the provider has not said the last word
UNDER_WAY = ("PENDING", "AWAITING_RESPONSE")
#: no more money comes, whatever was announced
ENDED = ("VOIDED", "EXPIRED")


def methods_of(order):
    """Return how an order is paid: ``[[label, currency code, is still to come]]``.

    Each method is there once; it is still to come when a part of its money is. What
    was only announced counts no more once the order is paid, or voided: a customer
    who changed their mind has paid otherwise.

    :param order: ``lib.payload.ShopifyOrder``
    """
    ended = order.is_paid or order.financial_status in ENDED
    methods = {}
    for row in order.transactions:
        is_open = _is_to_come(row)
        if row.test == order.test and (row.is_received or (is_open and not ended)):
            key = (row.gateway, row.currency)
            methods[key] = methods.get(key, False) or is_open
    return [[*key, is_open] for key, is_open in methods.items()]


def paid_by(order):
    """Return what the customer paid and neither got back nor is about to."""
    amounts = (row.amount for row in order.received if row.test == order.test)
    return sum(amounts, Decimal(0)) - order.going_back


def authorized_by(order):
    """Return what is only promised by the customer's bank."""
    if order.is_paid or order.financial_status in ENDED:
        return Decimal(0)
    promised = sum(row.amount for row in order.transactions if _is_promise(row))
    taken = sum(row.amount for row in order.received if row.kind == "CAPTURE")
    return max(promised - taken, Decimal(0))


def _is_promise(row):
    return row.kind == "AUTHORIZATION" and row.status == "SUCCESS"


def _is_to_come(row):
    return _is_promise(row) or (row.kind in MONEY_KINDS and row.status in UNDER_WAY)

"""What the connector tells Shopify to refund."""

from collections import defaultdict
from decimal import Decimal

from . import queries_refund
from .values import readable


class RefundCalls:
    """Part of :class:`~.client.AdminClient`: refunds that begin in Odoo."""

    @readable("a refund")
    def refund(self, refund, key):
        """Refund goods and money, and return the gid of the refund.

        Shopify answers the same key with the first answer
        (https://shopify.dev/docs/api/usage/idempotent-requests).

        :param refund: a ``RefundInput``
        :param key: of this intent, the same in each attempt
        """
        variables = {"input": refund, "key": key}
        return self.mutate(queries_refund.CREATE, variables)["refund"]["id"]

    @readable("refunds")
    def refund_notes(self, order_gid):
        """Return ``{note: gid}`` of the refunds that an order has."""
        found = self.execute(queries_refund.NOTES, {"id": order_gid})["order"]
        return {row["note"]: row["id"] for row in found["refunds"]} if found else {}


def refund_input(order_gid, lines, shipping, payments, note, currency, duties=()):
    """Return a ``RefundInput``.

    :param lines: ``[(line gid, units, restock type, location gid or None)]``
    :param shipping: amount of shipping costs, as Shopify's prices are said
    :param payments: ``[(transaction gid, gateway, amount)]``
    :param duties: gids of the duties that are refunded as a whole
    """
    goods = []
    for gid, units, restock, location in lines:
        row = {"lineItemId": gid, "quantity": units, "restockType": restock}
        goods.append({**row, "locationId": location} if location else row)
    money = [
        {
            "orderId": order_gid,
            "parentId": gid,
            "gateway": gateway,
            "kind": "REFUND",
            "amount": str(amount),
        }
        for gid, gateway, amount in payments
    ]
    values = {
        "orderId": order_gid,
        "currency": currency,
        "note": note,
        "notify": False,
        "refundLineItems": goods,
        "transactions": money,
    }
    if duties:
        values["refundDuties"] = [
            {"dutyId": gid, "refundType": "FULL"} for gid in duties
        ]
    return {**values, "shipping": {"amount": str(shipping)}} if shipping else values


def spread(amount, payments):
    """Spread money to pay back over what is left of payments, oldest first.

    :param payments: ``[(key, what is left of it)]``
    :return: ``[(key, amount)]``, ``None`` when less is left than asked for
    """
    shares = defaultdict(Decimal)
    for key, left in payments:
        part = min(amount, max(left, Decimal(0)))
        if part:
            shares[key] += part
            amount -= part
    return None if amount else list(shares.items())

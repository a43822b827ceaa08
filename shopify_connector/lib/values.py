"""How Shopify writes amounts and moments."""

import logging
from contextlib import contextmanager
from datetime import datetime, timezone
from decimal import Decimal

from odoo.addons.o2c_base.lib.errors import RetryableError, Sentence

_logger = logging.getLogger(__name__)
#: whose words are said
CLIENT = "odoo.addons.shopify_connector.lib.client"


@contextmanager
def readable(what):
    """Turn an answer that lacks what it must have into a named error.

    Shopify's schema lets a field be null where part of the work failed: asking again
    later is right, and whoever looks finds in the log what was missing.

    :raise RetryableError: ``what`` cannot be read
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as met:
        _logger.warning("Shopify sent %s that cannot be read", what, exc_info=met)
        message = Sentence(CLIENT, "Shopify gave no usable answer.")
        raise RetryableError(message, service="Shopify") from met


def moment(text):
    """Return Shopify's ``2026-11-02T09:00:00Z`` as an aware datetime in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def money(bag):
    """Return a bag's amount on the side that was chosen; 0 for nothing."""
    return Decimal(bag["presentmentMoney"]["amount"]) if bag else Decimal(0)


def customer_money(bag):
    """Return a bag's side of the customer, amount and currency, whatever was chosen."""
    return bag.get("customerMoney", bag["presentmentMoney"])


def in_shop_money(payload):
    """Return a copy of an answer whose amounts are all in the shop's own currency.

    What the customer sees stays beside it, as ``customerMoney``.
    """
    if isinstance(payload, list):
        return [in_shop_money(item) for item in payload]
    if not isinstance(payload, dict):
        return payload
    if "shopMoney" in payload:
        theirs = payload["presentmentMoney"]
        shop_side = {"presentmentMoney": payload["shopMoney"]}
        return {**payload, **shop_side, "customerMoney": theirs}
    return {name: in_shop_money(value) for name, value in payload.items()}

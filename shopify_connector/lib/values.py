"""How Shopify writes amounts and moments."""

from datetime import datetime, timezone
from decimal import Decimal


def moment(text):
    """Return Shopify's ``2026-11-02T09:00:00Z`` as an aware datetime in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def money(bag):
    """Return the amount in the currency that the customer paid in; 0 for nothing."""
    return Decimal(bag["presentmentMoney"]["amount"]) if bag else Decimal(0)

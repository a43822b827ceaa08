"""First step of the mapping: Shopify's answer becomes a frozen :class:`ShopifyOrder`.

Money is Decimal in the currency that the customer paid in, moments are aware.
"""

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal

#: kinds of transactions that bring money in; an authorisation is only a promise
RECEIVING_KINDS = ("SALE", "CAPTURE")


@dataclass(frozen=True)
class Address:
    """Where goods or invoices go."""

    name: str
    company: str
    street: str
    street2: str
    zip: str
    city: str
    province_code: str
    country_code: str
    phone: str


@dataclass(frozen=True)
class Tax:
    """One tax on a line; ``rate`` in percent."""

    title: str
    rate: Decimal


NO_TAX = Tax("No tax", Decimal("0.0000"))


@dataclass(frozen=True)
class Line:
    """One kind of goods; ``net`` is what all units cost after all discounts."""

    gid: str
    name: str
    sku: str
    quantity: int
    ordered_quantity: int
    net: Decimal
    taxes: tuple[Tax, ...]
    discounts: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class Shipping:
    """One delivery method that the customer chose."""

    gid: str
    title: str
    net: Decimal
    taxes: tuple[Tax, ...]


@dataclass(frozen=True)
class Transaction:
    """One movement of money."""

    gid: str
    kind: str
    status: str
    gateway: str
    payment_id: str
    amount: Decimal
    currency: str
    processed_at: datetime
    test: bool

    @property
    def is_received(self):
        """Tell whether this brought money in."""
        return self.kind in RECEIVING_KINDS and self.status == "SUCCESS"


@dataclass(frozen=True)
class ShopifyOrder:
    """One order as Shopify has it now."""

    gid: str
    name: str
    created_at: datetime
    updated_at: datetime
    cancelled: bool
    test: bool
    taxes_included: bool
    email: str
    phone: str
    note: str
    currency: str
    financial_status: str
    customer_name: str
    billing: Address | None
    shipping: Address | None
    lines: tuple[Line, ...]
    shipping_lines: tuple[Shipping, ...]
    transactions: tuple[Transaction, ...]
    total: Decimal
    tax: Decimal
    tip: Decimal
    refunded: Decimal

    @property
    def is_paid(self):
        """Tell whether nothing is left to pay."""
        return self.financial_status in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")

    @property
    def received(self):
        """The transactions that brought money in."""
        return tuple(t for t in self.transactions if t.is_received)


def order_from_payload(payload):
    """Return the :class:`ShopifyOrder` in the answer to ``queries.ORDER``."""
    customer = payload["customer"] or {}
    email = (customer.get("defaultEmailAddress") or {}).get("emailAddress")
    return ShopifyOrder(
        gid=payload["id"],
        name=payload["name"],
        created_at=moment(payload["createdAt"]),
        updated_at=moment(payload["updatedAt"]),
        cancelled=bool(payload["cancelledAt"]),
        test=payload["test"],
        taxes_included=payload["taxesIncluded"],
        email=(payload["email"] or email or "").strip(),
        phone=payload["phone"] or "",
        note=payload["note"] or "",
        currency=payload["presentmentCurrencyCode"],
        financial_status=payload["displayFinancialStatus"] or "",
        customer_name=_full_name(customer),
        billing=_address(payload["billingAddress"]),
        shipping=_address(payload["shippingAddress"]),
        lines=tuple(_line(node) for node in payload["lineItems"]["nodes"]),
        shipping_lines=tuple(
            _shipping(node) for node in payload["shippingLines"]["nodes"]
        ),
        transactions=tuple(_transaction(node) for node in payload["transactions"]),
        total=money(payload["currentTotalPriceSet"]),
        tax=money(payload["currentTotalTaxSet"]),
        tip=money(payload["totalTipReceivedSet"]),
        refunded=money(payload["totalRefundedSet"]),
    )


def moment(text):
    """Return Shopify's ``2026-11-02T09:00:00Z`` as an aware datetime in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def money(bag):
    """Return the amount in the currency that the customer paid in; 0 for nothing."""
    return Decimal(bag["presentmentMoney"]["amount"]) if bag else Decimal(0)


def _full_name(person):
    names = [person.get("firstName"), person.get("lastName")]
    return " ".join(name.strip() for name in names if name)


def _address(node):
    if not node:
        return None
    return Address(
        name=_full_name(node),
        company=node["company"] or "",
        street=node["address1"] or "",
        street2=node["address2"] or "",
        zip=node["zip"] or "",
        city=node["city"] or "",
        province_code=node["provinceCode"] or "",
        country_code=node["countryCodeV2"] or "",
        phone=node["phone"] or "",
    )


def _line(node):
    # The unit price times the ordered quantity, less each allocation, is exact to the
    # cent; Shopify's own unit prices "after discounts" are documented as approximate.
    ordered = node["quantity"]
    discounts = tuple(
        (_discount_title(allocation), money(allocation["allocatedAmountSet"]))
        for allocation in node["discountAllocations"]
    )
    gross = money(node["originalUnitPriceSet"]) * ordered
    return Line(
        gid=node["id"],
        name=node["name"],
        sku=(node["sku"] or "").strip(),
        quantity=node["currentQuantity"],
        ordered_quantity=ordered,
        net=gross - sum(amount for _title, amount in discounts),
        taxes=_taxes(node["taxLines"]),
        discounts=tuple((title, amount) for title, amount in discounts if amount),
    )


def _discount_title(allocation):
    application = allocation["discountApplication"]
    return application.get("code") or application.get("title") or ""


def _shipping(node):
    return Shipping(
        gid=node["id"] or "",
        title=node["title"],
        net=money(node["currentDiscountedPriceSet"]),
        taxes=_taxes(node["taxLines"]),
    )


def _taxes(nodes):
    # channelLiable: the sales channel pays this tax to the state; it is not ours.
    taxes = tuple(
        Tax(node["title"], tax_percent(node["rate"]))
        for node in nodes
        if not node["channelLiable"]
    )
    # No tax is a statement too: an export is reported otherwise than a mistake.
    return taxes or (NO_TAX,)


def tax_percent(rate):
    """Return ``0.21`` as ``Decimal("21.0000")``; the same text for the same rate."""
    return (Decimal(str(rate or 0)) * 100).quantize(Decimal("0.0001"))


def _transaction(node):
    amount = node["amountSet"]["presentmentMoney"]
    return Transaction(
        gid=node["id"],
        kind=node["kind"],
        status=node["status"],
        gateway=node["formattedGateway"] or node["gateway"] or "",
        payment_id=node["paymentId"] or "",
        amount=Decimal(amount["amount"]),
        currency=amount["currencyCode"],
        processed_at=moment(node["processedAt"] or node["createdAt"]),
        test=node["test"],
    )

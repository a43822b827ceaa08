"""First step of the mapping: Shopify's answer becomes a frozen :class:`ShopifyOrder`.

Money is Decimal in the currency that the customer paid in, moments are aware.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .refunds import Refund, refund_from_payload
from .values import moment, money

#: kinds of transactions that bring money in; an authorisation is only a promise
RECEIVING_KINDS = ("SALE", "CAPTURE")
REFUND = "REFUND"


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
    """One kind of goods; ``net`` is what all units cost after all discounts.

    ``quantity`` counts the units before refunds, less those that an edit removed.
    """

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

    @property
    def is_paid_back(self):
        """Tell whether this brought money back to the customer."""
        return self.kind == REFUND and self.status == "SUCCESS"


@dataclass(frozen=True)
class ShopifyOrder:
    """One order as Shopify has it now.

    Lines, ``total`` and ``tax`` are those before refunds: what the refunds take off is
    booked on its own.
    """

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
    refunds: tuple[Refund, ...]

    @property
    def is_paid(self):
        """Tell whether nothing is left to pay."""
        return self.financial_status in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")

    @property
    def received(self):
        """The transactions that brought money in."""
        return tuple(t for t in self.transactions if t.is_received)

    @property
    def paid_back(self):
        """The transactions that brought money back to the customer."""
        return tuple(t for t in self.transactions if t.is_paid_back)

    @property
    def going_back(self):
        """What went back to the customer or is on its way."""
        under_way = ("SUCCESS", "PENDING")
        back = (t for t in self.transactions if t.kind == REFUND)
        return sum(t.amount for t in back if t.status in under_way)

    @property
    def settled_refunds(self):
        """The refunds whose money is not on its way any more, oldest first."""
        pending = {t.gid for t in self.transactions if t.status == "PENDING"}
        settled = (r for r in self.refunds if not pending & set(r.transaction_gids))
        return tuple(sorted(settled, key=lambda refund: refund.processed_at))

    def money_of(self, refund):
        """Return what was paid back by a refund, ``None`` when it moved no money."""
        amounts = [t.amount for t in self.paid_back if t.gid in refund.transaction_gids]
        return sum(amounts) if amounts else None


def order_from_payload(payload):
    """Return the :class:`ShopifyOrder` in the answer to ``queries.ORDER``."""
    customer = payload["customer"] or {}
    email = (customer.get("defaultEmailAddress") or {}).get("emailAddress")
    refunds = tuple(
        refund_from_payload(node, payload["taxesIncluded"])
        for node in payload["refunds"]
    )
    lowered = sum((refund.lowered for refund in refunds), Decimal(0))
    lowered_tax = sum((refund.lowered_tax for refund in refunds), Decimal(0))
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
        lines=tuple(_line(node, refunds) for node in payload["lineItems"]["nodes"]),
        shipping_lines=tuple(
            _shipping(node, refunds) for node in payload["shippingLines"]["nodes"]
        ),
        transactions=tuple(_transaction(node) for node in payload["transactions"]),
        total=money(payload["currentTotalPriceSet"]) + lowered,
        tax=money(payload["currentTotalTaxSet"]) + lowered_tax,
        tip=money(payload["totalTipReceivedSet"]),
        refunds=refunds,
    )


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


def _line(node, refunds):
    # The unit price times the ordered quantity, less each allocation, is exact to the
    # cent; Shopify's own unit prices "after discounts" are documented as approximate.
    ordered = node["quantity"]
    discounts = tuple(
        (_discount_title(allocation), money(allocation["allocatedAmountSet"]))
        for allocation in node["discountAllocations"]
    )
    gross = money(node["originalUnitPriceSet"]) * ordered
    taken_back = sum(
        row.quantity
        for refund in refunds
        for row in refund.lines
        if row.line_gid == node["id"]
    )
    return Line(
        gid=node["id"],
        name=node["name"],
        sku=(node["sku"] or "").strip(),
        quantity=min(ordered, node["currentQuantity"] + taken_back),
        ordered_quantity=ordered,
        net=gross - sum(amount for _title, amount in discounts),
        taxes=_taxes(node["taxLines"]),
        discounts=tuple((title, amount) for title, amount in discounts if amount),
    )


def _discount_title(allocation):
    application = allocation["discountApplication"]
    return application.get("code") or application.get("title") or ""


def _shipping(node, refunds):
    taken_back = (
        row.net
        for refund in refunds
        for row in refund.shipping
        if row.gid == (node["id"] or "")
    )
    return Shipping(
        gid=node["id"] or "",
        title=node["title"],
        net=sum(taken_back, money(node["currentDiscountedPriceSet"])),
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
    parent = node["parentTransaction"] or {}
    return Transaction(
        gid=node["id"],
        kind=node["kind"],
        status=node["status"],
        gateway=node["formattedGateway"] or node["gateway"] or "",
        # Money goes back under the name that the payment provider gave the payment.
        payment_id=node["paymentId"] or parent.get("paymentId") or "",
        amount=Decimal(amount["amount"]),
        currency=amount["currencyCode"],
        processed_at=moment(node["processedAt"] or node["createdAt"]),
        test=node["test"],
    )

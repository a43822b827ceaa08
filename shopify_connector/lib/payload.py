"""First step of the mapping: Shopify's answer becomes a frozen :class:`ShopifyOrder`.

Money is Decimal in one currency, the customer's or the shop's; moments are aware.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .business import (
    Company,
    PaymentTerms,
    company_from_attribute,
    company_from_payload,
    terms_from_payload,
)
from .lines import (
    TIP,
    Extra,
    Line,
    Shipping,
    duties_from_payload,
    extras_from_payload,
    line_from_payload,
    shipping_from_payload,
)
from .refunds import Refund, refund_from_payload
from .returns import Return, return_from_payload
from .tags import tags_from_payload
from .values import customer_money, in_shop_money, moment, money, readable

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
class Transaction:
    """One movement of money.

    ``rounding``: what cash was rounded by; the customer gave ``amount`` and that.
    ``handle``: Shopify's own word for the gateway.
    ``customer_amount``: the same as the customer sees it, in the customer's currency.
    """

    gid: str
    kind: str
    status: str
    gateway: str
    payment_id: str
    amount: Decimal
    currency: str
    processed_at: datetime
    test: bool
    rounding: Decimal = Decimal(0)
    handle: str = ""
    customer_amount: Decimal = Decimal(0)

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
    extras: tuple[Extra, ...] = ()
    company: Company | None = None
    payment_terms: PaymentTerms | None = None
    po_number: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    source: str = ""
    location_gid: str = ""
    risk: str = ""
    holds: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    customer_currency: str = ""
    tags: tuple[str, ...] = ()
    customer_tags: tuple[str, ...] = ()
    customer_gid: str = ""
    #: ``{gid: (title, why it is not one line)}``, see ``lib.bundles``
    uneven_bundles: dict[str, tuple[str, str]] = field(default_factory=dict)
    returns: tuple[Return, ...] = ()

    @property
    def words(self):
        """The customer's note, and what the checkout's apps noted, line by line.

        As in Shopify's own pages, names that begin with ``_`` are not for people.
        """
        noted = (
            f"{name}: {value}"
            for name, value in self.attributes
            if value and not name.startswith("_")
        )
        return "\n".join(filter(None, (self.note, *noted)))

    @property
    def is_paid(self):
        """Tell whether nothing is left to pay."""
        return self.financial_status in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")

    @property
    def is_authorized(self):
        """Tell whether all of the money is promised or paid."""
        return self.is_paid or self.financial_status == "AUTHORIZED"

    @property
    def is_from_pos(self):
        """Tell whether it was sold over the counter."""
        return self.source == "pos"

    @property
    def charged(self):
        """All that has a price and taxes of its own."""
        return (*self.lines, *self.shipping_lines, *self.extras)

    @property
    def tip_on_top(self):
        """The tip that no line holds; some channels make a line of it, some do not."""
        if any(line.kind == TIP for line in self.lines):
            return Decimal(0)
        return self.tip

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


@readable("an order")
def order_from_payload(payload, shop_currency=False, vat_attribute=""):
    """Return the :class:`ShopifyOrder` in the answer to ``queries.ORDER``.

    :param shop_currency: take the shop's side of each amount, not the customer's
    :param vat_attribute: the additional detail that holds a company's VAT number
    """
    if shop_currency:
        payload = in_shop_money(payload)
    duties = duties_from_payload(payload)
    refunds = tuple(
        refund_from_payload(node, payload["taxesIncluded"], duties)
        for node in payload["refunds"]
    )
    return ShopifyOrder(
        gid=payload["id"],
        name=payload["name"],
        created_at=moment(payload["createdAt"]),
        updated_at=moment(payload["updatedAt"]),
        cancelled=bool(payload["cancelledAt"]),
        test=payload["test"],
        taxes_included=payload["taxesIncluded"],
        note=payload["note"] or "",
        financial_status=payload["displayFinancialStatus"] or "",
        transactions=tuple(_transaction(node) for node in payload["transactions"]),
        refunds=refunds,
        source=payload["sourceName"] or "",
        location_gid=(payload["retailLocation"] or {}).get("id") or "",
        risk=payload["risk"]["recommendation"],
        holds=_holds(payload),
        sent=_sent(payload),
        tags=tags_from_payload(payload["tags"]),
        returns=tuple(map(return_from_payload, payload.get("returns") or ())),
        **_buyer(payload, vat_attribute),
        **_charged(payload, refunds),
    )


def _buyer(payload, vat_attribute):
    """Return the fields of a :class:`ShopifyOrder` that say who bought."""
    customer = payload["customer"] or {}
    email = (customer.get("defaultEmailAddress") or {}).get("emailAddress")
    phone = (customer.get("defaultPhoneNumber") or {}).get("phoneNumber")
    billing = _address(payload["billingAddress"])
    attributes = tuple(
        (row["key"], row["value"] or "") for row in payload["customAttributes"]
    )
    named = billing.company if billing else ""
    return {
        "email": (payload["email"] or email or "").strip(),
        "phone": payload["phone"] or phone or "",
        "customer_name": _full_name(customer),
        "customer_gid": customer.get("id") or "",
        "customer_tags": tags_from_payload(customer.get("tags")),
        "billing": billing,
        "shipping": _address(payload["shippingAddress"]),
        "company": company_from_payload(payload["purchasingEntity"])
        or company_from_attribute(named, attributes, vat_attribute),
        "payment_terms": terms_from_payload(payload["paymentTerms"]),
        "po_number": (payload["poNumber"] or "").strip(),
        "attributes": attributes,
    }


def _charged(payload, refunds):
    """Return the fields of a :class:`ShopifyOrder` that say what is to be paid."""
    tip = money(payload["totalTipReceivedSet"])
    total = payload["currentTotalPriceSet"]
    lowered = sum((refund.lowered for refund in refunds), Decimal(0))
    lowered_tax = sum((refund.lowered_tax for refund in refunds), Decimal(0))
    return {
        "currency": total["presentmentMoney"]["currencyCode"],
        "customer_currency": customer_money(total)["currencyCode"],
        "lines": tuple(
            line_from_payload(node, refunds, tip)
            for node in payload["lineItems"]["nodes"]
        ),
        "shipping_lines": tuple(
            shipping_from_payload(node, refunds)
            for node in payload["shippingLines"]["nodes"]
        ),
        "extras": extras_from_payload(payload),
        "tip": tip,
        "total": money(total) + lowered,
        "tax": money(payload["currentTotalTaxSet"]) + lowered_tax,
    }


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


def _sent(payload):
    return tuple(
        row["id"] for row in payload["fulfillments"] if row["status"] != "CANCELLED"
    )


def _holds(payload):
    reasons = [
        hold["displayReason"]
        for row in payload["fulfillmentOrders"]["nodes"]
        for hold in row["fulfillmentHolds"]
    ]
    return tuple(dict.fromkeys(reasons))


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
        rounding=money(node["amountRoundingSet"]),
        handle=node["gateway"] or "",
        customer_amount=Decimal(customer_money(node["amountSet"])["amount"]),
    )

"""What an order between companies says: who buys, and until when it is to be paid."""

from dataclasses import dataclass
from datetime import datetime

from .values import moment


@dataclass(frozen=True)
class Company:
    """The company that bought; ``location`` is the branch it bought for."""

    gid: str
    name: str
    location: str
    vat: str


@dataclass(frozen=True)
class PaymentTerms:
    """Until when an order is to be paid.

    ``kind``: NET, RECEIPT, FULFILLMENT, FIXED or UNKNOWN; ``days`` of NET.
    """

    name: str
    kind: str
    days: int
    due_at: datetime | None


def company_from_payload(entity):
    """Return the :class:`Company` in ``purchasingEntity``, ``None`` for a person."""
    if not entity or entity["__typename"] != "PurchasingCompany":
        return None
    company, location = entity["company"], entity["location"]
    return Company(
        gid=company["id"],
        name=company["name"],
        location=location["name"],
        vat=(location["taxSettings"]["taxRegistrationId"] or "").strip(),
    )


def terms_from_payload(node):
    """Return the :class:`PaymentTerms` of an order, ``None`` when it has none."""
    if not node:
        return None
    due = [row["dueAt"] for row in node["paymentSchedules"]["nodes"] if row["dueAt"]]
    return PaymentTerms(
        name=node["paymentTermsName"],
        kind=node["paymentTermsType"],
        days=node["dueInDays"] or 0,
        due_at=moment(max(due)) if due else None,
    )


def company_from_attribute(name, attributes, vat_attribute):
    """Return the :class:`Company` that gave a VAT number in the checkout, else None.

    :param name: of the company on the invoice address
    :param vat_attribute: the additional detail that holds the number, in any letters
    """
    wanted = (vat_attribute or "").strip().lower()
    numbers = (
        value.strip() for key, value in attributes if key.strip().lower() == wanted
    )
    vat = next(filter(None, numbers), "") if wanted else ""
    return Company("", name, "", vat) if vat and name else None

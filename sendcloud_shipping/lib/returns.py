"""A return label: what we ask for, and what Sendcloud tells of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from . import const
from .answers import web_link
from .mapping import Address, address_body
from .readable import readable


@dataclass(frozen=True)
class ReturnRequest:
    """A return label to be bought.

    :param reference: ours; Sendcloud's lists show it as the order number
    :param from_address: where the goods are: the customer's
    :param to_address: Sendcloud's address object of the warehouse
    :param weight: kilograms
    :param items: what comes back, as :class:`mapping.ParcelItem`
    """

    reference: str
    from_address: Address
    to_address: dict
    option_code: str
    weight: Decimal
    items: tuple = ()
    contract_id: int = None
    customs_invoice: str = ""


@dataclass(frozen=True)
class ReturnLabel:
    """A return as Sendcloud shows it."""

    parcel_id: int
    tracking_number: str
    tracking_url: str
    status: str
    at: datetime
    is_delivered: bool
    cost: Decimal
    currency: str


_TO_FIELDS = (
    "name company_name address_line_1 address_line_2 house_number postal_code city"
    " country_code email phone_number"
).split()


def return_body(request):
    """Return the body of ``POST /returns/announce-synchronously``."""
    ship_with = {
        "type": "shipping_option_code",
        "shipping_option_code": request.option_code,
    }
    if request.contract_id:
        ship_with["contract"] = request.contract_id
    to_address = {n: request.to_address[n] for n in _TO_FIELDS if _has(request, n)}
    body = {
        "from_address": address_body(request.from_address),
        "to_address": to_address,
        "ship_with": ship_with,
        "weight": {"value": float(request.weight), "unit": "kg"},
        # The list of returns shows no reference: this is how a lost one is found.
        "order_number": request.reference,
        "external_reference": request.reference,
        "parcel_items": [_item(item) for item in request.items],
        "send_tracking_emails": False,
    }
    if request.customs_invoice:
        body["customs_invoice_nr"] = request.customs_invoice
        body["customs_information"] = {
            "invoice_number": request.customs_invoice,
            "export_reason": "returned_goods",
        }
    return body


def _has(request, name):
    return bool(request.to_address.get(name))


def _item(item):
    body = {
        "description": item.description[:255],
        "quantity": int(item.quantity),
        "weight": {"value": float(item.weight), "unit": "kg"},
        "price": {"value": float(round(item.price, 2)), "currency": item.currency},
        "hs_code": re.sub(r"[^0-9A-Za-z]", "", item.hs_code)[:12],
        "origin_country": item.origin_country,
        "sku": item.sku,
    }
    return {name: value for name, value in body.items() if value not in ("", None)}


@readable("a return")
def return_label(answer):
    """Return the :class:`ReturnLabel` of a return in an answer."""
    cost = answer.get("label_cost") or {}
    history = answer.get("status_history") or [{}]
    newest = max(history, key=lambda entry: entry.get("carrier_update_timestamp", ""))
    delivered = answer.get("delivered_at_iso")
    moment = delivered or newest.get("carrier_update_timestamp") or answer["created_at"]
    words = (newest.get("parent_status") or "").replace("-", " ").capitalize()
    return ReturnLabel(
        parcel_id=_parcel_id(answer),
        tracking_number=answer.get("tracking_number") or "",
        tracking_url=web_link(answer.get("tracking_url")),
        status=words or "Announced",
        at=datetime.fromisoformat(moment.replace("Z", "+00:00")),
        is_delivered=bool(delivered) or const.meaning(words) == const.DELIVERED,
        cost=Decimal(str(cost.get("value", 0))),
        currency=cost.get("currency", ""),
    )


def _parcel_id(answer):
    """Return the parcel's number, which an answer has in the label's address only."""
    address = (answer.get("label") or {}).get("label_printer") or answer.get(
        "label_url"
    )
    found = re.search(r"/parcels/(\d+)/documents/", address or "")
    return int(found[1]) if found else None

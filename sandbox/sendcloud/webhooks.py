"""The signed parcel_status_changed webhook; v3 still sends the body of v2."""

import hashlib
import hmac
import json
import re

from .. import settings
from . import statuses, validation


def signature(body, secret=settings.SENDCLOUD_SECRET_KEY):
    """Return the value of the header Sendcloud-Signature for these bytes."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def parcel_status_changed(world, shipment, parcel):
    """Tell the merchant's address, when there is one, where a parcel now is."""
    url = world.state["settings"].get("sendcloud_webhook_url")
    if not url or "number" in shipment:
        # Returns have webhooks only where Sendcloud's own shop link made the delivery.
        return
    milliseconds = int(world.now().timestamp() * 1000)
    message = {
        "action": "parcel_status_changed",
        "timestamp": milliseconds,
        "carrier_status_change_timestamp": milliseconds,
        "parcel": _parcel(shipment, parcel),
    }
    body = json.dumps(message).encode()
    headers = {
        "Content-Type": "application/json",
        "Sendcloud-Signature": signature(body),
    }
    world.outbox.send("sendcloud", url, headers, body)


def _parcel(shipment, parcel):
    address = shipment["request"]["to_address"]
    option = validation.chosen_option(shipment["request"])
    number = address.get("house_number") or ""
    digits = re.match(r"\d+", number)
    return {
        "id": parcel["id"],
        "name": address["name"],
        "company_name": address.get("company_name") or "",
        "address": f"{address['address_line_1']} {number}".strip(),
        "address_divided": {
            "street": address["address_line_1"],
            "house_number": int(digits[0]) if digits else 0,
        },
        "city": address["city"],
        "postal_code": address["postal_code"],
        "telephone": address.get("phone_number") or "",
        "email": address.get("email") or "",
        "country": {"iso_2": address["country_code"]},
        "date_created": parcel["created_at"],
        "tracking_number": parcel["tracking_number"],
        "weight": str(parcel["request"]["weight"]["value"]),
        "status": {
            "id": parcel["status"],
            "message": statuses.MESSAGES[parcel["status"]],
        },
        "data": {},
        "shipment": {"id": 8, "name": option.name},
        "order_number": shipment["order_number"] or "",
        "shipment_uuid": shipment["id"],
        "external_order_id": "",
        "external_shipment_id": "",
    }

"""Returns: labels that a customer sends goods back with (API v3 /returns).

A return is kept like a shipment, so that its label can be fetched by its parcel's
number; it is no shipment and no list of shipments shows it.
"""

from datetime import datetime

from . import ledger, statuses
from .errors import Refused, not_found
from .options import RETURN_OPTIONS, kilograms
from .shipments import TRIGGERS

_ADDRESS = ("name", "address_line_1", "postal_code", "city", "country_code")


class Returns:
    """The returns of the merchant, by their numbers."""

    def __init__(self, world, shipments):
        self.world = world
        self.shipments = shipments
        self.section = shipments.section.setdefault("returns", {})

    def all(self):
        """Return all returns, oldest first."""
        return list(self.section.values())

    def get(self, number):
        """Return one return, or refuse with 404."""
        if str(number) not in self.section:
            raise not_found()
        return self.section[str(number)]

    def create(self, body):
        """Check, announce and charge a return; return its answer."""
        self._check(body)
        number = self.world.next_number("sendcloud-return", 12_345)
        parcel = self.shipments.parcel(
            {"weight": body["weight"], "parcel_items": body.get("parcel_items", [])}
        )
        self.section[str(number)] = {
            "id": f"return-{number}",
            "number": number,
            "sequence": number,
            "body": body,
            "external_reference_id": body.get("external_reference"),
            "order_number": body.get("order_number"),
            "request": self._as_shipment(body),
            "parcels": [parcel],
            "errors": [],
            "trigger": None,
        }
        self._announce(self.section[str(number)])
        return {"return_id": number, "parcel_id": parcel["id"], "multi_collo_ids": []}

    def _announce(self, kept):
        parcel, body = kept["parcels"][0], kept["body"]
        option = RETURN_OPTIONS[body["ship_with"]["shipping_option_code"]]
        number = self.world.next_number("sendcloud-tracking", 100_001)
        parcel["tracking_number"] = f"JVGL{number:016d}"
        parcel["announced_at"] = self.shipments.moment()
        parcel["status"] = statuses.READY
        country = body["from_address"]["country_code"]
        euros = option.price(country, kilograms(body["weight"]))
        section = self.shipments.section
        ledger.charge(section, kept, parcel, euros, self.shipments.moment())

    def _as_shipment(self, body):
        return {
            "from_address": body["from_address"],
            "to_address": body["to_address"],
            "order_number": body.get("order_number"),
            "ship_with": {"properties": body["ship_with"]},
            "parcels": [],
        }

    def _check(self, body):
        for name in ("from_address", "to_address", "ship_with", "weight"):
            if not body.get(name):
                _refuse(name, "This field is required")
        for side in ("from_address", "to_address"):
            for name in _ADDRESS:
                if not body[side].get(name):
                    _refuse(f"{side}.{name}", "This field is required")
        code = body["ship_with"].get("shipping_option_code")
        option = RETURN_OPTIONS.get(code)
        country = body["from_address"]["country_code"]
        if not option or not option.goes_to(country):
            _refuse("ship_with", "No shipping method found for this return.")
        trigger = TRIGGERS.get(body["from_address"]["city"].upper())
        if trigger == "refused":
            _refuse("from_address", "The carrier does not know the address.")

    def find(self, args):
        """Return the returns between two moments, newest first."""
        for name in ("from_date", "to_date"):
            if name not in args:
                _refuse(name, "This field is required")
        first, last = (_moment(args[name]) for name in ("from_date", "to_date"))
        return [
            self.shown(kept)
            for kept in reversed(self.all())
            if first <= _moment(kept["parcels"][0]["created_at"]) <= last
        ]

    def shown(self, kept, host="https://panel.sendcloud.sc"):
        """Return a return as the API shows it: neither its number nor our reference."""
        parcel, body = kept["parcels"][0], kept["body"]
        entry = next(
            e
            for e in self.shipments.section["ledger"]
            if e["parcel_id"] == parcel["id"]
        )
        is_here = parcel["status"] == statuses.DELIVERED
        label = f"{host}/api/v3/parcels/{parcel['id']}/documents/label"
        return {
            "created_at": parcel["created_at"],
            "from_address": body["from_address"],
            "to_address": body["to_address"],
            "shipping_product": {"code": body["ship_with"]["shipping_option_code"]},
            "shipping_option": {"code": body["ship_with"]["shipping_option_code"]},
            "weight": body["weight"],
            "collo_count": 1,
            "order_number": body.get("order_number", ""),
            "parcel_items": body.get("parcel_items", []),
            "send_tracking_emails": body.get("send_tracking_emails", False),
            "tracking_number": parcel["tracking_number"],
            "tracking_url": f"https://tracking.sendcloud.sc/{parcel['tracking_number']}",
            "is_cancellable": parcel["status"] == statuses.READY,
            "label": {"label_printer": label, "normal_printer": [label] * 4},
            "label_url": label,
            "label_cost": {"value": float(entry["euros"]), "currency": "EUR"},
            "delivered_at_iso": parcel["updated_at"] if is_here else None,
            "status": "open",
            "status_history": [
                {
                    "carrier_update_timestamp": parcel["updated_at"],
                    "parcel_status_history_id": "1",
                    "parent_status": statuses.MESSAGES[parcel["status"]],
                    "carrier_code": "",
                    "carrier_message": "",
                }
            ],
        }

    def cancel(self, number):
        """Give a return back, or refuse with 409."""
        kept = self.get(number)
        if kept["parcels"][0]["status"] != statuses.READY:
            _refuse("returns", "Return is not cancellable.", 409)
        kept["parcels"][0]["status"] = statuses.CANCELLED
        ledger.refund(self.shipments.section, kept, self.shipments.moment())


def _moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "T"))


def _refuse(name, message, status=400):
    """Refuse in the shape of returns, which is not that of shipments."""
    raise Refused(status, [{"field": name, "code": status, "message": message}])

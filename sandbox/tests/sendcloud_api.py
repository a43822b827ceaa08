"""An order to ship, and a caller of the simulated Sendcloud."""

import copy

from werkzeug.test import Client

from sandbox import settings

KEYS = (settings.SENDCLOUD_PUBLIC_KEY, settings.SENDCLOUD_SECRET_KEY)
ORDER = {
    "external_reference_id": "db-P1-A1",
    "order_number": "#1001",
    "reference": "WH/OUT/00001",
    "from_address": {"sender_address_id": 192},
    "to_address": {
        "name": "Zoë Peeters",
        "company_name": "Peeters & Zn",
        "address_line_1": "Keizersgracht",
        "house_number": "241 A",
        "postal_code": "1016 EA",
        "city": "Amsterdam",
        "country_code": "NL",
        "email": "zoe@example.com",
        "phone_number": "+31612345678",
    },
    "ship_with": {
        "type": "shipping_option_code",
        "properties": {"shipping_option_code": "postnl:standard", "contract_id": 517},
    },
    "total_order_price": {"currency": "EUR", "value": "45.00"},
    "parcels": [
        {
            "weight": {"value": "1.320", "unit": "kg"},
            "label_notes": ["A-03-2 TEA-01"],
            "parcel_items": [
                {
                    "item_id": "7",
                    "description": "Tea pot",
                    "quantity": 2,
                    "weight": {"value": 0.6, "unit": "kg"},
                    "price": {"value": "22.50", "currency": "EUR"},
                    "hs_code": "691110",
                    "origin_country": "CN",
                    "sku": "TEA-01",
                }
            ],
        }
    ],
}
SWISS = {
    "name": "Urs Frei",
    "address_line_1": "Bahnhofstrasse",
    "house_number": "1",
    "postal_code": "8001",
    "city": "Zürich",
    "country_code": "CH",
    "phone_number": "+41441234567",
}


class Api:
    """A caller with the right keys."""

    def __init__(self, app):
        self.client = Client(app)

    def call(self, method, path, body=None, auth=KEYS, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            f"/api/v3{path}", method=method, json=body, auth=auth, headers=headers
        )

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def buy(self, **changes):
        return self.post("/shipments/announce", {**ORDER, **changes}).json["data"]


def order(**address):
    """Return a copy of ORDER, its receiver's address changed."""
    body = copy.deepcopy(ORDER)
    body["to_address"].update(address)
    return body


def pointers(response):
    return [error["source"]["pointer"] for error in response.json["errors"]]

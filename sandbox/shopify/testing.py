"""For tests: a caller of the API in process, and people who order."""

from werkzeug.test import Client

from .. import settings
from ..clock import ManualClock
from ..world import World

CUSTOMER = {
    "first_name": "Jan",
    "last_name": "Jansen",
    "email": "jan@example.com",
    "phone": "+31612345678",
}
ADDRESS = {
    "first_name": "Jan",
    "last_name": "Jansen",
    "address1": "Oudegracht 158",
    "zip": "3511 AZ",
    "city": "Utrecht",
    "country_code": "NL",
}
PAYMENT = {
    "gateway": "Mollie - iDEAL",
    "payment_id": "rHyzYR2eamTdGyB4PmuRsWxGb",
    "method": "ideal",
}


class Caller:
    """Sends GraphQL documents to a :class:`ShopifyApp` as an app would."""

    def __init__(self, app, version="2026-10", token=settings.SHOPIFY_TOKEN):
        self.client = Client(app)
        self.path = f"/admin/api/{version}/graphql.json"
        self.headers = {"X-Shopify-Access-Token": token}

    def send(self, document, **variables):
        """Return the HTTP response."""
        body = {"query": document, "variables": variables}
        return self.client.post(self.path, json=body, headers=self.headers)

    def ask(self, document, **variables):
        """Return the data of an answer that must be without errors."""
        answer = self.send(document, **variables).json
        if "errors" in answer:
            raise AssertionError(answer["errors"])
        return answer["data"]

    def errors(self, document, **variables):
        """Return the codes (or messages) of an answer that must have errors."""
        found = self.send(document, **variables).json["errors"]
        return [e.get("extensions", {}).get("code", e["message"]) for e in found]


def new_world():
    """Return a world whose clock stands still."""
    return World(clock=ManualClock())


def buy(app, cart=(("TW-SHEARS-01", 1),), **options):
    """Place a paid order of ``(sku, quantity)`` rows; options as in ``place_order``."""
    rows = [{"sku": sku, "quantity": quantity} for sku, quantity in cart]
    given = {
        "customer": CUSTOMER,
        "shipping_address": ADDRESS,
        "payment": PAYMENT,
        **options,
    }
    return app.place_order(rows, **given)

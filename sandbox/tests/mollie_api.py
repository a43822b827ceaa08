"""A caller of the simulated Mollie."""

from werkzeug.test import Client

from sandbox import settings
from sandbox.mollie.ids import PROFILE

PAYMENT = {
    "amount": {"currency": "EUR", "value": "45.00"},
    "description": "rGk3wQ5xk8dTq1Zy0aBcDeFgH",
    "redirectUrl": "http://shop.example/thanks",
    "webhookUrl": "http://shop.example/paid",
    "method": "ideal",
    "metadata": {"cart": "7"},
    "profileId": PROFILE,
}


class Api:
    """Calls with a token; the organization's, unless another one is given."""

    def __init__(self, app, token=settings.MOLLIE_TOKEN):
        self.client = Client(app)
        self.token = token

    def get(self, path, **headers):
        return self._call("GET", path, None, headers)

    def post(self, path, body, **headers):
        return self._call("POST", path, body, headers)

    def _call(self, method, path, body, headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Authorization"] = f"Bearer {self.token}"
        return self.client.open(f"/v2{path}", method=method, json=body, headers=headers)

    def rows(self, path):
        """Return the rows of every page, and how many pages there were."""
        rows, pages = [], 0
        while path:
            answer = self.get(path).json
            (found,) = answer["_embedded"].values()
            rows, pages = rows + found, pages + 1
            following = answer["_links"]["next"]
            path = following and following["href"].split("/v2", 1)[1]
        return rows, pages


def euros(row, name="amount"):
    """Return the value of an amount."""
    return row[name]["value"]

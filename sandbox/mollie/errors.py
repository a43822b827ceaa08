"""Refusals in the shape of Mollie's errors."""

from http import HTTPStatus

from ..faults import json_response

DOCUMENTATION = {
    "href": "https://docs.mollie.com/reference/error-codes",
    "type": "text/html",
}


class Refused(Exception):
    """The request is answered with ``status``; ``field`` names the wrong value."""

    def __init__(self, status, detail, field=None):
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.field = field

    def response(self):
        """Return the answer the caller gets."""
        title = HTTPStatus(self.status).phrase
        if self.status == 401:
            title = "Unauthorized Request"
        body = {"status": self.status, "title": title, "detail": self.detail}
        if self.field:
            body["field"] = self.field
        body["_links"] = {"documentation": DOCUMENTATION}
        response = json_response(body, self.status)
        response.mimetype = "application/hal+json"
        return response


def not_found(kind, token):
    """Return the refusal for something that does not exist."""
    return Refused(404, f"No {kind} exists with token {token}.")

import json

import requests

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    UnauthorizedError,
    UnknownOutcomeError,
)

from ..lib.client import BASE_URL, ConflictError, SendcloudClient, plain_pointer

SHIPMENT = {"id": "abc", "parcels": []}
NOT_THERE = {"errors": [{"status": "404", "code": "not_found", "detail": "Not found"}]}


def problem(status, detail, pointer=None):
    error = {"status": str(status), "code": "invalid", "detail": detail}
    if pointer:
        error["source"] = {"pointer": pointer}
    return status, {"errors": [error]}


class ScriptedSession(requests.Session):
    """Answers ``(status, body)`` as written down and remembers what was asked."""

    def __init__(self, answers):
        super().__init__()
        self.answers = list(answers)
        self.calls = []

    def request(self, method, url, **kwargs):
        self.calls.append((method, url.removeprefix(BASE_URL), kwargs))
        status, body = self.answers.pop(0)
        response = requests.Response()
        response.status_code = status
        response._content = (
            body if isinstance(body, bytes) else json.dumps(body).encode()
        )
        return response


@tagged("standard", "post_install", "-at_install")
class TestClient(BaseCase):
    def client(self, *answers):
        self.session = ScriptedSession(answers)
        return SendcloudClient(
            "public", "secret", session=self.session, sleep=lambda seconds: None
        )

    def asked(self):
        return [(method, path) for method, path, _kwargs in self.session.calls]

    def announce(self, *answers):
        return self.client(*answers).announce({"external_reference_id": "db-P1-A1"})

    def test_keys_are_the_login(self):
        self.assertEqual(self.client().session.auth, ("public", "secret"))

    def test_metadata(self):
        data = {"user_id": 1, "integration_id": 2}
        client = self.client((200, {"data": data}))
        self.assertEqual(client.auth_metadata(), data)
        self.assertEqual(self.asked(), [("GET", "/user/auth/metadata")])

    def test_announce_returns_the_shipment(self):
        self.assertEqual(self.announce((201, {"data": SHIPMENT})), SHIPMENT)
        self.assertEqual(self.asked(), [("POST", "/shipments/announce")])

    def test_repeated_reference_brings_the_first_shipment(self):
        self.assertEqual(self.announce((409, {"data": SHIPMENT})), SHIPMENT)

    def test_repeated_reference_without_a_body_is_looked_up(self):
        for body in (b"", problem(409, "Already used.")[1]):
            found = self.announce((409, body), (200, {"data": [SHIPMENT]}))
            self.assertEqual(found, SHIPMENT)
            params = self.session.calls[1][2]["params"]
            self.assertEqual(params, {"external_reference_id": "db-P1-A1"})

    def test_repeated_reference_that_is_not_shown_yet_waits(self):
        with self.assertRaises(RetryableError):
            self.announce((409, b""), (200, {"data": []}))

    def test_lost_answer_is_not_sent_again(self):
        with self.assertRaises(UnknownOutcomeError):
            self.announce((502, b"<html>"), (201, {"data": SHIPMENT}))
        self.assertEqual(len(self.session.calls), 1)

    def test_refusal_says_what_and_where(self):
        with self.assertRaises(RejectedError) as caught:
            self.announce(problem(400, "This field is required.", "/to_address/name"))
        error = caught.exception
        self.assertEqual(str(error), "This field is required (delivery address: name).")
        self.assertEqual((error.code, error.field), ("invalid", "/to_address/name"))

    def test_several_refusals_are_all_told(self):
        status, first = problem(400, "One.", "/to_address/city")
        _status, second = problem(400, "Two.")
        both = {"errors": first["errors"] + second["errors"]}
        with self.assertRaisesRegex(RejectedError, r"One \(delivery.*city\)\. Two\."):
            self.announce((status, both))

    def test_refusal_without_a_readable_body(self):
        for body in (b"<html>", b"[]", b"{}"):
            with self.assertRaisesRegex(RejectedError, "refused this .400"):
                self.announce((400, body))

    def test_wrong_keys(self):
        with self.assertRaises(UnauthorizedError):
            self.announce(problem(401, "Invalid username/password."))

    def test_find_nothing(self):
        self.assertIsNone(self.client((200, {"data": []})).find("x"))

    def test_label_is_an_a6_pdf(self):
        self.assertEqual(self.client((200, b"%PDF-1.4 ...")).label(7), b"%PDF-1.4 ...")
        method, path, kwargs = self.session.calls[0]
        self.assertEqual((method, path), ("GET", "/parcels/7/documents/label"))
        self.assertEqual(kwargs["params"], {"paper_size": "A6"})
        self.assertEqual(kwargs["headers"], {"Accept": "application/pdf"})

    def test_label_that_is_not_there_yet_waits(self):
        for answer in ((404, NOT_THERE), (200, b'{"error": "no label"}')):
            with self.assertRaises(RetryableError):
                self.client(answer).label(7)

    def test_label_refused_for_another_reason(self):
        with self.assertRaises(RejectedError):
            self.client(problem(400, "Invalid document type.")).label(7)

    def test_cancel(self):
        for status, word in ((200, "cancelled"), (202, "queued")):
            client = self.client((status, {"data": {"status": word, "message": "."}}))
            self.assertEqual(client.cancel("abc"), word)
            self.assertEqual(self.asked(), [("POST", "/shipments/abc/cancel")])

    def test_cancelled_before(self):
        conflict = problem(409, "This shipment is already being cancelled.")
        for code, word in (
            ("CANCELLED", "cancelled"),
            ("CANCELLATION_REQUESTED", "queued"),
        ):
            shipment = {"parcels": [{"status": {"code": code, "message": code}}]}
            client = self.client(conflict, (200, {"data": shipment}))
            self.assertEqual(client.cancel("abc"), word)

    def test_cancel_refused(self):
        shipment = {"parcels": [{"status": {"code": "DELIVERED", "message": ""}}]}
        client = self.client(problem(409, "Too late."), (200, {"data": shipment}))
        with self.assertRaisesRegex(ConflictError, "Too late"):
            client.cancel("abc")

    def test_options_may_be_asked_again(self):
        client = self.client((502, b""), (200, {"data": []}))
        self.assertEqual(client.shipping_options({}), [])

    def test_parcels_are_asked_for_together(self):
        self.client((200, {"data": []})).shipments_of_parcels(["7", "8"])
        params = self.session.calls[0][2]["params"]
        self.assertEqual(params, {"ids": "7,8", "page_size": 100})

    def test_pointers_in_words(self):
        for pointer, words in {
            "/to_address/postal_code": "delivery address: postal code",
            "/parcels/0/parcel_items/1/hs_code": "parcel: 1: item: 2: hs code",
            "/ship_with/properties/shipping_option_code": (
                "shipping option: shipping option code"
            ),
            None: "",
            "": "",
        }.items():
            self.assertEqual(plain_pointer(pointer), words)

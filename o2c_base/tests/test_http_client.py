import requests

from odoo.tests import BaseCase, tagged

from ..lib.errors import (
    RejectedError,
    RetryableError,
    UnauthorizedError,
    UnknownOutcomeError,
)
from ..lib.http_client import DAY, JsonClient


class ScriptedSession(requests.Session):
    """Answers what the test wrote down, and remembers what was asked."""

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)
        self.calls = []

    def request(self, method, url, **kwargs):
        self.calls.append((method, url, kwargs))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(status, body=b"", headers=None):
    response = requests.Response()
    response.status_code = status
    response._content = body
    response.headers.update(headers or {})
    return response


def refused():
    class NewConnectionError(Exception):
        pass

    reason = requests.ConnectionError(NewConnectionError())
    reason.reason = NewConnectionError()
    return requests.ConnectionError(reason)


@tagged("standard", "post_install", "-at_install")
class TestJsonClient(BaseCase):
    def client(self, *answers):
        self.waits = []
        self.session = ScriptedSession(*answers)
        return JsonClient(
            "Acme",
            "http://acme.test/v1/",
            session=self.session,
            sleep=self.waits.append,
        )

    def test_get_returns_parsed_json_of_the_joined_address(self):
        client = self.client(answer(200, b'{"id": 7}'))
        self.assertEqual(client.get("/things/7"), {"id": 7})
        self.assertEqual(self.session.calls[0][1], "http://acme.test/v1/things/7")

    def test_every_call_has_a_timeout_and_follows_no_redirect(self):
        self.client(answer(200)).post("/things", json={})
        kwargs = self.session.calls[0][2]
        self.assertEqual(kwargs["timeout"], (5, 30))
        self.assertFalse(kwargs["allow_redirects"])

    def test_read_is_repeated_after_a_server_error(self):
        client = self.client(answer(502, b"<html>"), answer(200, b"[]"))
        self.assertEqual(client.get("/things"), [])
        self.assertEqual(self.waits, [0.5])

    def test_read_gives_up_after_three_tries_as_retryable(self):
        client = self.client(*[answer(503)] * 3)
        with self.assertRaises(RetryableError):
            client.get("/things")
        self.assertEqual(len(self.session.calls), 3)

    def test_write_is_never_repeated_after_a_lost_answer(self):
        for lost in (requests.ReadTimeout(), answer(500), answer(200, b'{"id":')):
            client = self.client(lost, answer(200, b"{}"))
            with self.assertRaises(UnknownOutcomeError):
                client.post("/things", json={})
            self.assertEqual(len(self.session.calls), 1)

    def test_write_with_a_key_may_be_repeated(self):
        client = self.client(requests.ReadTimeout(), answer(200, b'{"ok": true}'))
        self.assertEqual(client.post("/things", json={}, safe=True), {"ok": True})

    def test_refused_connection_did_nothing_even_for_a_write(self):
        with self.assertRaises(RetryableError):
            self.client(refused()).post("/things", json={})

    def test_too_many_requests_carries_the_wait_and_is_not_repeated_here(self):
        client = self.client(answer(429, headers={"Retry-After": "7"}))
        with self.assertRaises(RetryableError) as caught:
            client.get("/things")
        self.assertEqual(caught.exception.seconds, 7)
        self.assertEqual(self.waits, [])

    def test_wrong_key_and_refusal_are_definite(self):
        with self.assertRaises(UnauthorizedError):
            self.client(answer(401)).get("/things")
        with self.assertRaises(RejectedError) as caught:
            self.client(answer(422)).post("/things", json={})
        self.assertEqual(caught.exception.status, 422)

    def test_redirect_is_a_refusal(self):
        with self.assertRaises(RejectedError):
            self.client(answer(302, headers={"Location": "http://x"})).get("/things")

    def test_log_holds_neither_parameters_nor_bodies(self):
        client = self.client(answer(200, b"{}"))
        with self.assertLogs("odoo.addons.o2c_base.lib.http_client") as logs:
            client.get("/things", params={"email": "jo@example.com"})
        self.assertNotIn("jo@example.com", "".join(logs.output))

    def test_waits_that_make_no_sense_are_none(self):
        waits = {"7": 7, "²": None, "-1": None, "soon": None, "1e9": None, "": None}
        waits.update({"9" * 10: DAY, "9" * 5000: None})
        for said, wait in waits.items():
            with self.assertRaises(RetryableError) as caught:
                self.client(answer(429, headers={"Retry-After": said})).get("/x")
            self.assertEqual(caught.exception.seconds, wait, said[:20])

    def test_answer_nested_without_end_is_no_answer(self):
        for body in (b"[" * 100_000, b'{"a":' * 100_000):
            with self.assertRaises(RetryableError):
                self.client(*[answer(200, body)] * 3).get("/x")

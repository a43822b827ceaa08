import json

import requests

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    UnauthorizedError,
)

from ..lib.client import MollieClient

TOKEN = "access_0123456789"


class ScriptedSession(requests.Session):
    """Answers what the test wrote down, and remembers what was asked."""

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)
        self.asked = []

    def request(self, method, url, params=None, **kwargs):
        prepared = requests.Request(method, url, params=params).prepare()
        self.asked.append(prepared.url)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(body, status=200, headers=None):
    response = requests.Response()
    response.status_code = status
    text = body if isinstance(body, str) else json.dumps(body)
    response._content = text.encode()
    response.headers.update({"Content-Type": "application/hal+json", **(headers or {})})
    return response


def page(*ids, following=None):
    items = [{"resource": "balance-transaction", "id": one} for one in ids]
    link = following and {"href": following, "type": "application/hal+json"}
    return answer(
        {
            "count": len(items),
            "_embedded": {"balance_transactions": items},
            "_links": {"next": link, "previous": None},
        }
    )


@tagged("standard", "post_install", "-at_install")
class TestClient(BaseCase):
    def client(self, *answers, **kwargs):
        self.session = ScriptedSession(*answers)
        self.waits = []
        return MollieClient(
            TOKEN, session=self.session, sleep=self.waits.append, **kwargs
        )

    def ids(self, client, **kwargs):
        rows = client.balance_transactions("bal_1", **kwargs)
        return [row["id"] for row in rows]

    def test_reads_at_mollie_with_its_token_and_says_nothing_of_this_computer(self):
        client = self.client(answer({"id": "org_1", "name": "Trade Wins"}))
        self.assertEqual(client.organization()["name"], "Trade Wins")
        self.assertEqual(
            self.session.asked, ["https://api.mollie.com/v2/organizations/me"]
        )
        headers = self.session.headers
        self.assertEqual(headers["Authorization"], f"Bearer {TOKEN}")
        self.assertNotIn("X-Mollie-Client-Info", headers)

    def test_token_of_another_kind_is_refused_without_being_told(self):
        for token in ("live_secretsecret", "", None, False):
            with self.assertRaises(UnauthorizedError) as caught:
                MollieClient(token)
            self.assertNotIn("secretsecret", str(caught.exception))

    def test_follows_pages_newest_first(self):
        following = "https://api.mollie.com/v2/balances/bal_1/transactions?from=baltr_1"
        client = self.client(
            page("baltr_3", "baltr_2", following=following), page("baltr_1")
        )
        self.assertEqual(self.ids(client), ["baltr_3", "baltr_2", "baltr_1"])
        self.assertIn("limit=250", self.session.asked[0])
        self.assertEqual(self.session.asked[1], following)

    def test_stays_at_its_own_address(self):
        following = "https://api.mollie.com/v2/balances/bal_1/transactions?from=baltr_1"
        client = self.client(
            page("baltr_2", following=following),
            page("baltr_1"),
            base_url="http://127.0.0.1:8103/v2",
        )
        self.ids(client)
        for url in self.session.asked:
            self.assertTrue(url.startswith("http://127.0.0.1:8103/v2/balances/"), url)

    def test_page_of_the_known_line_is_the_last_one_and_comes_whole(self):
        client = self.client(page("baltr_3", "baltr_2", "baltr_1", following="x"))
        self.assertEqual(
            self.ids(client, until_known_id="baltr_2"),
            ["baltr_3", "baltr_2", "baltr_1"],
        )

    def test_empty_balance_has_no_lines(self):
        self.assertEqual(self.ids(self.client(page())), [])

    def test_slow_down_is_passed_on_with_mollies_own_wait(self):
        body = {"status": 429, "title": "Too Many Requests", "detail": "Slow down"}
        client = self.client(answer(body, 429, {"Retry-After": "7"}))
        with self.assertRaises(RetryableError) as caught:
            client.balances()
        self.assertEqual(caught.exception.seconds, 7)
        self.assertEqual(self.waits, [])

    def test_short_outage_is_bridged(self):
        client = self.client(
            answer("<html>Bad gateway</html>", 502),
            requests.ReadTimeout(),
            answer({"id": "org_1", "name": "Trade Wins"}),
        )
        self.assertEqual(client.organization()["id"], "org_1")
        self.assertEqual(len(self.waits), 2)

    def test_long_outage_is_for_later(self):
        client = self.client(*[answer("Service unavailable", 503)] * 3)
        with self.assertRaises(RetryableError):
            client.organization()

    def test_garbage_is_for_later(self):
        for garbage in ('{"data": ', "[]", "null", '"text"', '{"count": 1}'):
            with self.assertRaises(RetryableError, msg=garbage):
                self.ids(self.client(*[answer(garbage)] * 3))

    def test_refused_token(self):
        for status in (401, 403):
            client = self.client(answer({"status": status, "title": "No"}, status))
            with self.assertRaises(UnauthorizedError):
                client.organization()

    def test_rejection_names_title_and_field(self):
        body = {"status": 404, "title": "Not Found", "detail": "…", "field": "id"}
        with self.assertRaises(RejectedError) as caught:
            self.client(answer(body, 404)).payment("tr_1")
        self.assertEqual(caught.exception.field, "id")
        self.assertEqual(caught.exception.status, 404)
        self.assertIn("Not Found", str(caught.exception))
        self.assertNotIsInstance(caught.exception, UnauthorizedError)

    def test_rejection_in_another_shape_is_a_rejection(self):
        with self.assertRaises(RejectedError):
            self.client(answer("<html>", 404)).settlement("stl_1")

    def test_id_of_another_kind_is_never_asked(self):
        client = self.client()
        with self.assertRaises(RejectedError):
            client.payment("../balances")
        self.assertEqual(self.session.asked, [])

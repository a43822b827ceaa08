"""The client against the sandbox, and against answers that the sandbox never gives."""

import json

import requests

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    UnauthorizedError,
    UnknownOutcomeError,
)
from odoo.addons.o2c_base.tests.wsgi import wsgi_send
from odoo.addons.shopify_connector.lib import client as client_module
from odoo.addons.shopify_connector.lib.client import AdminClient, request_token

from sandbox import settings
from sandbox.clock import ManualClock
from sandbox.faults import AnswerLost
from sandbox.shopify import ShopifyApp
from sandbox.world import World

from .common import BASE_URL, PAYMENT_ID, SANNE, UTRECHT

DOMAIN = settings.SHOP_DOMAIN


class SandboxSession(requests.Session):
    """Sends to a WSGI app and remembers what it sent."""

    def __init__(self, app):
        super().__init__()
        self.app = app
        self.sent = []

    def send(self, request, **kwargs):
        self.sent.append((request, kwargs))
        try:
            return wsgi_send(self.app, request)
        except AnswerLost as error:
            raise requests.ReadTimeout(request=request) from error

    @property
    def documents(self):
        """The GraphQL bodies that were sent."""
        return [json.loads(request.body) for request, _kwargs in self.sent]


class ScriptedSession(SandboxSession):
    """Gives prepared answers: ``(status, body)``, or an error to raise."""

    def __init__(self, *answers):
        super().__init__(None)
        self.answers = list(answers)

    def send(self, request, **kwargs):
        self.sent.append((request, kwargs))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, body = answer
        response._content = body if isinstance(body, bytes) else _dumps(body)
        response.url = request.url
        return response


def _dumps(body):
    return json.dumps(body).encode()


def graphql_error(code, **extensions):
    error = {"message": f"it is {code}", "extensions": {"code": code}}
    return 200, {"data": None, "errors": [error], "extensions": extensions}


class ClientCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.world = World(clock=ManualClock())
        self.app = ShopifyApp(self.world)
        self.session = SandboxSession(self.app)
        self.waits = []
        self.client = self.make_client(self.session)

    def make_client(self, session, token=settings.SHOPIFY_TOKEN, **options):
        options.setdefault("base_url", BASE_URL)
        return AdminClient(
            DOMAIN,
            "2026-10",
            token,
            session=session,
            sleep=self.waits.append,
            **options,
        )

    def scripted(self, *answers):
        self.session = ScriptedSession(*answers)
        return self.make_client(self.session)

    def buy(self, quantity=1, **options):
        return self.app.place_order(
            [{"sku": "TW-SHEARS-01", "quantity": quantity}],
            SANNE,
            UTRECHT,
            payment={"gateway": "Mollie - iDEAL", "payment_id": PAYMENT_ID},
            **options,
        )


@tagged("standard", "post_install", "-at_install")
class TestTransport(ClientCase):
    def test_request_goes_to_the_shop_with_token_and_timeout(self):
        client = self.make_client(ScriptedSession((200, {"data": {}})), base_url=None)
        client.execute("query { shop { name } }")
        request, kwargs = client.transport.session.sent[0]
        url = f"https://{DOMAIN}/admin/api/2026-10/graphql.json"
        self.assertEqual(request.url, url)
        token = request.headers["X-Shopify-Access-Token"]
        self.assertEqual(token, settings.SHOPIFY_TOKEN)
        self.assertEqual(kwargs["timeout"], (5, 30))

    def test_two_shops_do_not_share_a_session(self):
        other = AdminClient("other.myshopify.com", "2026-07", "other-token")
        self.assertNotEqual(other.headers, self.client.headers)
        self.assertEqual(other.transport.base_url, "https://other.myshopify.com")
        self.assertIn("2026-10", self.client.endpoint)
        self.assertIn("2026-07", other.endpoint)

    def test_impossible_version_is_a_definite_no(self):
        with self.assertRaises(RejectedError):
            AdminClient(DOMAIN, "2026-1", "token")

    def test_wrong_token_is_unauthorized(self):
        client = self.make_client(self.session, token="shpat_wrong")
        with self.assertRaises(UnauthorizedError) as caught:
            client.shop()
        self.assertNotIn("shpat_wrong", str(caught.exception))

    def test_frozen_shop_is_unauthorized(self):
        for status in (402, 423):
            with self.assertRaises(UnauthorizedError):
                self.scripted((status, {})).shop()

    def test_unknown_shop_is_a_definite_no(self):
        with self.assertRaises(RejectedError):
            self.scripted((404, {})).shop()

    def test_slow_down_is_not_tried_again_at_once(self):
        for status in (429, 430):
            with self.assertRaises(RetryableError):
                self.scripted((status, {})).shop()
            self.assertEqual(len(self.session.sent), 1)

    def test_reading_is_repeated_after_a_bad_gateway(self):
        self.world.faults.break_("shopify", "html_error", times=1)
        self.assertEqual(self.client.shop()["shop"]["name"], "Trade Wins")
        self.assertEqual(self.waits, [0.5])

    def test_throttled_waits_until_the_cost_is_there(self):
        cost = {
            "requestedQueryCost": 101,
            "throttleStatus": {"currentlyAvailable": 1, "restoreRate": 40.0},
        }
        with self.assertRaises(RetryableError) as caught:
            self.scripted(graphql_error("THROTTLED", cost=cost)).shop()
        self.assertEqual(caught.exception.seconds, 3)

    def test_missing_permission_is_unauthorized_although_data_came(self):
        status, body = graphql_error("ACCESS_DENIED")
        with self.assertRaises(UnauthorizedError) as caught:
            self.scripted((status, {**body, "data": {"shop": None}})).shop()
        self.assertIn("permission", str(caught.exception))

    def test_trouble_at_shopify_is_retryable_for_a_question_only(self):
        for code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
            with self.assertRaises(RetryableError):
                self.scripted(graphql_error(code)).shop()
            with self.assertRaises(UnknownOutcomeError):
                self.scripted(graphql_error(code)).fulfill({})

    def test_wrong_document_is_a_definite_no(self):
        with self.assertRaises(RejectedError):
            self.client.execute("query { shop { totallyBogus } }")

    def test_mutation_is_sent_once_unless_shopify_recognises_it(self):
        self.world.faults.break_("shopify", "down")
        with self.assertRaises(UnknownOutcomeError):
            self.client.execute("mutation { orderClose(input: {id: 1}) { x } }")
        self.assertEqual(len(self.session.sent), 1)
        with self.assertRaises(RetryableError):
            self.client.execute("mutation { x @idempotent(key: 1) { y } }")
        self.assertEqual(len(self.session.sent), 4)

    def test_answer_without_data_is_unusable(self):
        with self.assertRaises(RetryableError):
            self.scripted((200, b"")).shop()
        with self.assertRaises(UnknownOutcomeError):
            self.scripted((200, {})).fulfill({})


@tagged("standard", "post_install", "-at_install")
class TestToken(ClientCase):
    def request(self, secret=settings.SHOPIFY_CLIENT_SECRET):
        return request_token(
            DOMAIN,
            "2026-10",
            settings.SHOPIFY_CLIENT_ID,
            secret,
            base_url=BASE_URL,
            session=self.session,
        )

    def test_granted_token_works(self):
        token, seconds = self.request()
        self.assertGreater(seconds, 80_000)
        shop = self.make_client(self.session, token=token).shop()
        self.assertEqual(shop["shop"]["name"], "Trade Wins")

    def test_request_is_a_form_at_the_shop(self):
        self.request()
        request, _kwargs = self.session.sent[0]
        self.assertEqual(request.url, f"{BASE_URL}/admin/oauth/access_token")
        self.assertIn("grant_type=client_credentials", request.body)

    def test_wrong_secret_is_unauthorized_and_not_told(self):
        with self.assertRaises(UnauthorizedError) as caught:
            self.request("wrong-secret")
        self.assertNotIn("wrong-secret", str(caught.exception))

    def test_lost_answer_is_asked_for_again(self):
        self.world.faults.break_("shopify", "answer_lost", times=1)
        token, _seconds = self.request()
        self.assertTrue(token)


@tagged("standard", "post_install", "-at_install")
class TestOrders(ClientCase):
    def test_order_comes_with_all_its_lines(self):
        cart = [
            {"title": f"Thing {n}", "price": "1.00", "quantity": 1} for n in range(7)
        ]
        theirs = self.app.place_order(cart, SANNE, UTRECHT)
        self.patch(client_module, "LINES_PER_PAGE", 3)
        nodes = self.client.order(theirs["id"])["lineItems"]["nodes"]
        self.assertEqual([node["name"] for node in nodes], [r["title"] for r in cart])
        self.assertEqual(len(self.session.sent), 3)

    def test_too_expensive_question_is_made_smaller(self):
        self.session = ScriptedSession(
            graphql_error("MAX_COST_EXCEEDED"),
            graphql_error("MAX_COST_EXCEEDED"),
            (200, {"data": {"order": None}}),
        )
        self.assertIsNone(self.make_client(self.session).order("gid"))
        lines = [body["variables"]["lines"] for body in self.session.documents]
        self.assertEqual(lines, [50, 25, 12])

    def test_question_that_stays_too_expensive_ends(self):
        answers = [graphql_error("MAX_COST_EXCEEDED")] * 9
        with self.assertRaises(RejectedError):
            self.scripted(*answers).order("gid")

    def test_unknown_order_is_none(self):
        self.assertIsNone(self.client.order("gid://shopify/Order/1"))

    def test_changed_orders_come_in_order_of_change_over_pages(self):
        orders = []
        for _n in range(3):
            orders.append(self.buy())
            self.world.clock.advance(minutes=1)
        self.patch(client_module, "ORDERS_PER_PAGE", 2)
        self.app.touch(orders[0], note="changed last")
        found = list(self.client.changed_orders("created_at:>='2026-11-01T00:00:00Z'"))
        names = [node["name"] for node in found]
        self.assertEqual(names, ["#1002", "#1003", "#1001"])
        self.assertEqual(len(self.session.sent), 2)

    def test_changed_orders_follow_the_condition(self):
        self.buy()
        found = self.client.changed_orders("updated_at:>='2026-11-03T00:00:00Z'")
        self.assertFalse(list(found))


@tagged("standard", "post_install", "-at_install")
class TestWebhooks(ClientCase):
    def test_subscription_is_listed(self):
        self.client.subscribe("ORDERS_PAID", "https://odoo.example.com/x")
        (hook,) = self.client.webhooks()
        self.assertEqual(hook["topic"], "ORDERS_PAID")
        self.assertEqual(hook["uri"], "https://odoo.example.com/x")

    def test_request_asks_for_json(self):
        self.client.subscribe("ORDERS_PAID", "https://odoo.example.com/x")
        (body,) = self.session.documents
        subscription = {"uri": "https://odoo.example.com/x", "format": "JSON"}
        self.assertEqual(
            body["variables"], {"topic": "ORDERS_PAID", "subscription": subscription}
        )

    def test_user_errors_are_a_definite_no_with_the_field(self):
        with self.assertRaises(RejectedError) as caught:
            self.client.subscribe("ORDERS_PAID", "ftp://odoo.example.com/x")
        self.assertEqual(caught.exception.field, "webhookSubscription.uri")
        self.assertIn("invalid", str(caught.exception))


@tagged("standard", "post_install", "-at_install")
class TestFulfillments(ClientCase):
    def fulfillment(self, order, quantity):
        state = self.client.fulfillment_state(order["id"])
        (fulfillment_order,) = state["fulfillmentOrders"]["nodes"]
        (item,) = fulfillment_order["lineItems"]["nodes"]
        items = [{"id": item["id"], "quantity": quantity}]
        part = {
            "fulfillmentOrderId": fulfillment_order["id"],
            "fulfillmentOrderLineItems": items,
        }
        tracking = {"numbers": ["3S1", "3S2"], "urls": [], "company": "PostNL"}
        return {"lineItemsByFulfillmentOrder": [part], "trackingInfo": tracking}

    def test_fulfilment_is_known_with_all_numbers(self):
        order = self.buy(quantity=2)
        made = self.client.fulfill(self.fulfillment(order, 2))
        (known,) = self.client.fulfillment_state(order["id"])["fulfillments"]
        self.assertEqual(known["id"], made["id"])
        numbers = [info["number"] for info in known["trackingInfo"]]
        self.assertEqual(numbers, ["3S1", "3S2"])

    def test_part_leaves_the_rest_open(self):
        order = self.buy(quantity=3)
        self.client.fulfill(self.fulfillment(order, 1))
        state = self.client.fulfillment_state(order["id"])
        (item,) = state["fulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"]
        self.assertEqual(item["remainingQuantity"], 2)

    def test_too_much_is_a_definite_no(self):
        order = self.buy(quantity=1)
        with self.assertRaises(RejectedError):
            self.client.fulfill(self.fulfillment(order, 2))

    def test_lost_answer_is_unknown_and_done(self):
        order = self.buy(quantity=1)
        fulfillment = self.fulfillment(order, 1)
        self.world.faults.break_("shopify", "answer_lost", times=1)
        with self.assertRaises(UnknownOutcomeError):
            self.client.fulfill(fulfillment)
        state = self.client.fulfillment_state(order["id"])
        self.assertEqual(len(state["fulfillments"]), 1)

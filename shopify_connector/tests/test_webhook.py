"""Shopify's messages: the door, and what is done with them."""

import json

from odoo.tests import HttpCase, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin
from odoo.addons.shopify_connector.lib.signature import sign

from sandbox import settings

from .common import ShopifyCase, ShopifyMixin


class TestProcess(ShopifyCase):
    def receive(self, theirs, delivery="d1", topic="orders/create"):
        body = {"admin_graphql_api_id": theirs["id"], "name": theirs["name"]}
        events = self.env["o2c.webhook.event"]
        return events._receive(self.shop, delivery, topic, json.dumps(body).encode())

    def test_message_about_a_new_order_imports_it(self):
        theirs = self.buy()
        self.receive(theirs)
        self.run_jobs()
        order = self.find(theirs)
        self.assertEqual((order.name, order.state), ("#1001", "imported"))

    def test_many_messages_about_one_order_are_one_order(self):
        theirs = self.buy()
        for delivery, topic in enumerate(("orders/create", "orders/paid") * 2):
            self.receive(theirs, str(delivery), topic)
        self.run_jobs()
        self.assertEqual(len(self.find(theirs)), 1)
        sold = self.env["sale.order"].search([("client_order_ref", "=", "#1001")])
        self.assertEqual(len(sold), 1)
        self.assertEqual(len(self.find(theirs).payment_ids), 1)

    def test_old_message_does_not_bring_back_the_past(self):
        theirs = self.buy(payment=self.ideal(status="pending"))
        stale = {**theirs}
        self.shopify.record_payment(
            theirs, "Mollie - iDEAL", self.ideal()["payment_id"]
        )
        self.receive(stale)
        self.run_jobs()
        self.assertEqual(self.find(theirs).financial_status, "PAID")


@tagged("standard", "post_install", "-at_install")
class TestDoor(ShopifyMixin, O2CMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()

    def setUp(self):
        super().setUp()
        self.open_sandbox()
        self.body = json.dumps({"admin_graphql_api_id": "gid://shopify/Order/1"})

    def post(self, body=None, token=None, **headers):
        raw = (self.body if body is None else body).encode()
        given = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Webhook-Id": "d1",
            "X-Shopify-Hmac-Sha256": sign(raw, settings.SHOPIFY_CLIENT_SECRET),
        }
        given.update({key.replace("_", "-"): text for key, text in headers.items()})
        given = {key: text for key, text in given.items() if text}
        path = f"/shopify/webhook/{token or self.shop.webhook_token}"
        return self.url_open(path, data=raw, headers=given).status_code

    def events(self):
        return self.env["o2c.webhook.event"].search(
            [("connection_id", "=", self.shop.id)]
        )

    def test_signed_message_is_kept(self):
        self.assertEqual(self.post(), 200)
        self.assertEqual(self.events().topic, "orders/create")
        self.assertEqual(self.events().raw, self.body.encode())

    def test_repeated_message_is_kept_once(self):
        self.assertEqual(self.post(), 200)
        self.assertEqual(self.post(), 200)
        self.assertEqual(len(self.events()), 1)

    def test_sandbox_messages_pass_the_door(self):
        self.shop._on_connected()
        self.world.outbox.post = lambda url, headers, body: (
            self.url_open(url, data=body, headers=headers).status_code
        )
        theirs = self.buy()
        # orders/create and orders/paid
        self.assertEqual(self.world.outbox.deliver_all(), [200, 200])
        self.run_jobs()
        self.assertEqual(self.find(theirs).state, "imported")

    def test_wrong_signature_is_refused(self):
        wrong = sign(self.body.encode(), "another-secret")
        self.assertEqual(self.post(X_Shopify_Hmac_Sha256=wrong), 401)
        self.assertEqual(self.post(X_Shopify_Hmac_Sha256=None), 401)
        self.assertFalse(self.events())

    def test_former_secret_is_good_while_rotating(self):
        self.shop.write(
            {
                "client_secret": "new-secret",
                "previous_client_secret": settings.SHOPIFY_CLIENT_SECRET,
            }
        )
        self.assertEqual(self.post(), 200)

    def test_unknown_address_is_not_found(self):
        self.assertEqual(self.post(token="unknown"), 404)

    def test_body_that_is_no_order_is_refused(self):
        for body in ("no json", "[]", "{}", "\x00"):
            self.assertEqual(self.post(body), 400)
        self.assertFalse(self.events())

    def test_message_without_name_is_refused(self):
        self.assertEqual(self.post(X_Shopify_Webhook_Id=None), 400)

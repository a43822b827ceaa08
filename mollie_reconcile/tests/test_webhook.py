import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..lib.signature import HEADER, sign
from .common import MollieMixin

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


@tagged("standard", "post_install", "-at_install")
class TestWebhook(MollieMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.set_up_mollie()

    def setUp(self):
        super().setUp()
        # The sandbox writes to the address that Odoo shows.
        self.world.state["settings"]["mollie_webhook_url"] = self.account.webhook_url

    def post(self, message, **changes):
        """Deliver a message of the sandbox's outbox; return the status."""
        headers = {**message["headers"], **changes}
        path = f"/mollie/webhook/{self.account.webhook_token}"
        return self.url_open(path, data=message["body"], headers=headers).status_code

    def settled_message(self):
        """Return what Mollie sends when a payment reaches the balance."""
        self.paid_invoice(CODE, 10.0)
        self.pay(CODE, "10.00")
        [message] = self.world.outbox.waiting
        return message

    def events(self):
        return self.env["o2c.webhook.event"].search(
            [("connection_model", "=", "mollie.account")]
        )

    def test_event_has_the_balance_fetched(self):
        message = self.settled_message()
        self.assertEqual(message["url"], self.account.webhook_url)
        self.assertEqual(self.post(message), 200)
        self.assertEqual(self.events().topic, "balance-transaction.created")
        self.run_jobs()
        self.assertEqual(self.lines().mapped("state"), ["booked"])
        self.assertEqual(self.events().state, "done")

    def test_repeated_event_is_stored_and_worked_on_once(self):
        message = self.settled_message()
        self.assertEqual([self.post(message), self.post(message)], [200, 200])
        self.assertEqual(len(self.events()), 1)
        self.run_jobs()
        self.assertEqual(len(self.lines()), 1)

    @mute_logger("odoo.addons.o2c_base.controllers.webhook_door")
    def test_wrong_signature_is_refused_and_nothing_stored(self):
        message = self.settled_message()
        for wrong in ("sha256=0123", "", sign("other secret", message["body"])):
            self.assertEqual(self.post(message, **{HEADER: wrong}), 401)
        self.assertFalse(self.events())

    @mute_logger("odoo.addons.o2c_base.controllers.webhook_door")
    def test_account_without_a_secret_believes_nobody(self):
        message = self.settled_message()
        self.account.webhook_secret = False
        self.assertEqual(self.post(message), 401)
        self.assertFalse(self.events())

    def test_signed_body_that_is_no_event_is_refused(self):
        secret = self.account.webhook_secret
        for body in (
            b"id=tr_1",
            b"[]",
            b"{}",
            json.dumps({"id": "e"}).encode(),
            b"\xff",
        ):
            message = {"body": body, "headers": {HEADER: sign(secret, body)}}
            self.assertEqual(self.post(message), 400, body)
        self.assertFalse(self.events())

    def test_unknown_address_is_not_found(self):
        message = self.settled_message()
        answer = self.url_open(
            "/mollie/webhook/guess", data=message["body"], headers=message["headers"]
        )
        self.assertEqual(answer.status_code, 404)

    def test_only_posts_are_received(self):
        path = f"/mollie/webhook/{self.account.webhook_token}"
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path).status_code, 405)

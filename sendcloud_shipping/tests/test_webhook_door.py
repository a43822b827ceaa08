from odoo.tests import HttpCase, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from sandbox.sendcloud.webhooks import signature

from .common import SendcloudMixin


@tagged("standard", "post_install", "-at_install")
class TestWebhookDoor(SendcloudMixin, O2CMixin, HttpCase):
    def setUp(self):
        super().setUp()
        path = f"/sendcloud/webhook/{self.account.webhook_token}"
        self.world.state["settings"]["sendcloud_webhook_url"] = path
        self.world.outbox.waiting.clear()
        self.world.outbox.post = self.post

    def post(self, path, headers, body):
        return self.url_open(path, data=body, headers=headers).status_code

    def events(self):
        return self.env["o2c.webhook.event"].search(
            [("connection_model", "=", "sendcloud.account")]
        )

    def test_webhook_of_a_shipped_parcel_moves_it(self):
        picking = self.ship()
        self.world.clock.advance(hours=1)
        self.sendcloud.next_status()
        statuses = self.world.outbox.deliver_all()
        self.assertEqual(set(statuses), {200})
        self.run_jobs()
        self.assertEqual(picking.sendcloud_carrier_status, "Announced")
        self.assertFalse(self.failed_jobs())

    def test_repeated_delivery_is_stored_once(self):
        self.ship()
        self.world.outbox.waiting *= 2
        count = len(self.world.outbox.waiting)
        self.assertEqual(self.world.outbox.deliver_all(), [200] * count)
        self.assertEqual(len(self.events()), count // 2)
        self.run_jobs()

    def test_forged_message_is_turned_away(self):
        self.ship()
        for message in self.world.outbox.waiting:
            message["body"] = message["body"].replace(b"Ready to send", b"Delivered")
        with self.assertLogs("odoo.addons.o2c_base.controllers.webhook_door"):
            statuses = self.world.outbox.deliver_all()
        self.assertEqual(set(statuses), {401})
        self.assertFalse(self.events())

    def test_unsigned_message_is_turned_away(self):
        path = self.world.state["settings"]["sendcloud_webhook_url"]
        with self.assertLogs("odoo.addons.o2c_base.controllers.webhook_door"):
            self.assertEqual(self.post(path, {}, b"{}"), 401)

    def test_unreadable_message_is_refused(self):
        path = self.world.state["settings"]["sendcloud_webhook_url"]
        for body in (b"no json", b"[]", b"{}", b'{"action": "parcel_status_changed"}'):
            headers = {"Sendcloud-Signature": signature(body)}
            self.assertEqual(self.post(path, headers, body), 400, body)
        self.assertFalse(self.events())

    def test_unknown_address(self):
        body = b"{}"
        headers = {"Sendcloud-Signature": signature(body)}
        self.assertEqual(self.post("/sendcloud/webhook/nobody", headers, body), 404)

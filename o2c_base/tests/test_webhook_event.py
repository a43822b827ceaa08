from .acme_case import AcmeCase


class TestWebhookEvent(AcmeCase):
    def receive(self, delivery="d1", raw=b'{"thing": "two"}'):
        events = self.env["o2c.webhook.event"]
        return events._receive(self.account, delivery, "things/new", raw)

    def things(self):
        return self.env["acme.thing"].search([("name", "=", "two")])

    def test_message_is_kept_byte_for_byte_and_worked_on(self):
        raw = b'{"thing":  "two"}\n'
        event = self.receive(raw=raw)
        self.assertEqual(event.raw, raw)
        self.assertFalse(self.things(), "the door only stores")
        self.run_jobs()
        self.assertEqual(len(self.things()), 1)
        self.assertEqual(event.state, "done")

    def test_repeated_delivery_is_known(self):
        self.receive()
        self.assertFalse(self.receive())
        self.run_jobs()
        self.assertEqual(len(self.things()), 1)

    def test_same_delivery_id_of_another_account_is_another_message(self):
        self.receive()
        other = self.account.copy()
        event = self.env["o2c.webhook.event"]._receive(other, "d1", "t", b"{}")
        self.assertTrue(event)

    def test_job_repeated_after_a_kill_does_nothing_more(self):
        event = self.receive()
        self.run_jobs()
        event._enqueue()
        self.run_jobs()
        self.assertEqual(len(self.things()), 1)

    def test_failing_message_is_kept_and_can_be_replayed(self):
        self.stops_are_expected()
        event = self.receive(raw=b"[]")
        self.run_jobs()
        self.assertEqual(self.open_exceptions(event).reason, "failed")
        self.assertEqual(event.state, "received")

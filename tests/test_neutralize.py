"""A copied database that was neutralised reaches no service, whatever is pressed."""

from unittest.mock import patch

import requests

from odoo.tools.misc import file_open

from .common import OrderToCashCase
from .test_access import OURS, SECRET_WORDS

CONNECTIONS = ("shopify.shop", "sendcloud.account", "mollie.account")


class TestNeutralize(OrderToCashCase):
    """As ``odoo-bin neutralize`` does it: the statements of each addon, then work."""

    def neutralize(self):
        self.env.flush_all()
        for addon in OURS:
            try:
                statements = file_open(f"{addon}/data/neutralize.sql").read()
            except FileNotFoundError:
                continue
            self.env.cr.execute(statements)
        self.env.invalidate_all()

    def sending(self):
        """Note what would have left the computer."""
        self.sent = []

        def send(_session, request, **_kwargs):
            self.sent.append(request.url)
            raise requests.ConnectionError("nothing leaves a copy")

        return patch.object(requests.Session, "send", send)

    def everything_that_sends(self):
        """Pack a delivery, and start each scheduled action of ours."""
        self.pack(self.sold)
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "in", OURS)]
        )
        for cron in self.env["ir.cron"].browse(names.mapped("res_id")):
            cron.ir_actions_server_id.with_context(lastcall=None).run()
        self.run_jobs(later=False)

    def setUp(self):
        super().setUp()
        self.sold = self.order(self.bought())

    def bought(self):
        name = self.buy()
        self.deliver_webhooks()
        return name

    def test_before_it_would_send(self):
        with self.sending():
            self.everything_that_sends()
        self.assertTrue(self.sent)

    def test_nothing_is_sent(self):
        waits = self.shop.with_delay(description="x", channel="root.o2c.shopify")
        job = waits._attempt("_sweep").db_record()
        self.neutralize()
        self.assertEqual(job.state, "cancelled")
        with self.sending():
            self.everything_that_sends()
        self.assertEqual(self.sent, [])

    def test_buttons_do_not_wake_it(self):
        self.neutralize()
        with self.sending():
            for name in CONNECTIONS:
                for connection in self.env[name].search([]):
                    connection.action_resume()
            self.everything_that_sends()
        # It may knock, at the service's own address; it has no key that opens.
        for url in self.sent:
            self.assertNotIn("sandbox", url)

    def test_no_secret_is_left(self):
        self.neutralize()
        for name in CONNECTIONS:
            for connection in self.env[name].with_context(active_test=False).search([]):
                self.assertNotEqual(connection.state, "connected")
                for field in connection._fields.values():
                    if field.type == "char" and field.store:
                        if any(word in field.name for word in SECRET_WORDS):
                            self.assertFalse(connection[field.name], field)

    def test_webhooks_of_the_original_are_not_heard(self):
        tokens = {
            name: self.env[name].search([], limit=1).webhook_token
            for name in CONNECTIONS
        }
        self.neutralize()
        for name, token in tokens.items():
            self.assertTrue(token)
            self.assertFalse(self.env[name]._find_by_webhook_token(token))

from odoo.exceptions import UserError

from ..lib.errors import UnauthorizedError
from .acme_case import AcmeCase


class TestConnection(AcmeCase):
    def test_test_connection_connects_and_says_who_answered(self):
        action = self.account.action_test_connection()
        self.assertEqual(self.account.state, "connected")
        self.assertEqual(action["params"]["message"], "Acme says hello.")

    def test_refused_key_is_shown_to_the_one_who_clicks(self):
        account = self.account.copy()
        self.Account.trouble = UnauthorizedError("Acme refuses the key (401).")
        with self.assertRaisesRegex(UserError, "refuses the key"):
            account.action_test_connection()
        self.assertEqual(account.state, "draft")

    def test_copy_has_its_own_webhook_address_and_is_not_connected(self):
        account = self.account.copy()
        self.assertNotEqual(account.webhook_url, self.account.webhook_url)
        self.assertEqual(account.state, "draft")

    def test_webhook_address_finds_its_account_only(self):
        find = self.env["acme.account"]._find_by_webhook_token
        self.assertEqual(find(self.account.webhook_token), self.account)
        self.assertFalse(find("guess"))

    def test_paused_account_sends_nothing_and_the_work_waits(self):
        self.account.action_pause()
        self.thing._enqueue()
        self.run_jobs()
        self.assertEqual(self.thing.sent, 0)
        self.account.action_resume()
        self.run_jobs(later=True)
        self.assertEqual(self.thing.sent, 1)

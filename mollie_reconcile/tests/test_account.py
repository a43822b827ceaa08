from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user

from .common import MollieCase


class TestAccount(MollieCase):
    def test_connecting_says_who_answered_and_finds_the_balance(self):
        action = self.account.action_test_connection()
        self.assertIn("Trade Wins B.V.", action["params"]["message"])
        self.assertEqual(self.account.state, "connected")
        self.assertEqual(self.balance.external_id, self.mollie.balance()["id"])
        self.assertEqual(self.balance.currency_id.name, "EUR")

    def test_connecting_again_makes_no_second_balance(self):
        self.account.action_test_connection()
        self.assertEqual(len(self.account.balance_ids), 1)

    def test_wrong_token_is_told_to_the_one_who_clicks(self):
        for token in ("access_wrong", "live_0123456789", False):
            self.account.access_token = token
            with self.assertRaises(UserError) as caught:
                self.account.action_test_connection()
            self.assertNotIn("0123456789", str(caught.exception))

    def test_secrets_are_for_administrators(self):
        manager = new_test_user(
            self.env, "mollie-manager", groups="o2c_base.group_manager"
        )
        account = self.account.with_user(manager)
        self.assertEqual(account.name, "Trade Wins")
        for name in ("access_token", "webhook_secret", "webhook_token", "base_url"):
            with self.assertRaises(AccessError, msg=name):
                account.read([name])

    def test_copy_has_no_secrets(self):
        copy = self.account.copy()
        self.assertFalse(copy.access_token)
        self.assertFalse(copy.webhook_secret)
        self.assertEqual(copy.state, "draft")

    def test_manager_without_the_secret_can_test_the_connection(self):
        manager = new_test_user(
            self.env, "mollie-manager", groups="o2c_base.group_manager"
        )
        action = self.account.with_user(manager).action_test_connection()
        self.assertEqual(action["params"]["type"], "success")

    def test_journal_has_accounts_on_which_payments_can_wait(self):
        journal = self.journal
        self.assertEqual((journal.name, journal.type), ("Mollie EUR", "bank"))
        self.assertEqual(journal.default_account_id.account_type, "asset_cash")
        self.assertTrue(journal.suspense_account_id)
        receipts = journal.inbound_payment_method_line_ids.payment_account_id
        refunds = journal.outbound_payment_method_line_ids.payment_account_id
        self.assertEqual(receipts.name, "Mollie in transit (receipts)")
        self.assertEqual(refunds.name, "Mollie in transit (refunds)")
        for account in receipts | refunds:
            self.assertTrue(account.reconcile)
            self.assertEqual(account.account_type, "asset_current")
        self.assertEqual(len(receipts | refunds | journal.default_account_id), 3)

    def test_second_account_gets_a_journal_beside_the_first(self):
        other = self.account.copy({"name": "Second shop"})
        other.write(
            {
                "access_token": self.account.access_token,
                "base_url": self.account.base_url,
            }
        )
        other.action_test_connection()
        other.balance_ids.action_create_journal()
        self.assertNotEqual(other.balance_ids.journal_id, self.journal)
        self.assertNotEqual(other.balance_ids.journal_id.code, self.journal.code)

    def test_creating_the_journal_twice_makes_one(self):
        self.balance.action_create_journal()
        self.assertEqual(self.balance.journal_id, self.journal)

    def test_journal_is_made_by_those_who_may_make_journals(self):
        manager = new_test_user(
            self.env, "mollie-manager", groups="o2c_base.group_manager"
        )
        with self.assertRaises(AccessError):
            self.balance.with_user(manager).action_create_journal()

    def test_neutralised_copy_has_neither_token_nor_connection(self):
        self.env.flush_all()
        for query in get_neutralization_queries(["mollie_reconcile"]):
            self.env.cr.execute(query)
        self.account.invalidate_recordset()
        self.assertFalse(self.account.access_token)
        self.assertFalse(self.account.webhook_secret)
        self.assertEqual(self.account.state, "draft")

    def test_company_with_another_chart_works_as_well(self):
        other = self.env["res.company"].create(
            {
                "name": "Trade Wins Ireland",
                "country_id": self.env.ref("base.ie").id,
                "currency_id": self.env.ref("base.EUR").id,
            }
        )
        charts = self.env["account.chart.template"]
        charts.try_loading("generic_coa", company=other, install_demo=False)
        other.currency_id = self.env.ref("base.EUR")
        account = self.account.copy({"name": "Ireland", "company_id": other.id})
        account.write(
            {
                "access_token": self.account.access_token,
                "base_url": self.account.base_url,
            }
        )
        self.balance.active = False
        account.action_test_connection()
        balance = account.balance_ids
        balance.action_create_journal()
        self.pay("rAbCdEfGhIjKlMnOpQrStUvWx", "10.00")
        self.mollie.payout()
        balance._enqueue_fetch()
        self.run_jobs()
        lines = balance.transaction_ids.sorted("id")
        self.assertEqual(lines.mapped("state"), ["open", "booked"])
        entries = lines.line_ids.move_id.line_ids
        self.assertEqual(
            (entries.company_id, entries.account_id.company_id), (other,) * 2
        )
        self.assertEqual(balance.ledger_difference, 0.0)

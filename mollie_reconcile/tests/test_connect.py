from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from sandbox import settings

from .common import ADDRESS, MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestConnect(MollieCase):
    """From a token to journals that fill themselves."""

    def wizard(self, **values):
        return self.env["mollie.connect"].create(
            {
                "name": "Trade Wins",
                "access_token": f" {settings.MOLLIE_TOKEN} ",
                "base_url": f"{ADDRESS}/v2",
                **values,
            }
        )

    def company(self):
        """Return another company with a chart of its own, and work in it."""
        company = self.env["res.company"].create(
            {"name": "Trade Wins Two", "country_id": self.env.ref("base.nl").id}
        )
        self.env.user.company_ids |= company
        charts = self.env["account.chart.template"]
        charts.try_loading("generic_coa", company=company, install_demo=False)
        return company

    def test_token_leads_to_balances_and_balances_to_journals(self):
        company = self.company()
        wizard = self.wizard(company_id=company.id)
        wizard.action_check()
        connected = wizard.account_id
        self.assertEqual(connected.state, "connected")
        self.assertEqual(wizard.organization_name, "Trade Wins B.V.")
        self.assertEqual(wizard.step, "balances")
        self.assertFalse(wizard.missing_permissions)
        self.assertEqual(wizard.line_ids.balance_id, connected.balance_ids)
        action = wizard.action_finish()
        self.assertEqual(action["res_id"], connected.id)
        balance = connected.balance_ids
        journal = balance.journal_id
        self.assertEqual(journal.company_id, company)
        accounts = journal.inbound_payment_method_line_ids.payment_account_id
        accounts |= journal.outbound_payment_method_line_ids.payment_account_id
        accounts |= balance.reserve_account_id | journal.default_account_id
        self.assertEqual(len(accounts), 4)
        for account in accounts:
            self.assertEqual(account.company_id, company)
        self.pay(CODE, "10.00")
        self.run_jobs()
        lines = balance.transaction_ids
        self.assertEqual(lines.mapped("company_id"), company)
        self.assertEqual(balance.ledger_difference, 0.0)
        self.assertFalse(self.journal.mollie_balance_ids.transaction_ids)

    def test_going_through_it_again_keeps_what_is_there(self):
        counts = [self.count(model) for model in MADE]
        for values in ({}, {"account_id": self.account.id, "access_token": False}):
            wizard = self.wizard(**values)
            wizard.action_check()
            self.assertEqual(wizard.account_id, self.account)
            wizard.action_finish()
        self.assertEqual([self.count(model) for model in MADE], counts)
        self.assertEqual(self.balance.journal_id, self.journal)

    def count(self, model):
        return self.env[model].search_count([])

    def test_new_token_of_a_known_organisation_renews_its_account(self):
        self.account.write({"access_token": "access_old", "state": "error"})
        wizard = self.wizard()
        wizard.action_check()
        self.assertEqual(wizard.account_id, self.account)
        self.assertEqual(self.account.access_token, settings.MOLLIE_TOKEN)
        self.assertEqual(self.account.state, "connected")

    def test_new_balance_gets_its_journal_and_the_old_one_stays(self):
        pounds = self.env.ref("base.GBP")
        pounds.active = False
        self.mollie._balances.of_currency("GBP")
        wizard = self.wizard()
        wizard.action_check()
        self.assertEqual(len(wizard.line_ids), 2)
        wizard.action_finish()
        journals = self.account.balance_ids.journal_id
        self.assertEqual(len(journals), 2)
        self.assertIn(self.journal, journals)
        self.assertTrue(pounds.active)
        self.assertEqual(set(journals.mapped("name")), {"Mollie EUR", "Mollie GBP"})

    def test_balance_that_is_not_wanted_gets_none(self):
        self.mollie._balances.of_currency("GBP")
        wizard = self.wizard()
        wizard.action_check()
        pounds = wizard.line_ids.filtered(lambda line: line.currency_id.name == "GBP")
        pounds.wanted = False
        wizard.action_finish()
        self.assertFalse(pounds.balance_id.journal_id)

    def test_start_date_and_opening_account_are_used(self):
        self.pay("before", "100.00")
        self.world.clock.advance(days=2)
        opening = self.env["account.account"].create(
            {"name": "Mollie", "code": "119900", "account_type": "asset_current"}
        )
        wizard = self.wizard()
        wizard.action_check()
        wizard.line_ids.write(
            {"start_date": "2026-11-04", "opening_account_id": opening.id}
        )
        wizard.action_finish()
        self.run_jobs()
        self.assertEqual(self.lines().mapped("kind"), ["opening-balance"])
        self.assertEqual(self.ledger(opening), -99.61)
        self.assertInBalance()

    def test_start_date_stays_once_lines_were_fetched(self):
        self.fetch()
        wizard = self.wizard()
        wizard.action_check()
        wizard.line_ids.start_date = "2026-12-01"
        wizard.action_finish()
        self.assertFalse(self.balance.start_date)

    def test_fees_at_once_are_chosen_in_the_wizard(self):
        expense = self.env["account.account"].create(
            {"name": "Payment fees", "code": "449900", "account_type": "expense"}
        )
        wizard = self.wizard()
        wizard.action_check()
        wizard.write({"fee_mode": "direct", "fee_account_id": expense.id})
        wizard.action_finish()
        self.assertEqual(self.account.fee_mode, "direct")

    # === Permissions === #

    def withhold(self, *names):
        self.world.state["settings"]["mollie_missing_permissions"] = names

    def test_missing_permission_is_named_with_what_is_lost(self):
        self.withhold("settlements.read", "refunds.write")
        wizard = self.wizard()
        wizard.action_check()
        self.assertIn(
            "settlements.read: without it, payouts", wizard.missing_permissions
        )
        self.assertIn(
            "refunds.write: without it, no refund", wizard.missing_permissions
        )
        self.assertEqual(len(wizard.missing_permissions.splitlines()), 2)
        self.withhold()
        self.account.action_test_connection()
        self.assertFalse(self.account.missing_permissions)

    def test_token_that_may_not_read_balances_is_refused_by_name(self):
        self.withhold("balances.read", "payments.read")
        with self.assertRaisesRegex(UserError, "balances.read, payments.read"):
            self.wizard().action_check()

    def test_token_is_needed_and_must_be_of_an_organisation(self):
        company = self.company()
        for token in (False, "live_0123456789", "access_wrong"):
            wizard = self.wizard(access_token=token, company_id=company.id)
            with self.assertRaises(UserError):
                wizard.action_check()

    def test_only_administrators_connect(self):
        manager = new_test_user(
            self.env,
            "mollie-manager",
            groups="o2c_base.group_manager,account.group_account_manager",
        )
        with self.assertRaises(AccessError):
            self.env["mollie.connect"].with_user(manager).create({"name": "x"})

    # === Buttons for what stays open === #

    def test_journal_has_buttons_that_do_nothing_by_themselves(self):
        rules = self.env["account.reconcile.model"].search(
            [("match_journal_ids", "in", self.journal.ids)]
        )
        self.assertEqual(
            {rule.line_ids.account_id for rule in rules},
            {
                self.account.fee_partner_id.property_account_payable_id,
                self.env.company.transfer_account_id,
                self.balance.reserve_account_id,
            },
        )
        self.mollie.book("balance-correction", "1.00")
        self.fetch()
        self.assertEqual(self.lines().state, "open")
        self.balance._create_rules(self.journal)
        self.assertEqual(
            rules.search_count([("match_journal_ids", "in", self.journal.ids)]), 3
        )


MADE = (
    "mollie.account",
    "mollie.balance",
    "account.journal",
    "account.account",
    "account.reconcile.model",
)

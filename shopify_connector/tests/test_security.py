"""Who may see what."""

from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import ShopifyCase

SECRETS = (
    "access_token",
    "client_id",
    "client_secret",
    "previous_client_secret",
    "granted_token",
    "webhook_token",
    "base_url",
)


class TestSecurity(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "o2c-user", "o2c_base.group_user")
        self.manager = new_test_user(
            self.env,
            "o2c-manager",
            "o2c_base.group_manager,account.group_account_invoice",
        )

    def test_manager_cannot_read_secrets(self):
        shop = self.shop.with_user(self.manager)
        self.assertEqual(shop.read(["domain"])[0]["domain"], self.shop.domain)
        for name in SECRETS:
            with self.assertRaises(AccessError):
                shop.read([name])

    def test_manager_completes_mappings_and_the_waiting_order_goes_on(self):
        order = self.bought(payment={"gateway": "Voucher", "payment_id": "v"})
        rows = self.shop.with_user(self.manager).gateway_ids
        rows.filtered(lambda row: not row.journal_id).journal_id = self.journal
        self.run_jobs()
        self.assertEqual(order.state, "imported")

    def test_manager_may_move_the_shop_to_other_keys(self):
        self.shop.with_user(self.manager).domain = "other.myshopify.com"
        self.assertFalse(self.shop.granted_token)

    def test_user_sees_orders_and_changes_nothing(self):
        order = self.bought().with_user(self.user)
        self.assertEqual(order.name, "#1001")
        with self.assertRaises(AccessError):
            order.state = "waiting"
        with self.assertRaises(AccessError):
            self.shop.with_user(self.user).name = "Mine"

    def test_user_may_try_again(self):
        order = self.bought("TW-HOSE-01")
        self.product("TW-HOSE-01")
        self.open_exceptions(order).with_user(self.user).action_retry()
        self.run_jobs()
        self.assertEqual(order.state, "imported")

    def test_stranger_to_the_company_sees_nothing_and_starts_nothing(self):
        theirs = self.buy()
        self.fetch()
        self.shopify.refund(theirs, amount="5.00")
        order = self.find(theirs)
        order.action_import()
        self.run_jobs()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "o2c_base.group_manager",
            company_id=elsewhere.id,
            company_ids=[elsewhere.id],
        )
        for model in (
            "shopify.shop",
            "shopify.order",
            "shopify.refund",
            "shopify.tax",
            "shopify.payment.gateway",
            "shopify.shipping.method",
        ):
            self.assertTrue(self.env[model].search([]))
            self.assertFalse(self.env[model].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_import()
        with self.assertRaises(AccessError):
            self.shop.with_user(stranger).action_fetch_orders()

    def test_warehouse_worker_without_our_groups_delivers(self):
        order = self.bought()
        worker = new_test_user(self.env, "worker", "stock.group_stock_user")
        picking = order.sale_order_id.picking_ids.with_user(worker)
        picking.carrier_tracking_ref = "3S1"
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()
        self.run_jobs()
        self.assertEqual(order.fulfillment_ids.state, "done")

    def test_copied_database_forgets_the_shop(self):
        self.shop.granted_token = "granted"
        self.env.flush_all()
        path = Path(__file__).parents[1] / "data" / "neutralize.sql"
        self.env.cr.execute(path.read_text())
        self.env.invalidate_all()
        self.assertEqual(self.shop.state, "paused")
        for name in SECRETS:
            self.assertFalse(self.shop[name])

"""Two connections at once: what one writes, the other never waits for.

Transactions that meet on a row repeat all of their work. Here the second one gives up
after two seconds instead of waiting, so that a meeting is an error.
"""

from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect

from ..models import shopify_shop_import
from .common import BASE_URL, settings
from .test_batch import BatchCase

DOMAIN = "two-workers.myshopify.com"
SKU = "TWO-WORKERS"
STEPS = "shopify.order.step"


class TwoWorkersCase(BatchCase):
    def setUp(self):
        super().setUp()
        database = db_connect(self.env.cr.dbname)
        cursors = [database.cursor() for _worker in range(3)]
        for cr in cursors:
            self.addCleanup(cr.close)
        self.first, self.second, self.fixtures = [
            api.Environment(cr, SUPERUSER_ID, {}) for cr in cursors
        ]
        # What this database had before may be in the way; that is an error, no waiting.
        self.fixtures.cr.execute("SET lock_timeout = '20s'")
        self.addCleanup(self.remove)
        self.shop_id = self.make(self.fixtures)
        self.commit(self.fixtures)
        self.second.cr.execute("SET lock_timeout = '2s'")
        self.startPatcher(patch.object(shopify_shop_import, "BATCH", 3))

    def commit(self, env):
        env.flush_all()
        env.cr.commit()  # pylint: disable=invalid-commit

    def make(self, env):
        """Make what both workers see: a shop, and a product that all orders have."""
        shop = env["shopify.shop"].create(
            {
                "name": "Two Workers",
                "domain": DOMAIN,
                "state": "connected",
                "access_token": settings.SHOPIFY_TOKEN,
                "base_url": BASE_URL,
                "confirm_policy": "always",
                "orders_since": "2020-01-01",
            }
        )
        self.made_tax_ids = self.make_tax(env, shop).ids
        env["shopify.shipping.method"].create(
            {"shop_id": shop.id, "title": "Standard", "without_carrier": True}
        )
        journal = env["account.journal"].create(
            {"name": SKU, "type": "bank", "code": "TWOW"}
        )
        env["shopify.payment.gateway"].create(
            {"shop_id": shop.id, "name": "Mollie", "journal_id": journal.id}
        )
        product = env["product.product"].create(
            {
                "name": SKU,
                "default_code": SKU,
                "detailed_type": "product",
                "invoice_policy": "order",
            }
        )
        shelf = shop.warehouse_id.lot_stock_id
        env["stock.quant"]._update_available_quantity(product, shelf, 1000)
        return shop.id

    def make_tax(self, env, shop):
        """Say what 21 % is; return the tax that is made for prices that include it."""
        tax = env["account.tax"].search(
            [
                ("company_id", "=", shop.company_id.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", 21),
                ("price_include", "=", False),
            ],
            order="id",
            limit=1,
        )
        row = env["shopify.tax"].create(
            {
                "shop_id": shop.id,
                "country_id": env.ref("base.nl").id,
                "rate": 21,
                "price_include": True,
                "tax_id": tax.id,
            }
        )
        return row.tax_id - tax

    def remove(self):
        for env in (self.first, self.second, self.fixtures):
            env.cr.rollback()
            env.invalidate_all()
        env = self.fixtures
        shop = self.shop_of(env)
        self.jobs(env, states=("pending", "done", "failed")).unlink()
        env["shopify.order"].search([("shop_id", "=", shop.id)]).unlink()
        journals = shop.gateway_ids.journal_id
        shop.unlink()
        accounts = journals.default_account_id
        journals.unlink()
        accounts.unlink()
        env["account.tax"].browse(self.made_tax_ids).unlink()
        product = env["product.product"].search([("default_code", "=", SKU)])
        product.stock_quant_ids.sudo().unlink()
        product.product_tmpl_id.unlink()
        self.commit(env)

    def shop_of(self, env):
        return env["shopify.shop"].browse(self.shop_id)

    def jobs(self, env, states=("pending",)):
        """Return the jobs of the shop and of the steps after an import."""
        domain = ["|", ("name", "ilike", "Two Workers"), ("model_name", "=", STEPS)]
        return env["queue.job"].search([*domain, ("state", "in", states)])

    def place(self, count, payment=None):
        """Let customers order, and put their orders on the list for all to see."""
        row = {"sku": SKU, "title": SKU, "price": "10.00", "quantity": 1}
        people = [f"person{number}@example.com" for number in range(count)]
        orders = [
            self.buy(row, customer={"first_name": "P", "email": email}, payment=payment)
            for email in people
        ]
        env = self.fixtures
        vals = [
            {"shop_id": self.shop_id, "gid": order["id"], "name": order["name"]}
            for order in orders
        ]
        env["shopify.order.news"]._add(env["shopify.order"].create(vals))
        self.commit(env)

    def import_batch(self, env, lane):
        """Do one job's work, and leave its transaction open."""
        self.shop_of(env)._attempt("_import_waiting", lane)
        env.flush_all()
        domain = [("shop_id", "=", self.shop_id), ("state", "=", "imported")]
        return env["shopify.order"].search(domain)

    def reserve(self, env):
        self.go_on(env, "reserve")

    def go_on(self, env, kind):
        """Do the job of a step, and leave its transaction open."""
        env["shopify.order.step"]._attempt(self.shop_of(env).company_id.id, kind)
        env.flush_all()


class TestTwoWorkers(TwoWorkersCase):
    def test_batches_of_one_product_share_no_row(self):
        self.place(6)
        mine = self.import_batch(self.first, 0)
        # The first has not ended: whatever it wrote would be waited for here.
        theirs = self.import_batch(self.second, 1)
        self.assertEqual([len(mine), len(theirs)], [3, 3])
        self.assertFalse(set(mine.ids) & set(theirs.ids))
        for orders in (mine, theirs):
            self.assertEqual(set(orders.sale_order_id.mapped("state")), {"sale"})
            states = orders.sale_order_id.picking_ids.mapped("state")
            self.assertEqual(states, ["confirmed"] * 3)

    def test_one_reserves_while_the_other_imports(self):
        self.place(6)
        mine = self.import_batch(self.first, 0)
        self.reserve(self.first)
        pickings = mine.sale_order_id.picking_ids
        self.assertEqual(pickings.mapped("state"), ["assigned"] * 3)
        self.assertEqual(len(self.import_batch(self.second, 1)), 3)

    def test_who_comes_second_reserves_later_and_waits_for_nobody(self):
        self.place(6)
        self.import_batch(self.first, 0)
        self.reserve(self.first)
        theirs = self.import_batch(self.second, 1)
        self.reserve(self.second)
        pickings = theirs.sale_order_id.picking_ids
        self.assertEqual(pickings.mapped("state"), ["confirmed"] * 3)
        later = self.jobs(self.second).filtered("eta")
        self.assertEqual(later.mapped("model_name"), [STEPS])
        self.assertEqual(len(self.second["shopify.order.step"].search([])), 3)

    def test_paid_orders_are_imported_while_others_are_booked(self):
        self.place(6, payment=self.ideal())
        mine = self.import_batch(self.first, 0)
        for kind in ("pay", "invoice"):
            self.go_on(self.first, kind)
        self.assertEqual(len(mine.payment_ids), 3)
        invoices = mine.sale_order_id.invoice_ids
        self.assertEqual(len(invoices), 3)
        self.assertFalse(sum(invoices.mapped("amount_residual")))
        # Its entries have numbers: whoever wants the next one waits for it to end.
        theirs = self.import_batch(self.second, 1)
        self.assertEqual(len(theirs), 3)
        self.assertFalse(set(mine.ids) & set(theirs.ids))

    def test_who_comes_second_books_later_and_waits_for_nobody(self):
        self.place(6, payment=self.ideal())
        self.import_batch(self.first, 0)
        self.go_on(self.first, "pay")
        theirs = self.import_batch(self.second, 1)
        self.go_on(self.second, "pay")
        self.assertFalse(theirs.payment_ids)
        steps = self.second["shopify.order.step"].search([("kind", "=", "pay")])
        self.assertEqual(steps.order_id, theirs)
        later = self.jobs(self.second).filtered("eta")
        self.assertEqual(later.mapped("model_name"), [STEPS])

    def test_one_pays_while_the_other_invoices(self):
        company = self.shop_of(self.first).company_id
        begin = [
            env["shopify.order.step"]._may_begin(company.with_env(env), kind)
            for env, kind in (
                (self.first, "pay"),
                (self.second, "pay"),
                (self.second, "invoice"),
            )
        ]
        self.assertEqual(begin, [True, False, True])

    def test_two_companies_reserve_at_once(self):
        company = self.shop_of(self.first).company_id
        other = self.first["res.company"].search([("id", "!=", company.id)], limit=1)
        other = other or company.browse(company.id + 1)
        begin = [
            env["shopify.order.step"]._may_begin(of_company.with_env(env), "reserve")
            for env, of_company in (
                (self.first, company),
                (self.second, company),
                (self.second, other),
            )
        ]
        self.assertEqual(begin, [True, False, True])


class TestNoWakeUpIsLost(TwoWorkersCase):
    """A job that began before a row could be seen does not end the row's waiting."""

    def end_jobs(self, env):
        """Let the jobs that wait begin and end before others end."""
        self.jobs(env).write({"state": "done"})
        self.commit(env)

    def hear(self, env, gid):
        orders = env["shopify.order"]
        orders._hear_of_all(self.shop_of(env), [(gid, "#1", None)])
        env.flush_all()

    def test_order_that_arrives_while_the_last_job_ends(self):
        self.hear(self.fixtures, "gid://shopify/Order/1")
        self.shop_of(self.fixtures)._open_lanes()
        self.commit(self.fixtures)
        # Heard of while two jobs wait, which end without having seen it.
        self.hear(self.first, "gid://shopify/Order/2")
        self.end_jobs(self.fixtures)
        self.commit(self.first)
        self.fixtures.invalidate_all()
        self.assertEqual(len(self.jobs(self.fixtures)), 1)

    def test_step_that_is_left_while_the_last_job_ends(self):
        orders = self.fixtures["shopify.order"].create(
            [{"shop_id": self.shop_id, "gid": str(number)} for number in range(2)]
        )
        self.fixtures["shopify.order.step"]._add(orders[0], "reserve")
        self.commit(self.fixtures)
        order = self.first["shopify.order"].browse(orders[1].id)
        self.first["shopify.order.step"]._add(order, "reserve")
        self.first.flush_all()
        self.end_jobs(self.fixtures)
        self.commit(self.first)
        self.fixtures.invalidate_all()
        self.assertEqual(len(self.jobs(self.fixtures)), 1)

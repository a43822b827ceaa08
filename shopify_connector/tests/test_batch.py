"""The waiting list: orders go through it in batches, and no order harms another."""

from contextlib import closing
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tools import mute_logger

from ..models.shopify_order_news import HISTORY
from .common import UTRECHT, ShopifyCase

MIXIN_LOG = "odoo.addons.o2c_base.models.o2c_exception_mixin"


class BatchCase(ShopifyCase):
    def buy_many(self, count, **options):
        """Place orders of different customers."""
        orders = []
        for number in range(count):
            person = {"first_name": "P", "last_name": str(number)}
            person["email"] = f"person{number}@example.com"
            orders.append(self.buy(customer=person, **options))
        return orders

    def states(self, orders):
        return [self.find(order).state for order in orders]

    def sold(self, orders):
        names = [order["name"] for order in orders]
        return self.env["sale.order"].search([("client_order_ref", "in", names)])

    def news(self):
        return self.env["shopify.order.news"].search([])

    def hear_of(self, orders, **options):
        heard = [(order["id"], order["name"], None) for order in orders]
        self.env["shopify.order"]._hear_of_all(self.shop, heard, **options)


class TestBatch(BatchCase):
    def test_batch_is_sold_paid_and_invoiced(self):
        orders = self.buy_many(7)
        self.fetch()
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.assertEqual(self.states(orders), ["imported"] * 7)
        sold = self.sold(orders)
        self.assertEqual(len(sold), 7)
        self.assertEqual(set(sold.mapped("state")), {"sale"})
        self.assertEqual(len(sold.partner_id), 7)
        self.assertEqual(len(sold.invoice_ids), 7)
        self.assertFalse(sum(sold.invoice_ids.mapped("amount_residual")))
        self.assertFalse(self.news())

    def test_batch_is_read_in_few_questions(self):
        orders = self.buy_many(7)
        self.hear_of(orders)
        client = type(self.shop._client())
        with patch.object(client, "order", side_effect=AssertionError("one by one")):
            self.run_jobs()
        self.assertEqual(self.states(orders), ["imported"] * 7)

    def test_batch_writes_nothing_on_the_shop(self):
        # Two workers that both write the shop's row repeat each other's work.
        orders = self.buy_many(2)
        self.hear_of(orders)
        with patch.object(type(self.shop), "write", side_effect=AssertionError):
            self.run_jobs()
        self.assertEqual(self.states(orders), ["imported"] * 2)

    def test_one_customer_with_two_orders_is_one_contact_with_two_invoices(self):
        orders = [self.buy(), self.buy("TW-TROWEL-01")]
        self.fetch()
        sold = self.sold(orders)
        self.assertEqual(len(sold.partner_id), 1)
        self.assertEqual(len(sold.invoice_ids), 2)

    def test_customer_without_a_telephone_needs_no_second_contact(self):
        silent = {key: text for key, text in UTRECHT.items() if key != "phone"}
        order = self.buy(shipping_address=silent)
        self.fetch()
        sale_order = self.sold([order])
        self.assertEqual(sale_order.partner_shipping_id, sale_order.partner_id)
        self.assertFalse(sale_order.partner_id.child_ids)

    def test_order_in_a_batch_costs_a_fraction_of_a_single_one(self):
        def queries(count):
            self.hear_of(self.buy_many(count))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.run_jobs()
            return self.env.cr.sql_log_count - before

        queries(1)
        alone, few, many = queries(1), queries(10) / 10, queries(20) / 20
        self.assertLess(few, alone * 0.6)
        self.assertLess(many, few)

    def test_two_shops_are_worked_on_side_by_side(self):
        self.shop.confirm_policy = "always"
        other = self.shop.copy({"domain": "other.myshopify.com", "name": "Other"})
        keys = {
            name: self.shop[name]
            for name in ("access_token", "client_secret", "base_url", "orders_since")
        }
        other.write({**keys, "state": "connected"})
        for rows in (self.shop.tax_ids, self.shop.gateway_ids):
            for row in rows:
                row.copy({"shop_id": other.id})
        # One sandbox plays both shops, and no two payments have the same id.
        orders = self.buy_many(3, payment=None)
        self.fetch()
        shops = self.env["shopify.order"].search([("state", "=", "imported")]).shop_id
        self.assertEqual(shops, self.shop | other)
        self.assertEqual(len(self.sold(orders)), 6)


class TestSetAside(BatchCase):
    def test_bad_orders_wait_and_the_others_go_on(self):
        good = self.buy_many(4)
        unknown = self.buy("TW-HOSE-01")
        wrong = self.buy("TW-SHEARS-01")
        money = wrong["currentTotalPriceSet"]["presentmentMoney"]
        money["amount"] = "99.99"
        self.fetch()
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.assertEqual(self.states(good), ["imported"] * 4)
        self.assertEqual(self.states([unknown, wrong]), ["blocked"] * 2)
        reasons = self.open_exceptions(self.find(unknown)).mapped("reason")
        reasons += self.open_exceptions(self.find(wrong)).mapped("reason")
        self.assertEqual(reasons, ["unknown_product", "total_differs"])
        self.assertEqual(len(self.sold(good)), 4)
        self.assertFalse(self.sold([unknown, wrong]))
        self.product("TW-HOSE-01")
        self.run_jobs()
        self.assertEqual(self.states([unknown]), ["imported"])

    def test_unforeseen_failure_is_one_orders_only(self):
        self.stops_are_expected()
        orders = self.buy_many(5)
        bad = orders[3]["name"]
        model = type(self.env["shopify.order"])
        note = model._origin_note

        def broken(order):
            if order.name == bad:
                raise ZeroDivisionError("something nobody thought of")
            return note(order)

        with patch.object(model, "_origin_note", broken), mute_logger(MIXIN_LOG):
            self.fetch()
        self.assertEqual(self.states(orders).count("imported"), 4)
        self.assertEqual(self.find(orders[3]).state, "blocked")
        self.assertEqual(
            self.open_exceptions(self.find(orders[3])).mapped("reason"), ["failed"]
        )
        # It tries again by itself, without a person.
        self.run_jobs(later=True)
        self.assertEqual(self.states(orders), ["imported"] * 5)
        self.assertFalse(self.open_exceptions())
        self.assertEqual(len(self.sold(orders)), 5)


class TestNothingLost(BatchCase):
    def test_worker_that_dies_in_the_middle_is_harmless(self):
        self.stops_are_expected()
        orders = self.buy_many(3)
        model = type(self.env["shopify.order"])
        with patch.object(model, "_finish", side_effect=OperationalError("killed")):
            self.fetch()
        self.assertFalse(self.sold(orders))
        self.assertEqual(self.news().order_id.mapped("state"), ["waiting"] * 3)
        self.fetch()
        self.assertEqual(self.states(orders), ["imported"] * 3)
        self.assertEqual(len(self.sold(orders)), 3)

    def test_shopify_down_while_reading_is_waited_for(self):
        orders = self.buy_many(3)
        self.hear_of(orders)
        self.world.faults.break_("shopify", "rate_limit", times=1)
        self.run_jobs()
        self.assertEqual(self.states(orders), ["waiting"] * 3)
        self.run_jobs(later=True)
        self.assertEqual(self.states(orders), ["imported"] * 3)

    def test_news_that_come_while_an_order_is_imported_are_looked_at(self):
        order = self.buy(payment=self.ideal(status="pending"))
        self.hear_of([order])
        model = type(self.env["shopify.order"])
        finish = model._finish

        def paid_meanwhile(records):
            with patch.object(model, "_finish", finish):
                finish(records)
                payment_id = self.ideal()["payment_id"]
                self.shopify.record_payment(order, "Mollie - iDEAL", payment_id)
                self.hear_of([order])

        with patch.object(model, "_finish", paid_meanwhile):
            # The first looks at the list, the second takes from it.
            for _job in range(2):
                self._perform(self._next_job(later=False))
        self.assertTrue(self.news())
        self.run_jobs(later=True)
        self.assertEqual(self.find(order).financial_status, "PAID")
        self.assertEqual(self.find(order).sale_order_id.state, "sale")

    def test_what_customers_order_now_comes_before_history(self):
        old, new = self.buy_many(2)
        self.hear_of([old], priority=HISTORY)
        self.hear_of([new])
        taken = self.env["shopify.order.news"]._take(self.shop, 1)
        self.assertEqual(taken, self.find(new))

    def test_two_workers_never_have_the_same_order(self):
        # Real connections: only there can two transactions hold different rows.
        database = db_connect(self.env.cr.dbname)
        with closing(database.cursor()) as first, closing(database.cursor()) as second:
            shop = self._committed_shop(first, orders=5)
            try:
                taken = [
                    self._take(first, shop, 3),
                    self._take(second, shop, 3),
                ]
            finally:
                first.rollback()
                second.rollback()
                self._remove(first, shop)
        self.assertEqual([len(ids) for ids in taken], [3, 2])
        self.assertFalse(taken[0] & taken[1])

    def _take(self, cr, shop_id, limit):
        env = api.Environment(cr, SUPERUSER_ID, {})
        shop = env["shopify.shop"].browse(shop_id)
        return set(env["shopify.order.news"]._take(shop, limit).ids)

    def _committed_shop(self, cr, orders):
        env = api.Environment(cr, SUPERUSER_ID, {})
        domain = "two-workers.myshopify.com"
        shop = env["shopify.shop"].create({"name": "Two Workers", "domain": domain})
        vals = [{"shop_id": shop.id, "gid": str(number)} for number in range(orders)]
        env["shopify.order.news"]._add(env["shopify.order"].create(vals))
        cr.commit()  # pylint: disable=invalid-commit
        return shop.id

    def _remove(self, cr, shop_id):
        env = api.Environment(cr, SUPERUSER_ID, {})
        shop = env["shopify.shop"].browse(shop_id)
        env["shopify.order"].search([("shop_id", "=", shop_id)]).unlink()
        shop.unlink()
        cr.commit()  # pylint: disable=invalid-commit

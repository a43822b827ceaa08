"""Payments, invoices and the two together."""

from datetime import date, datetime, timezone

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PAYMENT_ID, ShopifyCase

PAID = ("in_payment", "paid")


@tagged("standard", "post_install", "-at_install")
class TestBooking(ShopifyCase):
    def test_payment_says_what_shopify_says(self):
        self.world.clock.moment = datetime(2026, 11, 2, 23, 30, tzinfo=timezone.utc)
        theirs = self.buy()
        self.fetch()
        payment = self.find(theirs).payment_ids
        self.assertEqual(payment.amount, 74.85)
        self.assertEqual(payment.journal_id, self.journal)
        self.assertEqual(payment.payment_reference, PAYMENT_ID)
        self.assertEqual(payment.ref, "#1001")
        self.assertEqual(payment.date, date(2026, 11, 3), "the day in Amsterdam")
        (transaction,) = self.shopify.transactions(theirs)
        self.assertEqual(payment.shopify_transaction_gid, transaction["id"])
        self.assertEqual(payment.state, "posted")

    def test_payment_method_of_the_journal_is_taken(self):
        method = self.journal.inbound_payment_method_line_ids[0].copy()
        self.gateway.payment_method_line_id = method
        self.assertEqual(self.bought().payment_ids.payment_method_line_id, method)

    def test_longest_gateway_name_counts(self):
        klarna = self.journal.copy({"name": "Klarna", "code": "KLA"})
        self.env["shopify.payment.gateway"].create(
            {
                "shop_id": self.shop.id,
                "name": "mollie - klarna",
                "journal_id": klarna.id,
            }
        )
        order = self.bought(payment=self.ideal(gateway="Mollie - Klarna"))
        self.assertEqual(order.payment_ids.journal_id, klarna)

    def test_one_payment_per_transaction(self):
        payments = [
            self.ideal(amount="30.00", payment_id="r1"),
            self.ideal(amount="44.85", payment_id="r2"),
            self.ideal(status="failure", payment_id="r3"),
        ]
        order = self.bought(payment=payments)
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [30, 44.85])
        self.assertIn(order.sale_order_id.invoice_ids.payment_state, PAID)

    def test_same_transaction_cannot_be_booked_twice(self):
        payment = self.bought().payment_ids
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            payment.copy(
                {"shopify_transaction_gid": payment.shopify_transaction_gid}
            ).flush_recordset()

    def test_invoice_is_posted_and_matched_with_the_payment(self):
        order = self.bought()
        invoice = order.sale_order_id.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.ref, "#1001")
        self.assertEqual(invoice.amount_total, 74.85)
        self.assertIn(invoice.payment_state, PAID)
        self.assertEqual(order.payment_ids.reconciled_invoice_ids, invoice)

    def test_unpaid_order_is_not_invoiced(self):
        self.shop.confirm_policy = "always"
        order = self.bought(payment=self.ideal(status="pending"))
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertFalse(order.sale_order_id.invoice_ids)

    def test_invoicing_by_hand_leaves_the_payment_open(self):
        self.shop.invoice_policy = "manual"
        order = self.bought()
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.assertEqual(order.payment_ids.state, "posted")

    def test_invoice_when_delivered(self):
        self.shop.invoice_policy = "delivery"
        sale_order = self.bought().sale_order_id
        self.assertFalse(sale_order.invoice_ids)
        self.deliver(sale_order)
        self.run_jobs()
        self.assertAlmostEqual(sale_order.invoice_ids.amount_total, 74.85)
        self.assertIn(sale_order.invoice_ids.payment_state, PAID)

    def test_product_invoiced_by_delivery_waits_for_it(self):
        self.products["TW-SHEARS-01"].invoice_policy = "delivery"
        sale_order = self.bought().sale_order_id
        self.assertFalse(sale_order.invoice_ids, "no invoice of the shipping alone")
        self.deliver(sale_order)
        self.run_jobs()
        self.assertAlmostEqual(sale_order.invoice_ids.amount_total, 74.85)

    def test_delivery_of_an_invoiced_order_makes_no_second_invoice(self):
        sale_order = self.bought().sale_order_id
        self.deliver(sale_order)
        self.run_jobs()
        self.assertEqual(len(sale_order.invoice_ids), 1)

    def test_late_payment_pays_the_open_invoice(self):
        self.shop.confirm_policy = "always"
        theirs = self.buy(payment=self.ideal(status="pending"))
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        invoice = sale_order._create_invoices()
        invoice.action_post()
        self.world.clock.advance(days=1)
        self.shopify.record_payment(theirs, "Mollie - iDEAL", PAYMENT_ID)
        self.fetch()
        self.assertIn(invoice.payment_state, PAID)

    def test_tax_added_to_prices_got_a_twin_inside_them(self):
        inside, outside = self.shop.tax_ids.filtered(lambda t: t.rate == 21).sorted(
            "price_include", reverse=True
        )
        self.assertTrue(inside.tax_id.price_include)
        self.assertFalse(outside.tax_id.price_include)
        accounts = [
            row.tax_id.invoice_repartition_line_ids.mapped(
                lambda line: (line.account_id.id, tuple(line.tag_ids.ids))
            )
            for row in (inside, outside)
        ]
        self.assertEqual(accounts[0], accounts[1], "booked as the same tax")

    def test_the_only_fitting_tax_at_home_is_chosen_by_itself(self):
        self.shop.tax_ids.filtered(lambda t: t.rate == 21 and t.price_include).unlink()
        order = self.bought()
        self.assertEqual(order.state, "imported")
        row = self.shop.tax_ids.filtered(lambda t: t.rate == 21 and t.price_include)
        self.assertTrue(row.tax_id)

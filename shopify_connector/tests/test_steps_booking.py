"""Payments and invoices, booked by jobs that come after the import: all of it, once.

Between the import and these jobs anything may happen: the worker dies, the jobs run
again, and news of the same order arrive.
"""

from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.o2c_base.models.o2c_exception_mixin import WAITS

from ..models.shopify_order_step import SOON
from .test_batch import MIXIN_LOG
from .test_booking import PAID
from .test_day import DAY
from .test_edit import EditCase
from .test_refund import SHEARS
from .test_steps import StepCase


class BookingStepCase(StepCase, EditCase):
    def left(self, *kinds):
        """Return the orders that wait for steps of these kinds."""
        return self.steps().filtered(lambda row: row.kind in kinds).order_id

    def import_again(self, order):
        """Have an order read again before the jobs of its first import ran."""
        self.world.clock.advance(hours=1)
        self.drop_jobs()
        self.import_only([order])
        return self.find(order)

    def assert_booked_once(self, orders):
        """Each has one payment and one invoice, matched; nothing is left to do."""
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        for order in self.find_all(orders):
            self.assertEqual(len(order.payment_ids), 1, order.name)
            self.assertEqual(float(order._figures().paid), order.total, order.name)
            invoice = order.sale_order_id.invoice_ids
            self.assertEqual(len(invoice), 1, order.name)
            self.assertIn(invoice.payment_state, PAID, order.name)
            self.assertEqual(order.payment_ids.reconciled_invoice_ids, invoice)
        self.assertFalse(self.left("pay", "invoice"))

    def broken_for(self, order):
        """Let the matching of one order's entries fail, as long as this is entered."""
        model = type(self.env["shopify.order"])
        match = model._matching_lines

        def broken(record):
            if record.name == order["name"]:
                raise ZeroDivisionError("something nobody thought of")
            return match(record)

        return patch.object(model, "_matching_lines", broken)


class TestBookingSteps(BookingStepCase):
    def test_import_books_nothing_itself(self):
        orders = self.buy_many(3)
        self.import_only(orders)
        mine = self.find_all(orders)
        self.assertEqual(set(mine.mapped("state")), {"imported"})
        self.assertEqual(set(mine.sale_order_id.mapped("state")), {"sale"})
        self.assertFalse(mine.payment_ids)
        self.assertEqual(self.left("pay"), mine)
        self.run_jobs()
        self.assert_booked_once(orders)

    def test_worker_that_dies_before_booking_loses_nothing(self):
        orders = self.buy_many(2)
        self.import_only(orders)
        self.drop_jobs()
        self.fetch()
        self.assert_booked_once(orders)

    def test_worker_that_dies_while_it_books_payments(self):
        orders = self.buy_many(2)
        payments = type(self.env["account.payment"])
        killed = {"side_effect": OperationalError("killed")}
        with patch.object(payments, "action_post", **killed):
            self.hear_of(orders)
            self.run_jobs()
        self.assertFalse(self.find_all(orders).payment_ids)
        self.assertEqual(self.left("pay"), self.find_all(orders))
        self.failed_jobs().unlink()
        self.fetch()
        self.assert_booked_once(orders)

    def test_worker_that_dies_while_it_invoices(self):
        orders = self.buy_many(2)
        model = type(self.env["shopify.order"])
        killed = {"side_effect": OperationalError("killed")}
        with patch.object(model, "_reconcile", **killed):
            self.hear_of(orders)
            self.run_jobs()
        mine = self.find_all(orders)
        self.assertEqual(len(mine.payment_ids), 2)
        self.assertFalse(mine.sale_order_id.invoice_ids)
        self.assertEqual(self.left("invoice"), mine)
        self.failed_jobs().unlink()
        self.fetch()
        self.assert_booked_once(orders)

    def test_steps_that_run_again_book_nothing_more(self):
        orders = self.buy_many(2)
        self.import_only(orders)
        mine = self.find_all(orders)
        rows = self.steps().filtered(lambda row: row.kind == "pay")
        data = {row.order_id.id: row.data for row in rows}
        self.run_jobs()
        mine._pay(data)
        mine._invoice()
        self.run_jobs()
        self.assert_booked_once(orders)

    def test_order_that_is_read_twice_before_it_is_booked(self):
        order = self.buy()
        self.import_only([order])
        self.import_again(order)
        self.assertEqual(len(self.steps().filtered(lambda r: r.kind == "pay")), 2)
        self.run_jobs()
        self.assert_booked_once([order])

    def test_order_that_cannot_be_booked_stops_nobody(self):
        self.stops_are_expected()
        orders = self.buy_many(3)
        with self.broken_for(orders[1]), mute_logger(MIXIN_LOG):
            self.fetch()
        self.assertEqual(self.states(orders), ["imported", "blocked", "imported"])
        self.assert_booked_once([orders[0], orders[2]])
        # It tries again by itself, without a person.
        self.run_jobs(later=True)
        self.assertEqual(self.states(orders), ["imported"] * 3)
        self.assertFalse(self.open_exceptions())
        self.assert_booked_once(orders)

    def test_order_that_never_can_be_booked_stops_trying(self):
        self.stops_are_expected()
        order = self.buy()
        with self.broken_for(order), mute_logger(MIXIN_LOG):
            self.fetch()
            # Each try is counted, also though the import itself succeeds.
            self.run_jobs(later=True)
        self.assertEqual(self.states([order]), ["blocked"])
        self.assertEqual(self.find(order).failed_tries, len(WAITS))
        self.assertIn("failed", self.open_exceptions().mapped("reason"))


class TestNewsBeforeBooking(BookingStepCase):
    def test_refund(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 3})
        self.import_only([theirs])
        self.shopify.refund(theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        order = self.import_again(theirs)
        self.assertEqual(len(order.payment_ids), 2)
        self.assertFalse(self.left("pay", "invoice"))
        self.run_jobs()
        self.assert_clean(order)
        self.assert_balanced(order, theirs)
        self.assertEqual(len(order.payment_ids), 2)

    def test_refund_without_goods(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 3})
        self.import_only([theirs])
        self.shopify.refund(theirs, amount="12.10")
        order = self.import_again(theirs)
        self.assertEqual(order.refund_ids.state, "done")
        self.run_jobs()
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def test_cancellation_with_refund(self):
        theirs = self.buy()
        self.import_only([theirs])
        self.shopify.cancel_order(theirs)
        order = self.import_again(theirs)
        self.run_jobs()
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(
            set(order.sale_order_id.picking_ids.mapped("state")), {"cancel"}
        )
        self.assert_balanced(order, theirs)
        self.assertFalse(self.left("pay", "invoice"))

    def test_edit(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.import_only([theirs])
        self.shopify.edit(theirs, set_quantity={SHEARS: 3})
        order = self.import_again(theirs)
        self.run_jobs()
        self.assert_total(order, theirs)
        self.assertEqual(len(order.payment_ids), 1)
        self.assertFalse(order._customer_moves(), "it is not wholly paid any more")
        self.pay(theirs, "34.95")
        self.assertEqual(len(order._customer_moves()), 1)
        self.assert_balanced(order, theirs)

    def test_second_payment(self):
        self.shop.confirm_policy = "always"
        first = self.ideal(amount="30.00", payment_id="r1")
        theirs = self.buy(payment=[first])
        self.import_only([theirs])
        self.shopify.record_payment(theirs, "Mollie - iDEAL", "r2", amount="44.85")
        order = self.import_again(theirs)
        self.run_jobs()
        self.assert_clean(order)
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [30, 44.85])
        self.assertEqual(len(order.sale_order_id.invoice_ids), 1)
        self.assertIn(order.sale_order_id.invoice_ids.payment_state, PAID)

    def test_captured_payment(self):
        self.shop.confirm_policy = "authorized"
        theirs = self.buy(payment=self.ideal(kind="AUTHORIZATION", payment_id="r-auth"))
        self.import_only([theirs])
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertFalse(self.left("pay", "invoice"))
        parent = self.shopify.transactions(theirs)[0]["id"]
        self.shopify.record_payment(
            theirs, "Mollie - iDEAL", "r-cap", kind="CAPTURE", parent=parent
        )
        self.import_again(theirs)
        self.assertEqual(self.left("pay"), order)
        self.run_jobs()
        self.assert_booked_once([theirs])

    def test_delivery(self):
        theirs = self.buy()
        self.import_only([theirs])
        order = self.find(theirs)
        self.deliver(order.sale_order_id)
        self.import_again(theirs)
        self.run_jobs()
        self.assert_booked_once([theirs])

    def test_proof_of_the_day_waits_for_the_booking(self):
        theirs = self.buy()
        self.import_only([theirs])
        self.drop_jobs()
        days = self.env["shopify.day"]
        days._enqueue_proof(self.shop, DAY)
        self.run_jobs()
        day = days.search([("shop_id", "=", self.shop.id), ("day", "=", DAY)])
        self.assertEqual(day.state, "open")
        self.assertFalse(self.open_exceptions(day))
        self.fetch()
        self.run_jobs(later=True)
        self.assertEqual(day.state, "equal")
        self.assert_booked_once([theirs])

    def test_proof_tells_of_a_booking_that_does_not_come(self):
        theirs = self.buy()
        self.import_only([theirs])
        self.drop_jobs()
        for step in self.steps():
            step.left_at -= 2 * SOON
        days = self.env["shopify.day"]
        days._enqueue_proof(self.shop, DAY)
        self.run_jobs()
        day = days.search([("shop_id", "=", self.shop.id), ("day", "=", DAY)])
        self.assertEqual(day.state, "differs")
        self.assertEqual(day.line_ids.name, theirs["name"])

    def test_booking_is_the_systems_work_in_the_language_of_who_is_told(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        person = new_test_user(self.env, "teller", groups="base.group_user")
        person.lang = "nl_NL"
        self.shop.responsible_id = person
        theirs = self.buy()
        self.import_only([theirs])
        # The sweep wakes what is left, and has no language.
        self.drop_jobs()
        model = type(self.env["shopify.order"])
        book, seen = model._invoice_due, []

        def noted(orders):
            seen.append((orders.env.uid, orders.env.lang, orders.env.company))
            return book(orders)

        with patch.object(model, "_invoice_due", noted):
            self.env["shopify.order.step"]._wake()
            self.run_jobs()
        self.assertEqual(seen, [(SUPERUSER_ID, "nl_NL", self.shop.company_id)])
        self.assert_booked_once([theirs])

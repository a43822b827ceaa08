"""A sales order that is cancelled here is cancelled at Shopify, once."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.shopify_connector.lib.client import AdminClient
from odoo.addons.shopify_connector.models import shopify_cancellation

from .test_refund import SHEARS, RefundCase


class CancelCase(RefundCase):
    def setUp(self):
        super().setUp()
        self.shop.send_cancels = True
        self.theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.fetch()
        self.order = self.find(self.theirs)
        self.sale_order = self.order.sale_order_id

    def dialog(self, **answers):
        """Press Cancel on the sales order and return the dialog that asks."""
        action = self.sale_order.action_cancel()
        self.assertEqual(action["res_model"], "shopify.cancel")
        dialogs = self.env["shopify.cancel"].with_context(**action["context"])
        return dialogs.create(answers)

    def cancel_both(self, **answers):
        self.dialog(**answers).action_cancel_both()
        return self.order.cancellation_ids

    def asks(self):
        """Return a list that grows with each time Shopify is asked to cancel."""
        asked = []
        cancel_order = AdminClient.cancel_order

        def count(client, *args, **options):
            asked.append((args, options))
            return cancel_order(client, *args, **options)

        self.startPatcher(patch.object(AdminClient, "cancel_order", count))
        return asked

    def go_on(self, **time):
        """Let time pass and do what is due then."""
        self.world.clock.advance(**time)
        self.run_jobs(later=True)
        self.env.invalidate_all()

    def refunds(self):
        return self.shopify.store.refs(self.theirs["refunds"])

    def assert_cancelled_once(self, row):
        self.assertEqual(row.state, "done")
        self.assertTrue(self.theirs["cancelledAt"])
        self.assertEqual(len(self.refunds()), 1)
        self.assertEqual(self.sale_order.state, "cancel")
        self.assertEqual(len(self.order._customer_moves(("out_refund",))), 1)
        self.assertEqual(len(self.back(self.order)), 1)
        self.assertFalse(self.open_exceptions(row))
        self.assert_clean(self.order)
        self.assert_balanced(self.order, self.theirs)


class TestDialog(CancelCase):
    def test_answers_arrive_at_shopify(self):
        row = self.cancel_both(reason="INVENTORY", note="Sold out", notify=False)
        self.assertEqual(self.sale_order.state, "cancel")
        self.assertFalse(self.theirs["cancelledAt"], "a job tells it, after the commit")
        self.go_on(seconds=20)
        self.assertEqual(self.theirs["cancelReason"], "INVENTORY")
        self.assertEqual(self.theirs["cancellation"], {"staffNote": "Sold out"})
        self.assertIs(self.theirs["_cancel_mail"], False)
        (refund,) = self.refunds()
        lines = self.shopify.store.refs(refund["refundLineItems"])
        self.assertEqual([line["restocked"] for line in lines], [True])
        self.assert_cancelled_once(row)

    def test_money_and_goods_stay_where_the_answers_say_so(self):
        before = self.shopify.stock(SHEARS)
        self.cancel_both(refund=False, restock=False, notify=True)
        self.go_on(seconds=20)
        (refund,) = self.refunds()
        lines = self.shopify.store.refs(refund["refundLineItems"])
        self.assertEqual([line["restocked"] for line in lines], [False])
        self.assertFalse(refund["transactions"])
        self.assertFalse(self.back(self.order))
        self.assertEqual(self.shopify.stock(SHEARS), before)
        self.assertIs(self.theirs["_cancel_mail"], True)

    def test_it_says_what_was_paid_and_offers_all(self):
        dialog = self.dialog()
        self.assertAlmostEqual(dialog.paid, 74.85)
        answers = (dialog.reason, dialog.refund, dialog.restock, dialog.notify)
        self.assertEqual(answers, ("CUSTOMER", True, True, True))

    def test_paid_but_not_booked_yet_is_said_and_goes_back(self):
        self.theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.env["shopify.shop"]._cron_sweep()
        bookings = self.env["shopify.order.step"]
        with patch.object(type(bookings), "_enqueue"):
            self.run_jobs()
        self.order = self.find(self.theirs)
        self.sale_order = self.order.sale_order_id
        self.assertFalse(self.order.payment_ids, "the booking still waits")
        dialog = self.dialog()
        self.assertEqual(round(dialog.paid * 100), 7485)
        said = dialog.outcome.unescape()
        self.assertIn("The customer gets 74.85\xa0€ back", said)
        bookings._wake()
        row = self.cancel_both()
        self.go_on(seconds=20)
        self.assertEqual(row.state, "done")
        self.assertTrue(self.theirs["cancelledAt"])
        moved = self.order.payment_ids.mapped("amount_signed")
        self.assertEqual(sorted(round(amount * 100) for amount in moved), [-7485, 7485])
        self.assert_clean(self.order)

    def test_it_says_what_will_happen(self):
        dialog = self.dialog(refund=False, restock=False, notify=False)
        for sentence in (
            "You keep",
            "does not count the goods as there again",
            "no mail",
        ):
            self.assertIn(sentence, dialog.outcome)
        dialog.write({"refund": True, "restock": True, "notify": True})
        for sentence in ("gets", "sells the goods again", "mails the customer"):
            self.assertIn(sentence, dialog.outcome)
        with Form(dialog) as form:
            form.refund = False
            self.assertIn("You keep", form.outcome)

    def test_unpaid_authorized_and_refunded_are_told_apart(self):
        for payment, paid, sentence in (
            (self.ideal(status="pending"), 0, "What is paid meanwhile goes back"),
            (self.ideal(kind="AUTHORIZATION"), 0, "only promised are let go"),
        ):
            self.theirs = self.buy(payment=payment)
            self.fetch()
            self.sale_order = self.find(self.theirs).sale_order_id
            dialog = self.dialog()
            self.assertEqual(dialog.paid, paid)
            self.assertIn(sentence, dialog.outcome)

    def test_what_went_back_already_is_not_paid_any_more(self):
        self.refund(self.theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        self.assertEqual(round(self.dialog().paid * 100), 3990)

    def test_only_here_leaves_shopify_alone_and_can_be_made_up_for(self):
        asked = self.asks()
        self.dialog().action_cancel_here()
        self.go_on(hours=1)
        self.fetch()
        self.assertEqual(self.sale_order.state, "cancel")
        self.assertFalse(asked)
        self.assertTrue(self.order.cancelled_only_here)
        action = self.order.action_cancel_at_shopify()
        dialogs = self.env["shopify.cancel"].with_context(**action["context"])
        dialogs.create({}).action_cancel_both()
        self.go_on(seconds=20)
        self.assertFalse(self.order.cancelled_only_here)
        self.assert_cancelled_once(self.order.cancellation_ids)

    def test_unpaid_quotation_is_cancelled_without_refund(self):
        self.theirs = self.buy(payment=self.ideal(status="pending"))
        self.fetch()
        self.order = self.find(self.theirs)
        self.sale_order = self.order.sale_order_id
        self.assertEqual(self.sale_order.state, "draft")
        row = self.cancel_both()
        self.go_on(seconds=20)
        self.assertEqual((row.state, self.sale_order.state), ("done", "cancel"))
        self.assertTrue(self.theirs["cancelledAt"])
        self.assert_clean(self.order)

    def test_what_has_left_is_not_offered(self):
        self.deliver(self.sale_order)
        self.assertEqual(
            self.dialog().sent_names, self.order._sent_pickings().display_name
        )

    def test_nobody_is_asked_unless_the_shop_wants_it(self):
        self.shop.send_cancels = False
        self.sale_order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.sale_order.state, "cancel")
        self.shop.send_cancels = True
        other = self.env["sale.order"].create(
            {"partner_id": self.sale_order.partner_id.id}
        )
        other.action_cancel()
        self.assertEqual(other.state, "cancel", "it is no order of a shop")

    def test_needs_the_permission(self):
        self.assertIn("write_orders", self.shop._needed_scopes())
        self.shop.send_cancels = False
        self.assertNotIn("write_orders", self.shop._needed_scopes())

    def test_locked_order_stays(self):
        self.sale_order.action_lock()
        with self.assertRaises(UserError):
            self.sale_order.action_cancel()

    def test_rights_of_who_asks_decide(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        action = self.sale_order.with_user(seller).action_cancel()
        self.assertNotIn("shopify.cancel", str(action), "core's way, without ours")
        reader = new_test_user(self.env, "reader", groups="o2c_base.group_user")
        dialogs = self.env["shopify.cancel"].with_user(reader)
        dialog = dialogs.create({"order_id": self.order.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            dialog.action_cancel_both()
        self.sale_order.with_context(disable_cancel_warning=True).action_cancel()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            dialog.action_cancel_both()
        self.assertFalse(self.order.cancellation_ids)


class TestOnce(CancelCase):
    def test_message_that_comes_back_does_nothing_twice(self):
        row = self.cancel_both()
        self.go_on(seconds=20)
        self.assert_cancelled_once(row)
        self.world.outbox.deliver_all()
        self.order.action_import()
        self.run_jobs()
        self.fetch()
        self.assert_cancelled_once(row)

    def test_message_arrives_before_odoo_looks(self):
        row = self.cancel_both()
        asked = self.asks()
        row._attempt("_send")
        self.shopify.finish_cancellations()
        self.order._attempt("_import")
        self.assertEqual(row.state, "done")
        self.go_on(minutes=5)
        self.assertEqual(len(asked), 1)
        self.assert_cancelled_once(row)

    def test_lost_answer_is_no_second_cancellation(self):
        self.shopify.finish_cancellations(within=60)
        row = self.cancel_both()
        asked = self.asks()
        cancel_order = AdminClient.cancel_order

        def lose_answer(client, *args, **options):
            self.world.faults.break_("shopify", "answer_lost", times=1)
            return cancel_order(client, *args, **options)

        with patch.object(AdminClient, "cancel_order", lose_answer):
            self.run_jobs()
        self.assertEqual(row.state, "to_send")
        self.assertTrue(row.asked_at)
        row._attempt("_send")
        self.assertEqual(len(asked), 1, "it may be on its way: Shopify is not asked")
        self.go_on(seconds=90)
        self.assertEqual(len(asked), 1)
        self.assert_cancelled_once(row)

    def test_question_that_never_arrived_is_asked_again(self):
        row = self.cancel_both()
        asked = self.asks()
        row.asked_at = fields.Datetime.now() - timedelta(minutes=3)
        self.go_on(seconds=20)
        self.assertEqual(len(asked), 1)
        self.assert_cancelled_once(row)

    def test_worker_that_died_after_asking(self):
        row = self.cancel_both()
        client = row.shop_id._client()
        answers = {"refund": True, "restock": True, "notify": True}
        client.cancel_order(self.order.gid, "CUSTOMER", **answers)
        asked = self.asks()
        self.go_on(seconds=20)
        self.assertFalse(asked)
        self.assert_cancelled_once(row)

    def test_two_who_ask_at_once(self):
        row = self.cancel_both()
        self.shopify.cancel_order(self.theirs)
        with patch.object(AdminClient, "is_cancelled", side_effect=[False, True]):
            row._attempt("_send")
        self.assertEqual(row.state, "done")
        self.run_jobs()
        self.assert_cancelled_once(row)

    def test_shopify_takes_its_time(self):
        self.shopify.finish_cancellations(within=300)
        row = self.cancel_both()
        asked = self.asks()
        self.run_jobs()
        for _n in range(3):
            row._attempt("_send")
        self.assertEqual((row.state, len(asked)), ("asked", 1))
        self.go_on(seconds=301)
        self.assert_cancelled_once(row)

    def test_second_press_is_no_second_cancellation(self):
        self.cancel_both()
        action = self.order.action_cancel_at_shopify()
        dialogs = self.env["shopify.cancel"].with_context(**action["context"])
        with self.assertRaises(UserError):
            dialogs.create({}).action_cancel_both()
        self.assertEqual(len(self.order.cancellation_ids), 1)


class TestRefused(CancelCase):
    def test_sent_at_shopify_waits_for_a_person_and_goes_on(self):
        row = self.cancel_both()
        sent = {"status": "SUCCESS"}
        with patch.object(self.shopify.store, "refs", lambda gids: [sent]):
            row._attempt("_send")
        self.assertEqual(row.state, "blocked")
        exception = self.open_exceptions(row)
        self.assertEqual(exception.reason, "rejected")
        self.assertIn("fulfillments", self.order.cancellation_trouble)
        self.assertIn(exception, self.shop._open_exceptions())
        exception.action_retry()
        self.go_on(seconds=20)
        self.assert_cancelled_once(row)

    def test_cancelled_by_hand_meanwhile_closes_it(self):
        row = self.cancel_both()
        self.theirs["returns"] = ["gid://shopify/Return/1"]
        opened = {"status": "OPEN"}
        with patch.object(
            self.shopify.store, "refs", lambda gids: [opened] if gids else []
        ):
            row._attempt("_send")
        self.theirs["returns"] = []
        self.assertEqual(row.state, "blocked")
        self.cancel(self.theirs)
        self.assert_cancelled_once(row)

    def test_job_that_ends_without_effect_is_for_a_person(self):
        self.shopify.finish_cancellations(within=60)
        row = self.cancel_both()
        row._attempt("_send")
        self.theirs["cancelledAt"] = "2026-11-02T10:00:00Z"
        self.world.clock.advance(seconds=61)
        self.shopify.finish_cancellations()
        self.theirs["cancelledAt"] = None
        row._attempt("_send")
        self.assertEqual(self.open_exceptions(row).reason, "not_cancelled")
        self.shopify.finish_cancellations(within=0)
        self.order.action_send_cancellation()
        self.assertEqual((row.state, row.job_gid), ("to_send", False))
        self.go_on(seconds=20)
        self.assert_cancelled_once(row)

    def test_job_that_never_ends_is_for_a_person(self):
        self.shopify.finish_cancellations(within=10**6)
        row = self.cancel_both()
        row._attempt("_send")
        row.asked_at -= shopify_cancellation.TOO_LONG + timedelta(seconds=1)
        row._attempt("_send")
        self.assertEqual(self.open_exceptions(row).reason, "not_cancelled")


class TestLabel(CancelCase):
    def test_label_of_a_carrier_is_cancelled_with_the_order(self):
        picking = self.sale_order.picking_ids
        picking.carrier_tracking_ref = "3S123"
        carriers = type(picking.carrier_id)
        with (
            patch.object(type(picking), "_awaits_tracking", lambda self: True),
            patch.object(carriers, "cancel_shipment", lambda self, pickings: True),
        ):
            row = self.cancel_both()
        self.assertFalse(picking.carrier_tracking_ref)
        self.go_on(seconds=20)
        self.assert_cancelled_once(row)

    def test_label_that_stays_is_told(self):
        self.sale_order.picking_ids.carrier_tracking_ref = "3SLABEL"
        self.cancel_both()
        self.go_on(seconds=20)
        self.assertIn("3SLABEL", self.open_exceptions(self.order).message)

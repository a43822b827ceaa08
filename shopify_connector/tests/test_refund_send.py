"""Goods returned and credited here are refunded at Shopify, once."""

from decimal import Decimal
from unittest.mock import patch

from odoo.tests import Form

from odoo.addons.shopify_connector.lib.client import AdminClient

from .test_refund import SHEARS, RefundCase


class SendCase(RefundCase):
    def setUp(self):
        super().setUp()
        self.shop.send_refunds = True

    def sold(self, **options):
        """Buy three, deliver them, and return the sandbox's order and ours."""
        theirs = self.buy({"sku": SHEARS, "quantity": 3}, **options)
        self.fetch()
        order = self.find(theirs)
        self.deliver(order.sale_order_id)
        self.run_jobs()
        return theirs, order

    def take_back(self, order, units):
        """Receive goods that come back, as the warehouse does."""
        picking = order._sent_pickings()
        order._create_return(picking, {move: units for move in picking.move_ids})
        receipt = order.sale_order_id.picking_ids - picking
        for move in receipt.move_ids:
            move.quantity = move.product_uom_qty
        receipt.move_ids.picked = True
        receipt.with_context(skip_sms=True).button_validate()

    def credit(self, order, units, shipping=False):
        """Post a credit note over units of the goods, as the bookkeeper does."""
        invoice = order._customer_moves(("out_invoice",))
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [(6, 0, invoice.ids)],
                "journal_id": invoice.journal_id.id,
                "date": invoice.date,
            }
        )
        action = wizard.reverse_moves()
        note = self.env["account.move"].browse(action["res_id"])
        with Form(note) as form:
            for index in reversed(range(len(form.invoice_line_ids))):
                with form.invoice_line_ids.edit(index) as line:
                    is_goods = line.product_id.default_code == SHEARS
                    line.quantity = units if is_goods else int(shipping)
        note.action_post()
        return note

    def refunds(self, theirs):
        return self.shopify.store.refs(theirs["refunds"])

    def assert_refunded_once(self, order, theirs, amount):
        self.assert_clean(order)
        (refund,) = self.refunds(theirs)
        back = refund["totalRefundedSet"]["presentmentMoney"]["amount"]
        self.assertEqual(Decimal(back), Decimal(amount))
        row = order.refund_ids
        self.assertEqual((row.state, row.gid, row.kind), ("done", refund["id"], "sent"))
        self.assertEqual(self.back(order).amount, float(amount))
        self.assertEqual(len(order._customer_moves(("out_refund",))), 1)
        self.assertEqual(len(order._customer_moves(("out_invoice",))), 1)
        self.assert_balanced(order, theirs)


class TestSend(SendCase):
    def test_returned_goods_are_refunded_with_their_money(self):
        theirs, order = self.sold()
        self.take_back(order, 2)
        self.credit(order, 2)
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "69.90")
        (refund,) = self.refunds(theirs)
        (row,) = self.shopify.store.refs(refund["refundLineItems"])
        self.assertEqual((row["quantity"], row["restockType"]), (2, "RETURN"))
        receipts = order.sale_order_id.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "incoming"
        )
        self.assertEqual(len(receipts), 1, "nothing is expected back a second time")

    def test_goods_that_stay_and_the_shipping(self):
        theirs, order = self.sold()
        self.credit(order, 1, shipping=True)
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "39.90")
        (refund,) = self.refunds(theirs)
        (row,) = self.shopify.store.refs(refund["refundLineItems"])
        self.assertEqual(row["restockType"], "NO_RESTOCK")
        self.assertEqual(len(refund["refundShippingLines"]), 1)
        self.assertFalse(refund["orderAdjustments"], "it adds up at Shopify, too")

    def test_prices_without_tax(self):
        theirs, order = self.sold(taxes_included=False)
        note = self.credit(order, 1, shipping=True)
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, f"{note.amount_total:.2f}")
        self.assertFalse(self.refunds(theirs)[0]["orderAdjustments"])

    def test_money_goes_back_the_ways_it_came(self):
        payments = [
            self.ideal(amount="50.00", payment_id="r1"),
            self.ideal(payment_id="r2"),
        ]
        theirs, order = self.sold(payment=payments)
        self.credit(order, 3)
        self.run_jobs()
        self.fetch()
        back = {row.payment_reference: row.amount for row in self.back(order)}
        self.assertEqual(back, {"r1": 50, "r2": 54.85})
        self.assert_balanced(order, theirs)

    def test_nothing_is_sent_unless_the_shop_wants_it(self):
        self.shop.send_refunds = False
        theirs, order = self.sold()
        self.credit(order, 1)
        self.run_jobs()
        order.action_import()
        self.run_jobs()
        self.assertFalse(self.refunds(theirs))
        self.assertFalse(order.refund_ids)
        self.assertEqual(len(order._customer_moves(("out_invoice",))), 1)


class TestOnce(SendCase):
    def test_lost_answer_is_no_second_refund(self):
        theirs, order = self.sold()
        self.credit(order, 1)
        refund = AdminClient.refund

        def lose_answer(client, *args):
            self.world.faults.break_("shopify", "answer_lost", times=9)
            return refund(client, *args)

        with patch.object(AdminClient, "refund", lose_answer):
            self.run_jobs()
        self.assertEqual(order.refund_ids.state, "to_send")
        self.assertEqual(len(self.refunds(theirs)), 1)
        self.world.faults.mend("shopify")
        self.run_jobs(later=True)
        self.fetch()
        self.assert_refunded_once(order, theirs, "34.95")

    def test_refund_that_shopify_does_not_list_yet_is_no_second_refund(self):
        theirs, order = self.sold()
        self.credit(order, 1)
        row = order.refund_ids
        row.shop_id._client().refund(row.request, row.idempotency_key)
        with patch.object(AdminClient, "refund_notes", lambda client, gid: {}):
            self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "34.95")

    def test_shopify_tells_of_it_before_its_answer_arrives(self):
        theirs, order = self.sold()
        self.credit(order, 1)
        row = order.refund_ids
        row.shop_id._client().refund(row.request, row.idempotency_key)
        order._attempt("_import")
        self.assertEqual(row.state, "done")
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "34.95")

    def test_worker_that_died_after_sending(self):
        theirs, order = self.sold()
        self.credit(order, 1)
        row = order.refund_ids
        for _n in range(2):
            row.shop_id._client().refund(row.request, row.idempotency_key)
        self.assertEqual(len(self.refunds(theirs)), 1, "the key is Shopify's guard")
        # The key is forgotten after a day; the note is not.
        self.shopify.store.data["idempotency"].clear()
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "34.95")

    def test_refused_waits_for_a_person_and_goes_on_with_another_key(self):
        theirs, order = self.sold()
        line = self.shopify.lines(theirs)[0]
        line["refundableQuantity"] = 0
        self.credit(order, 1)
        self.run_jobs()
        row = order.refund_ids
        self.assertEqual(row.state, "blocked")
        exception = self.open_exceptions(row)
        self.assertEqual(exception.reason, "rejected")
        self.assertIn(exception, self.shop._open_exceptions())
        line["refundableQuantity"] = 3
        exception.action_retry()
        self.run_jobs()
        self.fetch()
        self.assertFalse(self.open_exceptions(row))
        self.assert_refunded_once(order, theirs, "34.95")

    def test_more_than_was_paid_is_for_a_person(self):
        theirs, order = self.sold()
        self.refund(theirs, amount="100.00")
        self.credit(order, 3)
        self.run_jobs()
        row = order.refund_ids.filtered(lambda row: row.kind == "sent")
        self.assertEqual(self.open_exceptions(row).reason, "cannot_refund")
        self.assertEqual(len(self.refunds(theirs)), 1)


class TestCurrencies(SendCase):
    ABROAD = {"presentment_currency": "USD", "exchange_rate": "1.10"}

    def setUp(self):
        super().setUp()
        self.shop.amounts_in = "shop"

    def assert_refunded(self, order, theirs, ours, paid_back):
        """The credit note is ours, the customer gets what was paid for it."""
        self.assert_clean(order)
        (refund,) = self.refunds(theirs)
        back = refund["totalRefundedSet"]
        self.assertEqual(back["presentmentMoney"]["amount"], paid_back)
        self.assertEqual(back["shopMoney"]["amount"], ours)
        self.assertFalse(refund["orderAdjustments"], "it adds up at Shopify, too")
        paid = sum(self.back(order).mapped("amount"))
        self.assertEqual(f"{paid:.2f}", ours)
        self.assertFalse(sum(order._customer_moves().mapped("amount_residual")))

    def test_customer_who_paid_in_another_currency_gets_it_back(self):
        theirs, order = self.sold(**self.ABROAD)
        self.assertEqual(order.currency_id.name, "EUR")
        self.assertEqual(order.customer_currency_id.name, "USD")
        note = self.credit(order, 1, shipping=True)
        self.assertEqual(note.amount_total, 39.9)
        self.run_jobs()
        self.fetch()
        self.assert_refunded(order, theirs, "39.90", "43.90")

    def test_all_that_is_left_goes_back_to_the_cent(self):
        theirs, order = self.sold(
            payment=[self.ideal(amount="55.55", payment_id="r1"), self.ideal()],
            **self.ABROAD,
        )
        self.credit(order, 3, shipping=True)
        self.run_jobs()
        self.fetch()
        total = theirs["totalPriceSet"]["presentmentMoney"]["amount"]
        self.assert_refunded(order, theirs, "109.80", total)

    def test_customer_who_paid_in_the_shops_currency(self):
        theirs, order = self.sold()
        self.credit(order, 1)
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "34.95")

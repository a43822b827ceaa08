"""Cancellations and refunds: goods, credit notes and money, once and to the cent."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import _
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import PAYMENT_ID, UTRECHT, ShopifyCase

SHEARS = "TW-SHEARS-01"
TROWEL = "TW-TROWEL-01"


class RefundCase(ShopifyCase):
    def refund(self, theirs, *args, **options):
        """Refund at Shopify an hour later, fetch it and return the order."""
        self.world.clock.advance(hours=1)
        self.shopify.refund(theirs, *args, **options)
        self.fetch()
        return self.find(theirs)

    def cancel(self, theirs, **options):
        self.world.clock.advance(hours=1)
        self.shopify.cancel_order(theirs, **options)
        self.fetch()
        return self.find(theirs)

    def assert_clean(self, order):
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.assertFalse(self.open_exceptions(order).mapped("message"))
        self.assertEqual(order.state, "imported")

    def assert_balanced(self, order, theirs):
        """Invoices less credit notes, and payments less refunds, are Shopify's."""
        moves = order._customer_moves()
        invoiced = sum(moves.mapped("amount_total_in_currency_signed"))
        total = Decimal(theirs["currentTotalPriceSet"]["presentmentMoney"]["amount"])
        total += Decimal(theirs["refundDiscrepancySet"]["presentmentMoney"]["amount"])
        net = Decimal(theirs["netPaymentSet"]["presentmentMoney"]["amount"])
        self.assertEqual(Decimal(f"{invoiced:.2f}"), total)
        paid = sum(order.payment_ids.mapped("amount_signed"))
        self.assertEqual(Decimal(f"{paid:.2f}"), net)
        self.assertFalse(sum(moves.mapped("amount_residual")), "nothing stays open")

    def back(self, order):
        return order.payment_ids.filtered(lambda p: p.payment_type == "outbound")


class TestRefundOfInvoiced(RefundCase):
    def test_goods_not_sent_are_credited_paid_back_and_not_sent(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 3})
        self.fetch()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        self.assert_clean(order)
        refund = order.refund_ids
        self.assertEqual((refund.state, refund.amount), ("done", 34.95))
        note = refund.credit_note_id
        self.assertEqual((note.state, note.move_type), ("posted", "out_refund"))
        self.assertEqual(note.amount_total, 34.95)
        self.assertAlmostEqual(note.amount_tax, 6.07)
        self.assertEqual(note.reversed_entry_id, order._customer_moves(["out_invoice"]))
        sale_order = order.sale_order_id
        goods = sale_order.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(goods.product_uom_qty, 2)
        self.assertEqual(sale_order.picking_ids.move_ids.product_uom_qty, 2)
        self.assertEqual(sale_order.picking_ids.move_ids.state, "assigned")
        self.assertEqual(sale_order.invoice_status, "invoiced")
        self.assert_balanced(order, theirs)

    def test_payment_back_says_what_shopify_says(self):
        theirs = self.buy()
        self.fetch()
        self.world.clock.advance(days=2)
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95")
        payment = self.back(order)
        transaction = self.shopify.transactions(theirs)[-1]
        self.assertEqual(transaction["kind"], "REFUND")
        self.assertEqual(payment.shopify_transaction_gid, transaction["id"])
        self.assertEqual((payment.amount, payment.state), (34.95, "posted"))
        self.assertEqual(payment.date, date(2026, 11, 4))
        self.assertEqual(payment.payment_reference, PAYMENT_ID)
        self.assertEqual(payment.journal_id, self.journal)
        self.assertEqual(
            payment.reconciled_invoice_ids, order.refund_ids.credit_note_id
        )

    def test_one_payment_per_transaction_back(self):
        payments = [
            self.ideal(amount="30.00", payment_id="r1"),
            self.ideal(amount="44.85", payment_id="r2"),
        ]
        theirs = self.buy(payment=payments)
        self.fetch()
        order = self.refund(theirs, {SHEARS: 2}, shipping="all", restock="CANCEL")
        back = self.back(order)
        self.assertEqual(sorted(back.mapped("amount")), [30, 44.85])
        self.assertEqual(set(back.mapped("payment_reference")), {"r1", "r2"})
        self.assert_balanced(order, theirs)

    def test_shipping_with_its_tax(self):
        theirs = self.buy()
        self.fetch()
        order = self.refund(theirs, shipping="all", amount="4.95")
        note = order.refund_ids.credit_note_id
        self.assertEqual(note.amount_total, 4.95)
        self.assertAlmostEqual(note.amount_tax, 0.86)
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def test_prices_without_tax(self):
        theirs = self.buy(
            {"sku": SHEARS, "quantity": 3}, taxes_included=False, payment=self.ideal()
        )
        self.fetch()
        worth = self.find(theirs).total
        order = self.refund(theirs, {SHEARS: 3}, shipping="all", restock="CANCEL")
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, worth)
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def test_pieces_of_different_price_one_by_one(self):
        row = {"sku": SHEARS, "quantity": 3, "price": "10.00", "title": SHEARS}
        theirs = self.buy(row, discount={"code": "TEN", "amount": "10.00"})
        self.fetch()
        for amount in ("6.67", "6.66", "6.67"):
            order = self.refund(theirs, {SHEARS: 1}, amount=amount, restock="CANCEL")
        notes = order.refund_ids.credit_note_id
        self.assertEqual(sorted(notes.mapped("amount_total")), [6.66, 6.67, 6.67])
        self.assert_clean(order)
        self.assert_balanced(order, theirs)
        self.assertEqual(order.sale_order_id.picking_ids.mapped("state"), ["cancel"])

    def test_goodwill_and_fee_are_adjustments(self):
        theirs = self.buy()
        self.fetch()
        order = self.refund(theirs, amount="5.00")
        note = order.refund_ids.credit_note_id
        self.assertEqual((note.amount_total, note.amount_tax), (5, 0))
        product = self.shop.adjustment_product_id
        self.assertEqual(note.invoice_line_ids.product_id, product)
        self.assert_balanced(order, theirs)
        order = self.refund(theirs, {SHEARS: 1}, amount="30.00", restock="CANCEL")
        self.assertEqual(sorted(order.refund_ids.mapped("amount")), [5, 30])
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def test_adjustment_with_tax(self):
        theirs = self.buy()
        self.fetch()
        self.world.clock.advance(hours=1)
        record = self.shopify.refund(theirs, amount="12.10")
        (adjustment,) = record["orderAdjustments"]
        for side in adjustment["taxAmountSet"].values():
            side["amount"] = "-2.1"
        self.fetch()
        order = self.find(theirs)
        note = order.refund_ids.credit_note_id
        self.assertEqual((note.amount_total, note.amount_tax), (12.10, 2.10))
        self.assert_clean(order)

    def test_kept_for_the_customer_without_money(self):
        self.shop.confirm_policy = "always"
        theirs = self.buy(payment=self.ideal(status="pending"))
        self.fetch()
        invoice = self.find(theirs).sale_order_id._create_invoices()
        invoice.action_post()
        order = self.refund(theirs, {SHEARS: 1}, amount="all", restock="CANCEL")
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 34.95)
        self.assertAlmostEqual(invoice.amount_residual, 39.90)

    def test_never_twice(self):
        theirs = self.buy()
        self.fetch()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        for _n in range(2):
            order.action_import()
            self.run_jobs()
        self.assertEqual(len(order.refund_ids), 1)
        self.assertEqual(len(self.back(order)), 1)
        self.assertEqual(len(order._customer_moves()), 2)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            order.refund_ids.copy({"gid": order.refund_ids.gid})

    def test_money_on_its_way_waits(self):
        theirs = self.buy()
        self.fetch()
        self.world.clock.advance(hours=1)
        record = self.shopify.refund(theirs, {SHEARS: 1}, amount="34.95")
        (transaction,) = self.shopify.store.refs(record["transactions"])
        transaction["status"] = "PENDING"
        self.fetch()
        self.assertFalse(self.find(theirs).refund_ids)
        transaction["status"] = "SUCCESS"
        self.world.clock.advance(hours=1)
        self.shopify.touch(theirs)
        self.fetch()
        self.assertEqual(self.find(theirs).refund_ids.state, "done")

    def test_parts_that_do_not_add_up_are_for_a_person(self):
        theirs = self.buy()
        self.fetch()
        self.world.clock.advance(hours=1)
        record = self.shopify.refund(theirs, {SHEARS: 1}, amount="30.00")
        record["orderAdjustments"] = []
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.refund_ids.state, "by_hand")
        self.assertFalse(order.refund_ids.credit_note_id)
        self.assertEqual(self.back(order).amount, 30, "the money moved anyway")
        exception = self.open_exceptions(order)
        self.assertEqual(exception.reason, "left_to_do")
        self.assertIn("by hand", exception.message)
        order.action_changes_handled()
        order.action_import()
        self.run_jobs()
        self.assert_clean(order)


class TestGoods(RefundCase):
    def test_returned_goods_are_expected_back(self):
        theirs = self.buy()
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        delivery = self.deliver(sale_order)
        self.run_jobs()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="RETURN")
        self.assert_clean(order)
        receipt = sale_order.picking_ids - delivery
        self.assertEqual(receipt.picking_type_code, "incoming")
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(receipt.state, "assigned")
        self.assert_balanced(order, theirs)
        receipt.move_ids.picked = True
        receipt.button_validate()
        goods = sale_order.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(goods.qty_delivered, 1)
        self.assertNotEqual(sale_order.invoice_status, "to invoice")

    def test_delivered_and_not_returned_is_money_only(self):
        theirs = self.buy()
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        delivery = self.deliver(sale_order)
        self.run_jobs()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="NO_RESTOCK")
        self.assertEqual(sale_order.picking_ids, delivery)
        self.assertNotEqual(sale_order.invoice_status, "to invoice")
        order.action_import()
        self.run_jobs()
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def test_back_at_shopify_but_never_left_is_told(self):
        theirs = self.buy()
        self.fetch()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="RETURN")
        self.assertIn("never left", self.open_exceptions(order).message)
        self.assert_balanced(order, theirs)

    def test_taken_off_after_it_left_is_told_and_credited(self):
        theirs = self.buy()
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        # Shopify does not know yet that the parcel left.
        self.shopify.hold(theirs)
        self.deliver(sale_order)
        self.shopify.release(theirs)
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        told = self.open_exceptions(order).filtered(lambda e: e.reason == "left_to_do")
        self.assertIn("has left the warehouse", told.message)
        self.assert_balanced(order, theirs)


class TestRefundBeforeInvoice(RefundCase):
    def test_less_is_ordered_and_invoiced_later(self):
        self.shop.invoice_policy = "delivery"
        theirs = self.buy()
        self.fetch()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.amount_total, 39.90)
        self.assertFalse(order.refund_ids.credit_note_id)
        self.assertEqual(order.refund_ids.state, "done")
        self.deliver(order.sale_order_id)
        self.run_jobs()
        self.assertEqual(order._customer_moves().amount_total, 39.90)
        self.assert_balanced(order, theirs)

    def test_refunded_before_the_import(self):
        theirs = self.buy()
        order = self.refund(theirs, {SHEARS: 1}, amount="34.95", restock="CANCEL")
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.amount_total, 39.90)
        self.assert_balanced(order, theirs)

    def test_shipping_waits_for_the_invoice(self):
        self.shop.invoice_policy = "manual"
        theirs = self.buy()
        self.fetch()
        order = self.refund(theirs, shipping="all", amount="4.95")
        self.assert_clean(order)
        self.assertEqual(order.refund_ids.state, "waiting")
        self.assertEqual(self.back(order).amount, 4.95)
        invoice = order.sale_order_id._create_invoices()
        groups = "account.group_account_invoice"
        accountant = new_test_user(self.env, "accountant", groups)
        invoice.with_user(accountant).action_post()
        self.run_jobs()
        self.assertEqual(order.refund_ids.state, "done")
        self.assert_balanced(order, theirs)


class TestCancelled(RefundCase):
    def test_nothing_is_sent_and_all_is_credited(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2}, TROWEL)
        self.fetch()
        order = self.cancel(theirs)
        self.assert_clean(order)
        self.assertTrue(order.cancelled)
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.state, "cancel")
        self.assertEqual(set(sale_order.picking_ids.mapped("state")), {"cancel"})
        invoice = order._customer_moves(["out_invoice"])
        note = order.refund_ids.credit_note_id
        self.assertEqual(note.amount_total, invoice.amount_total)
        self.assertEqual(note.amount_tax, invoice.amount_tax)
        self.assertEqual(self.back(order).amount, invoice.amount_total)
        self.assert_balanced(order, theirs)

    def test_not_invoiced_needs_no_credit_note(self):
        self.shop.invoice_policy = "delivery"
        theirs = self.buy()
        self.fetch()
        order = self.cancel(theirs)
        self.assert_clean(order)
        self.assertFalse(order._customer_moves())
        self.assertEqual(order.refund_ids.state, "done")
        lines = order.payment_ids.move_id.line_ids
        receivable = lines.filtered(lambda x: x.account_type == "asset_receivable")
        self.assertTrue(all(receivable.mapped("reconciled")))

    def test_unpaid_is_cancelled(self):
        theirs = self.buy(payment=self.ideal(status="pending"))
        self.fetch()
        order = self.cancel(theirs)
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertFalse(order.payment_ids)

    def test_kept_money_is_told(self):
        self.shop.invoice_policy = "delivery"
        theirs = self.buy()
        self.fetch()
        order = self.cancel(theirs, refund=False)
        self.assertIn("74.85", self.open_exceptions(order).message)

    def test_cancelled_without_any_refund(self):
        self.shop.invoice_policy = "delivery"
        theirs = self.buy()
        self.fetch()
        self.world.clock.advance(hours=1)
        self.shopify.touch(theirs, cancelledAt="2026-11-02T10:00:00Z")
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertIn("74.85", self.open_exceptions(order).message)

    def test_cancelled_before_the_import_but_paid(self):
        theirs = self.buy()
        order = self.cancel(theirs)
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(sum(order.payment_ids.mapped("amount_signed")), 0)
        self.assertEqual(len(order.payment_ids), 2)

    def test_label_bought_is_told(self):
        theirs = self.buy()
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        sale_order.picking_ids.carrier_tracking_ref = "3SLABEL"
        order = self.cancel(theirs)
        self.assertEqual(sale_order.state, "cancel")
        self.assertIn("3SLABEL", self.open_exceptions(order).message)

    def test_label_of_a_carrier_is_cancelled_with_the_order(self):
        theirs = self.buy()
        self.fetch()
        picking = self.find(theirs).sale_order_id.picking_ids
        picking.carrier_tracking_ref = "3S123"
        carriers = type(picking.carrier_id)
        with (
            patch.object(type(picking), "_awaits_tracking", lambda self: True),
            patch.object(carriers, "cancel_shipment", lambda self, pickings: True),
        ):
            order = self.cancel(theirs)
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertEqual(picking.state, "cancel")
        self.assert_clean(order)

    def test_label_that_the_carrier_keeps_is_told(self):
        theirs = self.buy()
        self.fetch()
        picking = self.find(theirs).sale_order_id.picking_ids
        picking.carrier_tracking_ref = "3S123"

        def refuse(carrier, pickings):
            raise UserError(_("too late"))

        carriers = type(picking.carrier_id)
        with (
            patch.object(type(picking), "_awaits_tracking", lambda self: True),
            patch.object(carriers, "cancel_shipment", refuse),
        ):
            order = self.cancel(theirs)
        self.assertIn("3S123", self.open_exceptions(order).message)
        self.assertEqual(picking.state, "cancel")

    def test_delivered_is_told_and_credited(self):
        theirs = self.buy()
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        self.shopify.hold(theirs)
        self.deliver(sale_order)
        order = self.cancel(theirs)
        self.assertEqual(sale_order.state, "sale")
        told = self.open_exceptions(order).filtered(lambda e: e.reason == "left_to_do")
        self.assertIn(sale_order.picking_ids.name, told.message)
        self.assert_balanced(order, theirs)

    def test_abroad_in_another_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        usd.rate_ids = [(0, 0, {"name": "2026-01-01", "rate": 1.1})]
        self.env["product.pricelist"].create({"name": "USD", "currency_id": usd.id})
        journal = self.journal.copy({"currency_id": usd.id, "code": "MUSD"})
        self.gateway.copy({"currency_id": usd.id, "journal_id": journal.id})
        theirs = self.buy(
            presentment_currency="USD", exchange_rate="1.10", shipping_address=UTRECHT
        )
        self.fetch()
        order = self.cancel(theirs)
        self.assert_clean(order)
        self.assertEqual(order.refund_ids.credit_note_id.currency_id, usd)
        self.assertEqual(self.back(order).journal_id, journal)

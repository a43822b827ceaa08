"""Refunds of what is not simply goods: duties, cash, and money before the import."""

from decimal import Decimal

from .test_refund import SHEARS, TROWEL
from .test_refund_send import SendCase

CASH = {"gateway": "cash"}


class TestDuties(SendCase):
    CART = (
        {"sku": SHEARS, "quantity": 2, "duty": {"price": "6.10"}},
        {"sku": TROWEL, "quantity": 1, "duty": {"price": "1.00", "taxed": True}},
    )

    def abroad(self, **options):
        theirs = self.buy(*self.CART, **options)
        self.fetch()
        return theirs, self.find(theirs)

    def test_duties_go_back_with_their_goods(self):
        # One of each and their duties; without tax in the prices 21 % on top, except
        # on the shears' duty: 7.34, 3.68 and 0.21.
        for included, back in ((True, Decimal("56.50")), (False, Decimal("67.73"))):
            theirs, order = self.abroad(taxes_included=included)
            pieces = {SHEARS: 1, TROWEL: 1}
            self.refund(theirs, pieces, amount=back, restock="CANCEL", duties=True)
            self.assert_clean(order)
            note = order.refund_ids.credit_note_id
            self.assertEqual(Decimal(f"{note.amount_total:.2f}"), back)
            duties = note.invoice_line_ids.filtered(
                lambda line: line.product_id == self.shop.duty_product_id
            )
            self.assertEqual(sorted(duties.mapped("price_unit")), [1, 3.05])
            self.assertEqual(len(duties.filtered("tax_ids")), 1)
            self.assert_balanced(order, theirs)

    def test_duty_refunded_before_the_import(self):
        theirs = self.buy(*self.CART)
        order = self.refund(
            theirs, {TROWEL: 1}, amount="18.50", restock="CANCEL", duties=True
        )
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def credit_lines(self, order, *wanted):
        """Return a draft credit note over these lines at Shopify."""
        invoice = order._customer_moves(("out_invoice",))
        note = invoice._reverse_moves([{"invoice_date": invoice.date}])
        gids = [record["id"] for record in wanted]
        other = note.invoice_line_ids.filtered(
            lambda row: row.sale_line_ids.shopify_line_gid not in gids
        )
        other.unlink()
        return note

    def test_credited_duty_is_refunded_at_shopify(self):
        theirs, order = self.abroad()
        trowel = self.shopify.lines(theirs)[1]
        note = self.credit_lines(order, trowel, trowel["duties"][0])
        self.assertEqual(note.amount_total, 18.5)
        note.action_post()
        self.run_jobs()
        self.fetch()
        self.assert_refunded_once(order, theirs, "18.50")
        (refund,) = self.refunds(theirs)
        (duty,) = refund["duties"]
        self.assertEqual(duty["amountSet"]["presentmentMoney"]["amount"], "1.00")
        self.assertFalse(refund["orderAdjustments"], "it adds up at Shopify, too")

    def test_part_of_a_duty_is_for_a_person(self):
        theirs, order = self.abroad()
        shears = self.shopify.lines(theirs)[0]
        note = self.credit_lines(order, shears["duties"][0])
        note.invoice_line_ids.price_unit = 2
        note.action_post()
        self.run_jobs()
        self.assertEqual(self.open_exceptions(order.refund_ids).reason, "cannot_refund")
        self.assertFalse(self.refunds(theirs))


class TestCash(SendCase):
    ROW = {"title": "Seeds", "price": "10.02", "quantity": 1}

    def setUp(self):
        super().setUp()
        self.env["shopify.payment.gateway"].create(
            {"shop_id": self.shop.id, "name": "cash", "journal_id": self.journal.id}
        )

    def sold_for_cash(self):
        theirs = self.buy(
            {**self.ROW, "requires_shipping": False},
            payment={**CASH, "rounding": "-0.02"},
            source_name="pos",
            shipping=None,
            shipping_address=None,
        )
        self.fetch()
        return theirs, self.find(theirs)

    def test_cash_that_goes_back_is_rounded_too(self):
        theirs, order = self.sold_for_cash()
        self.world.clock.advance(hours=1)
        record = self.shopify.refund(theirs, {None: 1}, restock="NO_RESTOCK")
        (transaction,) = self.shopify.store.refs(record["transactions"])
        rounding = {"amount": "-0.02", "currencyCode": "EUR"}
        transaction["amountRoundingSet"] = {
            "shopMoney": rounding,
            "presentmentMoney": rounding,
        }
        self.fetch()
        self.assert_clean(order)
        self.assertEqual(self.back(order).amount, 10)
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 10.02)
        moves = order._customer_moves()
        self.assertFalse(sum(moves.mapped("amount_residual")))
        self.assertEqual(order._figures().refunded, Decimal("10.02"))
        self.assertEqual(sum(order.payment_ids.mapped("amount_signed")), 0)

    def test_cash_sale_can_be_refunded_from_here(self):
        theirs, order = self.sold_for_cash()
        invoice = order._customer_moves(("out_invoice",))
        invoice._reverse_moves([{"invoice_date": invoice.date}]).action_post()
        self.run_jobs()
        (refund,) = self.refunds(theirs)
        back = refund["totalRefundedSet"]["presentmentMoney"]["amount"]
        self.assertEqual(back, "10.02")


class TestBeforeImport(SendCase):
    def test_amount_that_went_back_before_the_import(self):
        theirs = self.buy()
        order = self.refund(theirs, amount="5.00")
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.amount_total, 74.85)
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 5)
        self.assertEqual(self.back(order).amount, 5)
        self.assert_balanced(order, theirs)

    def test_part_of_the_money_went_back_for_goods_before_the_import(self):
        theirs = self.buy()
        order = self.refund(theirs, {SHEARS: 1}, amount="30.00", restock="CANCEL")
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.picking_ids.move_ids.product_uom_qty, 1)
        self.assertEqual(self.back(order).amount, 30)
        kept = order.refund_ids.credit_note_id
        self.assertEqual((kept.move_type, kept.amount_total), ("out_invoice", 4.95))
        self.assert_balanced(order, theirs)

"""Orders edited at Shopify after the import: only the difference is done, once."""

from decimal import Decimal

from .test_refund import SHEARS, TROWEL, RefundCase


class EditCase(RefundCase):
    def edit(self, theirs, **changes):
        """Edit at Shopify an hour later, fetch it and return the order."""
        self.world.clock.advance(hours=1)
        self.shopify.edit(theirs, **changes)
        self.fetch()
        return self.find(theirs)

    def pay(self, theirs, amount):
        self.world.clock.advance(hours=1)
        self.shopify.record_payment(theirs, "Mollie - iDEAL", "r-more", amount=amount)
        self.fetch()

    def sold(self, order, sku):
        lines = order.sale_order_id.order_line.filtered(
            lambda line: line.product_id.default_code == sku
        )
        return sum(lines.mapped("product_uom_qty"))

    def to_send(self, order, sku):
        moves = order.sale_order_id.picking_ids.move_ids.filtered(
            lambda move: (
                move.product_id.default_code == sku
                and move.state not in ("done", "cancel")
            )
        )
        return sum(moves.mapped("product_uom_qty"))

    def assert_total(self, order, theirs):
        """What Odoo's documents say is what Shopify says now."""
        self.assert_clean(order)
        figures = order._figures()
        money = theirs["currentTotalPriceSet"]["presentmentMoney"]["amount"]
        self.assertEqual(figures.gross, Decimal(money))
        money = theirs["currentTotalTaxSet"]["presentmentMoney"]["amount"]
        # Where pieces cost differently, tax is rounded for each of their lines.
        self.assertLessEqual(abs(figures.tax - Decimal(money)), Decimal("0.01"))


class TestBeforeInvoice(EditCase):
    def setUp(self):
        super().setUp()
        self.shop.invoice_policy = "delivery"

    def test_more_of_a_line_and_another_product(self):
        for included in (True, False):
            theirs = self.buy({"sku": SHEARS, "quantity": 2}, taxes_included=included)
            self.fetch()
            order = self.edit(
                theirs,
                set_quantity={SHEARS: 3},
                add=[{"sku": TROWEL, "quantity": 2}],
            )
            self.assert_total(order, theirs)
            self.assertEqual(
                (self.sold(order, SHEARS), self.sold(order, TROWEL)), (3, 2)
            )
            self.assertEqual(self.to_send(order, SHEARS), 3)
            self.assertEqual(self.to_send(order, TROWEL), 2)

    def test_less_and_a_removed_line(self):
        for as_refund in (False, True):
            theirs = self.buy({"sku": SHEARS, "quantity": 3}, TROWEL)
            self.fetch()
            order = self.edit(
                theirs, set_quantity={SHEARS: 1, TROWEL: 0}, as_refund=as_refund
            )
            self.assert_total(order, theirs)
            self.assertEqual(self.sold(order, SHEARS), 1)
            self.assertEqual(self.to_send(order, SHEARS), 1)
            self.assertFalse(self.to_send(order, TROWEL))
            self.assertFalse(order._customer_moves(), "nothing was invoiced")

    def test_discounted_pieces_removed_one_by_one(self):
        row = {"sku": SHEARS, "quantity": 3, "price": "10.00", "title": SHEARS}
        theirs = self.buy(row, discount={"code": "TEN", "amount": "10.00"})
        self.fetch()
        for left in (2, 1):
            order = self.edit(theirs, set_quantity={SHEARS: left})
            self.assert_total(order, theirs)

    def test_shipping_added_and_removed(self):
        theirs = self.buy(shipping=None)
        self.fetch()
        order = self.edit(theirs, shipping={"title": "Standard", "price": "7.50"})
        self.assert_total(order, theirs)
        shipping = order.sale_order_id.order_line.filtered("is_delivery")
        self.assertEqual(shipping.price_unit, 7.5)
        order = self.edit(theirs, shipping=False)
        self.assert_total(order, theirs)

    def test_twice_read_is_once_done(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.fetch()
        order = self.edit(theirs, set_quantity={SHEARS: 3})
        lines = order.sale_order_id.order_line
        for _n in range(2):
            order.action_import()
            self.run_jobs()
        self.assertEqual(order.sale_order_id.order_line, lines)
        self.assert_total(order, theirs)

    def test_quotation_that_waits_for_its_payment(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2}, payment=[])
        self.fetch()
        order = self.edit(
            theirs, set_quantity={SHEARS: 1}, add=[{"sku": TROWEL, "quantity": 1}]
        )
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assert_total(order, theirs)


class TestAfterInvoice(EditCase):
    def test_more_is_invoiced_and_sent_when_it_is_paid(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.fetch()
        order = self.edit(theirs, add=[{"sku": TROWEL, "quantity": 1}])
        self.assertEqual(len(order._customer_moves()), 1)
        self.assert_total(order, theirs)
        owed = theirs["totalOutstandingSet"]["presentmentMoney"]["amount"]
        self.pay(theirs, owed)
        self.assertEqual(len(order._customer_moves()), 2)
        self.assert_total(order, theirs)
        self.assert_balanced(order, theirs)

    def test_less_is_credited_and_paid_back_later(self):
        for as_refund in (False, True):
            theirs = self.buy({"sku": SHEARS, "quantity": 3})
            self.fetch()
            order = self.edit(theirs, set_quantity={SHEARS: 1}, as_refund=as_refund)
            self.assert_total(order, theirs)
            note = order.refund_ids.credit_note_id
            self.assertEqual(note.amount_total, 69.9)
            self.assertAlmostEqual(note.amount_tax, 12.13)
            self.assertEqual(self.to_send(order, SHEARS), 1)
            order = self.refund(theirs, amount="69.90")
            self.assert_clean(order)
            self.assert_balanced(order, theirs)

    def test_after_delivery_what_is_added_gets_its_own_delivery(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 1})
        self.fetch()
        self.deliver(self.find(theirs).sale_order_id)
        self.run_jobs()
        order = self.edit(theirs, add=[{"sku": TROWEL, "quantity": 1}])
        self.assert_total(order, theirs)
        self.assertEqual(len(order.sale_order_id.picking_ids), 2)
        self.assertEqual(self.to_send(order, TROWEL), 1)
        self.assertFalse(self.to_send(order, SHEARS))

    def test_removed_after_delivery_is_credited_and_a_person_asks_for_it(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.fetch()
        self.deliver(self.find(theirs).sale_order_id)
        self.run_jobs()
        order = self.edit(theirs, set_quantity={SHEARS: 1})
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 34.95)
        self.assertEqual(self.open_exceptions(order).reason, "left_to_do")

    def test_shipping_removed_is_credited(self):
        theirs = self.buy()
        self.fetch()
        order = self.edit(theirs, shipping=False)
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 4.95)
        self.assert_total(order, theirs)

    def test_exchange(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 1})
        self.fetch()
        self.deliver(self.find(theirs).sale_order_id)
        self.run_jobs()
        self.world.clock.advance(hours=1)
        trowel = [{"sku": TROWEL, "quantity": 1}]
        self.shopify.exchange(theirs, {SHEARS: 1}, trowel)
        back = -Decimal(theirs["totalOutstandingSet"]["presentmentMoney"]["amount"])
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(self.to_send(order, TROWEL), 1)
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 34.95)
        receipt = order.sale_order_id.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "incoming"
        )
        self.assertEqual(receipt.move_ids.product_id.default_code, SHEARS)
        order = self.refund(theirs, amount=str(back))
        self.assert_balanced(order, theirs)
        self.assert_clean(order)

    def test_exchange_that_pays_the_difference_back_at_once(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 1})
        self.fetch()
        self.deliver(self.find(theirs).sale_order_id)
        self.run_jobs()
        self.world.clock.advance(hours=1)
        trowel = [{"sku": TROWEL, "quantity": 1, "price": "14.95", "title": TROWEL}]
        self.shopify.exchange(theirs, {SHEARS: 1}, trowel, amount="20.00")
        self.fetch()
        order = self.find(theirs)
        self.assert_clean(order)
        self.assert_balanced(order, theirs)


class TestAddress(EditCase):
    def move(self, theirs):
        self.world.clock.advance(hours=1)
        address = {**theirs["shippingAddress"], "address1": "Neude 11"}
        self.shopify.touch(theirs, shippingAddress=address)
        self.fetch()
        return self.find(theirs)

    def test_open_delivery_goes_to_the_new_address(self):
        theirs = self.buy()
        self.fetch()
        order = self.move(theirs)
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.partner_shipping_id.street, "Neude 11")
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.partner_id.street, "Neude 11")
        self.assertFalse(picking.activity_ids)

    def test_label_with_the_former_address_is_told(self):
        theirs = self.buy()
        self.fetch()
        self.find(theirs).sale_order_id.picking_ids.carrier_tracking_ref = "3S1"
        order = self.move(theirs)
        self.assertIn("former", self.open_exceptions(order).message)

from odoo.exceptions import UserError

from .common import SendcloudCase
from .test_return import ReturnMixin


class TestReturnFee(ReturnMixin, SendcloudCase):
    """What the customer pays for a return label is a line of the credit note."""

    def setUp(self):
        super().setUp()
        self.account.return_payer = "customer"
        self.product.taxes_id = False
        self.carrier.product_id.taxes_id = self.env["account.tax"].create(
            {"name": "21%", "amount": 21}
        )
        self.product.invoice_policy = "order"

    def invoiced(self, quantity=2):
        """Return the posted invoice of an order that was sent."""
        order = self.ship(quantity=quantity).sale_id
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def order_of(self, invoice):
        return invoice.line_ids.sale_line_ids.order_id

    def send_back_all(self, invoice, **how):
        """Make the customer's return of one piece, label included."""
        order = self.order_of(invoice)
        [move] = order._sendcloud_returnable()
        order._sendcloud_return({move.id: 1}, "It does not fit", **how)
        self.run_jobs()
        return order.picking_ids.sendcloud_return_ids

    def credit(self, invoice):
        """Return the draft credit note as the bookkeeper's dialogue makes it."""
        dialogue = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Goods came back"})
        )
        dialogue.reverse_moves()
        return dialogue.new_move_ids

    def test_label_is_kept_back_from_the_credit_note(self):
        invoice = self.invoiced()
        label = self.send_back_all(invoice)
        self.assertEqual((label.paid_by, label.price), ("customer", 5.75))
        note = self.credit(invoice)
        line = label.credit_line_id
        self.assertEqual(line.move_id, note)
        self.assertEqual(line.price_subtotal, -5.75)
        self.assertIn(label.tracking_number, line.name)
        # 5.75 and 21 % VAT on it, to the cent
        self.assertEqual(round(invoice.amount_total - note.amount_total, 2), 6.96)
        note.action_post()
        self.assertFalse(note.sendcloud_has_to_keep_back)

    def test_kept_back_once(self):
        invoice = self.invoiced()
        label = self.send_back_all(invoice)
        first, second = self.credit(invoice), self.credit(invoice)
        self.assertEqual(label.credit_line_id.move_id, first)
        self.assertEqual(second.amount_total, invoice.amount_total)
        second.action_sendcloud_keep_back()
        self.assertEqual(second.amount_total, invoice.amount_total)

    def test_again_when_the_note_is_cancelled_or_deleted(self):
        invoice = self.invoiced()
        label = self.send_back_all(invoice)
        first = self.credit(invoice)
        first.button_cancel()
        second = self.credit(invoice)
        self.assertEqual(label.credit_line_id.move_id, second)
        second.unlink()
        third = self.credit(invoice)
        self.assertEqual(label.credit_line_id.move_id, third)

    def test_button_on_a_note_that_was_there_before(self):
        invoice = self.invoiced()
        note = self.credit(invoice)
        label = self.send_back_all(invoice)
        note.invalidate_recordset(["sendcloud_has_to_keep_back"])
        self.assertTrue(note.sendcloud_has_to_keep_back)
        bookkeeper = self.create_user("bo", "account.group_account_invoice")
        note.with_user(bookkeeper).action_sendcloud_keep_back()
        self.assertEqual(label.credit_line_id.move_id, note)
        self.assertFalse(note.sendcloud_has_to_keep_back)

    def test_small_note_is_left_as_it_is(self):
        self.product.list_price = 2
        self.carrier.product_id.list_price = 0
        invoice = self.invoiced(quantity=1)
        order = self.order_of(invoice)
        label = self.send_back_all(invoice)
        note = self.credit(invoice)
        note.invoice_line_ids.filtered(
            lambda line: line.product_id == self.carrier.product_id
        ).unlink()
        self.assertFalse(label.credit_line_id)
        with self.assertRaises(UserError):
            note.action_sendcloud_keep_back()
        self.assertEqual(order.picking_ids.sendcloud_return_ids, label)

    def test_we_pay_for_what_is_our_fault(self):
        invoice = self.invoiced()
        label = self.send_back_all(invoice, our_fault=True)
        self.assertEqual(label.paid_by, "us")
        self.assertEqual(self.credit(invoice).amount_total, invoice.amount_total)

    def test_we_pay_where_the_account_says_so(self):
        self.account.return_payer = "us"
        invoice = self.invoiced()
        self.assertEqual(self.send_back_all(invoice).paid_by, "us")
        self.assertEqual(self.credit(invoice).amount_total, invoice.amount_total)

    def test_label_of_the_warehouse_is_ours(self):
        invoice = self.invoiced()
        label = self.send_back_all(invoice)
        label.picking_id.action_cancel()
        self.run_jobs()
        self.assertEqual(label.state, "cancelled")
        self.assertEqual(self.credit(invoice).amount_total, invoice.amount_total)

    def test_price_with_vat_where_prices_have_it(self):
        tax = self.carrier.product_id.taxes_id
        tax.write({"price_include": True})
        invoice = self.invoiced()
        label = self.send_back_all(invoice)
        self.credit(invoice)
        line = label.credit_line_id
        self.assertEqual((line.price_total, line.price_subtotal), (-6.96, -5.75))

    def test_credit_note_of_returned_goods(self):
        self.product.invoice_policy = "delivery"
        invoice = self.invoiced()
        label = self.send_back_all(invoice)
        back = label.picking_id
        back.move_ids.picked = True
        back._action_done()
        order = self.order_of(invoice)
        dialogue = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": "delivered"}
        )
        note = dialogue._create_invoices(order)
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(label.credit_line_id.move_id, note)
        self.assertEqual(round(note.amount_total, 2), round(24.95 - 6.96, 2))

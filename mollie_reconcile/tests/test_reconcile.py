from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestReconcile(MollieCase):
    def test_paid_at_the_shop_in_payment_until_mollie_pays_then_paid(self):
        invoice, payment = self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00", settle=False)
        self.fetch()
        self.assertEqual(invoice.payment_state, "in_payment")
        self.mollie.settle()
        self.fetch()
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

"""A quotation that the customer pays in Odoo's portal, down to the settled money."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.mollie_reconcile.tests.online_case import OnlineMixin


@tagged("standard", "post_install", "-at_install")
class TestQuotation(OnlineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_mollie()
        cls.set_up_provider()
        cls.product.write({"invoice_policy": "order", "taxes_id": False})

    def quotation(self, price):
        line = {"product_id": self.product.id, "price_unit": price}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "require_payment": True,
                "order_line": [Command.create(line)],
            }
        )
        order.action_quotation_sent()
        return order

    def pay_quotation(self, order):
        route = f"/my/orders/{order.id}/transaction"
        token = order._portal_ensure_token()
        return self.start_payment(route, token, amount=order.amount_total)

    def invoice_of(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def test_paid_quotation_is_an_order_and_its_invoice_is_settled(self):
        order = self.quotation(80.0)
        money = self.pay_quotation(order)
        self.mollie.pay(money.provider_reference)
        self.deliver(times=2)
        self.finish(money)
        self.assertEqual(order.state, "sale")
        invoice = self.invoice_of(order)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.mollie.settle()
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertInBalance()

    def test_invoice_after_the_money_is_settled(self):
        order = self.quotation(80.0)
        money = self.pay_quotation(order)
        self.mollie.pay(money.provider_reference)
        self.mollie.settle()
        self.fetch()
        self.assertEqual((order.state, self.lines().state), ("sale", "booked"))
        self.assertEqual(self.invoice_of(order).payment_state, "paid")
        self.assertInBalance()

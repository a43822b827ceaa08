"""The way of an order through all four systems, and what may get in its way."""

from decimal import Decimal

from .common import OrderToCashCase


class TestFlow(OrderToCashCase):
    def test_paid_order_becomes_a_reconciled_invoice_without_a_hand(self):
        name = self.buy([("TW-SHEARS-01", 2), ("TW-TROWEL-01", 1)])
        self.deliver_webhooks()
        order = self.order(name)
        self.assertEqual(order.state, "sale")
        self.assertEqual(
            Decimal(str(order.amount_total)),
            Decimal(self.shopify_order(name)["totalPriceSet"]["shopMoney"]["amount"]),
        )
        invoice = order.invoice_ids
        self.assertEqual(invoice.payment_state, "in_payment")
        self.assertEqual(self.row(order).waits_for, "packing")

        self.pack(order)
        picking = order.picking_ids
        self.assertTrue(picking.carrier_tracking_ref)
        self.assertEqual(self.sendcloud.charged_count(), 1)
        shopify_order = self.shopify_order(name)
        self.assertEqual(shopify_order["displayFulfillmentStatus"], "FULFILLED")
        row = self.row(order)
        self.assertEqual((row.waits_for, row.payment_state), ("carrier", "in_payment"))
        self.assertTrue(row.packed_at and row.label_at and not row.shipped_at)
        self.parcels_move(until="Delivered")
        row = self.row(order)
        self.assertEqual((row.waits_for, row.who), ("payout", "provider"))
        self.assertTrue(row.shipped_at and row.delivered_at)

        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        row = self.row(order)
        self.assertEqual((row.waits_for, row.payment_state), ("nothing", "paid"))
        self.assertTrue(row.reconciled_at)
        self.mollie.payout()
        self.deliver_webhooks()
        self.balance.action_fetch()
        self.run_jobs()
        self.assertEqual(self.balance.ledger_difference, 0)
        self.assertFalse(self.open_exceptions(), self.told())
        self.assertFalse(self.failed_jobs())

    def shopify_order(self, name):
        return self.shopify.order(name)

    def told(self):
        return self.open_exceptions().mapped("message")

    def test_every_message_twice_changes_nothing(self):
        name = self.buy()
        self.deliver_webhooks(times=2)
        order = self.order(name)
        self.assertEqual(len(order), 1)
        self.assertEqual(len(order.invoice_ids), 1)
        self.pack(order)
        self.deliver_webhooks(times=2)
        self.mollie.settle()
        self.deliver_webhooks(times=2)
        self.balance.action_fetch()
        self.run_jobs()
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(self.sendcloud.charged_count(), 1)
        self.assertEqual(self.balance.ledger_difference, 0)

    def test_lost_webhooks_are_made_good_by_the_sweeps(self):
        name = self.buy()
        self.world.outbox.waiting = []
        self.shop._cron_sweep()
        self.run_jobs()
        order = self.order(name)
        self.assertEqual(len(order), 1)
        self.mollie.settle()
        self.world.outbox.waiting = []
        self.env["mollie.balance"]._cron_fetch()
        self.run_jobs()
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_paypal_money_is_not_expected_from_mollie(self):
        """PayPal pays the merchant itself: such an invoice must not wait for Mollie."""
        name = self.buy(method="paypal")
        self.deliver_webhooks()
        invoice = self.order(name).invoice_ids
        domain = [("shopify_order_id.name", "=", name)]
        payments = self.env["account.payment"].search(domain)
        self.assertEqual(payments.journal_id.name, "PayPal")
        self.assertEqual(invoice.payment_state, "paid")
        self.settle()
        self.assertFalse(self.open_exceptions(), self.told())

    def test_order_from_abroad_has_its_own_countrys_tax(self):
        name = self.buy(
            address={"country_code": "DE", "zip": "10119", "city": "Berlin"}
        )
        self.deliver_webhooks()
        taxes = self.order(name).invoice_ids.invoice_line_ids.tax_ids
        self.assertEqual(taxes.mapped("amount"), [19.0])
        self.assertFalse(self.open_exceptions(), self.told())

    def test_order_typed_in_odoo_has_a_row_too(self):
        product = self.env["product.product"].search(
            [("default_code", "=", "TW-SHEARS-01")]
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "B2B"}).id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        self.env.flush_all()
        self.assertFalse(self.env["o2c.order.flow"].search([("id", "=", order.id)]))
        order.action_confirm()
        row = self.row(order)
        self.assertEqual((row.channel, row.waits_for), ("odoo", "packing"))
        self.assertFalse(row.shop_id)
        order._create_invoices().action_post()
        self.pack(order)
        row = self.row(order)
        self.assertEqual((row.waits_for, row.payment_state), ("payment", "not_paid"))

"""Payment methods with rules of their own: what is confirmed, sent, invoiced when."""

from unittest.mock import patch

from odoo.exceptions import UserError

from .common import PAYMENT_ID, ShopifyCase
from .test_booking import PAID

BANK, COD, CARD = "Bank Deposit", "Cash on Delivery (COD)", "gift_card"


class RuleCase(ShopifyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fortnight = cls.env["account.payment.term"].create(
            {
                "name": "14 Days",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 100, "nb_days": 14})
                ],
            }
        )

    def rule(self, name, **rules):
        """Say what the shop does with orders by a payment method."""
        values = {"shop_id": self.shop.id, "name": name, "journal_id": self.journal.id}
        return self.env["shopify.payment.gateway"].create({**values, **rules})

    def later(self, gateway, **values):
        """Return a payment whose money is still to come."""
        return {"gateway": gateway, "manual": True, "status": "pending", **values}

    def paid(self, theirs, gateway, **values):
        """Let the money of an order arrive, and fetch the news."""
        self.world.clock.advance(days=1)
        self.shopify.record_payment(theirs, gateway, values.pop("id", None), **values)
        self.fetch()
        return self.find(theirs)

    def decided(self, order):
        return str(order.decisions)

    def invoices(self, order):
        return order.sale_order_id.invoice_ids


class TestConfirm(RuleCase):
    def test_bank_transfer_is_sold_at_once_and_others_wait(self):
        self.rule(BANK, confirm_policy="always")
        order = self.bought(payment=self.later(BANK))
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertIn("Bank Deposit: Confirmed at once.", self.decided(order))
        other = self.bought(payment=self.later("Money Order"))
        self.assertEqual(other.sale_order_id.state, "draft")
        self.assertNotIn("Confirmed at once", self.decided(other))

    def test_longest_name_and_currency_decide_as_for_journals(self):
        self.rule("Bank", confirm_policy="always")
        self.rule(BANK, confirm_policy="paid")
        usd = self.env.ref("base.USD")
        usd.active = True
        self.rule(BANK + " 2", currency_id=usd.id, journal_id=False).write(
            {"name": BANK, "confirm_policy": "always"}
        )
        order = self.bought(payment=self.later(BANK))
        self.assertEqual(order.sale_order_id.state, "draft")

    def test_rule_needs_no_journal(self):
        self.rule(BANK, confirm_policy="always", journal_id=False)
        order = self.bought(payment=self.later(BANK))
        self.assertEqual((order.state, order.sale_order_id.state), ("imported", "sale"))

    def test_stricter_than_the_shop(self):
        self.shop.confirm_policy = "always"
        self.rule("Invoice Us", confirm_policy="manual")
        self.rule(BANK, confirm_policy="paid")
        by_hand = self.bought(payment={"gateway": "Invoice Us"})
        waits = self.buy(payment=self.later(BANK))
        self.fetch()
        self.assertEqual(by_hand.sale_order_id.state, "draft", "though it is paid")
        self.assertIn("Invoice Us: You confirm by hand.", self.decided(by_hand))
        self.assertEqual(self.find(waits).sale_order_id.state, "draft")
        self.assertEqual(self.paid(waits, BANK).sale_order_id.state, "sale")

    def test_authorized_is_enough_where_the_method_says_so(self):
        self.rule("Klarna", confirm_policy="authorized")
        promised = {"kind": "AUTHORIZATION"}
        klarna = self.bought(payment={"gateway": "Klarna", **promised})
        mollie = self.bought(payment=self.ideal(**promised))
        states = (klarna + mollie).sale_order_id.mapped("state")
        self.assertEqual(states, ["sale", "draft"])

    def test_risk_goes_before_any_rule(self):
        self.stops_are_expected()
        self.rule(BANK, confirm_policy="always")
        order = self.bought(payment=self.later(BANK), risk="CANCEL")
        self.assertEqual(order.sale_order_id.state, "draft")


class TestInvoice(RuleCase):
    def test_bank_transfer_pending_then_paid(self):
        self.rule(BANK, confirm_policy="always", payment_term_id=self.fortnight.id)
        theirs = self.buy(payment=self.later(BANK))
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.payment_term_id, self.fortnight)
        self.assertIn("To be paid later: 14 Days.", self.decided(order))
        self.assertFalse(self.invoices(order), "the shop invoices what is paid")
        self.paid(theirs, BANK)
        self.assertIn(self.invoices(order).payment_state, PAID)
        self.assertEqual(len(order.payment_ids), 1)

    def test_invoiced_when_confirmed_and_due_by_the_term(self):
        self.rule(
            BANK,
            confirm_policy="always",
            invoice_policy="confirmed",
            payment_term_id=self.fortnight.id,
        )
        theirs = self.buy(payment=self.later(BANK))
        self.fetch()
        order = self.find(theirs)
        invoice = self.invoices(order)
        self.assertEqual((invoice.state, invoice.payment_state), ("posted", "not_paid"))
        days = invoice.invoice_date_due - invoice.invoice_date
        self.assertEqual(days.days, 14)
        self.assertIn("Bank Deposit: Invoiced when confirmed.", self.decided(order))
        self.paid(theirs, BANK)
        self.assertEqual(self.invoices(order), invoice)
        self.assertIn(invoice.payment_state, PAID)

    def test_cash_on_delivery_is_delivered_then_paid(self):
        self.rule(COD, confirm_policy="always", invoice_policy="delivery")
        theirs = self.buy(payment=self.later(COD))
        self.fetch()
        order = self.find(theirs)
        self.assertFalse(self.invoices(order))
        self.deliver(order.sale_order_id)
        self.run_jobs()
        invoice = self.invoices(order)
        self.assertEqual(round(invoice.amount_total * 100), 7485)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.paid(theirs, COD)
        self.assertEqual(self.invoices(order), invoice)
        self.assertIn(invoice.payment_state, PAID)

    def test_by_hand_though_paid_and_delivered(self):
        self.rule("Mollie - iDEAL", invoice_policy="manual")
        order = self.bought()
        self.deliver(order.sale_order_id)
        self.run_jobs()
        self.assertFalse(self.invoices(order))
        self.assertIn("iDEAL: You invoice by hand.", self.decided(order))

    def test_paid_before_the_import_needs_no_term(self):
        self.gateway.payment_term_id = self.fortnight
        order = self.bought()
        self.assertFalse(order.sale_order_id.payment_term_id)
        self.assertIn(self.invoices(order).payment_state, PAID)


class TestDeliver(RuleCase):
    def test_sold_but_kept_until_it_is_paid(self):
        self.rule(BANK, confirm_policy="always", deliver_policy="paid")
        theirs = self.buy(payment=self.later(BANK))
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned", "kept")
        self.assertTrue(order.waits_for_payment)
        self.assertIn("Bank Deposit: Delivered only when paid.", self.decided(order))
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self.deliver(order.sale_order_id)
        self.assertIn("only when the order is paid", str(refused.exception))
        self.paid(theirs, BANK)
        self.assertFalse(order.waits_for_payment)
        self.deliver(order.sale_order_id)

    def test_shop_says_so_and_a_method_may_leave_before(self):
        self.shop.write({"confirm_policy": "always", "deliver_policy": "paid"})
        self.rule(COD, deliver_policy="always")
        order = self.bought(payment=self.later(BANK))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.deliver(order.sale_order_id)
        self.assertIn("Delivered only when paid.", self.decided(order))
        self.deliver(self.bought(payment=self.later(COD)).sale_order_id)

    def test_what_others_sent_already_is_delivered_though_unpaid(self):
        self.shop.foreign_fulfillment = "deliver"
        self.rule(BANK, confirm_policy="always", deliver_policy="paid")
        theirs = self.buy(payment=self.later(BANK))
        self.fetch()
        client = self.shop._client()
        (order,) = client.fulfillment_state(theirs["id"])["fulfillmentOrders"]["nodes"]
        self.world.clock.advance(minutes=20)
        part = {"fulfillmentOrderId": order["id"]}
        client.fulfill({"lineItemsByFulfillmentOrder": [part]})
        self.fetch()
        self.run_jobs(later=True)
        self.assertEqual(self.find(theirs).sale_order_id.picking_ids.state, "done")


class TestSeveral(RuleCase):
    """A gift card pays 20.00 at once, a bank transfer brings 54.85 later."""

    def buy_mixed(self):
        payments = [
            {"gateway": CARD, "amount": "20.00"},
            self.later(BANK, amount="54.85", payment_id=PAYMENT_ID),
        ]
        theirs = self.buy(payment=payments)
        self.fetch()
        return theirs, self.find(theirs)

    def test_what_is_still_to_come_decides_then_the_strictest(self):
        self.rule(BANK, confirm_policy="always", invoice_policy="payment")
        self.rule(CARD, confirm_policy="paid", invoice_policy="delivery")
        theirs, order = self.buy_mixed()
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertIn(
            "Bank Deposit decides: its money is still to come.", self.decided(order)
        )
        self.assertFalse(self.invoices(order))
        self.paid(theirs, BANK, id=PAYMENT_ID)
        self.assertEqual(order.financial_status, "PAID")
        self.assertFalse(self.invoices(order), "the card's rule is the stricter one")
        said = self.decided(order)
        self.assertIn("gift_card: Invoiced when delivered.", said)
        self.assertIn("the strictest rule counts", said)
        self.deliver(order.sale_order_id)
        self.run_jobs()
        self.assertIn(self.invoices(order).payment_state, PAID)
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [20, 54.85])

    def test_by_hand_counts_whoever_says_it(self):
        self.rule(BANK, confirm_policy="always")
        self.rule(CARD, confirm_policy="manual")
        _theirs, order = self.buy_mixed()
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertIn("gift_card: You confirm by hand.", self.decided(order))

    def test_strictest_of_two_that_are_to_come(self):
        self.rule(BANK, confirm_policy="always", payment_term_id=self.fortnight.id)
        week = self.fortnight.copy({"name": "7 Days"})
        week.line_ids.nb_days = 7
        self.rule(COD, deliver_policy="paid", payment_term_id=week.id)
        self.shop.confirm_policy = "always"
        payments = [self.later(BANK, amount="50"), self.later(COD, amount="24.85")]
        order = self.bought(payment=payments)
        self.assertTrue(order.waits_for_payment)
        self.assertEqual(order.sale_order_id.payment_term_id, week)

    def test_method_that_was_given_up_decides_nothing(self):
        self.rule(BANK, confirm_policy="manual", invoice_policy="manual")
        failed = self.later(BANK, status="failure")
        order = self.bought(payment=[failed, self.ideal(amount="74.85")])
        self.assertEqual(order.sale_order_id.state, "sale")
        given_up = [self.later(BANK), self.ideal(amount="74.85")]
        order = self.bought(payment=given_up)
        self.assertEqual(order.payment_methods, [["Mollie - iDEAL", "EUR", False]])
        self.assertIn(self.invoices(order).payment_state, PAID)


class TestSavedRule(RuleCase):
    """A saved rule lets exactly those orders go on that it held."""

    def freed_by(self, save):
        freed = []
        orders = type(self.env["shopify.order"])
        enqueue = orders._enqueue_import

        def note(records, *args):
            freed.extend(records.ids)
            return enqueue(records, *args)

        with patch.object(orders, "_enqueue_import", note):
            save()
        self.run_jobs()
        return self.env["shopify.order"].browse(freed)

    def test_orders_that_waited_to_be_confirmed(self):
        bank = self.rule(BANK)
        held = self.bought(payment=self.later(BANK))
        other = self.bought(payment=self.later(COD))
        rules = {"confirm_policy": "always", "payment_term_id": self.fortnight.id}
        self.assertEqual(self.freed_by(lambda: bank.write(rules)), held)
        self.assertEqual(held.sale_order_id.state, "sale")
        self.assertEqual(held.sale_order_id.payment_term_id, self.fortnight)
        self.assertEqual(other.sale_order_id.state, "draft")
        freed = self.freed_by(lambda: self.rule(COD, confirm_policy="always"))
        self.assertEqual(freed, other, "a new row is a rule, too")

    def test_orders_that_waited_for_their_invoice(self):
        mollie = self.gateway
        mollie.invoice_policy = "delivery"
        order = self.bought()
        self.assertFalse(self.invoices(order))
        asked = self.freed_by(lambda: mollie.write({"invoice_policy": "manual"}))
        self.assertFalse(asked)
        asked = self.freed_by(lambda: mollie.write({"invoice_policy": False}))
        self.assertEqual(asked, order)
        self.assertIn(self.invoices(order).payment_state, PAID)

    def test_what_changes_nothing_reads_nothing(self):
        self.rule(BANK, confirm_policy="always")
        done = self.bought(payment=self.later(BANK))
        self.assertEqual(done.sale_order_id.state, "sale")
        bank = self.shop.gateway_ids.filtered(lambda row: row.name == BANK)
        self.assertFalse(self.freed_by(lambda: bank.write({"confirm_policy": False})))


class TestTrialOfRules(RuleCase):
    def test_trial_says_what_the_rule_decides(self):
        self.rule(
            BANK,
            confirm_policy="always",
            deliver_policy="paid",
            payment_term_id=self.fortnight.id,
        )
        self.buy(payment=self.later(BANK))
        trial = self.env["shopify.trial"].create({"shop_id": self.shop.id, "count": 5})
        trial.action_try()
        said = str(trial.line_ids.decisions)
        for sentence in (
            "Bank Deposit: Confirmed at once.",
            "Bank Deposit: Delivered only when paid.",
            "To be paid later: 14 Days.",
        ):
            self.assertIn(sentence, said)

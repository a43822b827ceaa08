from lxml import html
from markupsafe import Markup

from odoo.tests import Form, HttpCase, tagged

from .online_case import OnlineMixin


@tagged("standard", "post_install", "-at_install")
class TestOnline(OnlineMixin, HttpCase):
    """An invoice of Odoo itself, from its mail to the settled money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_mollie()
        cls.set_up_provider()

    def mail_of(self, invoice):
        template = self.env.ref("account.email_template_edi_invoice")
        sending = self.env["account.move.send"]
        return sending._get_default_mail_body(invoice, template, "en_US")

    def link_in(self, body):
        """Return where the button of a mail leads, on this server."""
        [link] = html.fromstring(str(body)).xpath("//a[contains(., 'online')]/@href")
        return link.removeprefix(self.provider.get_base_url())

    def pay_invoice(self, invoice):
        route = f"/invoice/transaction/{invoice.id}"
        token = invoice._portal_ensure_token()
        values = {"amount": invoice.amount_residual}
        return self.start_payment(route, token, **values)

    def test_invoice_goes_from_its_mail_to_paid(self):
        invoice = self.invoice(121.0)
        body = self.mail_of(invoice)
        self.assertIn("121.00", str(body))
        page = self.url_open(self.link_in(body))
        self.assertIn("Pay Now", page.text)
        money = self.pay_invoice(invoice)
        self.assertEqual(money.provider_reference, self.mollie.payments()[-1]["id"])
        self.assertEqual(self.mollie.payments()[-1]["method"], "ideal")
        self.mollie.pay(money.provider_reference)
        self.deliver(times=2)
        self.assertEqual((money.state, invoice.payment_state), ("done", "not_paid"))
        self.finish(money)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.assertEqual(money.payment_id.journal_id, self.journal)
        self.mollie.settle()
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.lines().payment_id, money.payment_id)
        transit = self.journal.inbound_payment_method_line_ids.payment_account_id
        self.assertEqual(self.ledger(transit), 0.0)
        self.assertInBalance()

    def test_mail_in_the_dialogue_leads_to_this_invoice_in_the_portal(self):
        invoice = self.invoice(121.0)
        action = invoice.with_context(discard_logo_check=True).action_send_and_print()
        dialogue = self.env[action["res_model"]].with_context(**action["context"])
        # what is called body on Odoo 19
        name = "mail_body" if "mail_body" in dialogue._fields else "body"
        with Form(dialogue) as form:
            link = self.link_in(getattr(form, name))
        self.assertEqual(link, invoice.get_portal_url())
        self.assertIn(invoice.name, self.url_open(link, timeout=60).text)

    def test_settled_money_is_registered_once_though_the_webhook_is_lost(self):
        invoice = self.invoice(50.0)
        money = self.pay_invoice(invoice)
        self.mollie.pay(money.provider_reference)
        self.mollie.settle()
        self.fetch()
        self.assertEqual((money.state, invoice.payment_state), ("done", "paid"))
        self.assertEqual(self.lines().payment_id, money.payment_id)
        # It was late, not lost.
        self.deliver(times=2)
        self.finish(money)
        domain = [("partner_id", "=", self.customer.id)]
        self.assertEqual(self.env["account.payment"].search(domain), money.payment_id)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertInBalance()

    def test_payment_canceled_in_odoo_and_paid_at_mollie_is_registered(self):
        invoice = self.invoice(50.0)
        money = self.pay_invoice(invoice)
        money._set_canceled()
        self.mollie.pay(money.provider_reference)
        self.mollie.settle()
        self.fetch()
        self.assertEqual((money.state, invoice.payment_state), ("done", "paid"))

    def test_other_amount_at_mollie_is_not_registered_as_this_payment(self):
        invoice = self.invoice(50.0)
        money = self.pay_invoice(invoice)
        money.amount = 60.0
        self.mollie.pay(money.provider_reference)
        self.mollie.settle()
        self.fetch()
        self.assertEqual(money.state, "draft")
        self.assertFalse(money.payment_id)

    def test_customer_who_does_not_pay_can_try_again(self):
        invoice = self.invoice(50.0)
        first = self.pay_invoice(invoice)
        self.mollie.fail(first.provider_reference, "expired")
        self.deliver()
        self.assertEqual(first.state, "cancel")
        self.assertTrue(self.link_in(self.mail_of(invoice)))
        second = self.pay_invoice(invoice)
        self.mollie.pay(second.provider_reference)
        self.deliver()
        self.finish(second)
        self.mollie.settle()
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertInBalance()

    def test_mail_has_a_link_only_where_it_can_be_paid(self):
        paid, _payment = self.paid_invoice("rPaidPaidPaidPaidPaidPaid1", 5.0)
        self.assertNotIn("online", str(self.mail_of(paid)))
        note = self.invoice(5.0, move_type="out_refund")
        self.assertNotIn("online", str(self.mail_of(note)))
        invoice = self.invoice(5.0)
        self.assertIn("online", str(self.mail_of(invoice)))
        self.provider.state = "disabled"
        self.assertNotIn("online", str(self.mail_of(invoice)))

    def test_link_stands_below_the_text_and_above_the_signature(self):
        seller = self.env.user
        seller.signature = Markup("<p>Kind regards,<br>Trade Wins</p>")
        invoice = self.invoice(5.0, invoice_user_id=seller.id)
        parts = ("Dear", "online", "Kind regards")
        body = str(self.mail_of(invoice))
        places = [body.index(part) for part in parts]
        self.assertEqual(places, sorted(places))
        self.assertEqual(body.count("Kind regards"), 1)
        seller.signature = False
        body = str(self.mail_of(invoice))
        self.assertLess(body.index("Dear"), body.index("online"))

    def test_online_payments_wait_with_the_others(self):
        lines = self.journal.inbound_payment_method_line_ids
        online = lines.filtered(lambda line: line.payment_provider_id == self.provider)
        self.assertTrue(online)
        self.assertEqual(len(lines.payment_account_id), 1)
        self.assertTrue(all(line.payment_account_id for line in lines))

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.tools import mute_logger

from .common import MollieCase

#: and a day
FORTNIGHT = timedelta(days=15)


class TestElsewhere(MollieCase):
    """Online payments by methods whose money never reaches Mollie's balance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "mollie"), ("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.provider.write({"state": "test", "mollie_api_key": "test_0123"})
        cls.provider.journal_id = cls.journal
        methods = cls.env["payment.method"].with_context(active_test=False)
        cls.paypal = methods.search([("code", "=", "paypal")], limit=1)
        cls.ideal = methods.search([("code", "=", "ideal")], limit=1)
        cls.wallet = cls.env["account.journal"].create(
            {"name": "PayPal", "code": "PPL", "type": "bank"}
        )
        cls.row = cls.env["mollie.elsewhere"].create(
            {
                "account_id": cls.account.id,
                "payment_method_id": cls.paypal.id,
                "journal_id": cls.wallet.id,
            }
        )

    def paid_online(self, method):
        """Return an invoice and the payment that Odoo's own page has made."""
        invoice = self.invoice(121.0)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": method.id,
                "operation": "online_redirect",
                "reference": f"{invoice.name}-{method.code}",
                "provider_reference": f"tr_{method.code}",
                "amount": 121.0,
                "currency_id": invoice.currency_id.id,
                "partner_id": self.customer.id,
                "invoice_ids": [(6, 0, invoice.ids)],
                "state": "done",
            }
        )
        return invoice, transaction._create_payment()

    def test_paypal_goes_to_its_own_journal_and_waits_for_nobody(self):
        invoice, payment = self.paid_online(self.paypal)
        self.assertEqual(payment.journal_id, self.wallet)
        self.assertEqual(payment.payment_method_line_id.journal_id, self.wallet)
        self.assertEqual(invoice.payment_state, "paid")

    def test_other_methods_wait_in_mollies_journal(self):
        invoice, payment = self.paid_online(self.ideal)
        self.assertEqual(payment.journal_id, self.journal)
        self.assertEqual(invoice.payment_state, "in_payment")

    def test_provider_of_another_journal_is_left_alone(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.journal.id)], limit=1
        )
        self.provider.journal_id = bank
        _invoice, payment = self.paid_online(self.paypal)
        self.assertEqual(payment.journal_id, bank)

    def test_payment_that_waits_too_long_is_counted_and_shown(self):
        today = fields.Date.context_today(self.balance)
        late = self.payment("rPaidByPayPalInTheWrongOne", 5.0, date=today - FORTNIGHT)
        settled = self.payment("rSettledSettledSettled123", 7.0, date=today - FORTNIGHT)
        self.payment("rOfTodayOfTodayOfToday123", 9.0, date=today)
        self.pay("rSettledSettledSettled123", "7.00")
        self.fetch()
        self.assertTrue(settled.is_matched)
        self.assertEqual(self.balance.late_count, 1)
        domain = self.balance.action_show_late()["domain"]
        self.assertEqual(self.env["account.payment"].search(domain), late)

    def test_method_has_one_journal(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.row.copy()

"""A company with Mollie connected to the sandbox, and ways to make money move."""

from datetime import datetime, timezone

from odoo import Command
from odoo.tests import tagged

from odoo.addons.o2c_base.lib import http_client
from odoo.addons.o2c_base.tests.common import O2CCase, O2CMixin

from sandbox import settings
from sandbox.clock import ManualClock
from sandbox.mollie import MollieApp
from sandbox.world import World

ADDRESS = "http://mollie.sandbox"
#: after the last real day on which a test may run: nothing is in a closed year
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=timezone.utc)


class MollieMixin(O2CMixin):
    """One Dutch company, one balance in EUR with its journal."""

    def setUp(self):
        super().setUp()
        # The database is rolled back after each test; the sandbox starts anew.
        self.new_sandbox()
        self.patch(http_client, "WAITS", (0, 0))

    @classmethod
    def new_sandbox(cls):
        cls.world = World(clock=ManualClock(NOON))
        cls.mollie = MollieApp(cls.world)
        cls.services = {ADDRESS: cls.mollie}

    @classmethod
    def set_up_mollie(cls):
        cls.new_sandbox()
        cls.account = cls.env["mollie.account"].create(
            {
                "name": "Trade Wins",
                "access_token": settings.MOLLIE_TOKEN,
                "webhook_secret": settings.MOLLIE_WEBHOOK_SECRET,
                "base_url": f"{ADDRESS}/v2",
            }
        )
        cls.account.action_test_connection()
        cls.balance = cls.account.balance_ids
        cls.balance.action_create_journal()
        cls.journal = cls.balance.journal_id
        cls.customer = cls.env["res.partner"].create({"name": "Anna de Vries"})
        cls.product = cls.env["product.product"].create({"name": "Watering can"})

    # === In Odoo === #

    def invoice(self, amount, **values):
        """Return a posted invoice of ``amount`` without tax."""
        line = {"product_id": self.product.id, "price_unit": amount, "tax_ids": False}
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-11-02",
                "invoice_line_ids": [Command.create(line)],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def payment(self, code, amount, **values):
        """Return a posted payment as an order import registers it."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "date": "2026-11-02",
                "journal_id": self.journal.id,
                "payment_reference": code,
                **values,
            }
        )
        payment.action_post()
        return payment

    def paid_invoice(self, code, amount, **values):
        """Return an invoice and the payment that it is reconciled with."""
        invoice = self.invoice(amount)
        payment = self.payment(code, amount, **values)
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        return invoice, payment

    # === At Mollie === #

    def pay(self, description, amount, settle=True, **details):
        """Let a customer pay at Mollie; return the payment."""
        payment = self.mollie.create_payment(amount, description=description, **details)
        self.mollie.pay(payment["id"])
        if settle:
            self.mollie.settle()
        return payment

    def fetch(self, later=False):
        """Fetch as the cron does, until nothing is left to do."""
        self.env["mollie.balance"]._cron_fetch()
        self.run_jobs(later=later)
        self.assertEqual(self.failed_jobs().mapped("exc_info"), [])

    # === At the bank === #

    def bank_line(self, text, amount, **values):
        """Import a line of the real bank account."""
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.journal.id)], limit=1
        )
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "date": "2026-11-03",
                "payment_ref": text,
                "amount": amount,
                **values,
            }
        )

    # === In the books === #

    def lines(self, kind=None):
        """Return Mollie's lines in the order they happened, of one kind or all."""
        domain = [("balance_id", "=", self.balance.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["mollie.balance.transaction"].search(domain, order="id")

    def ledger(self, account):
        """Return what stands on an account of the books."""
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        entries = self.env["account.move.line"].search(domain)
        return account.company_id.currency_id.round(sum(entries.mapped("balance")))

    def reasons(self, record):
        """Return the codes of the open exceptions on ``record``."""
        return self.open_exceptions(record).mapped("reason")

    def assertInBalance(self):
        """The books show to the cent what Mollie says is available."""
        self.balance.invalidate_recordset()
        self.assertEqual(self.balance.ledger_difference, 0.0)
        available = float(self.mollie.balance()["available"])
        self.assertAlmostEqual(self.balance.ledger_balance, available, places=2)


@tagged("standard", "post_install", "-at_install")
class MollieCase(MollieMixin, O2CCase):
    """A test in one transaction with Mollie connected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_mollie()

from unittest.mock import patch

from odoo.tests import Form, new_test_user

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib.client import MollieClient
from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


class TestBills(MollieCase):
    """Fees of 0.39 and 1.63 were kept; the bill is 2.01, 0.01 comes back."""

    def setUp(self):
        super().setUp()
        self.sell("0", "121.00", "ideal")
        self.sell("1", "60.50", "creditcard")
        self.mollie_partner = self.env.ref("mollie_reconcile.partner_mollie")

    def sell(self, number, amount, method):
        self.paid_invoice(f"{CODE}{number}", float(amount))
        self.pay(f"{CODE}{number}", amount, method=method)

    def fetch_bills(self):
        self.fetch()
        self.env["mollie.balance"]._cron_fetch_bills()
        self.run_jobs()
        self.assertEqual(self.failed_jobs().mapped("exc_info"), [])
        return self.env["mollie.bill"].search([("balance_id", "=", self.balance.id)])

    def payable(self):
        return self.ledger(self.mollie_partner.property_account_payable_id)

    def test_bill_is_a_draft_with_lines_vat_and_pdf(self):
        at_mollie = self.mollie.bill()
        bill = self.fetch_bills()
        move = bill.move_id
        self.assertEqual((bill.state, move.state), ("draft", "draft"))
        self.assertEqual(move.move_type, "in_invoice")
        self.assertEqual(move.partner_id, self.mollie_partner)
        self.assertEqual(move.ref, at_mollie["reference"])
        self.assertEqual(str(move.invoice_date), at_mollie["issuedAt"])
        lines = move.invoice_line_ids
        self.assertEqual(lines.mapped("price_unit"), [0.32, 1.34])
        self.assertEqual(set(lines.tax_ids.mapped("amount")), {21.0})
        self.assertIn("2026-11 iDEAL", lines[0].name)
        self.assertEqual(move.amount_total, bill.gross_amount)
        self.assertEqual(f"{bill.gross_amount:.2f}", at_mollie["grossAmount"]["value"])
        self.assertTrue(move.message_main_attachment_id.raw.startswith(b"%PDF-"))
        self.assertEqual(bill.withheld_amount, bill.gross_amount)

    def test_posting_it_settles_all_to_zero(self):
        self.mollie.bill()
        bill = self.fetch_bills()
        bill.move_id.action_post()
        self.run_jobs()
        self.assertEqual(bill.state, "settled")
        self.assertEqual(bill.move_id.payment_state, "paid")
        self.assertEqual(self.payable(), 0.0)
        self.assertFalse(self.open_exceptions())
        self.assertInBalance()

    def test_it_is_posted_by_itself_when_so_set(self):
        self.account.post_bills = True
        self.mollie.bill()
        bill = self.fetch_bills()
        self.assertEqual(bill.state, "settled")
        self.assertEqual(self.payable(), 0.0)

    def test_it_is_made_once(self):
        self.mollie.bill()
        first = self.fetch_bills()
        self.assertEqual(self.fetch_bills(), first)
        bills = [("move_type", "=", "in_invoice"), ("ref", "=", first.reference)]
        self.assertEqual(self.env["account.move"].search_count(bills), 1)

    def test_bill_entered_by_hand_is_taken(self):
        at_mollie = self.mollie.bill()
        mine = self.invoice(
            float(at_mollie["grossAmount"]["value"]),
            move_type="in_invoice",
            partner_id=self.mollie_partner.id,
            ref=at_mollie["reference"],
        )
        bill = self.fetch_bills()
        self.assertEqual(bill.move_id, mine)
        self.assertEqual(bill.state, "settled")

    def test_compensation_that_comes_later_completes_it(self):
        self.account.post_bills = True
        self.mollie.bill()
        kept = self.mollie._balances.of_currency("EUR")["transactions"].pop()
        bill = self.fetch_bills()
        self.assertEqual(bill.state, "posted")
        self.mollie._balances.of_currency("EUR")["transactions"].append(kept)
        self.fetch()
        self.assertEqual(bill.state, "settled")
        self.assertEqual(self.payable(), 0.0)

    def test_fees_of_other_months_wait_for_their_own_bill(self):
        self.account.post_bills = True
        self.mollie.bill()
        self.world.clock.advance(days=30)
        self.sell("2", "10.00", "ideal")
        bill = self.fetch_bills()
        self.assertEqual(bill.state, "settled")
        self.assertEqual(self.payable(), 0.39)

    def test_bill_that_differs_is_told_after_some_days(self):
        self.account.post_bills = True
        self.mollie.bill()
        self.mollie.book("payment-fee", "-1.00")
        bill = self.fetch_bills()
        self.assertEqual(bill.state, "posted")
        bill.issued_on = "2026-10-01"
        self.fetch()
        self.assertEqual(self.reasons(bill), ["bill_differs"])
        message = self.open_exceptions(bill).message
        self.assertIn("2.01 EUR", message)
        self.assertIn("3.01 EUR", message)

    def test_cent_of_rounding_is_taken_over(self):
        self.mollie.bill()
        section = self.mollie._section["invoices"]
        [invoice] = section.values()
        for name, cents in (("vatAmount", "0.36"), ("grossAmount", "2.02")):
            invoice[name]["value"] = cents
        move = self.fetch_bills().move_id
        self.assertEqual((move.amount_tax, move.amount_total), (0.36, 2.02))

    def test_total_that_differs_is_not_posted(self):
        self.account.post_bills = True
        self.mollie.bill()
        [invoice] = self.mollie._section["invoices"].values()
        invoice["grossAmount"]["value"] = "3.00"
        bill = self.fetch_bills()
        self.assertEqual(bill.state, "draft")
        self.assertEqual(self.reasons(bill), ["bill_differs"])

    def test_reverse_charge_has_vat_of_its_own_and_the_net_total(self):
        belgium = self.env.ref("base.be")
        self.mollie_partner.write({"country_id": belgium.id, "vat": "BE0477472701"})
        self.mollie.bill()
        [invoice] = self.mollie._section["invoices"].values()
        for line in invoice["lines"]:
            line["vatPercentage"] = 0
        invoice["vatAmount"]["value"] = "0.00"
        invoice["grossAmount"]["value"] = "1.66"
        move = self.fetch_bills().move_id
        self.assertAlmostEqual(move.amount_untaxed, 1.66)
        self.assertAlmostEqual(move.amount_total, 1.66)
        taxed = move.line_ids.filtered("tax_line_id")
        self.assertTrue(taxed)
        self.assertEqual(sum(taxed.mapped("balance")), 0.0)

    def test_own_tax_and_account_are_used(self):
        account = self.env["account.account"].search(
            [
                ("account_type", "=", "expense"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        tax = self.env.company.account_purchase_tax_id.copy({"name": "21 % fees"})
        self.account.write({"fee_account_id": account.id, "fee_tax_id": tax.id})
        self.mollie.bill()
        lines = self.fetch_bills().move_id.invoice_line_ids
        self.assertEqual(lines.account_id, account)
        self.assertEqual(lines.tax_ids, tax)

    def test_bill_without_pdf_is_made_and_says_so(self):
        self.mollie.bill()
        error = RejectedError("Mollie refused the request (404).")
        with patch.object(MollieClient, "bill_pdf", side_effect=error):
            move = self.fetch_bills().move_id
        self.assertFalse(move.message_main_attachment_id)
        self.assertIn("PDF is missing", move.message_ids[0].body)

    def test_bills_from_before_the_start_are_left_alone(self):
        self.balance.start_date = "2026-12-01"
        self.mollie.bill()
        self.assertFalse(self.fetch_bills())

    def test_key_is_not_sent_with_the_link(self):
        self.mollie.bill()
        heads = []
        app = self.mollie._app

        def watched(environ, start_response):
            if "download" in environ["PATH_INFO"]:
                heads.append(environ.get("HTTP_AUTHORIZATION"))
            return app(environ, start_response)

        with patch.object(self.mollie, "_app", watched):
            self.fetch_bills()
        self.assertEqual(heads, [None])

    def test_bookkeeper_sees_bills(self):
        self.mollie.bill()
        bill = self.fetch_bills()
        reader = new_test_user(
            self.env, "mollie-reader", groups="account.group_account_user"
        )
        self.assertAlmostEqual(bill.with_user(reader).withheld_amount, 2.01)
        self.assertEqual(self.balance.with_user(reader).bill_ids, bill)
        Form(bill.with_user(reader))

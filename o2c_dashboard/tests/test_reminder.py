from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import DashboardCase


class ReminderCase(DashboardCase):
    """A business that does not pay, and the three levels that come with the addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"is_company": True, "lang": "en_US"})
        cls.letters = cls.env["o2c.reminder.letter"]
        cls.first, cls.second, cls.last = (
            cls.env.ref(f"o2c_dashboard.reminder_level_{number}")
            for number in (1, 2, 3)
        )
        # What the database has of its own is left out.
        cls.env["account.move"].search(
            [("payment_state", "in", ("not_paid", "partial"))]
        ).o2c_disputed = True
        cls.company.o2c_send_reminders = True

    def overdue(self, days=10, **values):
        """Return an invoice that should have been paid so many days ago."""
        due = fields.Date.today() - timedelta(days=days)
        bill = self.order()._create_invoices()
        bill.write(
            {
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                **values,
            }
        )
        bill.action_post()
        return bill

    def remind(self):
        """Let the day's action run; return how many mails it wrote."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([], order="id desc", limit=1).id or 0
        self.letters._cron_remind()
        self.env.flush_all()
        ours = [("id", ">", before), ("model", "=", self.letters._name)]
        return mails.search(ours)

    def days_pass(self, bill, days):
        """Let a reminded invoice become older."""
        for letter in bill.o2c_reminder_ids.letter_id.filtered("sent_on"):
            letter.sent_on -= timedelta(days)
        for line in bill.line_ids.filtered("date_maturity"):
            line.date_maturity -= timedelta(days)
        bill.invoice_date_due -= timedelta(days)

    def levels(self, bill):
        return bill.o2c_reminder_ids.filtered(lambda r: r.state == "sent").level_id


class TestReminder(ReminderCase):
    def test_overdue_invoice_is_reminded_once_with_a_link_to_pay(self):
        bill = self.overdue()
        mail = self.remind()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(bill.name, mail.body_html)
        self.assertIn(bill.access_token, mail.body_html)
        self.assertIn("#portal_pay", mail.body_html)
        self.assertIn("100.00", mail.subject)
        self.assertEqual(bill.o2c_reminder_level_id, self.first)
        self.assertEqual(bill.o2c_reminded_on, fields.Date.today())
        self.assertFalse(self.remind())

    def test_levels_follow_with_the_days_between_them(self):
        bill = self.overdue(6)
        self.assertFalse(self.remind())
        self.days_pass(bill, 1)
        self.assertTrue(self.remind())
        self.days_pass(bill, 13)
        self.assertFalse(self.remind())
        self.days_pass(bill, 1)
        self.assertEqual(self.remind().subject[:15], "Second reminder")
        self.days_pass(bill, 14)
        self.assertEqual(self.remind().subject[:13], "Last reminder")
        self.days_pass(bill, 300)
        self.assertFalse(self.remind())
        self.assertEqual(self.levels(bill), self.first | self.second | self.last)

    def test_switched_on_late_nobody_begins_with_the_last_warning(self):
        bill = self.overdue(200)
        self.remind()
        self.assertEqual(self.levels(bill), self.first)
        self.assertFalse(self.remind())

    def test_several_invoices_of_a_customer_are_one_mail(self):
        bills = self.overdue() | self.overdue(8)
        mail = self.remind()
        self.assertEqual(len(mail), 1)
        for bill in bills:
            self.assertIn(bill.name, mail.body_html)
            self.assertIn(bill.access_token, mail.body_html)
        self.assertIn("200.00", mail.subject)

    def test_paid_and_partly_paid(self):
        paid, partly = self.overdue(), self.overdue()
        self.pay(paid)
        self.pay(partly, 60)
        self.assertIn(paid.payment_state, ("paid", "in_payment"))
        mail = self.remind()
        self.assertNotIn(paid.name, mail.body_html)
        self.assertIn(partly.name, mail.body_html)
        self.assertIn("40.00", mail.subject)

    def test_money_that_came_since_stops_what_waits_to_be_sent(self):
        self.company.o2c_send_reminders = False
        paid, partly = self.overdue(), self.overdue()
        self.assertFalse(self.remind())
        letter = (paid | partly).o2c_reminder_ids.letter_id
        self.assertEqual(letter.amount, 200)
        self.pay(paid)
        self.pay(partly, 60)
        letter.action_send()
        self.assertEqual(letter.state, "sent")
        self.assertEqual(letter.reminder_ids.move_id, partly)
        self.assertEqual(letter.amount, 40)
        self.assertFalse(self.levels(paid))

    def test_letter_of_which_all_is_paid_goes_away(self):
        self.company.o2c_send_reminders = False
        bill = self.overdue()
        self.remind()
        letter = bill.o2c_reminder_ids.letter_id
        self.pay(bill)
        self.assertFalse(self.remind())
        self.assertFalse(letter.exists())

    def test_disputed_invoice_waits_until_that_is_settled(self):
        bill = self.overdue(o2c_disputed=True)
        self.assertFalse(self.remind())
        bill.o2c_disputed = False
        self.assertTrue(self.remind())

    def test_promise_holds_until_its_day_is_over(self):
        bill = self.overdue(o2c_promised_on=fields.Date.today())
        self.assertFalse(self.remind())
        bill.o2c_promised_on = fields.Date.today() - timedelta(days=1)
        self.assertTrue(self.remind())

    def test_people_are_not_reminded(self):
        self.customer.write({"is_company": False, "vat": False})
        self.overdue()
        self.assertFalse(self.remind())

    def test_invoice_whose_money_the_shop_takes_is_not_reminded(self):
        shop = self.env["shopify.shop"].create(
            {"name": "Shop", "domain": "reminded.myshopify.com"}
        )
        bill = self.overdue()
        order = self.env["shopify.order"].create(
            {
                "shop_id": shop.id,
                "gid": "gid://shopify/Order/77",
                "sale_order_id": bill.line_ids.sale_line_ids.order_id.id,
                "financial_status": "PAID",
            }
        )
        self.assertFalse(self.remind())
        order.write({"on_terms": True})
        self.assertFalse(self.remind())
        order.write({"financial_status": "PENDING"})
        self.assertTrue(self.remind())

    def test_online_payment_on_its_way_is_waited_for(self):
        bill = self.overdue()
        provider = self.env["payment.provider"].search(
            [("code", "=", "mollie")], limit=1
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": "reminded-1",
                "amount": 100,
                "currency_id": bill.currency_id.id,
                "partner_id": self.customer.id,
                "invoice_ids": [(4, bill.id)],
                "state": "pending",
            }
        )
        self.assertFalse(self.remind())
        transaction.state = "cancel"
        self.assertTrue(self.remind())

    def test_nothing_goes_out_before_it_is_switched_on(self):
        self.company.o2c_send_reminders = False
        bill = self.overdue()
        self.assertFalse(self.remind())
        letter = bill.o2c_reminder_ids.letter_id
        self.assertEqual(letter.state, "draft")
        self.assertIn(bill.name, letter.preview)
        self.assertFalse(self.remind())
        self.assertEqual(bill.o2c_reminder_ids.letter_id, letter)
        self.assertFalse(bill.o2c_reminder_level_id)

    def test_new_company_sends_nothing(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(company.o2c_send_reminders)

    @mute_logger("odoo.sql_db")
    def test_database_keeps_a_second_reminder_of_a_level_out(self):
        bill = self.overdue()
        self.remind()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            bill.o2c_reminder_ids.copy()

    def test_customer_without_address_is_told_and_the_others_are_sent(self):
        self.overdue()
        silent = self.customer.copy({"name": "Silent", "email": False})
        self.customer, with_address = silent, self.customer
        bill = self.overdue()
        mail = self.remind()
        self.assertEqual(mail.recipient_ids, with_address)
        letter = bill.o2c_reminder_ids.letter_id
        exception = self.open_exceptions(letter)
        self.assertEqual(exception.reason, "reminder")
        silent.email = "now@garden.example"
        exception.action_retry()
        self.assertEqual(letter.state, "sent")
        self.assertEqual(exception.state, "closed")

    def test_levels_of_a_company_take_the_place_of_the_shared_ones(self):
        level = self.first.copy({"days": 3, "company_id": self.company.id})
        bill = self.overdue(4)
        self.remind()
        self.assertEqual(self.levels(bill), level)

    def test_note_stands_on_each_invoice(self):
        bill = self.overdue()
        self.remind()
        self.assertIn("Friendly Reminder", bill.message_ids[0].body)


class TestReminderRights(ReminderCase):
    def user(self, *groups, company=None):
        user = new_test_user(
            self.env,
            f"reminds_{len(groups)}_{bool(company)}",
            groups=",".join(("o2c_base.group_user", *groups)),
        )
        if company:
            user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        return user

    def test_accounting_sees_and_sends_others_do_not(self):
        self.company.o2c_send_reminders = False
        bill = self.overdue()
        self.remind()
        letter = bill.o2c_reminder_ids.letter_id
        with self.assertRaises(AccessError):
            letter.with_user(self.user("stock.group_stock_user")).read(["amount"])
        accountant = self.user("account.group_account_invoice", "base.group_user")
        self.assertIn(bill.name, letter.with_user(accountant).preview)
        letter.with_user(accountant).action_send()
        self.assertEqual(letter.state, "sent")

    def test_other_company_sees_nothing(self):
        bill = self.overdue()
        self.remind()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        accountant = self.user("account.group_account_invoice", company=other)
        letters = self.letters.with_user(accountant).with_company(other)
        self.assertFalse(letters.search([]))
        reminders = self.env["o2c.reminder"].with_user(accountant)
        self.assertFalse(reminders.search([("move_id", "=", bill.id)]))

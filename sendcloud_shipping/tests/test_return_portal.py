import re

from odoo import http
from odoo.tests import HttpCase, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from .common import SendcloudMixin
from .test_return import ReturnMixin


@tagged("standard", "post_install", "-at_install")
class TestReturnPortal(ReturnMixin, SendcloudMixin, O2CMixin, HttpCase):
    def setUp(self):
        super().setUp()
        self.order = self.ship(quantity=2).sale_id
        self.order._portal_ensure_token()
        self.url = f"/my/orders/{self.order.id}/return"
        self.token = f"?access_token={self.order.access_token}"
        [self.move] = self.order._sendcloud_returnable()

    def page(self):
        answer = self.url_open(self.url + self.token)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def send(self, **fields):
        """Fill in the form of the page and send it."""
        csrf = re.search(r'name="csrf_token" value="(\w+)"', self.page())[1]
        data = {"csrf_token": csrf, "access_token": self.order.access_token, **fields}
        return self.url_open(f"{self.url}/new", data=data)

    def returns(self):
        return self.order.picking_ids.sendcloud_return_ids

    def test_customer_returns_one_of_two(self):
        self.assertIn("The label is free of charge", self.page())
        answer = self.send(**{f"move-{self.move.id}": "1", "reason": "fit"})
        self.assertIn("Your label is being made", answer.text)
        [record] = self.returns()
        self.assertTrue(record.is_from_customer)
        self.assertEqual(record.reason, "It does not fit")
        self.assertEqual(record.picking_id.move_ids.product_uom_qty, 1)
        self.run_jobs()
        self.assertIn("Print Label", self.page())
        self.assertRegex(self.page(), r"\s1 × Watering can\s")
        label = self.url_open(f"{self.url}/{record.id}/label{self.token}")
        self.assertEqual(label.content[:4], b"%PDF")
        self.assertEqual(label.headers["Cache-Control"], "no-store")

    def test_customer_is_told_what_is_not_possible(self):
        answer = self.send(**{f"move-{self.move.id}": "3", "reason": "fit"})
        self.assertIn("cannot be returned any more", answer.text)
        answer = self.send(reason="fit")
        self.assertIn("Choose what you send back", answer.text)
        self.assertFalse(self.returns())

    def test_who_pays_is_said(self):
        self.account.return_payer = "customer"
        self.assertIn("kept back from your refund", self.page())
        self.send(**{f"move-{self.move.id}": "1", "reason": "fit"})
        self.send(**{f"move-{self.move.id}": "1", "reason": "broken"})
        payers = self.returns().sorted("id").mapped("paid_by")
        self.assertEqual(payers, ["customer", "us"])

    def test_order_page_leads_there(self):
        page = self.url_open(f"/my/orders/{self.order.id}{self.token}").text
        self.assertIn(f'href="{self.url}?access_token=', page)
        self.account.return_days = 0
        page = self.url_open(f"/my/orders/{self.order.id}{self.token}").text
        self.assertNotIn("Return Goods", page)

    def test_without_the_token_nothing(self):
        for token in ("", "?access_token=wrong"):
            answer = self.url_open(self.url + token, allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertNotIn("Watering can", answer.text)

    def log_in(self, login, *groups, **partner):
        """Log in as a new user with these groups, without the order's token."""
        user = self.create_user(login, *groups)
        user.partner_id.write(partner)
        self.authenticate(None, None)
        user.password = login
        self.authenticate(login, login)
        self.token = ""
        return user

    def ask(self, **fields):
        """Send the form as somebody made it up; return the answer's status."""
        data = {
            "csrf_token": http.Request.csrf_token(self),
            f"move-{self.move.id}": "1",
            **fields,
        }
        return self.url_open(f"{self.url}/new", data=data).status_code

    def test_customer_who_is_logged_in_needs_no_token(self):
        self.log_in("jo", "base.group_portal", parent_id=self.partner.id)
        self.assertEqual(self.ask(), 200)
        record = self.returns()
        self.assertTrue(record.is_from_customer)
        self.run_jobs()
        label = self.url_open(f"{self.url}/{record.id}/label")
        self.assertEqual(label.content[:4], b"%PDF")

    def test_staff_who_see_the_order_cannot_ask_for_the_customer(self):
        known = self.send_back(self.order).sendcloud_return_ids
        self.run_jobs()
        staff = {
            "packer": ["stock.group_stock_user"],
            "bookkeeper": ["account.group_account_user"],
            "seller": ["sales_team.group_sale_salesman_all_leads"],
        }
        for login, groups in staff.items():
            self.log_in(login, *groups)
            self.assertIn("asks for a return label here", self.page())
            self.assertNotIn("Get Return Label", self.page())
            # The token of an order is a field that its readers can read.
            for token in ("", self.order.access_token):
                self.assertEqual(self.ask(access_token=token), 403, login)
                label = f"{self.url}/{known.id}/label?access_token={token}"
                self.assertEqual(self.url_open(label).status_code, 404, login)
        self.assertEqual(self.returns(), known)

    def test_follower_of_the_order_is_not_its_customer(self):
        user = self.log_in("neighbour", "base.group_portal")
        self.order.message_subscribe(user.partner_id.ids)
        # Odoo 19 does not even show the order to who follows it.
        self.assertNotIn("/return/new", self.page())
        self.assertEqual(self.ask(), 403)
        self.assertEqual(self.ask(access_token="wrong"), 403)
        self.assertFalse(self.returns())
        self.assertEqual(self.ask(access_token=self.order.access_token), 200)
        self.assertTrue(self.returns(), "the customer's link was passed on")

    def test_employee_who_bought_something_is_a_customer(self):
        self.log_in("colleague", "base.group_user", parent_id=self.partner.id)
        self.order.user_id = self.env.user
        token = self.order.access_token
        self.assertEqual(self.ask(access_token=token), 200)
        self.assertTrue(self.returns())

    def test_label_of_another_order_stays_shut(self):
        back = self.send_back(self.order)
        self.run_jobs()
        record = back.sendcloud_return_id
        other = self.ship().sale_id
        other._portal_ensure_token()
        for url in (
            f"/my/orders/{other.id}/return/{record.id}/label"
            f"?access_token={other.access_token}",
            f"{self.url}/{record.id}/label?access_token=wrong",
            f"/web/content/{record.label_id.id}",
        ):
            answer = self.url_open(url)
            self.assertNotEqual(answer.content[:4], b"%PDF", url)

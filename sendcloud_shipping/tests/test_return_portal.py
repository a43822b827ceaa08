import re

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

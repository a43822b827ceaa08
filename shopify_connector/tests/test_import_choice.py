"""Fetching orders that a person names, by number or by day."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import ShopifyCase


class TestImportChoice(ShopifyCase):
    def choose(self, user=None, **values):
        model = self.env["shopify.import"].with_user(user or self.env.user)
        action = model.create({"shop_id": self.shop.id, **values}).action_import()
        self.run_jobs()
        return self.env[action["res_model"]].search(action["domain"])

    def test_orders_by_number_with_and_without_sign(self):
        for _number in range(3):
            self.buy()
        orders = self.choose(by="number", numbers="#1001, 1003")
        self.assertEqual(set(orders.mapped("name")), {"#1001", "#1003"})
        self.assertEqual(set(orders.mapped("state")), {"imported"})

    def test_number_that_shopify_does_not_have_is_named(self):
        self.buy()
        with self.assertRaisesRegex(UserError, "#1009"):
            self.choose(by="number", numbers="#1001 #1009")
        self.assertFalse(self.env["shopify.order"].search([]))

    def test_search_terms_are_no_order_number(self):
        for numbers in ("1001)OR(status:any", "' OR '", "", None):
            with self.assertRaises(UserError):
                self.choose(by="number", numbers=numbers)

    def test_days_are_those_of_the_shop(self):
        # 23:30 UTC is the next day in Amsterdam.
        self.world.clock.advance(hours=38, minutes=30)
        late = self.buy()
        self.world.clock.advance(days=2)
        self.buy()
        day = {"date_from": "2026-11-04", "date_to": "2026-11-04"}
        self.assertEqual(self.choose(by="date", **day), self.find(late))
        with self.assertRaises(UserError):
            self.choose(by="date", date_from="2026-11-03", date_to="2026-11-03")

    def test_day_that_ends_before_it_begins(self):
        with self.assertRaises(UserError):
            self.choose(by="date", date_from="2026-11-04", date_to="2026-11-03")

    def test_user_may_fetch(self):
        self.buy()
        user = new_test_user(self.env, "o2c-user", "o2c_base.group_user")
        self.assertEqual(
            self.choose(user, by="number", numbers="1001").mapped("state"), ["imported"]
        )

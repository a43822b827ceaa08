"""Many orders in few questions, as many as Shopify's prices let fit in."""

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib.paging import PageSize

from .test_client import ClientCase, graphql_error


def cost(requested, available=20000):
    status = {"currentlyAvailable": available, "restoreRate": 1000}
    return {"requestedQueryCost": requested, "throttleStatus": status}


@tagged("standard", "post_install", "-at_install")
class TestPageSize(BaseCase):
    def test_page_grows_to_what_a_question_may_cost(self):
        page = PageSize(first=10)
        page.learn(cost(250), 10)
        self.assertEqual(page.items, 32, "800 points at 25 each")

    def test_page_follows_what_is_left_in_the_bucket(self):
        page = PageSize(first=10)
        page.learn(cost(250, available=125), 10)
        self.assertEqual(page.items, 4)
        page.learn(cost(250, available=1), 10)
        self.assertEqual(page.items, 1)

    def test_page_has_an_upper_end(self):
        page = PageSize(first=10, largest=50)
        page.learn(cost(10), 10)
        self.assertEqual(page.items, 50)

    def test_answer_without_cost_changes_nothing(self):
        page = PageSize(first=10)
        page.learn(None, 10)
        self.assertEqual(page.items, 10)


class TestManyOrders(ClientCase):
    def test_orders_come_with_lines_and_refunds_as_one_order_does(self):
        gids = [self.buy(quantity)["id"] for quantity in (1, 2, 3)]
        self.app.refund(self.app.order(gids[1]), {"TW-SHEARS-01": 1})
        self.assertEqual(
            dict(self.client.orders(gids)),
            {gid: self.client.order(gid) for gid in gids},
        )
        self.assertEqual(len(self.session.documents[0]["variables"]["ids"]), 3)

    def test_deleted_order_is_none_and_the_others_come(self):
        known, unknown = self.buy()["id"], "gid://shopify/Order/99"
        found = dict(self.client.orders([unknown, known]))
        self.assertIsNone(found[unknown])
        self.assertEqual(found[known]["id"], known)

    def test_page_adapts_to_the_price(self):
        gids = [self.buy()["id"] for _n in range(25)]
        self.assertEqual(len(dict(self.client.orders(gids))), 25)
        asked = [len(body["variables"]["ids"]) for body in self.session.documents]
        self.assertEqual(sum(asked), 25)
        self.assertEqual(asked[0], 10)
        each = self.client.cost["requestedQueryCost"] / asked[-1]
        self.assertLessEqual(asked[1] * each, 1000)

    def test_too_expensive_question_is_halved_down_to_one(self):
        gids = [f"gid://shopify/Order/{n}" for n in range(3)]
        refused = graphql_error("MAX_COST_EXCEEDED")
        nothing = (200, {"data": {"order": None}})
        client = self.scripted(*[refused] * 4, nothing, nothing, nothing)
        self.assertEqual(dict(client.orders(gids)), dict.fromkeys(gids))

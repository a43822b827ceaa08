"""Tags that a person changes in Odoo go to Shopify, and nothing else does."""

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib.client import AdminClient
from odoo.addons.shopify_connector.lib.tags import differences

from .common import SANNE
from .test_product_send import SendCase


@tagged("standard", "post_install", "-at_install")
class TestDifferences(BaseCase):
    def test_only_what_changed_here(self):
        base, ours = ["Old", "Both"], ["Both", "New"]
        theirs = ["Old", "Both", "app-x"]
        self.assertEqual(differences(base, ours, theirs), (["New"], ["Old"]))

    def test_what_is_there_or_gone_already_is_not_told(self):
        self.assertEqual(differences(["Old"], ["New"], ["new"]), ([], []))

    def test_a_tag_goes_as_shopify_spells_it(self):
        self.assertEqual(differences(["vip"], [], ["VIP"]), ([], ["VIP"]))


class TagCase(SendCase):
    def setUp(self):
        super().setUp()
        self.shop.write({"send_order_tags": True, "send_customer_tags": True})
        self.shop.write({"take_order_tags": True, "take_customer_tags": True})

    def tag(self, *names, model="crm.tag"):
        found = self.env[model].search([("name", "in", names)])
        missing = set(names) - set(found.mapped("name"))
        return found | self.env[model].create([{"name": name} for name in missing])

    def touch(self, theirs, **fields):
        self.world.clock.advance(hours=1)
        self.shopify.touch(theirs, **fields)
        self.fetch()


class TestOrderTagsOut(TagCase):
    def setUp(self):
        super().setUp()
        self.order = self.buy(tags=["Gift"])
        self.fetch()
        self.sale_order = self.find(self.order).sale_order_id

    def names(self):
        return sorted(self.sale_order.tag_ids.mapped("name"))

    def put(self, *names):
        self.sale_order.tag_ids |= self.tag(*names)

    def take(self, *names):
        self.sale_order.tag_ids -= self.tag(*names)

    def test_added_and_taken_off_by_a_person(self):
        self.put("Wholesale")
        self.settle()
        self.assertEqual(set(self.order["tags"]), {"Gift", "Wholesale"})
        self.take("Gift")
        self.settle()
        self.assertEqual(self.order["tags"], ["Wholesale"])

    def test_an_import_is_no_change(self):
        told = self.told()
        self.buy(tags=["Gift", "Fragile"])
        self.fetch()
        self.settle()
        self.assertFalse(told)

    def test_what_the_shop_added_meanwhile_stays(self):
        self.put("Wholesale")
        self.order["tags"] = ["Gift", "app-x"]
        self.settle()
        self.assertEqual(set(self.order["tags"]), {"Gift", "app-x", "Wholesale"})

    def test_what_the_shop_took_off_meanwhile_does_not_come_back(self):
        self.put("Wholesale")
        self.order["tags"] = []
        self.settle()
        self.assertEqual(self.order["tags"], ["Wholesale"])

    def test_the_echo_is_no_change(self):
        self.put("Wholesale")
        self.settle()
        told = self.told()
        self.touch(self.order, tags=list(self.order["tags"]))
        self.settle()
        self.assertFalse(told)
        self.assertEqual(self.names(), ["Gift", "Wholesale"])

    def test_a_change_that_came_from_the_shop_is_not_sent_back(self):
        told = self.told()
        self.touch(self.order, tags=["Fragile"])
        self.settle()
        self.assertEqual(self.names(), ["Fragile"])
        self.assertFalse(told)

    def test_taken_off_here_while_the_shop_changes_another(self):
        self.take("Gift")
        self.world.clock.advance(hours=1)
        self.shopify.touch(self.order, tags=["Gift", "Fragile"])
        self.fetch()
        self.assertEqual(self.names(), ["Fragile"])
        self.settle()
        self.assertEqual(self.order["tags"], ["Fragile"])

    def test_put_on_and_taken_off_again_before_it_is_sent(self):
        told = self.told()
        self.put("Wholesale")
        self.take("Wholesale")
        self.settle()
        self.assertFalse(told)

    def test_lost_answers(self):
        self.put("Wholesale")
        self.take("Gift")
        self.lose_answer("tagsAdd")
        self.settle()
        self.assertEqual(self.order["tags"], ["Wholesale"])
        self.take("Wholesale")
        told = self.told()
        self.settle()
        self.assertEqual(len(told), 1)
        self.assertEqual(self.order["tags"], [])

    def test_order_imported_before_it_was_switched_on(self):
        self.shop.send_order_tags = False
        older = self.buy(tags=["Gift"])
        self.fetch()
        self.sale_order = self.find(older).sale_order_id
        self.put("Before")
        self.settle()
        self.shop.send_order_tags = True
        self.put("After")
        self.settle()
        self.assertEqual(set(older["tags"]), {"Gift", "After"})

    def test_not_unless_wanted(self):
        self.shop.send_order_tags = False
        told = self.told()
        self.put("Wholesale")
        self.settle()
        self.assertFalse(told)

    def test_deleted_order(self):
        self.put("Wholesale")
        self.shopify.store.remove(self.order)
        told = self.told()
        self.settle()
        self.assertFalse(told)
        self.assertFalse(self.open_exceptions())

    def test_what_shopify_refuses_is_told_with_the_order(self):
        self.put("x" * 41)
        self.settle()
        exception = self.open_exceptions()
        self.assertEqual(exception.res_model, "shopify.tagged")
        row = self.env["shopify.tagged"].browse(exception.res_id)
        self.assertIn(self.sale_order.name, row.display_name)
        self.take("x" * 41)
        self.settle()
        self.assertFalse(self.open_exceptions())

    def test_a_comma_makes_two(self):
        self.put("Red, Blue")
        self.settle()
        self.assertEqual(set(self.order["tags"]), {"Gift", "Red", "Blue"})
        told = self.told()
        self.touch(self.order, tags=list(self.order["tags"]))
        self.settle()
        self.assertFalse(told)

    def test_permission_is_asked_for(self):
        self.assertLessEqual(
            {"write_orders", "write_customers"}, self.shop._needed_scopes()
        )


class TestCustomerTagsOut(TagCase):
    def setUp(self):
        super().setUp()
        self.buy(customer={**SANNE, "tags": ["VIP"]})
        self.fetch()
        self.theirs = self.shopify.store.all("Customer")[-1]
        row = self.env["shopify.tagged"].search([("partner_id", "!=", False)])
        self.partner = row.partner_id

    def put(self, *names):
        self.partner.category_id |= self.tag(*names, model="res.partner.category")

    def test_added_and_taken_off_by_a_person(self):
        self.put("Garden club")
        self.settle()
        self.assertEqual(set(self.theirs["tags"]), {"VIP", "Garden club"})
        self.partner.category_id = False
        self.settle()
        self.assertEqual(self.theirs["tags"], [])

    def test_the_shops_own_stay(self):
        self.put("Garden club")
        self.theirs["tags"] = ["VIP", "Newsletter"]
        self.settle()
        self.assertEqual(set(self.theirs["tags"]), {"VIP", "Newsletter", "Garden club"})

    def test_an_order_that_brings_tags_is_no_change(self):
        told = self.told()
        self.theirs["tags"] = ["VIP", "Newsletter"]
        self.buy()
        self.fetch()
        self.settle()
        names = sorted(self.partner.category_id.mapped("name"))
        self.assertEqual(names, ["Newsletter", "VIP"])
        self.assertFalse(told)

    def test_one_taken_off_here_is_not_brought_by_the_next_order(self):
        self.partner.category_id = False
        self.settle()
        self.assertEqual(self.theirs["tags"], [])
        self.buy()
        self.fetch()
        self.assertFalse(self.partner.category_id)

    def test_other_contacts_are_nobodys_business(self):
        other = self.env["res.partner"].create({"name": "Other"})
        told = self.told()
        other.category_id = self.tag("Garden club", model="res.partner.category")
        self.settle()
        self.assertFalse(told)

    def test_two_shops_are_told_each_of_its_own(self):
        other = self.shop.copy({"domain": "other.myshopify.com", "name": "Other"})
        self.assertFalse(other.send_customer_tags)
        values = {"shop_id": other.id, "gid": self.theirs["id"]}
        row = self.env["shopify.tagged"].create(
            {**values, "partner_id": self.partner.id, "known": {"words": ["VIP"]}}
        )
        asked = []
        tags_of = AdminClient.tags_of
        self.patch(
            AdminClient,
            "tags_of",
            lambda client, gid: asked.append(gid) or tags_of(client, gid),
        )
        self.put("Garden club")
        self.settle()
        self.assertEqual(asked, [self.theirs["id"]], "the other shop is not told")
        self.assertEqual(row.known, {"words": ["VIP"]})

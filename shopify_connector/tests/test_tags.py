"""Tags of orders, customers and products, to Odoo and back."""

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib.products import product_from_payload
from odoo.addons.shopify_connector.lib.tags import merged, tags_from_payload

from .common import SANNE, ShopifyCase
from .test_product_make import ProductCase
from .test_product_send import SendCase

SHEARS = "TW-SHEARS-01"


@tagged("standard", "post_install", "-at_install")
class TestMerge(BaseCase):
    def test_blanks_and_doubles_are_no_tags(self):
        words = [" Gift ", "gift", "", "VIP"]
        self.assertEqual(tags_from_payload(words), ("Gift", "VIP"))
        self.assertEqual(tags_from_payload(None), ())

    def test_what_others_put_there_stays(self):
        self.assertEqual(merged(("app-x",), ("New",)), ("app-x", "New"))
        self.assertEqual(merged(("app-x", "Old"), ("New",), ("Old",)), ("app-x", "New"))

    def test_a_and_A_are_one(self):
        self.assertEqual(merged(("SALE",), ("sale",)), ("SALE",))
        self.assertEqual(merged(("SALE",), (), ("sale",)), ())
        self.assertEqual(merged(("SALE",), ("Sale",), ("sale",)), ("SALE",))


class TestOrderTags(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.shop.write({"take_order_tags": True, "take_customer_tags": True})

    def names(self, sale_order):
        return sorted(sale_order.tag_ids.mapped("name"))

    def test_tags_of_an_order_become_those_of_its_sales_order(self):
        known = self.env["crm.tag"].create({"name": "Wholesale"})
        sale_order = self.bought(tags=["Wholesale", "Gift wrap"]).sale_order_id
        self.assertEqual(self.names(sale_order), ["Gift wrap", "Wholesale"])
        self.assertIn(known, sale_order.tag_ids, "a tag that is there is taken")

    def test_changes_follow_and_own_tags_stay(self):
        theirs = self.buy(tags=["Old", "Both"])
        self.fetch()
        sale_order = self.find(theirs).sale_order_id
        own = self.env["crm.tag"].create({"name": "Ours"})
        sale_order.tag_ids |= own
        self.world.clock.advance(hours=1)
        self.shopify.touch(theirs, tags=["Both", "New"])
        self.fetch()
        self.assertEqual(self.names(sale_order), ["Both", "New", "Ours"])
        sale_order.tag_ids -= own
        self.world.clock.advance(hours=1)
        self.shopify.touch(theirs, note="Another word")
        self.fetch()
        self.assertEqual(self.names(sale_order), ["Both", "New"])

    def test_tags_of_a_customer_become_those_of_the_contact(self):
        customer = {**SANNE, "tags": ["VIP", "Newsletter"]}
        partner = self.bought(customer=customer).sale_order_id.partner_id
        names = sorted(partner.category_id.mapped("name"))
        self.assertEqual(names, ["Newsletter", "VIP"])
        self.bought()
        found = self.env["res.partner.category"].search([("name", "=", "VIP")])
        self.assertEqual(len(found), 1)
        self.assertIn(found, partner.category_id, "none is taken away")

    def test_nothing_is_taken_unless_wanted(self):
        self.shop.write({"take_order_tags": False, "take_customer_tags": False})
        customer = {**SANNE, "tags": ["VIP"]}
        sale_order = self.bought(tags=["Gift"], customer=customer).sale_order_id
        self.assertFalse(sale_order.tag_ids)
        self.assertFalse(sale_order.partner_id.category_id)

    def test_turned_on_later_takes_what_is_read_again(self):
        self.shop.take_order_tags = False
        order = self.bought(tags=["Gift"])
        self.shop.take_order_tags = True
        order.action_import()
        self.run_jobs()
        self.assertEqual(self.names(order.sale_order_id), ["Gift"])

    def test_many_orders_ask_once_a_tag(self):
        for number in range(4):
            email = f"p{number}@example.com"
            customer = {**SANNE, "email": email, "tags": ["VIP"]}
            self.buy(tags=["Gift"], customer=customer)
        asked = []
        search = type(self.env["crm.tag"]).search

        def count(model, domain, *args, **options):
            asked.append(domain)
            return search(model, domain, *args, **options)

        self.patch(type(self.env["crm.tag"]), "search", count)
        self.fetch()
        orders = self.env["shopify.order"].search([("state", "=", "imported")])
        tagged_orders = orders.sale_order_id.filtered("tag_ids")
        self.assertEqual(len(tagged_orders), 4)
        by_name = [d for d in asked if ("name", "in", ["Gift"]) in d]
        self.assertEqual(len(by_name), 1)


class TestProductTagsIn(ProductCase):
    def test_made_product_has_the_tags(self):
        template = self.made(self.add("Hose", {"sku": "HOSE"}, tags=["Green", "Long"]))
        names = sorted(template.product_tag_ids.mapped("name"))
        self.assertEqual(names, ["Green", "Long"])

    def test_shopify_decides(self):
        hose = self.add("Hose", {"sku": "HOSE"}, tags=["Green"])
        template = self.made(hose)
        self.shop.owner_tags = "shopify"
        self.run_jobs()
        self.change(hose, tags=["Blue"])
        self.assertEqual(template.product_tag_ids.mapped("name"), ["Blue"])
        self.change(hose, tags=[])
        self.assertFalse(template.product_tag_ids)

    def test_odoo_decides(self):
        hose = self.add("Hose", {"sku": "HOSE"}, tags=["Green"])
        template = self.made(hose)
        self.change(hose, tags=["Blue"])
        self.assertEqual(template.product_tag_ids.mapped("name"), ["Green"])


class TestProductTagsOut(SendCase):
    def tag(self, *names):
        return self.env["product.tag"].create([{"name": name} for name in names])

    def test_tags_are_put_on_and_taken_off(self):
        self.theirs()["tags"] = ["app-x"]
        template = self.products[SHEARS].product_tmpl_id
        template.product_tag_ids = self.tag("Sharp", "Steel")
        self.settle()
        self.assertEqual(set(self.theirs()["tags"]), {"app-x", "Sharp", "Steel"})
        template.product_tag_ids = template.product_tag_ids.filtered(
            lambda tag: tag.name == "Steel"
        )
        self.settle()
        self.assertEqual(set(self.theirs()["tags"]), {"app-x", "Steel"})
        told = self.told()
        self.shop._send_products()
        self.settle()
        self.assertFalse(told, "all is told")

    def test_shopify_decides(self):
        self.shop.owner_tags = "shopify"
        self.settle()
        before = list(self.theirs()["tags"])
        template = self.products[SHEARS].product_tmpl_id
        template.product_tag_ids |= self.tag("Sharp")
        self.settle()
        self.assertEqual(self.theirs()["tags"], before)
        self.assertEqual(template.product_tag_ids.mapped("name"), before)

    def test_new_product_has_them(self):
        product = self.product("HOSE-1", name="Hose")
        product.product_tmpl_id.product_tag_ids = self.tag("Long")
        product.product_tmpl_id.action_send_to_shopify()
        self.settle()
        row = self.env["shopify.product"].search([("name", "=", "Hose")])
        self.assertEqual(self.shopify.store.get(row.gid)["tags"], ["Long"])

    def test_preview_says_it(self):
        template = self.products[SHEARS].product_tmpl_id
        template.product_tag_ids = self.tag("Sharp")
        row = template.shopify_variant_ids.shopify_product_id
        node = self.shop._client().product(row.gid)
        lines = list(row._preview_lines(product_from_payload(node)))
        self.assertIn("Sharp", "".join(line["ours"] for line in lines))

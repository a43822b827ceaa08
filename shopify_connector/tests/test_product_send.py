"""Shopify is told of products: what Odoo decides, once, and nothing else."""

from unittest.mock import patch

from odoo.addons.o2c_base.lib.errors import UnknownOutcomeError
from odoo.addons.shopify_connector.lib.client import AdminClient

from sandbox.shopify import product_changes

from .test_product_make import ProductCase


class SendCase(ProductCase):
    def setUp(self):
        super().setUp()
        self.shop.send_products = True
        self.read_products()
        self.run_jobs(later=True)

    def settle(self):
        """Do what waits, as if the seconds in which changes gather were over."""
        self.run_jobs(later=True)
        self.env.invalidate_all()

    def told(self):
        """Collect the changes that Shopify is asked for from here on."""
        calls, mutate = [], AdminClient.mutate

        def record(client, document, variables):
            calls.append(variables)
            return mutate(client, document, variables)

        self.startPatcher(patch.object(AdminClient, "mutate", record))
        return calls

    def lose_answer(self, mutation):
        lost, execute = [], AdminClient.execute

        def run(client, document, variables=None, name=None):
            answer = execute(client, document, variables, name)
            if mutation in document and not lost:
                lost.append(1)
                raise UnknownOutcomeError("Shopify gave no usable answer.")
            return answer

        self.startPatcher(patch.object(AdminClient, "execute", run))

    def theirs(self, handle="tw-shears-01"):
        return product_changes.of_handle(self.shopify.store, handle)

    def variant(self, product, place=0):
        return self.shopify.store.get(product["variants"][place])

    def item(self, product, place=0):
        return self.shopify.store.get(self.variant(product, place)["inventoryItem"])


class TestSendChanges(SendCase):
    def test_what_odoo_decides_arrives_together(self):
        told = self.told()
        product = self.products["TW-SHEARS-01"]
        product.write({"name": "Sharp Shears", "list_price": 100, "weight": 0.5})
        product.write({"description_sale": "Sharp & clean", "hs_code": "82015001"})
        country = self.env.ref("base.be")
        product.write({"country_of_origin": country.id, "barcode": "4711"})
        product.standard_price = 12.5
        self.settle()
        shears = self.theirs()
        self.assertEqual(shears["title"], "Sharp Shears")
        self.assertEqual(shears["description"], "Sharp & clean")
        self.assertEqual(self.variant(shears)["price"], "121.00")
        self.assertEqual(self.variant(shears)["barcode"], "4711")
        item = self.item(shears)
        self.assertEqual(item["harmonizedSystemCode"], "82015001")
        self.assertEqual(item["countryCodeOfOrigin"], "BE")
        self.assertEqual(item["unitCost"]["amount"], "12.50")
        weight = {"value": 0.5, "unit": "KILOGRAMS"}
        self.assertEqual(item["measurement"]["weight"], weight)
        self.assertEqual(len(told), 2, "the product once and its variants once")

    def test_what_shopify_decides_is_never_told(self):
        self.shop.owner_name = self.shop.owner_price = "shopify"
        self.settle()
        product = self.products["TW-SHEARS-01"]
        title = self.theirs()["title"]
        price = self.variant(self.theirs())["price"]
        product.write({"name": "Ours", "list_price": 5, "hs_code": "1234"})
        self.settle()
        shears = self.theirs()
        self.assertEqual(shears["title"], title)
        self.assertEqual(self.variant(shears)["price"], price)
        self.assertEqual(self.item(shears)["harmonizedSystemCode"], "1234")
        self.assertEqual(product.name, title, "Shopify's word came back")

    def test_empty_here_is_not_emptied_there(self):
        before = self.theirs()["description"]
        price = self.variant(self.theirs())["price"]
        product = self.products["TW-SHEARS-01"]
        product.write({"description_sale": False, "hs_code": False, "list_price": 0})
        self.settle()
        self.assertEqual(self.theirs()["description"], before)
        self.assertEqual(self.variant(self.theirs())["price"], price)
        self.assertTrue(self.item(self.theirs())["harmonizedSystemCode"])

    def test_nothing_differs_nothing_is_told(self):
        told = self.told()
        self.products["TW-SHEARS-01"].name = self.theirs()["title"]
        self.shop.product_ids._enqueue_send()
        self.settle()
        self.assertFalse(told)

    def test_a_price_taken_over_is_not_sent_back_a_cent_off(self):
        vase = self.add("Vase", {"sku": "VASE", "price": "34.95"})
        template = self.made(vase)
        self.assertAlmostEqual(template.list_price, 28.88, 2)
        self.settle()
        self.assertTrue(self.row(vase).sent_at)
        self.assertEqual(self.variant(vase)["price"], "34.95")
        template.list_price = 28.9
        self.settle()
        self.assertEqual(self.variant(vase)["price"], "34.97")

    def test_lost_answer_is_not_told_twice(self):
        self.products["TW-SHEARS-01"].name = "Sharp Shears"
        self.lose_answer("productUpdate")
        self.run_jobs(later=True)
        told = self.told()
        self.settle()
        self.assertEqual(self.theirs()["title"], "Sharp Shears")
        self.assertFalse(told)

    def test_prices_from_a_list_and_what_they_were(self):
        product = self.products["TW-SHEARS-01"]
        product.list_price = 100
        lists = self.env["product.pricelist"].create(
            [{"name": "Web"}, {"name": "Before"}]
        )
        self.shop.write(
            {"pricelist_id": lists[0].id, "compare_pricelist_id": lists[1].id}
        )
        item = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": lists[0].id,
                "applied_on": "3_global",
                "compute_price": "percentage",
                "percent_price": 20,
            }
        )
        self.settle()
        variant = self.variant(self.theirs())
        self.assertEqual(variant["price"], "96.80")
        self.assertEqual(variant["compareAtPrice"], "121.00")
        item.unlink()
        self.settle()
        variant = self.variant(self.theirs())
        self.assertEqual(variant["price"], "121.00")
        self.assertIsNone(variant["compareAtPrice"])

    def test_archived_here_is_archived_there_and_comes_back(self):
        template = self.products["TW-SHEARS-01"].product_tmpl_id
        template.action_archive()
        self.settle()
        self.assertEqual(self.theirs()["status"], "ARCHIVED")
        template.action_unarchive()
        self.settle()
        self.assertEqual(self.theirs()["status"], "ACTIVE")

    def test_archived_by_the_merchant_stays_archived(self):
        self.change(self.theirs(), status="ARCHIVED")
        self.products["TW-SHEARS-01"].name = "Other"
        self.settle()
        self.assertEqual(self.theirs()["title"], "Other")
        self.assertEqual(self.theirs()["status"], "ARCHIVED")

    def test_shop_that_is_told_nothing(self):
        self.shop.send_products = False
        told = self.told()
        self.products["TW-SHEARS-01"].name = "Other"
        self.settle()
        self.assertFalse(told)


class TestSendNew(SendCase):
    def bench(self):
        return self.env["product.template"].create(
            {
                "name": "Bänk & Table",
                "detailed_type": "product",
                "default_code": "BENCH-1",
                "list_price": 50,
                "description_sale": "Oak.",
            }
        )

    def sent(self, template):
        template.action_send_to_shopify()
        self.settle()
        domain = [("source_template_id", "=", template.id)]
        return self.env["shopify.product"].search(domain)

    def count(self):
        return len(self.shopify.store.all("Product"))

    def test_a_product_of_odoo_is_made_as_a_draft(self):
        before, bench = self.count(), self.bench()
        row = self.sent(bench)
        product = self.theirs(f"bank-table-{bench.id}")
        self.assertEqual(row.gid, product["id"])
        self.assertEqual(product["status"], "DRAFT")
        self.assertEqual(product["description"], "Oak.")
        self.assertEqual(self.variant(product)["sku"], "BENCH-1")
        self.assertTrue(self.item(product)["tracked"])
        self.assertEqual(row.template_id, bench)
        self.sent(bench)
        self.assertEqual(self.count(), before + 1)

    def test_lost_answer_makes_no_second_product(self):
        before, bench = self.count(), self.bench()
        self.lose_answer("productSet")
        row = self.sent(bench)
        self.assertEqual(self.count(), before + 1)
        self.assertEqual(row.template_id, bench)

    def test_message_that_is_faster_leaves_one_row(self):
        bench = self.bench()
        make = AdminClient.make_product

        def heard(client, handle, values):
            gid = make(client, handle, values)
            self.env["shopify.product"].create(
                {"shop_id": self.shop.id, "gid": gid, "name": "New"}
            )
            return gid

        with patch.object(AdminClient, "make_product", heard):
            row = self.sent(bench)
        rows = self.env["shopify.product"].search([("gid", "=", row.gid)])
        self.assertEqual(rows, row)
        self.assertEqual(row.template_id, bench)

    def test_options_and_variants(self):
        sizes = self.env["product.attribute"].create({"name": "Size"})
        values = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": sizes.id} for name in ("S", "M")]
        )
        line = {"attribute_id": sizes.id, "value_ids": [(6, 0, values.ids)]}
        template = self.env["product.template"].create(
            {"name": "Glove", "attribute_line_ids": [(0, 0, line)]}
        )
        row = self.sent(template)
        exception = self.open_exceptions(row)
        self.assertEqual(exception.reason, "not_sent")
        for product, code in zip(template.product_variant_ids, "SM", strict=True):
            product.default_code = f"GLOVE-{code}"
        exception.action_retry()
        self.settle()
        glove = self.theirs(f"glove-{template.id}")
        self.assertEqual(glove["options"][0]["name"], "Size")
        self.assertEqual(
            [self.variant(glove, place)["title"] for place in (0, 1)], ["S", "M"]
        )
        self.assertEqual(row.variant_ids.product_id, template.product_variant_ids)
        self.assertFalse(self.open_exceptions(row))

"""Variants that a product gets later, and what would be sent, seen before."""

import base64
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from odoo.addons.shopify_connector.lib.client import AdminClient

from sandbox.shopify import products
from sandbox.shopify.pictures import png

from .test_product_send import SendCase


class MoreCase(SendCase):
    """A shirt of Odoo, in two sizes, at Shopify."""

    def setUp(self):
        super().setUp()
        self.shop.send_new_variants = True
        self.sizes = self.env["product.attribute"].create({"name": "Size"})
        self.shirt = self.env["product.template"].create(
            {
                "name": "Shirt",
                "detailed_type": "product",
                "list_price": 20,
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": self.sizes.id,
                            "value_ids": [(6, 0, self.values("S", "M"))],
                        },
                    )
                ],
            }
        )
        self.name_variants()
        self.shirt.action_send_to_shopify()
        self.settle()
        domain = [("source_template_id", "=", self.shirt.id)]
        self.row = self.env["shopify.product"].search(domain)

    def values(self, *names):
        rows = [{"name": name, "attribute_id": self.sizes.id} for name in names]
        return self.env["product.attribute.value"].create(rows).ids

    def name_variants(self):
        for product in self.shirt.product_variant_ids:
            size = product.product_template_attribute_value_ids.name
            product.default_code = f"SHIRT-{size}"

    def grow(self, *names, named=True):
        """Give the shirt more sizes."""
        self.shirt.attribute_line_ids.value_ids = [
            (4, value) for value in self.values(*names)
        ]
        if named:
            self.name_variants()
        self.settle()

    def skus(self):
        product = self.shopify.store.get(self.row.gid)
        variants = self.shopify.store.refs(product["variants"])
        return [variant["sku"] for variant in variants]


class TestNewVariants(MoreCase):
    def test_new_variant_is_added_once(self):
        self.assertEqual(self.skus(), ["SHIRT-S", "SHIRT-M"])
        self.grow("L")
        self.assertEqual(self.skus(), ["SHIRT-S", "SHIRT-M", "SHIRT-L"])
        large = self.row.variant_ids.filtered(lambda v: v.sku == "SHIRT-L")
        self.assertEqual(large.product_id.default_code, "SHIRT-L")
        self.assertEqual(large.price, 24.2)
        told = self.told()
        self.shop._enqueue_product_comparison()
        self.settle()
        self.assertFalse(told)

    def test_lost_answer_makes_no_second_variant(self):
        self.lose_answer("productVariantsBulkCreate")
        self.grow("L")
        self.assertEqual(self.skus(), ["SHIRT-S", "SHIRT-M", "SHIRT-L"])
        self.assertFalse(self.open_exceptions(self.row))

    def test_variant_without_reference_waits_for_it(self):
        self.grow("L", named=False)
        self.assertEqual(len(self.skus()), 2)
        self.name_variants()
        self.settle()
        self.assertEqual(len(self.skus()), 3)

    def test_not_unless_wanted(self):
        self.shop.send_new_variants = False
        self.grow("L")
        self.assertEqual(len(self.skus()), 2)
        self.shop.send_new_variants = True
        self.settle()
        self.assertEqual(len(self.skus()), 3)

    def test_other_options_are_for_a_person(self):
        product = self.shopify.store.get(self.row.gid)
        product["options"][0]["name"] = "Format"
        self.grow("L")
        exception = self.open_exceptions(self.row)
        self.assertEqual(exception.reason, "not_sent")
        self.assertIn("Format", exception.message)
        self.assertEqual(len(self.skus()), 2)
        product["options"][0]["name"] = "Size"
        exception.action_retry()
        self.row._enqueue_send(seconds=0)
        self.settle()
        self.assertEqual(len(self.skus()), 3)
        self.assertFalse(self.open_exceptions(self.row))


class TestPreview(MoreCase):
    def preview(self, action):
        return self.env["shopify.preview"].browse(action["res_id"])

    def lines(self, preview):
        return [
            (
                line.product_id.name,
                line.variant or "",
                line.what,
                line.theirs or "",
                line.ours or "",
            )
            for line in preview.line_ids
        ]

    def test_each_field_is_shown_and_nothing_is_sent(self):
        self.shop.send_products = False
        self.shirt.write({"name": "Smock", "list_price": 30})
        self.grow("L")
        told = self.told()
        preview = self.preview(self.row.action_preview())
        self.assertEqual(
            self.lines(preview),
            [
                ("Shirt", "", "Name", "Shirt", "Smock"),
                ("Shirt", "S", "Price", "24.20", "36.30"),
                ("Shirt", "M", "Price", "24.20", "36.30"),
                ("Shirt", "SHIRT-L", "New variant", "", ""),
            ],
        )
        self.settle()
        self.assertFalse(told)

    def test_what_is_shown_is_what_is_sent(self):
        self.shop.send_products = False
        self.shirt.name = "Smock"
        preview = self.preview(self.shop.action_preview_products())
        self.assertIn("Smock", preview.line_ids.mapped("ours"))
        preview.action_send()
        self.assertTrue(self.shop.send_products)
        self.settle()
        self.assertEqual(self.shopify.store.get(self.row.gid)["title"], "Smock")
        again = self.preview(self.shop.action_preview_products())
        self.assertFalse(again.line_ids)
        self.assertFalse(again.differing_count)

    def test_it_is_sent_at_once_where_products_are_sent(self):
        product = self.shopify.store.get(self.row.gid)
        product["title"] = "Changed there"
        preview = self.preview(self.row.action_preview())
        self.assertEqual(len(preview.line_ids), 1)
        preview.action_send()
        self.settle()
        self.assertEqual(product["title"], "Shirt")

    def test_form_loads(self):
        preview = self.preview(self.row.action_preview())
        form = Form(preview)
        self.assertFalse(form.line_ids)

    def test_it_is_for_managers(self):
        user = new_test_user(self.env, "viewer", groups="o2c_base.group_user")
        with self.assertRaises(AccessError):
            self.row.with_user(user).action_preview()


class TestPicture(MoreCase):
    PNG = base64.b64encode(png(1))

    def shown(self):
        return self.shopify.store.get(self.row.gid)

    def test_product_without_picture_gets_one_and_only_one(self):
        self.shirt.image_1920 = self.PNG
        self.settle()
        (picture,) = self.shopify.store.refs(self.shown()["media"])
        self.assertEqual(picture["alt"], "Shirt")
        self.shirt.name = "Smock"
        self.settle()
        self.assertEqual(len(self.shown()["media"]), 1)

    def test_lost_answer_makes_no_second_picture(self):
        self.lose_answer("AddPicture")
        self.shirt.image_1920 = self.PNG
        self.settle()
        self.assertEqual(len(self.shown()["media"]), 1)
        self.assertFalse(self.open_exceptions(self.row))

    def test_picture_that_is_there_stays(self):
        theirs = products.media_of(self.shopify.store, "theirs.png")
        self.shown()["media"] = list(theirs)
        self.shirt.image_1920 = self.PNG
        self.settle()
        self.assertEqual(self.shown()["media"], theirs)

    def test_not_when_shopify_decides_about_pictures(self):
        self.shop.owner_picture = "shopify"
        self.shirt.image_1920 = self.PNG
        self.settle()
        self.assertFalse(self.shown()["media"])

    def test_it_is_in_the_preview(self):
        self.shop.send_products = False
        self.shirt.image_1920 = self.PNG
        action = self.row.action_preview()
        preview = self.env["shopify.preview"].browse(action["res_id"])
        self.assertIn("Picture", preview.line_ids.mapped("what"))

    def test_nothing_goes_to_a_strange_place(self):
        execute = AdminClient.mutate

        def mutate(client, document, variables):
            answer = execute(client, document, variables)
            for target in answer.get("stagedTargets", ()):
                target["url"] = "https://evil.example/"
            return answer

        self.startPatcher(patch.object(AdminClient, "mutate", mutate))
        self.shirt.image_1920 = self.PNG
        self.settle()
        self.assertIn("strange place", self.open_exceptions(self.row).message)
        self.assertFalse(self.shown()["media"])

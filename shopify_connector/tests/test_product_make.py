"""Products of a shop are made in Odoo, once, and kept as who decides says."""

from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.o2c_base.lib.errors import RejectedError
from odoo.addons.shopify_connector.lib import pictures

from sandbox.shopify import products as theirs

from .common import ShopifyCase

CDN = "https://cdn.shopify.com"
SHIRT = (
    {"sku": "SHIRT-RS", "values": ("Red", "S"), "price": "20.00", "barcode": "871001"},
    {"sku": "SHIRT-RM", "values": ("Red", "M"), "price": "24.20", "picture": "rm.png"},
    {"sku": "SHIRT-BM", "values": ("Blue", "M"), "price": "24.20"},
)


class ProductCase(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.services[CDN] = self.shopify
        self.addCleanup(self.services.pop, CDN)

    def add(self, title, *variants, **fields):
        return theirs.add(self.shopify.store, title, variants, **fields)

    def change(self, product, **changes):
        self.world.clock.advance(hours=1)
        theirs.change(self.shopify.store, product, **changes)
        self.read_products()

    def read_products(self):
        self.env["shopify.shop"]._cron_products()
        self.run_jobs()
        self.env.invalidate_all()

    def row(self, product):
        return self.env["shopify.product"].search([("gid", "=", product["id"])])

    def shirt(self):
        options = ("Colour", "Size")
        return self.add("Shirt", *SHIRT, options=options, picture="shirt.png")

    def made(self, product):
        """Return the product made of one at Shopify by the button."""
        self.read_products()
        self.row(product).action_make()
        self.run_jobs()
        self.env.invalidate_all()
        return self.row(product).template_id


class TestProductMake(ProductCase):
    def test_all_that_is_said_of_a_product_is_taken(self):
        hose = self.add(
            "Hose",
            {
                "sku": "HOSE-9",
                "barcode": "8719900999999",
                "price": "24.20",
                "weight": 2,
                "unit": "POUNDS",
                "hs_code": "39173900",
                "origin": "DE",
                "cost": "7.50",
            },
            description="Bends & never kinks.",
        )
        template = self.made(hose)
        self.assertEqual(template.name, "Hose")
        self.assertEqual(template.description_sale, "Bends & never kinks.")
        self.assertEqual(template.default_code, "HOSE-9")
        self.assertEqual(template.barcode, "8719900999999")
        self.assertAlmostEqual(template.weight, 0.91, 2)
        self.assertEqual(template.hs_code, "39173900")
        self.assertEqual(template.country_of_origin.code, "DE")
        self.assertEqual(template.standard_price, 7.5)
        # 24.20 with 21 % inside; Odoo's tax comes on top.
        self.assertEqual(template.list_price, 20.0)
        self.assertTrue(template.product_variant_id._shopify_is_counted())

    def test_only_the_combinations_that_the_shop_has_are_made(self):
        template = self.made(self.shirt())
        self.assertEqual(
            {
                p.default_code: p.product_template_attribute_value_ids.mapped("name")
                for p in template.product_variant_ids
            },
            {
                "SHIRT-RS": ["Red", "S"],
                "SHIRT-RM": ["Red", "M"],
                "SHIRT-BM": ["Blue", "M"],
            },
        )
        prices = {
            p.default_code: round(p.lst_price, 2) for p in template.product_variant_ids
        }
        self.assertEqual(
            prices, {"SHIRT-RS": 16.53, "SHIRT-RM": 20.0, "SHIRT-BM": 20.0}
        )

    def test_twice_is_as_once(self):
        shirt = self.shirt()
        template = self.made(shirt)
        self.assertEqual(self.made(shirt), template)
        self.assertEqual(len(template.product_variant_ids), 3)
        products = self.env["product.product"].search([("name", "=", "Shirt")])
        self.assertEqual(len(products), 3)

    def test_a_second_worker_is_made_to_look_again(self):
        self.read_products()
        row = self.shop.product_ids[0]
        query = "SELECT ctid FROM shopify_product WHERE id = %s"
        versions = []
        for _worker in range(2):
            row._claim()
            self.env.cr.execute(query, [row.id])
            versions.append(self.env.cr.fetchone())
        # PostgreSQL refuses who began with the older version, and the job starts anew.
        self.assertNotEqual(*versions)

    def test_policy_makes_what_is_missing_and_nothing_else(self):
        self.shop.make_products = "make"
        self.add("Old", {"sku": "OLD"}, status="ARCHIVED")
        card = self.add("Card", {"sku": "CARD"})
        self.shopify.store.touch(card, isGiftCard=True)
        shirt = self.shirt()
        self.read_products()
        self.assertEqual(len(self.row(shirt).template_id.product_variant_ids), 3)
        domain = [("default_code", "in", ("OLD", "CARD"))]
        self.assertFalse(self.env["product.product"].search(domain))
        shears = self.env["product.product"].search(
            [("default_code", "=", "TW-SHEARS-01")]
        )
        self.assertEqual(shears, self.products["TW-SHEARS-01"])

    def test_without_the_policy_nothing_is_made(self):
        shirt = self.shirt()
        self.read_products()
        self.assertFalse(self.row(shirt).template_id)

    def test_variants_added_later_join_the_product(self):
        shirt = self.shirt()
        template = self.made(shirt)
        row = {"sku": "SHIRT-GL", "values": ("Green", "L"), "price": "24.20"}
        theirs.add_variant(self.shopify.store, shirt, ("Colour", "Size"), row)
        template.name = "Our Shirt"
        self.made(shirt)
        codes = template.product_variant_ids.mapped("default_code")
        self.assertEqual(len(codes), 4)
        self.assertIn("SHIRT-GL", codes)
        self.assertEqual(template.name, "Our Shirt")

    def test_a_product_that_gets_options_keeps_its_first_variant(self):
        pot = self.add("Pot", {"sku": "POT"})
        template = self.made(pot)
        first = template.product_variant_id
        variant = theirs.of_sku(self.shopify.store, pot, "POT")
        variant["selectedOptions"] = [{"name": "Size", "value": "Small"}]
        row = {"sku": "POT-L", "values": ("Large",)}
        theirs.add_variant(self.shopify.store, pot, ("Size",), row)
        theirs.settle_options(self.shopify.store, pot, ("Size",))
        self.made(pot)
        self.assertEqual(first.default_code, "POT")
        self.assertEqual(
            first.product_template_attribute_value_ids.mapped("name"), ["Small"]
        )
        codes = template.product_variant_ids.mapped("default_code")
        self.assertEqual(codes, ["POT", "POT-L"])

    def test_other_options_in_odoo_need_a_person(self):
        shirt = self.shirt()
        attribute = self.env["product.attribute"].create(
            {"name": "Fabric", "value_ids": [(0, 0, {"name": "Linen"})]}
        )
        line = {"attribute_id": attribute.id}
        line["value_ids"] = [(6, 0, attribute.value_ids.ids)]
        self.env["product.template"].create(
            {
                "name": "Ours",
                "attribute_line_ids": [(0, 0, line)],
            }
        ).product_variant_id.default_code = "SHIRT-RS"
        self.made(shirt)
        exception = self.open_exceptions(self.row(shirt))
        self.assertEqual(exception.reason, "not_made")
        self.product("SHIRT-RM")
        self.product("SHIRT-BM")
        exception.action_retry()
        self.run_jobs()
        self.assertFalse(self.open_exceptions(self.row(shirt)))

    def test_variant_made_anew_at_shopify_takes_its_product_along(self):
        pot = self.add("Pot", {"sku": "POT"})
        product = self.made(pot).product_variant_id
        theirs.remove_variant(self.shopify.store, pot, "POT")
        theirs.add_variant(self.shopify.store, pot, ("Title",), {"sku": "POT"})
        self.change(pot)
        variants = self.row(pot).variant_ids
        self.assertEqual(set(variants.mapped("state")), {"gone", "linked"})
        self.assertEqual(variants.filtered("product_id").state, "linked")
        self.assertEqual(variants.product_id, product)


class TestOwners(ProductCase):
    def test_what_odoo_decides_is_never_overwritten(self):
        hose = self.add("Hose", {"sku": "HOSE-9", "hs_code": "39173900"})
        template = self.made(hose)
        values = {"name": "Mine", "list_price": 5, "weight": 3, "hs_code": "1"}
        template.write(values)
        item = ("HOSE-9", {"harmonizedSystemCode": "40091100"})
        variant = ("HOSE-9", {"price": "99.00"})
        self.change(hose, title="Theirs", variant=variant, item=item)
        self.assertEqual(self.row(hose).name, "Theirs")
        for name, value in values.items():
            self.assertEqual(template[name], value)

    def test_what_shopify_decides_arrives(self):
        hose = self.add("Hose", {"sku": "HOSE-9", "price": "12.10", "origin": "DE"})
        template = self.made(hose)
        owned = ("name", "price", "origin", "barcode", "cost")
        self.shop.write({f"owner_{name}": "shopify" for name in owned})
        self.run_jobs()
        template.description_sale = "Ours"
        item = {"countryCodeOfOrigin": "BE"}
        item["unitCost"] = {"amount": "4.00", "currencyCode": "EUR"}
        self.change(
            hose,
            title="Long Hose",
            description="Theirs",
            variant=("HOSE-9", {"price": "24.20", "barcode": "4711"}),
            item=("HOSE-9", item),
        )
        self.assertEqual(template.name, "Long Hose")
        self.assertEqual(template.list_price, 20)
        self.assertEqual(template.country_of_origin.code, "BE")
        self.assertEqual(template.barcode, "4711")
        self.assertEqual(template.standard_price, 4)
        self.assertEqual(template.description_sale, "Ours")

    def test_choosing_shopify_takes_over_what_differs_already(self):
        hose = self.add("Hose", {"sku": "HOSE-9"})
        template = self.made(hose)
        template.name = "Ours"
        self.shop.owner_name = "shopify"
        self.run_jobs()
        self.assertEqual(template.name, "Hose")

    def test_archived_deleted_and_back(self):
        self.shop.owner_status = "shopify"
        shirt = self.shirt()
        template = self.made(shirt)
        self.change(shirt, status="ARCHIVED")
        self.assertFalse(template.active)
        self.change(shirt, status="ACTIVE")
        self.assertTrue(template.active)
        self.assertEqual(len(template.product_variant_ids), 3)
        theirs.remove_variant(self.shopify.store, shirt, "SHIRT-BM")
        self.change(shirt)
        self.assertEqual(len(template.product_variant_ids), 2)
        theirs.delete(self.shopify.store, shirt)
        self.row(shirt).action_read()
        self.run_jobs()
        self.assertFalse(template.active)

    def test_archived_there_is_nothing_here_when_odoo_decides(self):
        shirt = self.shirt()
        template = self.made(shirt)
        self.change(shirt, status="ARCHIVED")
        self.assertTrue(template.active)


class TestPictures(ProductCase):
    def test_pictures_of_product_and_variant(self):
        template = self.made(self.shirt())
        self.assertTrue(template.image_1920)
        own = template.product_variant_ids.filtered("image_variant_1920")
        self.assertEqual(own.default_code, "SHIRT-RM")
        self.assertNotEqual(own.image_1920, template.image_1920)

    def test_a_changed_picture_arrives_only_when_shopify_decides(self):
        shirt = self.shirt()
        template = self.made(shirt)
        before = template.image_1920
        self.change(shirt, media=theirs.media_of(self.shopify.store, "new.png"))
        self.assertEqual(template.image_1920, before)
        self.shop.owner_picture = "shopify"
        self.run_jobs()
        self.env.invalidate_all()
        self.assertNotEqual(template.image_1920, before)
        self.change(shirt, media=[])
        self.assertFalse(template.image_1920)

    def test_a_picture_that_lies_elsewhere_is_not_asked_for(self):
        shirt = self.shirt()
        picture = self.shopify.store.get(shirt["media"][0])["preview"]["image"]
        picture["url"] = "http://169.254.169.254/latest/meta-data"
        template = self.made(shirt)
        self.assertFalse(template.image_1920)
        exception = self.open_exceptions(self.row(shirt))
        self.assertEqual(exception.reason, "rejected")
        self.assertIn("does not lie at Shopify", exception.message)
        self.assertEqual(len(template.product_variant_ids), 3)


@tagged("standard", "post_install", "-at_install")
class TestFetchPicture(BaseCase):
    def fetch(self, url, status=200, body=b"x", **headers):
        answer = _Answer(status, body, headers)
        with patch.object(pictures.JsonClient, "_send_once", return_value=answer):
            return pictures.fetch_picture(url)

    def test_only_shopify_is_asked(self):
        for url in (
            "http://cdn.shopify.com/a.png",
            "https://cdn.shopify.com.evil.example/a.png",
            "https://cdn.shopify.com@evil.example/a.png",
            "https://cdn.shopify.com:8443/a.png",
            "file:///etc/passwd",
            "",
        ):
            with self.subTest(url), self.assertRaises(RejectedError):
                self.fetch(url, **{"Content-Type": "image/png"})

    def test_no_redirect_is_followed(self):
        asked = []

        def request(session, method, url, **kwargs):
            asked.append((url, kwargs["allow_redirects"]))
            return _Answer(302, b"", {"Location": "http://10.0.0.1/"})

        with (
            patch("requests.Session.request", request),
            mute_logger("odoo.addons.o2c_base.lib.http_client"),
            self.assertRaises(RejectedError),
        ):
            pictures.fetch_picture("https://cdn.shopify.com/a.png?v=1")
        url = "https://cdn.shopify.com/a.png?v=1&width=1920"
        self.assertEqual(asked, [(url, False)])

    def test_no_pictures_and_giants_are_refused(self):
        url = "https://cdn.shopify.com/a.png"
        with self.assertRaises(RejectedError):
            self.fetch(url, **{"Content-Type": "text/html"})
        with (
            patch.object(pictures, "LARGEST", 10),
            self.assertRaisesRegex(RejectedError, "larger"),
        ):
            self.fetch(url, body=b"x" * 11, **{"Content-Type": "image/png"})
        kind = {"Content-Type": "image/png; charset=binary"}
        self.assertEqual(self.fetch(url, body=b"abc", **kind), b"abc")


class _Answer:
    def __init__(self, status_code, content, headers):
        self.status_code, self.content, self.headers = status_code, content, headers

    def iter_content(self, size):
        return (self.content[i : i + size] for i in range(0, len(self.content), size))

    def close(self):
        pass

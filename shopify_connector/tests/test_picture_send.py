"""Pictures of Odoo at Shopify: the right one at the right place, each once."""

import base64

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib.gallery import Gallery, Picture

from sandbox.shopify import products
from sandbox.shopify.pictures import png

from .test_product_more import MoreCase
from .test_product_send import SendCase

RED, BLUE, GREEN, PINK = (base64.b64encode(png(number)) for number in (1, 2, 3, 4))
REFUSAL = {"code": "INVALID_IMAGE_RESOLUTION", "message": "The picture is too large"}


class PictureCase(MoreCase):
    """A shirt in two sizes at Shopify, whose pictures are Odoo's."""

    def setUp(self):
        super().setUp()
        self.small, self.medium = (self.of_sku(sku) for sku in ("SHIRT-S", "SHIRT-M"))

    def of_sku(self, sku):
        variants = self.shirt.product_variant_ids
        return variants.filtered(lambda variant: variant.default_code == sku)

    def shown(self):
        """Return the product's pictures at Shopify, in their order."""
        product = self.shopify.store.get(self.row.gid)
        return self.shopify.store.refs(product["media"])

    def of_variant(self, place):
        """Return the pictures of one variant at Shopify."""
        return self.variant(self.shopify.store.get(self.row.gid), place)["media"]

    def theirs_too(self, name="theirs.png"):
        """Let somebody put a picture of the shop's own behind those that are there."""
        product = self.shopify.store.get(self.row.gid)
        (added,) = products.media_of(self.shopify.store, name)
        product["media"].append(added)
        return added

    def show(self, picture=RED):
        self.shirt.image_1920 = picture
        self.settle()
        return self.shown()[0]["id"]


class TestMainPicture(PictureCase):
    def test_a_changed_one_takes_the_place_of_ours(self):
        old = self.show()
        theirs = self.theirs_too()
        self.assertEqual(self.row.pictures_state, "shown")
        self.shirt.image_1920 = BLUE
        self.settle()
        new, other = self.shown()
        self.assertNotEqual(new["id"], old)
        self.assertEqual(new["status"], "READY")
        self.assertEqual(other["id"], theirs, "the shop's own stays, behind ours")
        self.assertTrue(self.shopify.store.get(old), "the file itself stays")

    def test_it_takes_the_place_that_the_shop_gave_the_old_one(self):
        self.show()
        theirs = self.theirs_too()
        product = self.shopify.store.get(self.row.gid)
        product["media"].reverse()
        self.shirt.image_1920 = BLUE
        self.settle()
        self.assertEqual([p["id"] for p in self.shown()].index(theirs), 0)
        self.assertEqual(len(self.shown()), 2)

    def test_a_removed_one_goes(self):
        self.show()
        theirs = self.theirs_too()
        self.shirt.image_1920 = False
        self.settle()
        self.assertEqual([picture["id"] for picture in self.shown()], [theirs])
        self.assertFalse(self.row.pictures_state)

    def test_nothing_changes_nothing_is_told(self):
        self.show()
        told = self.told()
        self.shirt.image_1920 = RED
        self.shop._send_products()
        self.row._enqueue_send_pictures()
        self.settle()
        self.assertFalse(told)

    def test_one_that_the_shop_took_away_is_not_sent_again_and_again(self):
        self.show()
        self.shopify.store.get(self.row.gid)["media"] = []
        told = self.told()
        self.shop._send_products()
        self.settle()
        self.assertFalse(told)

    def test_shopify_decides(self):
        self.show()
        self.shop.owner_picture = "shopify"
        self.settle()
        told = self.told()
        self.shirt.image_1920 = BLUE
        self.settle()
        self.assertFalse(told)

    def test_owner_changed_later_sends_what_differs(self):
        self.shop.owner_picture = "shopify"
        self.settle()
        self.shirt.image_1920 = RED
        self.settle()
        self.assertFalse(self.shown())
        self.shop.owner_picture = "odoo"
        self.settle()
        self.assertEqual(len(self.shown()), 1)

    def test_permission_is_asked_for(self):
        self.assertIn("write_files", self.shop._needed_scopes())
        self.shop.owner_picture = "shopify"
        self.assertNotIn("write_files", self.shop._needed_scopes())


class TestTakenPicture(SendCase):
    """A picture that came from the shop is not sent back."""

    def setUp(self):
        super().setUp()
        vase = {"sku": "VASE", "price": "34.95", "picture": "own.png"}
        self.vase = self.add("Vase", vase, picture="vase.png")
        self.template = self.made(self.vase)
        self.settle()

    def test_it_stays_where_it_is(self):
        self.assertTrue(self.template.image_1920)
        self.assertEqual(len(self.vase["media"]), 2)
        told = self.told()
        self.shop._send_products()
        self.row(self.vase)._enqueue_send_pictures()
        self.settle()
        self.assertFalse(told)

    def test_another_one_is_shown_in_front_of_it(self):
        before = list(self.vase["media"])
        self.template.image_1920 = RED
        self.settle()
        self.assertEqual(self.vase["media"][1:], before)
        self.assertEqual(len(self.vase["media"]), 3)


class TestVariantPicture(PictureCase):
    def test_each_variant_shows_its_own(self):
        self.small.image_variant_1920 = RED
        self.medium.image_variant_1920 = BLUE
        self.settle()
        first, second = (picture["id"] for picture in self.shown())
        self.assertEqual(self.of_variant(0), [first])
        self.assertEqual(self.of_variant(1), [second])

    def test_one_picture_for_many_is_sent_once(self):
        self.shirt.image_1920 = GREEN
        self.shirt.product_variant_ids.image_variant_1920 = RED
        self.settle()
        _main, shared = self.shown()
        self.assertEqual(self.of_variant(0), [shared["id"]])
        self.assertEqual(self.of_variant(1), [shared["id"]])

    def test_a_changed_one_replaces_ours(self):
        self.small.image_variant_1920 = RED
        self.settle()
        self.small.image_variant_1920 = BLUE
        self.settle()
        (picture,) = self.shown()
        self.assertEqual(self.of_variant(0), [picture["id"]])

    def test_a_removed_one_is_detached_and_goes(self):
        self.small.image_variant_1920 = RED
        self.settle()
        self.small.image_variant_1920 = False
        self.settle()
        self.assertFalse(self.of_variant(0))
        self.assertFalse(self.shown())

    def test_detached_from_one_it_stays_with_the_other(self):
        self.shirt.product_variant_ids.image_variant_1920 = RED
        self.settle()
        self.small.image_variant_1920 = False
        self.settle()
        (picture,) = self.shown()
        self.assertFalse(self.of_variant(0))
        self.assertEqual(self.of_variant(1), [picture["id"]])

    def test_what_the_shop_attached_stays(self):
        theirs = self.theirs_too()
        product = self.shopify.store.get(self.row.gid)
        self.variant(product, 1)["media"] = [theirs]
        self.small.image_variant_1920 = RED
        self.settle()
        self.small.image_variant_1920 = False
        self.settle()
        self.assertEqual(self.of_variant(1), [theirs])
        self.assertEqual([picture["id"] for picture in self.shown()], [theirs])

    def test_new_variant_brings_its_own(self):
        self.show()
        self.grow("L")
        self.of_sku("SHIRT-L").image_variant_1920 = BLUE
        self.settle()
        self.assertEqual(self.of_variant(2), [self.shown()[1]["id"]])


class TestLostAnswers(PictureCase):
    """Whatever answer is lost, each picture is there once and where it belongs."""

    def check_after(self, mutation):
        self.show()
        theirs = self.theirs_too()
        self.small.image_variant_1920 = GREEN
        self.settle()
        self.lose_answer(mutation)
        self.shirt.image_1920 = BLUE
        self.small.image_variant_1920 = PINK
        self.medium.image_variant_1920 = PINK
        self.settle()
        ids = [picture["id"] for picture in self.shown()]
        self.assertEqual(len(ids), 3)
        self.assertEqual(ids[1], theirs)
        self.assertEqual(self.of_variant(0), [ids[2]])
        self.assertEqual(self.of_variant(1), [ids[2]])
        self.assertEqual(self.row.pictures_state, "shown")
        self.assertFalse(self.open_exceptions(self.row))

    def test_of_adding(self):
        self.check_after("AddPicture")

    def test_of_attaching(self):
        self.check_after("ChangeVariants")

    def test_of_moving(self):
        self.check_after("MovePicture")

    def test_of_taking_off(self):
        self.check_after("DropPictures")

    def test_of_detaching(self):
        self.shirt.product_variant_ids.image_variant_1920 = RED
        self.settle()
        self.lose_answer("DetachPictures")
        self.small.image_variant_1920 = False
        self.settle()
        self.assertFalse(self.of_variant(0))
        self.assertEqual(len(self.shown()), 1)

    def test_of_adding_while_shopify_works_on_it(self):
        self.shopify.store.data["picture_seconds"] = 60
        self.lose_answer("AddPicture")
        self.shirt.image_1920 = RED
        self.row._enqueue_send_pictures()
        self.run_jobs()
        self.assertEqual(len(self.shown()), 1)
        told = self.told()
        self.row._attempt("_send_pictures")
        self.assertFalse(told, "it may be ours: nothing is sent before that is clear")
        self.world.clock.advance(minutes=2)
        self.settle()
        self.assertEqual(len(self.shown()), 1)
        self.assertEqual(self.row.pictures_state, "shown")


class TestStates(PictureCase):
    def test_it_is_shown_once_shopify_is_done(self):
        old = self.show()
        self.shopify.store.data["picture_seconds"] = 60
        self.shirt.image_1920 = BLUE
        self.small.image_variant_1920 = PINK
        self.row._enqueue_send_pictures()
        self.run_jobs()
        self.row._attempt("_send_pictures")
        self.row._attempt("_send_pictures")
        self.assertEqual(self.row.pictures_state, "working")
        self.assertEqual(self.shown()[0]["id"], old, "the old one stays meanwhile")
        self.assertFalse(self.of_variant(0))
        self.world.clock.advance(minutes=2)
        self.settle()
        self.assertEqual(self.row.pictures_state, "shown")
        self.assertEqual(len(self.shown()), 2)
        self.assertNotIn(old, [picture["id"] for picture in self.shown()])

    def test_a_refused_one_is_told_in_words(self):
        self.show()
        self.shopify.store.data["picture_trouble"] = REFUSAL
        self.shirt.image_1920 = BLUE
        self.settle()
        exception = self.open_exceptions(self.row)
        self.assertEqual(exception.reason, "picture_refused")
        self.assertIn("Shirt", exception.message)
        self.assertIn("too large", exception.message)
        self.assertEqual(self.row.pictures_state, "refused")
        ready = [picture for picture in self.shown() if picture["status"] == "READY"]
        self.assertEqual(len(ready), 1, "the old one is shown as long")

    def test_it_is_not_sent_again_by_itself(self):
        self.shopify.store.data["picture_trouble"] = REFUSAL
        self.show()
        told = self.told()
        self.shop._send_products()
        self.row._enqueue_send_pictures()
        self.row._enqueue_read()
        self.settle()
        self.assertFalse(told)
        self.assertTrue(self.open_exceptions(self.row), "and stays told")

    def test_another_picture_solves_it(self):
        self.shopify.store.data["picture_trouble"] = REFUSAL
        self.show()
        self.shopify.store.data["picture_trouble"] = None
        self.shirt.image_1920 = BLUE
        self.settle()
        self.assertFalse(self.open_exceptions(self.row))
        self.assertEqual(self.row.pictures_state, "shown")

    def test_trying_again_sends_it_again(self):
        self.shopify.store.data["picture_trouble"] = REFUSAL
        self.show()
        self.shopify.store.data["picture_trouble"] = None
        self.open_exceptions(self.row).action_retry()
        self.settle()
        self.assertFalse(self.open_exceptions(self.row))
        ready = [picture for picture in self.shown() if picture["status"] == "READY"]
        self.assertEqual(len(ready), 1)

    def test_product_that_was_deleted_meanwhile(self):
        self.show()
        product = self.shopify.store.get(self.row.gid)
        products.delete(self.shopify.store, product)
        self.row._enqueue_send_pictures()
        self.settle()
        self.assertEqual(self.row.status, "DELETED")


class TestManyPictures(PictureCase):
    def test_looking_for_differences_asks_the_same_for_many(self):
        self.show()
        rows = self.env["shopify.product"].search([("shop_id", "=", self.shop.id)])
        self.assertGreater(len(rows), 5)
        for some in (rows[:1], rows):
            some._picture_marks()
            some.env.flush_all()
            some.env.invalidate_all()
            with self.assertQueryCount(__system__=7):
                some._picture_marks()


@tagged("standard", "post_install", "-at_install")
class TestGallery(BaseCase):
    MARK = "a" * 40

    def gallery(self, *pictures):
        return Gallery(tuple(pictures), {})

    def test_ours_is_known_by_id_or_by_name(self):
        named = Picture("1", "READY", name=f"shirt-{self.MARK[:16]}_2.png")
        self.assertEqual(self.gallery(named).known({self.MARK}, {}), {self.MARK: "1"})
        ours = Picture("2", "PROCESSING")
        found = self.gallery(named, ours).known({self.MARK}, {self.MARK: "2"})
        self.assertEqual(found, {self.MARK: "2"})
        self.assertFalse(self.gallery().known({self.MARK}, {self.MARK: "2"}))

    def test_nameless_ones_are_unclear_unless_they_are_known(self):
        gallery = self.gallery(Picture("1", "UPLOADED"))
        self.assertTrue(gallery.is_unclear({}))
        self.assertFalse(gallery.is_unclear({self.MARK: "1"}))
        self.assertFalse(self.gallery(Picture("1", "FAILED")).is_unclear({}))

    def test_place(self):
        gallery = self.gallery(*(Picture(gid, "READY") for gid in "abc"))
        self.assertEqual(gallery.place_for("c", "b"), 1)
        self.assertEqual(gallery.place_for("c", None), 0)
        self.assertIsNone(gallery.place_for("a", "b"))

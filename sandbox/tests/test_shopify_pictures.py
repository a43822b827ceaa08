"""Pictures of products: sent, worked on, attached, moved and taken off."""

import pytest

from sandbox.shopify import ShopifyApp, products
from sandbox.shopify.testing import Caller, new_world

READ = """query ($id: ID!) { product(id: $id) {
  featuredMedia { id }
  media(first: 9) { nodes { id status mediaErrors { code } preview { image { url } } } }
} }"""
ATTACH = """mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants) {
    userErrors { code } } }"""
DETACH = """mutation ($id: ID!, $media: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $id, variantMedia: $media) {
    userErrors { code } } }"""
MOVE = """mutation ($id: ID!, $moves: [MoveInput!]!) {
  productReorderMedia(id: $id, moves: $moves) {
    job { done } mediaUserErrors { code } } }"""
DROP = """mutation ($files: [FileUpdateInput!]!) {
  fileUpdate(files: $files) { files { id } userErrors { code } } }"""


@pytest.fixture
def app():
    """A shop with a mug that has three pictures, the last one its variant's."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    row = {"sku": "MUG", "picture": "c.png"}
    app.mug = products.add(app.store, "Mug", [row], picture="a.png")
    app.mug["media"].insert(1, *products.media_of(app.store, "b.png"))
    return app


def ask(app, document, **variables):
    """Return the codes of what is wrong with a change."""
    (payload,) = app.caller.ask(document, **variables).values()
    errors = payload.get("userErrors", payload.get("mediaUserErrors"))
    return [row["code"] for row in errors]


def test_the_first_is_the_featured_one(app):
    product = app.caller.ask(READ, id=app.mug["id"])["product"]
    first, second, third = product["media"]["nodes"]
    assert product["featuredMedia"] == {"id": first["id"]}
    assert third["preview"]["image"]["url"].endswith("/c.png")
    assert second["status"] == "READY"


def test_variants_change_their_picture(app):
    first, second, third = app.mug["media"]
    variant = app.store.get(app.mug["variants"][0])
    rows = [{"id": variant["id"], "mediaId": second}]
    assert ask(app, ATTACH, id=app.mug["id"], variants=rows) == []
    assert variant["media"] == [second]
    pair = [{"variantId": variant["id"], "mediaIds": [third]}]
    missing = ["MEDIA_IS_NOT_ATTACHED_TO_VARIANT"]
    assert ask(app, DETACH, id=app.mug["id"], media=pair) == missing
    pair[0]["mediaIds"] = [second]
    assert ask(app, DETACH, id=app.mug["id"], media=pair) == []
    assert variant["media"] == []
    rows[0]["mediaId"] = "gid://shopify/MediaImage/1"
    wrong = ask(app, ATTACH, id=app.mug["id"], variants=rows)
    assert wrong == ["MUST_BE_FOR_THIS_PRODUCT"]
    assert first in app.mug["media"]


def test_pictures_move(app):
    first, second, third = app.mug["media"]
    moves = [{"id": third, "newPosition": "0"}]
    assert ask(app, MOVE, id=app.mug["id"], moves=moves) == []
    assert app.mug["media"] == [third, first, second]
    moves[0]["id"] = "gid://shopify/MediaImage/1"
    unknown = ["MEDIA_DOES_NOT_EXIST_ON_PRODUCT"]
    assert ask(app, MOVE, id=app.mug["id"], moves=moves) == unknown


def test_taken_off_the_product_is_taken_off_its_variants(app):
    first, second, third = app.mug["media"]
    files = [{"id": third, "referencesToRemove": [app.mug["id"]]}]
    assert ask(app, DROP, files=files) == []
    assert app.mug["media"] == [first, second]
    assert app.store.get(app.mug["variants"][0])["media"] == []
    assert ask(app, DROP, files=files) == ["REFERENCE_TARGET_DOES_NOT_EXIST"]


def test_shopify_works_on_what_an_app_sends(app):
    place = "http://x/staged/tmp/1/new.png"
    app.store.data["uploads"] = {place: 5}
    app.store.data["picture_seconds"] = 30
    update = """mutation ($product: ProductUpdateInput!, $media: [CreateMediaInput!]) {
      productUpdate(product: $product, media: $media) { userErrors { message } } }"""
    media = [{"originalSource": place, "mediaContentType": "IMAGE", "alt": "New"}]
    app.caller.ask(update, product={"id": app.mug["id"]}, media=media)
    new = app.mug["media"][-1]
    assert app.store.get(new)["status"] == "UPLOADED"
    found = app.caller.ask(READ, id=app.mug["id"])["product"]["media"]["nodes"][-1]
    assert (found["status"], found["preview"]["image"]) == ("PROCESSING", None)
    files = [{"id": new, "referencesToRemove": [app.mug["id"]]}]
    assert ask(app, DROP, files=files) == ["NON_READY_STATE"]
    app.world.clock.advance(minutes=1)
    found = app.caller.ask(READ, id=app.mug["id"])["product"]["media"]["nodes"][-1]
    assert found["status"] == "READY"
    assert found["preview"]["image"]["url"].endswith("/new.png")
    app.store.data["picture_trouble"] = {"code": "UNKNOWN", "message": "No"}
    app.caller.ask(update, product={"id": app.mug["id"]}, media=media)
    app.world.clock.advance(minutes=1)
    found = app.caller.ask(READ, id=app.mug["id"])["product"]["media"]["nodes"][-1]
    assert found["status"] == "FAILED"
    assert found["mediaErrors"] == [{"code": "UNKNOWN"}]

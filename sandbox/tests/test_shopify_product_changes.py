"""Products that an app makes and changes."""

import pytest

from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller, new_world

SET = """mutation ($identifier: ProductSetIdentifiers, $input: ProductSetInput!) {
  productSet(identifier: $identifier, input: $input) {
    product { id handle status variants(first: 5) { nodes { id sku title } } }
    userErrors { code field message } } }"""
UPDATE = """mutation ($product: ProductUpdateInput!) {
  productUpdate(product: $product) {
    product { id title description } userErrors { field message } } }"""
VARIANTS = """mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants) {
    productVariants { id price compareAtPrice } userErrors { code field } } }"""
SHEARS = "gid://shopify/Product/8100000001"
POT = {
    "title": "Pot",
    "handle": "pot-1",
    "status": "DRAFT",
    "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}],
    "variants": [
        {
            "optionValues": [{"optionName": "Size", "name": size}],
            "price": "5.00",
            "inventoryItem": {"sku": f"POT-{size}", "tracked": True},
        }
        for size in "SM"
    ],
}


@pytest.fixture
def app():
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    return app


def make(app, **identifier):
    given = {"identifier": identifier} if identifier else {}
    return app.caller.ask(SET, input=POT, **given)["productSet"]


def test_a_product_is_made_with_its_variants(app):
    product = make(app)["product"]
    assert (product["handle"], product["status"]) == ("pot-1", "DRAFT")
    variants = [(row["sku"], row["title"]) for row in product["variants"]["nodes"]]
    assert variants == [("POT-S", "S"), ("POT-M", "M")]


def test_with_its_handle_as_identifier_a_repetition_makes_no_second_one(app):
    first, again = make(app, handle="pot-1"), make(app, handle="pot-1")
    assert first["product"] == again["product"]


def test_without_identifier_a_taken_handle_is_refused(app):
    make(app)
    (error,) = make(app)["userErrors"]
    assert error["code"] == "HANDLE_NOT_UNIQUE"


def test_html_becomes_plain_text(app):
    product = {"id": SHEARS, "descriptionHtml": "<p>Sharp &amp; <b>clean</b></p>"}
    payload = app.caller.ask(UPDATE, product=product)["productUpdate"]
    assert payload["product"]["description"] == "Sharp & clean"


def test_variants_are_changed_all_or_none(app):
    product = app.store.get(make(app)["product"]["id"])
    good = {"id": product["variants"][0], "price": "9.00", "compareAtPrice": "12.00"}
    other = {"id": "gid://shopify/ProductVariant/1", "price": "9.00"}
    ask = app.caller.ask
    payload = ask(VARIANTS, id=product["id"], variants=[good, other])
    (error,) = payload["productVariantsBulkUpdate"]["userErrors"]
    assert error["code"] == "PRODUCT_VARIANT_DOES_NOT_EXIST"
    assert app.store.get(good["id"])["price"] == "5.00"
    payload = ask(VARIANTS, id=product["id"], variants=[good])
    assert payload["productVariantsBulkUpdate"]["productVariants"] == [good]

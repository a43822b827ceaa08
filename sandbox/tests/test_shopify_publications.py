"""Sales channels: read, and products shown there."""

import pytest

from sandbox.shopify import ShopifyApp, products, publications
from sandbox.shopify.product_changes import of_handle
from sandbox.shopify.testing import Caller, new_world

LIST = """{ publications(first: 5, catalogType: APP) { nodes { id name
  catalog { title ... on AppCatalog { apps(first: 1) { nodes { title } } } } } } }"""
SHOWN = """query ($id: ID!) { product(id: $id) {
  resourcePublicationsV2(first: 5) { nodes { isPublished publication { name } } } } }"""
CHANGE = """mutation ($id: ID!, $input: [PublicationInput!]!) {
  %s(id: $id, input: $input) { userErrors { field message } } }"""
SHOW, TAKE_OFF = "publishablePublish", "publishableUnpublish"


@pytest.fixture
def app():
    app = ShopifyApp(new_world())
    app.caller = Caller(app)
    app.shears = of_handle(app.store, "tw-shears-01")
    app.online, app.till = app.store.all("Publication")
    return app


def change(app, name, publication_id):
    """Show the shears on a channel or take them off; return what is wrong with it."""
    rows = [{"publicationId": publication_id}]
    variables = {"id": app.shears["id"], "input": rows}
    return app.caller.ask(CHANGE % name, **variables)[name]["userErrors"]


def shown(app):
    """Return the names of the channels that show the shears."""
    product = app.caller.ask(SHOWN, id=app.shears["id"])["product"]
    rows = product["resourcePublicationsV2"]["nodes"]
    return [row["publication"]["name"] for row in rows]


def test_list(app):
    nodes = app.caller.ask(LIST)["publications"]["nodes"]
    assert [node["name"] for node in nodes] == ["Online Store", "Point of Sale"]
    apps = nodes[0]["catalog"]["apps"]["nodes"]
    assert apps == [{"title": "Online Store"}]
    other = LIST.replace("APP", "MARKET")
    assert app.caller.ask(other)["publications"]["nodes"] == []


def test_shown_and_taken_off_again(app):
    assert shown(app) == []
    for _twice in range(2):
        assert change(app, SHOW, app.till["id"]) == []
        assert shown(app) == ["Point of Sale"]
    for _twice in range(2):
        assert change(app, TAKE_OFF, app.till["id"]) == []
        assert shown(app) == []
    wrong = change(app, SHOW, "gid://shopify/Publication/1")
    assert wrong[0]["field"] == ["input", "0", "publicationId"]


def test_new_products_are_shown_where_that_happens_by_itself(app):
    publications.add(app.store, "Market", automatic=True)
    mug = products.add(app.store, "Mug", [{"sku": "MUG"}])
    assert publications.names_of(app.store, mug) == ["Market"]


def test_scopes(app):
    app.store.data["scopes"].remove("read_publications")
    assert app.caller.errors(LIST) == ["ACCESS_DENIED"]
    app.store.data["scopes"].remove("write_publications")
    rows = [{"publicationId": app.till["id"]}]
    document = CHANGE % SHOW
    errors = app.caller.errors(document, id=app.shears["id"], input=rows)
    assert errors == ["ACCESS_DENIED"]

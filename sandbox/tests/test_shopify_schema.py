"""The stripped schema is Shopify's own, and the documents we need run on it."""

import gzip
import json
import os
from pathlib import Path

import pytest
from graphql import parse, validate

from sandbox.shopify import ShopifyApp, schemas
from sandbox.shopify.testing import Caller, buy, new_world
from sandbox.world import World

PROJECT = Path(__file__).resolve().parents[2]
SPECS = Path(os.environ.get("O2C_SPECS") or PROJECT.parent / "shared" / "specs")
OFFICIAL = {v: SPECS / "shopify" / f"admin_{v}.json.gz" for v in schemas.VERSIONS}
needs_specs = pytest.mark.skipif(
    not all(path.exists() for path in OFFICIAL.values()), reason="official specs absent"
)

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
TAX = f"{{ title rate ratePercentage source channelLiable priceSet {MONEY} }}"
ADDRESS = """{ firstName lastName company address1 address2 zip city province
    provinceCode countryCodeV2 phone }"""
PAYMENT = f"""{{ id kind status gateway formattedGateway manualPaymentGateway test
    processedAt createdAt paymentId receiptJson errorCode amountSet {MONEY}
    amountRoundingSet {MONEY} parentTransaction {{ id }} fees {{ id type }}
    paymentDetails {{ __typename
      ... on CardPaymentDetails {{ company number }}
      ... on LocalPaymentMethodsPaymentDetails {{ paymentMethodName }} }} }}"""
BAGS = """currentTotalPriceSet totalPriceSet originalTotalPriceSet currentTotalTaxSet
    currentSubtotalPriceSet currentTotalDiscountsSet currentShippingPriceSet
    currentTotalDutiesSet currentTotalAdditionalFeesSet totalTipReceivedSet
    totalOutstandingSet totalReceivedSet totalRefundedSet netPaymentSet
    subtotalPriceSet totalTaxSet totalDiscountsSet totalShippingPriceSet""".split()
LINE_BAGS = """originalUnitPriceSet discountedUnitPriceAfterAllDiscountsSet
    originalTotalSet priceAfterAllDiscountsBeforeTaxesSet""".split()
LINES = f"""lineItems(first: 50) {{ pageInfo {{ hasNextPage endCursor }} nodes {{
    id name title variantTitle sku quantity currentQuantity unfulfilledQuantity
    refundableQuantity requiresShipping isGiftCard taxable variant {{ id }}
    product {{ id }} lineItemGroup {{ id title quantity }}
    customAttributes {{ key value }} {" ".join(f"{bag} {MONEY}" for bag in LINE_BAGS)}
    discountedTotalSet(withCodeDiscounts: true) {MONEY} taxLines {TAX}
    duties {{ id price {MONEY} }}
    discountAllocations {{ allocatedAmountSet {MONEY} discountApplication {{
      __typename allocationMethod targetType index
      ... on DiscountCodeApplication {{ code }}
      ... on AutomaticDiscountApplication {{ title }} }} }} }} }}"""
FULFILMENT_ORDERS = """fulfillmentOrders(first: 20) { nodes { id status requestStatus
    assignedLocation { location { id } } deliveryMethod { methodType }
    supportedActions { action } fulfillmentHolds { id reason reasonNotes }
    lineItems(first: 50) { nodes { id totalQuantity remainingQuantity
      lineItem { id } } } } }"""
REFUNDS = f"""refunds(first: 20) {{ id createdAt processedAt note return {{ id }}
    totalRefundedSet {MONEY}
    refundLineItems(first: 50) {{ nodes {{ id quantity restockType restocked
      location {{ id }} lineItem {{ id }} subtotalSet {MONEY} totalTaxSet {MONEY} }} }}
    refundShippingLines(first: 5) {{ nodes {{ id shippingLine {{ id }}
      subtotalAmountSet {MONEY} taxAmountSet {MONEY} }} }}
    orderAdjustments(first: 10) {{ nodes {{ id reason amountSet {MONEY}
      taxAmountSet {MONEY} }} }}
    transactions(first: 10) {{ nodes {PAYMENT} }} }}"""
ORDER = f"""query ($id: ID!) {{ order(id: $id) {{
    id legacyResourceId name number confirmationNumber createdAt processedAt updatedAt
    cancelledAt cancelReason closedAt test edited taxesIncluded taxExempt dutiesIncluded
    estimatedTaxes email phone note poNumber tags customerLocale sourceName
    sourceIdentifier app {{ id name }} retailLocation {{ id name }} currencyCode
    presentmentCurrencyCode displayFinancialStatus displayFulfillmentStatus returnStatus
    paymentGatewayNames discountCodes checkoutToken cartToken
    customAttributes {{ key value }}
    customer {{ id firstName lastName taxExempt locale tags numberOfOrders
      defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }}
      amountSpent {{ amount currencyCode }} orders(first: 2) {{ nodes {{ name }} }} }}
    purchasingEntity {{ ... on PurchasingCompany {{ company {{ id name }} }} }}
    billingAddress {ADDRESS} shippingAddress {ADDRESS}
    {" ".join(f"{bag} {MONEY}" for bag in BAGS)}
    totalCashRoundingAdjustment {{ paymentSet {MONEY} refundSet {MONEY} }}
    currentTaxLines {TAX} additionalFees {{ id name }}
    paymentTerms {{ id dueInDays }} disputes {{ id status }}
    risk {{ recommendation assessments {{ riskLevel }} }}
    {LINES}
    shippingLines(first: 10, includeRemovals: true) {{ nodes {{ id title code source
      carrierIdentifier deliveryCategory isRemoved custom originalPriceSet {MONEY}
      discountedPriceSet {MONEY} currentDiscountedPriceSet {MONEY} taxLines {TAX}
      discountAllocations {{ allocatedAmountSet {MONEY} }} }} }}
    transactions(first: 50) {PAYMENT}
    fulfillments(first: 10) {{ id name status createdAt displayStatus
      trackingInfo(first: 10) {{ company number url }} location {{ id name }}
      events(first: 5) {{ nodes {{ status happenedAt }} }}
      fulfillmentLineItems(first: 10) {{ nodes {{ quantity lineItem {{ sku }} }} }} }}
    {FULFILMENT_ORDERS}
    {REFUNDS} }} }}"""
SHOP = """{ shop { id name myshopifyDomain currencyCode enabledPresentmentCurrencies
    ianaTimezone taxesIncluded taxShipping weightUnit
    plan { publicDisplayName partnerDevelopment shopifyPlus } }
  currentAppInstallation { accessScopes { handle } }
  publicApiVersions { handle supported }
  locations(first: 50) { nodes { id name isActive fulfillsOnlineOrders } } }"""
VARIANTS = """query ($first: Int!, $after: String, $query: String) {
  productVariants(first: $first, after: $after, query: $query) {
    nodes { id legacyResourceId sku barcode title displayName price compareAtPrice
      taxable updatedAt requiresComponents inventoryQuantity
      inventoryItem { id tracked requiresShipping countryCodeOfOrigin
        harmonizedSystemCode measurement { weight { value unit } }
        inventoryLevels(first: 5) { nodes { location { name }
          quantities(names: ["available", "on_hand", "committed"]) { name quantity }
        } } }
      product { id title handle status vendor productType updatedAt totalInventory }
      selectedOptions { name value } }
    pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture(params=schemas.VERSIONS)
def shop(request):
    """A shop with one order that was sent in part and refunded in part."""
    app = ShopifyApp(new_world())
    app.caller = Caller(app, request.param)
    app.bought = buy(
        app,
        [("TW-SHEARS-01", 2), ("TW-BOOK-01", 3)],
        discount={"code": "SPRING10", "percent": "10"},
    )
    app.refund(app.bought, {"TW-BOOK-01": 1}, shipping="all", amount="12.00")
    return app


def test_the_whole_order_can_be_read(shop):
    order = shop.caller.ask(ORDER, id=shop.bought["id"])["order"]
    assert order["name"] == "#1001"
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert len(order["lineItems"]["nodes"]) == 2
    assert order["customer"]["orders"]["nodes"] == [{"name": "#1001"}]
    assert order["transactions"][0]["paymentId"] == "rHyzYR2eamTdGyB4PmuRsWxGb"


def test_shop_locations_and_scopes_can_be_read(shop):
    found = shop.caller.ask(SHOP)
    assert found["shop"]["name"] == "Trade Wins"
    assert {"handle": "read_orders"} in found["currentAppInstallation"]["accessScopes"]
    assert len(found["locations"]["nodes"]) == 2


def test_the_world_can_be_kept_on_disk(shop, tmp_path):
    before = shop.caller.ask(ORDER, id=shop.bought["id"])
    shop.world.path = str(tmp_path / "world.json")
    shop.world.save()
    again = ShopifyApp(World(clock=shop.world.clock, path=shop.world.path))
    assert Caller(again).ask(ORDER, id=shop.bought["id"]) == before
    assert buy(again)["name"] == "#1002"


def test_variants_with_stock_can_be_read(shop):
    found = shop.caller.ask(VARIANTS, first=50, query="sku:TW-SHEARS-01")
    (variant,) = found["productVariants"]["nodes"]
    stock = variant["inventoryItem"]["inventoryLevels"]["nodes"][0]["quantities"]
    assert [row["quantity"] for row in stock] == [118, 120, 2]


def test_a_field_that_shopify_does_not_have_is_refused(shop):
    (message,) = shop.caller.errors("{ shop { favouriteColour } }")
    assert message == "Cannot query field 'favouriteColour' on type 'Shop'."


def test_a_field_without_data_is_refused_instead_of_empty(shop):
    assert shop.caller.errors("{ shop { timezoneOffset } }") == ["NOT_IN_SANDBOX"]
    assert shop.caller.errors("{ currentBulkOperation { id } }") == ["NOT_IN_SANDBOX"]


def test_a_field_whose_scope_is_missing_is_refused(shop):
    shop.store.data["scopes"] = ["read_products"]
    document = "query ($id: ID!) { order(id: $id) { name } }"
    codes = shop.caller.errors(document, id=shop.bought["id"])
    assert codes == ["ACCESS_DENIED"]


@needs_specs
@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_the_stripped_schema_is_part_of_the_official_one(version):
    with gzip.open(OFFICIAL[version]) as file:
        types = json.load(file)["data"]["__schema"]["types"]
    official = {entry["name"]: entry for entry in types}
    for name, kind in schemas.load(version).type_map.items():
        if not name.startswith("__"):
            compare(kind, official[name])


def compare(kind, official):
    """Hold one type against the official one: kind, members, fields, arguments."""
    assert type(kind).__name__ == f"GraphQL{KINDS[official['kind']]}Type"
    if official["kind"] == "ENUM":
        assert set(kind.values) == {value["name"] for value in official["enumValues"]}
    if official["kind"] == "INPUT_OBJECT":
        fields = {f["name"]: written(f["type"]) for f in official["inputFields"]}
        assert {name: str(f.type) for name, f in kind.fields.items()} == fields
    if official["kind"] in ("OBJECT", "INTERFACE"):
        fields = {entry["name"]: entry for entry in official["fields"]}
        for name, field in kind.fields.items():
            assert str(field.type) == written(fields[name]["type"])
            arguments = {a["name"]: written(a["type"]) for a in fields[name]["args"]}
            assert {n: str(a.type) for n, a in field.args.items()} == arguments


KINDS = {
    "OBJECT": "Object",
    "INTERFACE": "Interface",
    "UNION": "Union",
    "ENUM": "Enum",
    "SCALAR": "Scalar",
    "INPUT_OBJECT": "InputObject",
}


def written(reference):
    """Write a type reference of an introspection as GraphQL does."""
    if reference["kind"] == "NON_NULL":
        return f"{written(reference['ofType'])}!"
    if reference["kind"] == "LIST":
        return f"[{written(reference['ofType'])}]"
    return reference["name"]


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_both_versions_know_the_idempotent_directive(version):
    document = """mutation { refundCreate(input: {orderId: 1}) @idempotent(key: 1) {
        refund { id } } }"""
    (error,) = validate(schemas.load(version), parse(document))
    assert error.message == "String cannot represent a non string value: 1"

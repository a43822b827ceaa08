"""Cut Shopify's official Admin schema down to what the sandbox plays.

Reads ``$O2C_SPECS/shopify/admin_<version>.json.gz`` (Shopify's own introspection)
and writes ``sandbox/shopify/schema/admin_<version>.graphql`` beside the licence and
``admin_<version>.scopes.json`` (the access scopes each kept type and field needs).

Nothing is invented and nothing is changed: object types outside ``OBJECTS`` are left
out together with the fields that lead to them. A kept field keeps all its arguments,
and kept arguments keep their whole closure of input types, enums and scalars.

    python tools/shopify_schema.py [version ...]
"""

import gzip
import json
import os
import re
import shutil
import sys
from pathlib import Path

from graphql import build_client_schema, print_schema

ROOT = Path(__file__).resolve().parent.parent
SPECS = Path(os.environ.get("O2C_SPECS", ROOT.parent / "shared" / "specs")) / "shopify"
TARGET = ROOT / "sandbox" / "shopify" / "schema"
VERSIONS = ("2026-07", "2026-10")

QUERIES = """
    bulkOperation bulkOperations catalog catalogs collection collections companies
    company companyLocation companyLocations currentAppInstallation
    currentBulkOperation customer customerByIdentifier customers draftOrder
    draftOrders fulfillment fulfillmentOrder fulfillmentOrders inventoryItem
    inventoryItems inventoryLevel inventoryProperties job location locations node
    nodes order orderByIdentifier orders ordersCount priceList product
    productByIdentifier productVariant productVariants productVariantsCount products
    productsCount productVariantByIdentifier publicApiVersions publications refund
    return returnableFulfillments shop webhookSubscription webhookSubscriptions
""".split()

MUTATIONS = """
    bulkOperationCancel bulkOperationRunMutation bulkOperationRunQuery customerCreate
    customerUpdate draftOrderComplete draftOrderCreate fileUpdate fulfillmentCancel
    fulfillmentCreate fulfillmentEventCreate fulfillmentOrderHold fulfillmentOrderMove
    fulfillmentOrderReleaseHold fulfillmentOrderSplit fulfillmentTrackingInfoUpdate
    inventoryActivate inventoryAdjustQuantities inventoryItemUpdate
    inventorySetOnHandQuantities inventorySetQuantities metafieldsSet orderCancel
    orderCapture orderClose orderCreate orderEditAddCustomItem
    orderEditAddLineItemDiscount orderEditAddVariant orderEditBegin orderEditCommit
    orderEditSetQuantity orderMarkAsPaid orderOpen orderUpdate productCreate
    productCreateMedia productReorderMedia productSet productUpdate
    productVariantDetachMedia productVariantsBulkCreate productVariantsBulkUpdate
    publishablePublish publishableUnpublish refundCreate returnApproveRequest
    returnCancel returnClose returnCreate returnDeclineRequest returnProcess
    stagedUploadsCreate tagsAdd tagsRemove transactionVoid webhookSubscriptionCreate
    webhookSubscriptionDelete webhookSubscriptionUpdate
""".split()

# Object, union and interface types that stay. Connections, edges, mutation payloads
# and user errors of kept things stay by rule.
OBJECTS = """
    AccessScope AdditionalFee ApiVersion App AppCatalog AppInstallation Attribute
    AutomaticDiscountApplication BulkOperation CalculatedDiscountAllocation
    CalculatedDiscountApplication CalculatedLineItem CalculatedOrder
    CalculatedShippingLine CardPaymentDetails CashRoundingAdjustment Catalog
    Collection Company CompanyAddress CompanyContact CompanyLocation
    CompanyLocationCatalog CompanyLocationTaxSettings Count
    CountryHarmonizedSystemCode CurrencySetting Customer CustomerEmailAddress
    CustomerPhoneNumber DeliveryMethod DeliveryMethodAdditionalInformation
    DiscountAllocation DiscountApplication DiscountCodeApplication DisplayableError
    Domain DraftOrder DraftOrderAppliedDiscount DraftOrderLineItem Duty
    ExchangeLineItem File Fulfillment FulfillmentEvent FulfillmentHold
    FulfillmentLineItem FulfillmentOrder FulfillmentOrderAssignedLocation
    FulfillmentOrderDestination FulfillmentOrderLineItem
    FulfillmentOrderLocationForMove FulfillmentOrderSplitResult
    FulfillmentOrderSupportedAction FulfillmentService FulfillmentTrackingInfo
    HasMetafields Image InventoryAdjustmentGroup InventoryChange InventoryItem
    InventoryItemMeasurement InventoryLevel InventoryProperties InventoryQuantity
    InventoryQuantityName Job LegacyInteroperability LineItem LineItemGroup
    LocalPaymentMethodsPaymentDetails LocalizedField Location LocationAddress
    MailingAddress ManualDiscountApplication Media MediaError MediaImage
    MediaPreviewImage Metafield MoneyBag MoneyV2 Node Order OrderAdjustment OrderApp
    OrderCancellation OrderDisputeSummary OrderEditSession
    OrderPaymentCollectionDetails OrderRiskAssessment OrderRiskSummary
    OrderStagedChange OrderStagedChangeAddCustomItem
    OrderStagedChangeAddLineItemDiscount OrderStagedChangeAddShippingLine
    OrderStagedChangeAddVariant OrderStagedChangeDecrementItem
    OrderStagedChangeIncrementItem OrderStagedChangeRemoveDiscount
    OrderStagedChangeRemoveShippingLine OrderTransaction PageInfo PaymentDetails
    PaymentSchedule PaymentTerms PaypalWalletPaymentDetails PriceList
    PriceListAdjustment PriceListAdjustmentSettings PriceListParent PriceListPrice
    PricingPercentageValue PricingValue Product ProductOption ProductOptionValue
    ProductSetOperation ProductVariant ProductVariantComponent Publication Publishable
    PurchasingCompany PurchasingEntity QuantityPriceBreak Refund RefundDuty
    RefundLineItem RefundShippingLine ResourcePublicationV2 RestockingFee Return
    ReturnDecline ReturnLineItem ReturnLineItemType ReturnReasonDefinition
    ReturnShippingFee ReturnableFulfillment ReturnableFulfillmentLineItem
    ReverseFulfillmentOrder ReverseFulfillmentOrderLineItem RiskFact SEO
    ScriptDiscountApplication SelectedOption ShippingLine Shop ShopAddress
    ShopPayInstallmentsPaymentDetails ShopPlan StaffMember StagedMediaUploadTarget
    StagedUploadParameter SubscriptionAppliedCodeDiscount SuggestedOrderTransaction
    SuggestedRefund SuggestedReturnRefund TaxLine TaxonomyCategory TransactionFee
    UnitPriceMeasurement UnverifiedReturnLineItem WebhookSubscription Weight
""".split()

COMPOSITE = {"OBJECT", "INTERFACE", "UNION"}


def named(type_ref):
    """Return the name inside the list and non-null wrappers of a type reference."""
    while type_ref["ofType"]:
        type_ref = type_ref["ofType"]
    return type_ref["name"]


class Pruner:
    """Removes from an introspection what cannot be reached through the keep-lists."""

    def __init__(self, introspection):
        self.schema = introspection["__schema"]
        self.types = {entry["name"]: entry for entry in self.schema["types"]}
        self.kept = set()

    def prune(self):
        """Cut the schema in place and return it."""
        self._cut_root("QueryRoot", QUERIES)
        self._cut_root("Mutation", MUTATIONS)
        composites = self._kept_composites()
        for name in composites:
            self._cut_composite(self.types[name], composites)
        self._keep_from(["QueryRoot", "Mutation"])
        self._drop_rest()
        return self.schema

    def _cut_root(self, name, wanted):
        root = self.types[name]
        missing = set(wanted) - {field["name"] for field in root["fields"]}
        if missing:
            raise SystemExit(f"{name} has no {', '.join(sorted(missing))}")
        root["fields"] = [f for f in root["fields"] if f["name"] in wanted]

    def _kept_composites(self):
        names = {name for name in OBJECTS if name in self.types}
        names |= {"QueryRoot", "Mutation"}
        names |= {named(f["type"]) for f in self.types["Mutation"]["fields"]}
        for name in list(names):
            names |= {f"{name}Connection", f"{name}Edge"} & self.types.keys()
        for payload in [name for name in names if name.endswith("Payload")]:
            fields = self.types[payload]["fields"]
            names |= {named(f["type"]) for f in fields if "rrors" in f["name"]}
        return names

    def _cut_composite(self, entry, composites):
        def stays(type_ref):
            # The official list names one union member that it does not define.
            other = self.types.get(named(type_ref), {"kind": "OBJECT", "name": None})
            return other["kind"] not in COMPOSITE or other["name"] in composites

        for part, reference in (
            ("fields", lambda field: field["type"]),
            ("interfaces", lambda reference: reference),
            ("possibleTypes", lambda reference: reference),
        ):
            if entry.get(part):
                entry[part] = [item for item in entry[part] if stays(reference(item))]

    def _keep_from(self, names):
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in self.kept:
                self.kept.add(name)
                waiting += self._reached_from(self.types[name])

    def _reached_from(self, entry):
        for field in entry.get("fields") or []:
            yield named(field["type"])
            yield from (named(argument["type"]) for argument in field["args"])
        for field in entry.get("inputFields") or []:
            yield named(field["type"])
        for part in ("interfaces", "possibleTypes"):
            yield from (reference["name"] for reference in entry.get(part) or [])

    def _drop_rest(self):
        self.schema["types"] = [
            t for t in self.schema["types"] if t["name"] in self.kept
        ]
        for entry in self.schema["types"]:
            if entry.get("possibleTypes"):
                references = entry["possibleTypes"]
                entry["possibleTypes"] = [
                    r for r in references if r["name"] in self.kept
                ]
        empty = [t["name"] for t in self.schema["types"] if t["fields"] == []]
        if empty:
            raise SystemExit(f"nothing left of {', '.join(empty)}")


def without_descriptions(value):
    """Return the introspection without prose, and with one-line deprecation reasons."""
    if isinstance(value, list):
        return [without_descriptions(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: without_descriptions(item) for key, item in value.items()}
    if "description" in result:
        result["description"] = None
    if result.get("deprecationReason"):
        result["deprecationReason"] = result["deprecationReason"].split("\n")[0]
    return result


def to_sdl(schema):
    """Print the schema; graphql-core forgets the @oneOf mark of input types."""
    sdl = print_schema(build_client_schema({"__schema": schema}, assume_valid=True))
    for entry in schema["types"]:
        if entry.get("isOneOf"):
            name = entry["name"]
            sdl = re.sub(rf"(?m)^input {name} {{", f"input {name} @oneOf {{", sdl)
    return sdl


def needed_scopes(items, schema):
    """Return ``{"Type" or "Type.field": [scopes]}`` for what the schema keeps."""
    known = {entry["name"] for entry in schema["types"]}
    known |= {
        f"{entry['name']}.{field['name']}"
        for entry in schema["types"]
        for field in entry.get("fields") or []
    }
    scopes = {}
    for item in items:
        key = ".".join(filter(None, (item["typeName"], item.get("fieldName"))))
        if item["offlineScopes"] and key in known:
            scopes[key] = item["offlineScopes"]
    return dict(sorted(scopes.items()))


def write(version):
    """Write the stripped schema and the scopes of one version."""
    with gzip.open(SPECS / f"admin_{version}.json.gz") as file:
        official = json.load(file)
    schema = Pruner(without_descriptions(official["data"])).prune()
    header = (
        f"# Part of Shopify's Admin GraphQL schema {version}, made by "
        "tools/shopify_schema.py.\n"
        "# Copyright Shopify Inc., ISC licence: see LICENSE.\n\n"
    )
    target = TARGET / f"admin_{version}.graphql"
    target.write_text(header + to_sdl(schema) + "\n", encoding="utf-8")
    scopes = needed_scopes(official["offline_scopes"]["items"], schema)
    text = json.dumps(scopes, indent=0) + "\n"
    target.with_suffix(".scopes.json").write_text(text, encoding="utf-8")
    print(f"{target.name}: {len(schema['types'])} types, {target.stat().st_size} bytes")


def main(versions):
    """Write the given versions, or all."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for version in versions or VERSIONS:
        write(version)
    licence = TARGET / "LICENSE"
    shutil.copyfile(SPECS / "LICENSE", licence)
    licence.chmod(0o644)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Every GraphQL document that the connector sends, valid on 2026-07 and 2026-10."""

from . import (
    queries_bulk,
    queries_cancel,
    queries_catalog,
    queries_channel,
    queries_collection,
    queries_draft,
    queries_fulfillment,
    queries_picture,
    queries_product,
    queries_refund,
    queries_return,
    queries_setup,
    queries_stock,
    queries_tag,
)
from .query_parts import ADDRESS, BAG, BUYER, TAX, document

_LINE = """
fragment Line on LineItem {
  id name sku quantity currentQuantity requiresShipping isGiftCard
  variant { id }
  lineItemGroup { id title quantity variantId variantSku }
  originalUnitPriceSet { ...Bag }
  taxLines { ...Tax }
  duties { id price { ...Bag } taxLines { ...Tax } }
  discountAllocations {
    allocatedAmountSet { ...Bag }
    discountApplication {
      __typename
      ... on DiscountCodeApplication { code }
      ... on AutomaticDiscountApplication { title }
      ... on ManualDiscountApplication { title }
      ... on ScriptDiscountApplication { title }
    }
  }
}"""

#: What an import reads of an order; ``$lines`` is the size of the first page of lines.
#: Without the permission for returns Shopify would refuse all of it: ``$returns``.
_ORDER = """
fragment OrderParts on Order {
  id legacyResourceId name createdAt updatedAt cancelledAt test taxesIncluded
  email phone note displayFinancialStatus sourceName poNumber dutiesIncluded tags
  customAttributes { key value }
  retailLocation { id }
  risk { recommendation }
  %s
  currentTotalPriceSet { ...Bag }
  currentTotalTaxSet { ...Bag }
  totalTipReceivedSet { ...Bag }
  additionalFees { id name price { ...Bag } taxLines { ...Tax } }
  fulfillmentOrders(first: 10) {
    nodes { id fulfillmentHolds { id displayReason } }
  }
  fulfillments(first: 100) { id status }
  lineItems(first: $lines) {
    pageInfo { hasNextPage endCursor }
    nodes { ...Line }
  }
  shippingLines(first: 10) {
    nodes { id title currentDiscountedPriceSet { ...Bag } taxLines { ...Tax } }
  }
  transactions(first: 50) {
    id kind status gateway formattedGateway test createdAt processedAt paymentId
    amountSet { ...Bag }
    amountRoundingSet { ...Bag }
    parentTransaction { id paymentId }
  }
  refunds(first: 100) { id }
  returns(first: 3) @include(if: $returns) {
    pageInfo { hasNextPage endCursor }
    nodes { id }
  }
}""" % BUYER.strip()

ORDER = document(
    """
query Order($id: ID!, $lines: Int!, $returns: Boolean! = false) {
  order(id: $id) { ...OrderParts }
}""",
    _ORDER,
    _LINE,
    ADDRESS,
    TAX,
    BAG,
)

ORDERS = document(
    """
query Orders($ids: [ID!]!, $lines: Int!, $returns: Boolean! = false) {
  nodes(ids: $ids) { ...OrderParts }
}""",
    _ORDER,
    _LINE,
    ADDRESS,
    TAX,
    BAG,
)

ORDER_LINES = document(
    """
query OrderLines($id: ID!, $lines: Int!, $after: String) {
  order(id: $id) {
    lineItems(first: $lines, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...Line }
    }
  }
}""",
    _LINE,
    TAX,
    BAG,
)

REFUND = document(
    """
query Refund(
  $id: ID!, $lines: Int!, $after: String, $returns: Boolean! = false
) {
  refund(id: $id) {
    id processedAt note
    return @include(if: $returns) { id }
    refundLineItems(first: $lines, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        quantity restockType lineItem { id }
        subtotalSet { ...Bag } totalTaxSet { ...Bag }
      }
    }
    refundShippingLines(first: 10) {
      nodes {
        shippingLine { id } subtotalAmountSet { ...Bag } taxAmountSet { ...Bag }
      }
    }
    duties { amountSet { ...Bag } originalDuty { id } }
    orderAdjustments(first: 20) {
      nodes { id amountSet { ...Bag } taxAmountSet { ...Bag } }
    }
    transactions(first: 20) { nodes { id } }
  }
}""",
    BAG,
)

#: Sorted by the watermark's own field; the default would be PROCESSED_AT.
CHANGED_ORDERS = """
query ChangedOrders($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id name updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}"""

DAY_ORDERS = document(
    """
query DayOrders($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    nodes {
      id name test presentmentCurrencyCode
      currentTotalPriceSet { ...Bag }
      currentTotalTaxSet { ...Bag }
      refundDiscrepancySet { ...Bag }
      totalReceivedSet { ...Bag }
      totalRefundedSet { ...Bag }
    }
    pageInfo { hasNextPage endCursor }
  }
}""",
    BAG,
)

SHOP = """
query Shop {
  shop {
    name myshopifyDomain currencyCode ianaTimezone taxesIncluded
    plan { publicDisplayName partnerDevelopment }
  }
  currentAppInstallation { accessScopes { handle } }
  locations(first: 50) { nodes { id name isActive fulfillsOnlineOrders } }
}"""

WEBHOOKS = """
query Webhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}"""

SUBSCRIBE = """
mutation Subscribe(
  $topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!
) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}"""

DOCUMENTS = {
    "ORDER": ORDER,
    "ORDERS": ORDERS,
    "ORDER_LINES": ORDER_LINES,
    "REFUND": REFUND,
    "CHANGED_ORDERS": CHANGED_ORDERS,
    "DAY_ORDERS": DAY_ORDERS,
    "SHOP": SHOP,
    "WEBHOOKS": WEBHOOKS,
    "SUBSCRIBE": SUBSCRIBE,
    **queries_bulk.DOCUMENTS,
    **queries_cancel.DOCUMENTS,
    **queries_channel.DOCUMENTS,
    **queries_catalog.DOCUMENTS,
    **queries_collection.DOCUMENTS,
    **queries_draft.DOCUMENTS,
    **queries_setup.DOCUMENTS,
    **queries_fulfillment.DOCUMENTS,
    **queries_stock.DOCUMENTS,
    **queries_picture.DOCUMENTS,
    **queries_product.DOCUMENTS,
    **queries_refund.DOCUMENTS,
    **queries_return.DOCUMENTS,
    **queries_tag.DOCUMENTS,
}

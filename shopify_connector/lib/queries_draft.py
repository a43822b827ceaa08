"""GraphQL documents about draft orders, valid on 2026-07 and 2026-10."""

from .query_parts import ADDRESS, BAG, BUYER, TAX, document

_LINE = """
fragment DraftLine on DraftOrderLineItem {
  id name sku quantity requiresShipping isGiftCard
  variant { id }
  originalUnitPriceSet { ...Bag }
  discountedTotalSet { ...Bag }
  taxLines { ...Tax }
}"""

#: What others than the merchant take off is in the amounts already: a line's discount
#: in ``discountedTotalSet``, the order's in ``subtotalPriceSet``.
#: https://shopify.dev/docs/api/admin-graphql/latest/objects/DraftOrder
DRAFT = document(
    f"""
query Draft($id: ID!, $lines: Int!, $after: String) {{
  draftOrder(id: $id) {{
    id name createdAt updatedAt status taxesIncluded email phone note2 poNumber
    tags
    customAttributes {{ key value }}
    order {{ id name }}
    {BUYER.strip()}
    totalPriceSet {{ ...Bag }}
    totalTaxSet {{ ...Bag }}
    subtotalPriceSet {{ ...Bag }}
    appliedDiscount {{ title }}
    shippingLine {{ id title discountedPriceSet {{ ...Bag }} taxLines {{ ...Tax }} }}
    lineItems(first: $lines, after: $after) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ ...DraftLine components {{ ...DraftLine }} }}
    }}
  }}
}}""",
    _LINE,
    ADDRESS,
    TAX,
    BAG,
)

#: Sorted by the watermark's own field.
CHANGED_DRAFTS = """
query ChangedDrafts($first: Int!, $after: String, $query: String!) {
  draftOrders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id name status updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}"""

DRAFT_OUTCOMES = """
query DraftOutcomes($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on DraftOrder { order { id name } } }
}"""

DOCUMENTS = {
    "DRAFT": DRAFT,
    "CHANGED_DRAFTS": CHANGED_DRAFTS,
    "DRAFT_OUTCOMES": DRAFT_OUTCOMES,
}

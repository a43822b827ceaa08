"""GraphQL documents for connecting a shop, valid on 2026-07 and 2026-10."""

RECENT_ORDERS = """
query RecentOrders($first: Int!) {
  orders(first: $first, sortKey: CREATED_AT, reverse: true) { nodes { id name } }
}"""

VARIANT_SKUS = """
query VariantSkus($first: Int!, $after: String) {
  productVariants(first: $first, after: $after) {
    nodes { id sku }
    pageInfo { hasNextPage endCursor }
  }
}"""

API_VERSIONS = """
query ApiVersions {
  publicApiVersions { handle displayName supported }
}"""

DOCUMENTS = {
    "RECENT_ORDERS": RECENT_ORDERS,
    "VARIANT_SKUS": VARIANT_SKUS,
    "API_VERSIONS": API_VERSIONS,
}

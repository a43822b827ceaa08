"""GraphQL documents about places and stock, valid on 2026-07 and 2026-10."""

LOCATIONS = """
query Locations($after: String) {
  locations(first: 100, after: $after, includeInactive: true) {
    nodes { id name isActive fulfillsOnlineOrders isFulfillmentService }
    pageInfo { hasNextPage endCursor }
  }
}"""

DOCUMENTS = {"LOCATIONS": LOCATIONS}

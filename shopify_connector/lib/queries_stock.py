"""GraphQL documents about places and stock, valid on 2026-07 and 2026-10."""

LOCATIONS = """
query Locations($after: String) {
  locations(first: 100, after: $after, includeInactive: true) {
    nodes { id name isActive fulfillsOnlineOrders isFulfillmentService }
    pageInfo { hasNextPage endCursor }
  }
}"""

LEVELS = """
query Levels($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id tracked
      inventoryLevel(locationId: $location) {
        updatedAt
        quantities(names: ["available", "committed"]) { name quantity }
      }
    }
  }
}"""

#: All or nothing, at most 250 rows.
SET_QUANTITIES = """
mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}"""

STOCK_ITEM = """
mutation StockItem($item: ID!, $location: ID!, $available: Int, $key: String!) {
  inventoryActivate(
    inventoryItemId: $item, locationId: $location, available: $available
  ) @idempotent(key: $key) {
    inventoryLevel { id }
    userErrors { field message }
  }
}"""

DOCUMENTS = {
    "LOCATIONS": LOCATIONS,
    "LEVELS": LEVELS,
    "SET_QUANTITIES": SET_QUANTITIES,
    "STOCK_ITEM": STOCK_ITEM,
}

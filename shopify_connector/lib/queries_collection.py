"""GraphQL documents about collections, valid on 2026-07 and 2026-10."""

COLLECTIONS = """
query Collections($first: Int!, $after: String, $query: String!) {
  collections(first: $first, after: $after, query: $query) {
    nodes { id title handle }
    pageInfo { hasNextPage endCursor }
  }
}"""

COLLECTION_PRODUCTS = """
query CollectionProducts($id: ID!, $first: Int!, $after: String) {
  collection(id: $id) {
    title handle
    products(first: $first, after: $after) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

DOCUMENTS = {"COLLECTIONS": COLLECTIONS, "COLLECTION_PRODUCTS": COLLECTION_PRODUCTS}

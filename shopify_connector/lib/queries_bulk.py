"""GraphQL documents of bulk operations, valid on 2026-07 and 2026-10."""

START_BULK = """
mutation StartBulk($query: String!) {
  bulkOperationRunQuery(query: $query) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""

BULK = """
query Bulk($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount url partialDataUrl }
}"""

#: executed by Shopify inside a bulk operation, without pages
BULK_ORDERS = """
{ orders(query: %s, sortKey: CREATED_AT) { edges { node { id name updatedAt } } } }"""

DOCUMENTS = {"START_BULK": START_BULK, "BULK": BULK}

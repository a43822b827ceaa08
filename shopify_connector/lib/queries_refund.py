"""GraphQL documents about refunds that begin in Odoo."""

CREATE = """
mutation RefundFromOdoo($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}"""

NOTES = """
query RefundNotes($id: ID!) {
  order(id: $id) { refunds(first: 100) { id note } }
}"""

DOCUMENTS = {"REFUND_FROM_ODOO": CREATE, "REFUND_NOTES": NOTES}

"""GraphQL documents about returns, which begin long before their refund."""

#: ``returnReason`` is going; what it said has a name in the shop's language now
RETURN = """
query Return($id: ID!, $lines: Int!, $after: String) {
  return(id: $id) {
    id name status createdAt requestApprovedAt closedAt
    decline { reason note }
    exchangeLineItems(first: 20) {
      nodes { id quantity variantId lineItems { id name } }
    }
    returnLineItems(first: $lines, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id quantity refundedQuantity customerNote returnReasonNote
        returnReasonDefinition { name }
        ... on ReturnLineItem { fulfillmentLineItem { lineItem { id name } } }
      }
    }
  }
}"""

#: the further returns of an order; the first come with the order itself
OF_ORDER = """
query ReturnsOfOrder($id: ID!, $after: String) {
  order(id: $id) {
    returns(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id }
    }
  }
}"""

STATUS = """
query ReturnStatus($id: ID!) {
  return(id: $id) { status order { id name } }
}"""

APPROVE = """
mutation ApproveReturn($input: ReturnApproveRequestInput!) {
  returnApproveRequest(input: $input) {
    return { id }
    userErrors { field message code }
  }
}"""

DECLINE = """
mutation DeclineReturn($input: ReturnDeclineRequestInput!) {
  returnDeclineRequest(input: $input) {
    return { id }
    userErrors { field message code }
  }
}"""

DOCUMENTS = {
    "RETURN": RETURN,
    "RETURNS_OF_ORDER": OF_ORDER,
    "RETURN_STATUS": STATUS,
    "APPROVE_RETURN": APPROVE,
    "DECLINE_RETURN": DECLINE,
}

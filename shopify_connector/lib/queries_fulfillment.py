"""GraphQL documents about deliveries, valid on 2026-07 and 2026-10."""

_SENT = """
      pageInfo { hasNextPage endCursor }
      nodes { quantity lineItem { id } }"""
_OPEN = """
      pageInfo { hasNextPage endCursor }
      nodes { id remainingQuantity lineItem { id } }"""

FULFILLMENT_STATE = f"""
query FulfillmentState($id: ID!) {{
  order(id: $id) {{
    fulfillments(first: 100) {{
      id name status createdAt
      location {{ id }}
      trackingInfo(first: 50) {{ company number url }}
      fulfillmentLineItems(first: 50) {{{_SENT}
      }}
    }}
    fulfillmentOrders(first: 25) {{
      nodes {{
        id status fulfillAt
        assignedLocation {{ location {{ id }} }}
        supportedActions {{ action }}
        fulfillmentHolds {{ displayReason reasonNotes }}
        lineItems(first: 50) {{{_OPEN}
        }}
      }}
    }}
  }}
}}"""

MORE_SENT = f"""
query MoreSent($id: ID!, $after: String) {{
  fulfillment(id: $id) {{
    fulfillmentLineItems(first: 250, after: $after) {{{_SENT}
    }}
  }}
}}"""

MORE_OPEN = f"""
query MoreOpen($id: ID!, $after: String) {{
  fulfillmentOrder(id: $id) {{
    lineItems(first: 250, after: $after) {{{_OPEN}
    }}
  }}
}}"""

FULFILL = """
mutation Fulfill($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id name status }
    userErrors { field message }
  }
}"""

MOVE = """
mutation Move(
  $id: ID!, $location: ID!, $lines: [FulfillmentOrderLineItemInput!]
) {
  fulfillmentOrderMove(
    id: $id, newLocationId: $location, fulfillmentOrderLineItems: $lines
  ) {
    movedFulfillmentOrder { id }
    userErrors { field message }
  }
}"""

TRACK = """
mutation Track($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {
  fulfillmentTrackingInfoUpdate(
    fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify
  ) {
    fulfillment { id }
    userErrors { field message }
  }
}"""

JOURNEY = """
query Journey($id: ID!) {
  fulfillment(id: $id) {
    status
    trackingInfo(first: 50) { number url }
    events(first: 100) { nodes { status happenedAt } }
  }
}"""

EVENT = """
mutation Event($event: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $event) {
    fulfillmentEvent { id }
    userErrors { field message }
  }
}"""

DOCUMENTS = {
    "FULFILLMENT_STATE": FULFILLMENT_STATE,
    "MORE_SENT": MORE_SENT,
    "MORE_OPEN": MORE_OPEN,
    "FULFILL": FULFILL,
    "MOVE": MOVE,
    "TRACK": TRACK,
    "JOURNEY": JOURNEY,
    "EVENT": EVENT,
}

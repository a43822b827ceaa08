"""GraphQL documents about sales channels, valid on 2026-07 and 2026-10."""

#: ``Publication.name`` is going; a sales channel is called like its app.
CHANNELS = """
query Channels($first: Int!, $after: String) {
  publications(first: $first, after: $after, catalogType: APP) {
    nodes {
      id
      catalog { title ... on AppCatalog { apps(first: 1) { nodes { title } } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
""".strip()

#: What is planned for later is not told: it is not shown yet.
SHOWN_ON = """
query ShownOn($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Product {
      id
      resourcePublicationsV2(first: 50, catalogType: APP) {
        nodes { publication { id } }
      }
    }
  }
}
""".strip()

SHOW_ON = """
mutation ShowOn($id: ID!, $input: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $input) { userErrors { field message } }
}
""".strip()

TAKE_OFF = """
mutation TakeOff($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { field message } }
}
""".strip()

DOCUMENTS = {
    "CHANNELS": CHANNELS,
    "SHOWN_ON": SHOWN_ON,
    "SHOW_ON": SHOW_ON,
    "TAKE_OFF": TAKE_OFF,
}

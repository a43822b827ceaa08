"""GraphQL documents about tags of orders and customers, for 2026-07 and 2026-10."""

TAGS = """
query Tags($id: ID!) {
  node(id: $id) {
    ... on Order { tags }
    ... on DraftOrder { tags }
    ... on Customer { tags }
  }
}
""".strip()

#: A tag that is there already stays as it is, one that is gone is no mistake.
ADD_TAGS = """
mutation AddTags($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { userErrors { field message } }
}
""".strip()

REMOVE_TAGS = """
mutation RemoveTags($id: ID!, $tags: [String!]!) {
  tagsRemove(id: $id, tags: $tags) { userErrors { field message } }
}
""".strip()

DOCUMENTS = {"TAGS": TAGS, "ADD_TAGS": ADD_TAGS, "REMOVE_TAGS": REMOVE_TAGS}

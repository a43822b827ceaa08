"""GraphQL documents about pictures of products, valid on 2026-07 and 2026-10."""

#: A product has at most 250 (https://shopify.dev/api/usage/limits).
PICTURES = """
query Pictures($id: ID!, $variants: Int!, $after: String) {
  product(id: $id) {
    media(first: 250) {
      nodes {
        id status
        mediaErrors { code message }
        preview { image { url } }
      }
    }
    variants(first: $variants, after: $after) {
      nodes { id media(first: 1) { nodes { id } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""".strip()

STAGE_FILE = """
mutation StageFile($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } }
    userErrors { field message }
  }
}
""".strip()

ADD_PICTURE = """
mutation AddPicture($product: ProductUpdateInput!, $media: [CreateMediaInput!]) {
  productUpdate(product: $product, media: $media) {
    product { media(first: 250) { nodes { id } } }
    userErrors { field message }
  }
}
""".strip()

DETACH_PICTURES = """
mutation DetachPictures($id: ID!, $media: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $id, variantMedia: $media) {
    productVariants { id }
    userErrors { code field message }
  }
}
""".strip()

MOVE_PICTURE = """
mutation MovePicture($id: ID!, $moves: [MoveInput!]!) {
  productReorderMedia(id: $id, moves: $moves) {
    job { id }
    userErrors: mediaUserErrors { code field message }
  }
}
""".strip()

#: The file stays among the shop's files: it may be shown elsewhere, too.
DROP_PICTURES = """
mutation DropPictures($files: [FileUpdateInput!]!) {
  fileUpdate(files: $files) {
    files { id }
    userErrors { code field message }
  }
}
""".strip()

DOCUMENTS = {
    "PICTURES": PICTURES,
    "STAGE_FILE": STAGE_FILE,
    "ADD_PICTURE": ADD_PICTURE,
    "DETACH_PICTURES": DETACH_PICTURES,
    "MOVE_PICTURE": MOVE_PICTURE,
    "DROP_PICTURES": DROP_PICTURES,
}

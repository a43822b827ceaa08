"""GraphQL documents about products, valid on 2026-07 and 2026-10."""

_VARIANT = """
fragment Variant on ProductVariant {
  id sku barcode title price compareAtPrice requiresComponents
  media(first: 1) { nodes { preview { image { url } } } }
  selectedOptions { name value }
  inventoryItem {
    id tracked requiresShipping countryCodeOfOrigin harmonizedSystemCode
    measurement { weight { value unit } }
    unitCost { amount currencyCode }
  }
}"""
_PRODUCT = """
fragment Product on Product {
  id title handle status description isGiftCard updatedAt tags
  options(first: 10) { name values }
  featuredMedia { preview { image { url } } }
  variants(first: $variants) {
    pageInfo { hasNextPage endCursor }
    nodes { ...Variant }
  }
}"""


def _document(text):
    return "\n".join(part.strip() for part in (text, _PRODUCT, _VARIANT)) + "\n"


#: Sorted by the watermark's own field.
CHANGED_PRODUCTS = _document(
    """
query ChangedProducts($first: Int!, $variants: Int!, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...Product }
    pageInfo { hasNextPage endCursor }
  }
}"""
)

PRODUCT = _document(
    """
query Product($id: ID!, $variants: Int!) {
  product(id: $id) { ...Product }
}"""
)

PRODUCT_VARIANTS = (
    """
query ProductVariants($id: ID!, $variants: Int!, $after: String) {
  product(id: $id) {
    variants(first: $variants, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...Variant }
    }
  }
}
""".strip()
    + "\n"
    + _VARIANT.strip()
    + "\n"
)

PRODUCT_BY_HANDLE = """
query ProductByHandle($handle: String!) {
  productByIdentifier(identifier: {handle: $handle}) { id }
}
""".strip()

#: With the handle as identifier a repetition changes the product that it made.
#: https://shopify.dev/docs/api/admin-graphql/latest/mutations/productSet
MAKE_PRODUCT = """
mutation MakeProduct($identifier: ProductSetIdentifiers!, $input: ProductSetInput!) {
  productSet(identifier: $identifier, input: $input, synchronous: true) {
    product { id }
    userErrors { code field message }
  }
}
""".strip()

CHANGE_PRODUCT = """
mutation ChangeProduct($product: ProductUpdateInput!) {
  productUpdate(product: $product) {
    product { id }
    userErrors { field message }
  }
}
""".strip()

CHANGE_VARIANTS = """
mutation ChangeVariants($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants) {
    productVariants { id }
    userErrors { code field message }
  }
}
""".strip()

ADD_VARIANTS = """
mutation AddVariants($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $id, variants: $variants) {
    productVariants { id }
    userErrors { code field message }
  }
}
""".strip()

DOCUMENTS = {
    "ADD_VARIANTS": ADD_VARIANTS,
    "PRODUCT_BY_HANDLE": PRODUCT_BY_HANDLE,
    "MAKE_PRODUCT": MAKE_PRODUCT,
    "CHANGE_PRODUCT": CHANGE_PRODUCT,
    "CHANGE_VARIANTS": CHANGE_VARIANTS,
    "CHANGED_PRODUCTS": CHANGED_PRODUCTS,
    "PRODUCT": PRODUCT,
    "PRODUCT_VARIANTS": PRODUCT_VARIANTS,
}

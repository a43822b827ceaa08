"""GraphQL documents about B2B catalogues, valid on 2026-07 and 2026-10."""

CATALOG_PARTS = """
fragment CatalogParts on Catalog {
  id title status
  priceList { id currency parent { adjustment { type value } } }
}"""

CATALOGS = f"""
query Catalogs($first: Int!, $after: String) {{
  catalogs(first: $first, after: $after, type: COMPANY_LOCATION) {{
    nodes {{ ...CatalogParts }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
{CATALOG_PARTS}"""

CATALOG = f"""
query Catalog($id: ID!, $first: Int!, $after: String) {{
  catalog(id: $id) {{
    ...CatalogParts
    ... on CompanyLocationCatalog {{
      companyLocations(first: $first, after: $after) {{
        nodes {{
          id name
          company {{ id name locationsCount {{ count }} }}
          taxSettings {{ taxRegistrationId }}
        }}
        pageInfo {{ hasNextPage endCursor }}
      }}
    }}
  }}
}}
{CATALOG_PARTS}"""

FIXED_PRICES = """
query FixedPrices($id: ID!, $first: Int!, $after: String, $breaks: Int!) {
  priceList(id: $id) {
    prices(first: $first, after: $after, originType: FIXED) {
      nodes {
        variant { id }
        price { amount }
        quantityPriceBreaks(first: $breaks) {
          nodes { minimumQuantity price { amount } }
          pageInfo { hasNextPage endCursor }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

MORE_BREAKS = """
query MoreBreaks($id: ID!, $query: String!, $breaks: Int!, $after: String) {
  priceList(id: $id) {
    prices(first: 1, query: $query, originType: FIXED) {
      nodes {
        quantityPriceBreaks(first: $breaks, after: $after) {
          nodes { minimumQuantity price { amount } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
}"""

DOCUMENTS = {
    "CATALOGS": CATALOGS,
    "CATALOG": CATALOG,
    "FIXED_PRICES": FIXED_PRICES,
    "MORE_BREAKS": MORE_BREAKS,
}

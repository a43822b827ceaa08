"""Fragments that the documents about orders and drafts share."""

#: Both sides of each amount: what the customer paid, and that in the shop's currency.
BAG = """
fragment Bag on MoneyBag {
  presentmentMoney { amount currencyCode } shopMoney { amount currencyCode }
}"""
TAX = "fragment Tax on TaxLine { title rate channelLiable priceSet { ...Bag } }"
ADDRESS = """
fragment Address on MailingAddress {
  firstName lastName company address1 address2 zip city provinceCode countryCodeV2 phone
}"""
#: who buys, on orders and drafts alike
BUYER = """
  customer {
    id firstName lastName tags
    defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }
  }
  billingAddress { ...Address }
  shippingAddress { ...Address }
  purchasingEntity {
    __typename
    ... on PurchasingCompany {
      company { id name }
      location { id name taxSettings { taxRegistrationId } }
    }
  }
  paymentTerms {
    paymentTermsName paymentTermsType dueInDays
    paymentSchedules(first: 5) { nodes { dueAt } }
  }"""


def document(*parts):
    """Return a document of an operation and its fragments."""
    return "\n".join(part.strip() for part in parts) + "\n"

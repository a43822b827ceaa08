"""The documents an order consists of, as Shopify's schema wants them."""

from . import pricing
from .money import ZERO, add, bag, cents
from .store import gid

NO_DISCOUNT = ZERO
ADDRESS_KEYS = """
    first_name last_name company address1 address2 zip city province province_code
    country_code phone
""".split()


def mailing_address(store, given):
    """Return a MailingAddress; ``given`` has the names of Shopify's webhooks."""
    if given is None:
        return None
    unknown = set(given) - set(ADDRESS_KEYS)
    if unknown:
        raise ValueError(f"an address has no {', '.join(sorted(unknown))}")
    value = {key: given.get(key) or None for key in ADDRESS_KEYS}
    name = " ".join(filter(None, (value["first_name"], value["last_name"])))
    place = " ".join(filter(None, (value["zip"], value["city"])))
    lines = [name, value["company"], value["address1"], value["address2"], place]
    return {
        "id": f"{gid('MailingAddress', store.number())}?model_name=Address",
        "firstName": value["first_name"],
        "lastName": value["last_name"],
        "name": name or None,
        "company": value["company"],
        "address1": value["address1"],
        "address2": value["address2"],
        "zip": value["zip"],
        "city": value["city"],
        "province": value["province"],
        "provinceCode": value["province_code"],
        "country": value["country_code"],
        "countryCode": value["country_code"],
        "countryCodeV2": value["country_code"],
        "phone": value["phone"],
        "formatted": [line for line in lines if line],
        "formattedArea": ", ".join(
            filter(None, (value["city"], value["country_code"]))
        ),
        "coordinatesValidated": False,
        "latitude": None,
        "longitude": None,
        "timeZone": None,
        "validationResultSummary": None,
    }


def customer(store, given, address):
    """Return the customer with this e-mail address, made when there is none."""
    if not given:
        return None
    for known in store.all("Customer"):
        if given.get("email") and known["email"] == given["email"]:
            return known
    email, phone = given.get("email"), given.get("phone")
    names = given.get("first_name"), given.get("last_name")
    return store.add(
        "Customer",
        firstName=names[0],
        lastName=names[1],
        displayName=" ".join(filter(None, names)) or email or phone or "Customer",
        email=email,
        phone=phone,
        defaultEmailAddress=email
        and {
            "emailAddress": email,
            "marketingState": "NOT_SUBSCRIBED",
            "marketingOptInLevel": None,
            "marketingUpdatedAt": None,
            "validFormat": True,
        },
        defaultPhoneNumber=phone and {"phoneNumber": phone},
        defaultAddress=address,
        addresses=[address] if address else [],
        addressesV2=[address] if address else [],
        companyContactProfiles=[],
        locale=given.get("locale", "nl"),
        note=None,
        state="DISABLED",
        tags=list(given.get("tags", ())),
        taxExempt=False,
        taxExemptions=[],
        verifiedEmail=True,
        metafields=[],
    )


class Builder:
    """Writes the parts of one order in the shop's and in the customer's currency."""

    def __init__(self, store, sides, currencies, discounts, country):
        self.store = store
        self.sides = sides
        self.currencies = currencies
        self.country = country
        self.applications = [
            discount_application(discount, index, currencies)
            for index, discount in enumerate(discounts)
        ]

    def money(self, read):
        """Return the bag of what ``read`` finds in the sums of either currency."""
        return bag(*(read(side) for side in self.sides), self.currencies)

    def tax_lines(self, read):
        """Return the tax lines of a line or of the shipping."""
        part = read(self.sides[0])
        if part.rate is None:
            return []
        return [tax_line(self.country, part.rate, self.money(lambda s: read(s).tax))]

    def allocations(self, read):
        """Return what each discount takes off a line or off the shipping."""
        count = len(read(self.sides[0]).discounts)
        target = read(self.sides[0]).target
        wanted = [a for a in self.applications if a["targetType"] == target]
        rows = [self.money(lambda s, i=i: read(s).discounts[i]) for i in range(count)]
        return [
            {"allocatedAmountSet": money, "discountApplication": application}
            for money, application in zip(rows, wanted, strict=True)
        ]

    def line(self, index, item):
        """Make the LineItem of a cart row."""

        def read(side):
            return side.lines[index]

        quantity, allocations = item["quantity"], self.allocations(read)
        off = self.money(lambda side: read(side).gross - read(side).net)
        return self.store.add(
            "LineItem",
            **item,
            currentQuantity=quantity,
            refundableQuantity=quantity,
            unfulfilledQuantity=quantity,
            nonFulfillableQuantity=0,
            discountAllocations=allocations,
            taxLines=self.tax_lines(read),
            originalUnitPriceSet=self.money(lambda side: read(side).unit),
            originalTotalSet=self.money(lambda side: read(side).gross),
            discountedUnitPriceSet=self.money(lambda side: read(side).unit),
            discountedUnitPriceAfterAllDiscountsSet=self.money(
                lambda side: cents(read(side).net / quantity)
            ),
            # Both leave out order-level discounts; ours are all of that level.
            discountedTotalSet=self.money(lambda side: read(side).gross),
            totalDiscountSet=add(self.currencies),
            _discount=off,
            _net=self.money(lambda side: read(side).net),
            _tax=self.money(lambda side: read(side).tax),
        )

    def shipping_line(self, given):
        """Make the ShippingLine."""

        def read(side):
            return side.shipping

        net = self.money(lambda side: read(side).net)
        return self.store.add(
            "ShippingLine",
            title=given["title"],
            code=given.get("code", given["title"]),
            source=given.get("source", "shopify"),
            carrierIdentifier=given.get("carrier_identifier"),
            deliveryCategory=given.get("delivery_category"),
            phone=None,
            custom=False,
            isRemoved=False,
            shippingRateHandle=None,
            originalPriceSet=self.money(lambda side: read(side).gross),
            discountedPriceSet=net,
            currentDiscountedPriceSet=net,
            discountAllocations=self.allocations(read),
            taxLines=self.tax_lines(read),
            _tax=self.money(lambda side: read(side).tax),
        )


def discount_application(discount, index, currencies):
    """Return the DiscountApplication of a discount."""
    percent = discount.get("percent")
    value = {"__typename": "PricingPercentageValue", "percentage": float(percent or 0)}
    if percent is None:
        amount = str(cents(discount["amount"]))
        value = {
            "__typename": "MoneyV2",
            "amount": amount,
            "currencyCode": currencies[1],
        }
    code = discount.get("code")
    kind = "DiscountCodeApplication" if code else "AutomaticDiscountApplication"
    return {
        "__typename": kind,
        "index": index,
        "allocationMethod": "ACROSS",
        "targetSelection": "ALL",
        "targetType": discount["target"],
        "value": value,
        **({"code": code} if code else {"title": discount["title"]}),
    }


def tax_line(country, rate, price):
    """Return a TaxLine."""
    return {
        "title": f"{country} VAT",
        "rate": float(rate),
        "ratePercentage": float(rate * 100),
        "source": "Shopify",
        "channelLiable": False,
        "priceSet": price,
        "price": price["shopMoney"]["amount"],
    }


def priced(unit, quantity, rate, target="LINE_ITEM"):
    """Return an unpriced line."""
    return pricing.Priced(cents(unit), quantity, rate, target=target)

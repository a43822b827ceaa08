"""Placing, paying and cancelling orders: what happens at the shop's own side."""

from decimal import Decimal

from .. import catalogue
from . import bodies, extras, fulfilments, inventory, pricing, refunds, vat, webhooks
from .documents import Builder, customer, mailing_address, priced
from .money import add, cents
from .order_state import refresh
from .seed import STORE_FRONT, WAREHOUSE
from .store import gid
from .transactions import add_transaction

FIRST_NAME = 1001
ONLINE_STORE = 580111
UNSET = """
    cancelledAt cancelReason cancellation closedAt cartToken clientIp
    registeredSourceUrl merchantOfRecordApp
""".split()
EMPTY = """
    merchantEditableErrors disputes localizedFields metafields
    transactions refunds returns fulfillments fulfillmentOrders nonFulfillableLineItems
""".split()
STANDARD_SHIPPING = {"title": "Standard", "price": "4.95"}
#: what ``ShopifyApp.place_order`` takes besides people and goods, with its defaults
OPTIONS = {
    # one or a list of {"code" or "title", "percent" or "amount", "target": "LINE_ITEM"
    # or "SHIPPING_LINE"}; amounts in the shop's currency
    "discount": None,
    "shipping": STANDARD_SHIPPING,  # {"title", "price", "code"} or None
    "currency": "EUR",  # of the shop
    "presentment_currency": None,  # of the customer, when it is another one
    "exchange_rate": "1",  # customer's currency per unit of the shop's
    "taxes_included": True,
    "test": False,
    "note": None,
    "attributes": None,  # dict, shown to the merchant as additional details
    "tags": (),
    "source_name": "web",
    "source_identifier": None,
    "checkout_token": None,
    "locale": "nl",
    "po_number": None,
    "tip": "0.00",  # in the shop's currency, as all amounts here
    "fees": (),  # [{"name", "price", "taxed": bool}]
    "tax_exempt": False,
    "company": None,  # {"name", "location", "vat"}: a purchase between companies
    "payment_terms": None,  # {"name", "type", "days"}, see extras.payment_terms
    "risk": "ACCEPT",  # Shopify's recommendation
}


#: what an edit must know of an order to price more goods
REMEMBERED = """
    currency presentment_currency exchange_rate taxes_included tax_exempt
""".split()


def chosen_options(given, payment):
    """Return all options of an order, payments and discounts as lists."""
    unknown = set(given) - set(OPTIONS)
    if unknown:
        raise TypeError(f"an order has no {', '.join(sorted(unknown))}")
    options = {**OPTIONS, **given, "payments": _listed(payment)}
    options["discounts"] = _listed(options["discount"])
    options["presentment_currency"] = (
        options["presentment_currency"] or options["currency"]
    )
    return options


def _listed(value):
    if value is None:
        return []
    return [value] if isinstance(value, dict) else list(value)


def place(store, cart, addresses, buyer, options):
    """Make an order with all that belongs to it; see ``ShopifyApp.place_order``."""
    groups = {}
    items = [cart_item(store, row, groups) for row in cart]
    billing, shipping = addresses
    country = (shipping or billing or {}).get("country_code", "NL")
    sides = price_sides(items, country, options)
    currencies = options["currency"], options["presentment_currency"]
    discounts = discounts_of(options, Decimal(options["exchange_rate"]))
    builder = Builder(store, sides, currencies, discounts, country)
    order = add_order(store, builder, items, addresses, buyer, options)
    fulfilments.open_orders(store, order)
    if options["source_name"] == "pos":
        fulfilments.hand_over(store, order)
    for payment in options["payments"]:
        add_transaction(store, order, payment)
    refresh(store, order)
    announce(store, order)
    return order


def announce(store, order):
    """Tell the subscribers about a new order."""
    messages = [("orders/create", bodies.order(order))]
    for transaction in store.refs(order["transactions"]):
        messages.append(("order_transactions/create", bodies.transaction(transaction)))
    if order["displayFinancialStatus"] == "PAID":
        messages.append(("orders/paid", bodies.order(order)))
    webhooks.emit(store, *messages)


def cart_item(store, row, groups):
    """Return the fields of a LineItem for a cart row.

    ``{"sku", "quantity"}`` is a product of the shop. With ``title`` and ``price`` it is
    a line of its own: a custom line or a product deleted since, or with ``variant`` one
    that the merchant added, which needs no SKU.
    ``duty`` is ``{"price", "taxed", "hs_code"}``; for ``bundle`` see
    :func:`.extras.line_item_group`, whose ``groups`` are the order's so far.
    """
    product = catalogue.BY_SKU.get(row.get("sku"))
    if "price" not in row and product is None:
        raise ValueError(f"{row.get('sku')} is not sold here and has no price")
    variant = store.get(row.get("variant"))
    if "price" not in row:
        variant = variant_of(store, row.get("sku"))
    title = row.get("title") or (product or {}).get("title")
    return {
        "title": title,
        "name": title,
        "variantTitle": None,
        "sku": row.get("sku"),
        "quantity": int(row["quantity"]),
        "requiresShipping": row.get("requires_shipping", True),
        "isGiftCard": row.get("gift_card", False),
        "taxable": row.get("taxable", True),
        "restockable": variant is not None,
        "merchantEditable": True,
        "vendor": variant and store.shop["name"],
        "variant": variant and variant["id"],
        "product": variant and variant["product"],
        "lineItemGroup": extras.line_item_group(store, groups, row),
        "image": None,
        "duties": [],
        "customAttributes": attributes(row.get("attributes")),
        "weight": {"value": (product or {}).get("weight", 0), "unit": "GRAMS"},
        "_price": str(row.get("price", (product or {}).get("price"))),
        "_reduced": (product or row).get("vat") == "9",
        "_duty": row.get("duty"),
    }


def variant_of(store, sku):
    """Return the variant with a SKU, or None."""
    variants = store.all("ProductVariant")
    return next((variant for variant in variants if variant["sku"] == sku), None)


def attributes(pairs):
    """Return Shopify's custom attributes of a dict."""
    return [{"key": key, "value": value} for key, value in (pairs or {}).items()]


def price_sides(items, country, options):
    """Compute the order in the shop's currency and in the customer's."""
    included = options["taxes_included"]
    exempt = options["tax_exempt"]
    rates = [
        vat.rate(country, item["_reduced"])
        if item["taxable"] and not item["isGiftCard"] and not exempt
        else None
        for item in items
    ]
    sides = []
    for factor in (Decimal(1), Decimal(options["exchange_rate"])):
        lines = [
            priced(unit_price(item, included) * factor, item["quantity"], rate)
            for item, rate in zip(items, rates, strict=True)
        ]
        shipping = options["shipping"] and priced(
            Decimal(options["shipping"]["price"]) * factor,
            1,
            None if exempt else vat.rate(country),
            target="SHIPPING_LINE",
        )
        discounts = discounts_of(options, factor)
        more = extras.priced_extras(items, options, country, factor)
        tip = cents(Decimal(options["tip"]) * factor)
        sides.append(pricing.price(lines, shipping, discounts, included, more, tip))
    return sides


def unit_price(item, taxes_included):
    """Return the price of one; the catalogue's prices have Dutch VAT inside."""
    price = Decimal(item["_price"])
    if taxes_included:
        return price
    return cents(price / (1 + vat.rate("NL", item["_reduced"])))


def tax_in(order, amount, rate):
    """Return the tax in an amount of an order that has the rate, a fraction."""
    return pricing.tax_of(amount, Decimal(str(rate)), order["taxesIncluded"])


def discounts_of(options, factor=Decimal(1)):
    """Return the discounts with their target and their amount in a currency."""
    result = []
    for given in options["discounts"]:
        discount = {"target": "LINE_ITEM", "title": "Discount", **given}
        if discount.get("amount") is not None:
            discount["amount"] = cents(Decimal(discount["amount"]) * factor)
        result.append(discount)
    return result


def add_order(store, builder, items, addresses, buyer, options):
    """Make the Order itself, with its lines."""
    fees = extras.write(store, builder, items, options)
    lines = [builder.line(index, item) for index, item in enumerate(items)]
    shipping = options["shipping"] and builder.shipping_line(options["shipping"])
    billing, destination = (mailing_address(store, given) for given in addresses)
    person = customer(store, buyer, destination or billing)
    number = store.world.next_number("shopify.order", FIRST_NAME)
    order = store.add(
        "Order",
        name=f"#{number}",
        number=number,
        confirmationNumber=f"TW{number:07d}",
        processedAt=store.now(),
        lineItems=[line["id"] for line in lines],
        shippingLines=[shipping["id"]] if shipping else [],
        shippingLine=shipping and shipping["id"],
        customer=person and person["id"],
        email=(buyer or {}).get("email"),
        phone=(buyer or {}).get("phone"),
        billingAddress=billing,
        shippingAddress=destination,
        displayAddress=destination or billing,
        billingAddressMatchesShippingAddress=addresses[0] == addresses[1],
        discountApplications=builder.applications,
        discountCodes=codes_of(builder.applications),
        discountCode=next(iter(codes_of(builder.applications)), None),
        additionalFees=fees,
        purchasingEntity=extras.purchasing_entity(store, options["company"]),
        paymentTerms=extras.payment_terms(store, options["payment_terms"]),
        **header(options),
        **blank(options),
        **totals(builder),
    )
    order.update(extras.sums(store, order, builder.currencies))
    order["statusPageUrl"] = f"https://{store.domain}/orders/{number}"
    for line in lines:
        line["_order"] = order["id"]
        reserve(store, line)
    return order


def reserve(store, line):
    """Promise the goods of a line to its order."""
    if line["variant"]:
        item = store.get(line["variant"])["inventoryItem"]
        inventory.commit(store, item, gid("Location", WAREHOUSE), line["quantity"])


def codes_of(applications):
    """Return the discount codes that the customer typed."""
    return [entry["code"] for entry in applications if "code" in entry]


def header(options):
    """Return the fields that the caller decides."""
    return {
        "test": options["test"],
        "taxesIncluded": options["taxes_included"],
        "currencyCode": options["currency"],
        "presentmentCurrencyCode": options["presentment_currency"],
        "note": options["note"],
        "customAttributes": attributes(options["attributes"]),
        "tags": list(options["tags"]),
        "sourceName": options["source_name"],
        "sourceIdentifier": options["source_identifier"],
        "checkoutToken": options["checkout_token"],
        "customerLocale": options["locale"],
        "poNumber": options["po_number"],
        "taxExempt": options["tax_exempt"],
        "retailLocation": (
            gid("Location", STORE_FRONT) if options["source_name"] == "pos" else None
        ),
        "risk": {"recommendation": options["risk"], "assessments": []},
    }


def blank(options):
    """Return the fields of an order to which nothing has happened yet."""
    return {
        **{name: None for name in UNSET},
        **{name: [] for name in EMPTY},
        "closed": False,
        "confirmed": True,
        "edited": False,
        "merchantEditable": True,
        "canNotifyCustomer": True,
        "estimatedTaxes": False,
        "dutiesIncluded": False,
        "productNetwork": False,
        "app": {"id": gid("App", ONLINE_STORE), "name": "Online Store"},
        "paymentCollectionDetails": {"additionalPaymentCollectionUrl": None},
        "returnStatus": "NO_RETURN",
        "_cancelled_payment": False,
        # Units that an edit took off, with what they were worth.
        "_removed": [],
        "_options": {name: options[name] for name in REMEMBERED},
    }


def totals(builder):
    """Return the sums that never change, whatever is refunded later."""
    nothing = add(builder.currencies)
    total = builder.money(lambda side: side.total)
    shipping = builder.money(
        lambda side: side.shipping.gross if side.shipping else side.shipping_net
    )
    return {
        "subtotalPriceSet": builder.money(lambda side: side.subtotal),
        "totalPriceSet": total,
        "originalTotalPriceSet": total,
        "totalTaxSet": builder.money(lambda side: side.tax),
        "totalDiscountsSet": builder.money(lambda side: side.discount),
        "totalShippingPriceSet": shipping,
        "cartDiscountAmountSet": builder.money(lambda side: side.discount),
        "currentCartDiscountAmountSet": builder.money(lambda side: side.discount),
        "totalTipReceivedSet": builder.money(lambda side: side.tip),
        "totalCashRoundingAdjustment": {"paymentSet": nothing, "refundSet": nothing},
    }


def record_payment(store, order, payment):
    """Book a payment that came later, or the end of a pending one."""
    transaction = add_transaction(store, order, payment)
    was_paid = order["displayFinancialStatus"] == "PAID"
    refresh(store, order)
    store.touch(order)
    messages = [
        ("order_transactions/create", bodies.transaction(transaction)),
        ("orders/updated", bodies.order(order)),
    ]
    if order["displayFinancialStatus"] == "PAID" and not was_paid:
        messages.append(("orders/paid", bodies.order(order)))
    webhooks.emit(store, *messages)
    return transaction


def cancel(store, order, reason, restock, refund_money, staff_note=None):
    """Cancel an order: nothing more is sent, and the money goes back if asked."""
    lines = store.refs(order["lineItems"])
    refunds.refund(
        store,
        order,
        lines=[
            {"line": line, "quantity": line["currentQuantity"], "restock": "CANCEL"}
            for line in lines
            if line["currentQuantity"]
        ],
        shipping="all",
        money="all" if refund_money else [],
        note="Order cancelled",
        restock=restock,
    )
    order["cancelledAt"] = store.now()
    order["cancelReason"] = reason
    order["cancellation"] = {"staffNote": staff_note}
    order["_cancelled_payment"] = True
    fulfilments.cancel_orders(store, order)
    refresh(store, order)
    store.touch(order)
    body = bodies.order(order)
    webhooks.emit(store, ("orders/cancelled", body), ("orders/updated", body))
    return order

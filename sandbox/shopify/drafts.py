"""Draft orders: written down, changed, and then completed or deleted."""

from decimal import Decimal

from . import bodies, extras, orders, webhooks
from .documents import Builder, customer, mailing_address
from .money import add, amounts, bag

FIRST_NAME = 1
#: what Shopify calls orders that were drafts (REST: ``source_name``)
SOURCE = "shopify_draft_order"
COMPLETED = "COMPLETED"
EMPTY = "metafields localizedFields discountCodes tags".split()
UNSET = """
    completedAt invoiceSentAt invoiceUrl order reserveInventoryUntil
    transformerFingerprint
""".split()


def make(store, cart, addresses, buyer, options):
    """Write a draft down; see ``ShopifyApp.draft``."""
    number = store.world.next_number("shopify.draft", FIRST_NAME)
    draft = store.add(
        "DraftOrder",
        name=f"#D{number}",
        status="OPEN",
        **{name: None for name in UNSET},
        **{name: [] for name in EMPTY},
    )
    write(store, draft, cart, addresses, buyer, options)
    webhooks.emit(store, ("draft_orders/create", bodies.draft(draft)))
    return draft


def change(store, draft, **changes):
    """Change cart, addresses, buyer or options of a draft, and tell it."""
    given = {**draft["_given"], **changes}
    write(store, draft, **given)
    store.touch(draft)
    webhooks.emit(store, ("draft_orders/update", bodies.draft(draft)))
    return draft


def write(store, draft, cart, addresses, buyer, options):
    """Compute the draft from what was given, as an order would be."""
    groups = {}
    items = [orders.cart_item(store, row, groups) for row in cart]
    billing, shipping = addresses
    country = (shipping or billing or {}).get("country_code", "NL")
    sides = orders.price_sides(items, country, options)
    currencies = options["currency"], options["presentment_currency"]
    discounts = orders.discounts_of(options, Decimal(options["exchange_rate"]))
    builder = Builder(store, sides, currencies, discounts, country)
    extras.write(store, builder, items, options)
    lines = [_line(builder, index, item) for index, item in enumerate(items)]
    method = options["shipping"] and builder.shipping_line(options["shipping"])
    person = customer(store, buyer, shipping or billing)
    draft.update(
        _given={
            "cart": cart,
            "addresses": addresses,
            "buyer": buyer,
            "options": options,
        },
        lineItems=[line["id"] for line in _in_sets(store, builder, lines)],
        shippingLine=method and method["id"],
        customer=person and person["id"],
        email=(buyer or {}).get("email"),
        phone=(buyer or {}).get("phone"),
        billingAddress=mailing_address(store, billing),
        shippingAddress=mailing_address(store, shipping),
        purchasingEntity=extras.purchasing_entity(store, options["company"]),
        paymentTerms=extras.payment_terms(store, options["payment_terms"]),
        **_header(options),
        **_sums(builder),
    )
    return draft


def _header(options):
    return {
        "note2": options["note"],
        "poNumber": options["po_number"],
        "customAttributes": orders.attributes(options["attributes"]),
        "taxesIncluded": options["taxes_included"],
        "taxExempt": options["tax_exempt"],
        "currencyCode": options["currency"],
        "presentmentCurrencyCode": options["presentment_currency"],
    }


def _sums(builder):
    return {
        "appliedDiscount": _applied(builder),
        "subtotalPriceSet": builder.money(
            lambda side: sum((line.net for line in side.lines), Decimal(0))
        ),
        "totalPriceSet": builder.money(lambda side: side.total),
        "totalTaxSet": builder.money(lambda side: side.tax),
        "totalDiscountsSet": builder.money(lambda side: side.discount),
    }


def _applied(builder):
    """Return the discount of the whole draft; one of a line is in the line."""
    first = next(iter(builder.applications), None)
    if first is None:
        return None
    return {
        "title": first.get("title") or first.get("code"),
        "description": "",
        "value": 0.0,
        "valueType": "FIXED_AMOUNT",
        "amountSet": builder.money(lambda side: side.discount),
    }


def _line(builder, index, item):
    def read(side):
        return side.lines[index]

    return builder.store.add(
        "DraftOrderLineItem",
        uuid=str(index),
        title=item["title"],
        name=item["name"],
        sku=item["sku"],
        quantity=item["quantity"],
        requiresShipping=item["requiresShipping"],
        isGiftCard=item["isGiftCard"],
        taxable=item["taxable"],
        custom=item["variant"] is None,
        variant=item["variant"],
        product=item["product"],
        components=[],
        customAttributes=item["customAttributes"],
        originalUnitPriceSet=builder.money(lambda side: read(side).unit),
        originalTotalSet=builder.money(lambda side: read(side).gross),
        # Without what comes off the whole draft.
        discountedTotalSet=builder.money(lambda side: read(side).gross),
        taxLines=builder.tax_lines(read),
        _group=item["lineItemGroup"],
    )


def _in_sets(store, builder, lines):
    """Return the lines, those of a set as the components of one line."""
    sets, found = {}, []
    for line in lines:
        group = line["_group"]
        if not group:
            found.append(line)
        elif group["id"] in sets:
            sets[group["id"]]["components"].append(line["id"])
            _raise(builder, sets[group["id"]], line)
        else:
            sets[group["id"]] = _set(store, group, line)
            found.append(sets[group["id"]])
    return found


def _set(store, group, line):
    names = {"title": group["title"], "name": group["title"]}
    names |= {"sku": group["variantSku"], "variant": group["variantId"]}
    parts = {"components": [line["id"]], "quantity": group["quantity"]}
    rest = {name: line[name] for name in line if name not in ("id", "__typename")}
    rest.pop("legacyResourceId")
    return store.add("DraftOrderLineItem", **{**rest, **names, **parts})


def _raise(builder, line, part):
    for name in ("originalTotalSet", "discountedTotalSet"):
        line[name] = add(builder.currencies, line[name], part[name])
    line["originalUnitPriceSet"] = bag(
        *(amount / line["quantity"] for amount in amounts(line["originalTotalSet"])),
        builder.currencies,
    )


def complete(store, draft, payments):
    """Make the order of a draft and return it; the order is told first."""
    given = draft["_given"]
    chosen = {**given["options"], "source_name": SOURCE, "payments": payments}
    order = orders.place(
        store, given["cart"], given["addresses"], given["buyer"], chosen
    )
    store.touch(draft, status=COMPLETED, completedAt=store.now(), order=order["id"])
    webhooks.emit(store, ("draft_orders/update", bodies.draft(draft)))
    return order


def delete(store, draft):
    """Delete a draft; only its number is told."""
    store.remove(draft)
    webhooks.emit(store, ("draft_orders/delete", {"id": bodies.number(draft)}))

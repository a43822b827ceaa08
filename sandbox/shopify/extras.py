"""What an order can have besides goods and shipping: duties, fees, terms of payment."""

from datetime import datetime, timedelta
from decimal import Decimal

from . import vat
from .documents import priced, tax_line
from .money import add, part
from .store import gid


def priced_extras(items, options, country, factor):
    """Return the duties of the items, then the fees, unpriced, in one currency."""
    given = [item["_duty"] for item in items if item["_duty"]] + list(options["fees"])
    return [
        priced(
            Decimal(row["price"]) * factor,
            1,
            vat.rate(country) if row.get("taxed") else None,
        )
        for row in given
    ]


def write(store, builder, items, options):
    """Put the duties on their items and return the order's fees."""
    charged = [item for item in items if item["_duty"]]
    for index, item in enumerate(charged):
        item["duties"] = [
            {
                "id": gid("Duty", store.number()),
                "countryCodeOfOrigin": None,
                "harmonizedSystemCode": item["_duty"].get("hs_code"),
                **_money(builder, index),
            }
        ]
    return [
        {
            "id": gid("AdditionalFee", store.number()),
            "name": fee["name"],
            **_money(builder, len(charged) + index),
        }
        for index, fee in enumerate(options["fees"])
    ]


def _money(builder, index):
    def read(side):
        return side.extras[index]

    rate = read(builder.sides[0]).rate
    tax = builder.money(lambda side: read(side).tax)
    taxes = [] if rate is None else [tax_line(builder.country, rate, tax)]
    price = builder.money(lambda side: read(side).net)
    return {"price": price, "taxLines": taxes, "_tax": tax}


def of_order(store, order):
    """Return all duties and fees of an order."""
    lines = store.refs(order["lineItems"])
    return [duty for line in lines for duty in line["duties"]] + order["additionalFees"]


def find_duty(store, order, duty_gid):
    """Return the line and its duty with this id, None and None when there is none."""
    for line in store.refs(order["lineItems"]):
        for duty in line["duties"]:
            if duty["id"] == duty_gid:
                return line, duty
    return None, None


def refunded_duty(duty, share):
    """Return the RefundDuty of a share of a duty, from 0 to 1."""
    return {
        "originalDuty": duty,
        "amountSet": part(duty["price"], share, 1),
        "_tax": part(duty["_tax"], share, 1),
    }


def is_refunded(store, order, duty):
    """Tell whether a refund took something of a duty off already."""
    return any(
        row["originalDuty"]["id"] == duty["id"]
        for refund in store.refs(order["refunds"])
        for row in refund["duties"]
    )


def sums(store, order, currencies):
    """Return the order's totals of duties and fees; null when it has none."""
    duties = [
        duty["price"]
        for line in store.refs(order["lineItems"])
        for duty in line["duties"]
    ]
    fees = [fee["price"] for fee in order["additionalFees"]]
    duty = add(currencies, *duties) if duties else None
    fee = add(currencies, *fees) if fees else None
    return {
        "originalTotalDutiesSet": duty,
        "currentTotalDutiesSet": duty,
        "originalTotalAdditionalFeesSet": fee,
        "currentTotalAdditionalFeesSet": fee,
    }


def purchasing_entity(store, given):
    """Return the company that buys, made when it is new; None for a person.

    :param given: ``{"name", "location", "vat"}``
    """
    if not given:
        return None
    location = company_location(store, given)
    return {
        "__typename": "PurchasingCompany",
        "company": location["company"],
        "location": location["id"],
        "contact": None,
    }


def company_location(store, given):
    """Return a company's location, both made when they are new.

    :param given: ``{"name": of the company, "location", "vat"}``
    """
    known = [row for row in store.all("Company") if row["name"] == given["name"]]
    company = (
        known[0]
        if known
        else store.add(
            "Company", name=given["name"], externalId=given.get("external_id")
        )
    )
    values = {
        "name": given.get("location") or given["name"],
        "company": company["id"],
        "taxSettings": {
            "taxRegistrationId": given.get("vat"),
            "taxExempt": bool(given.get("tax_exempt")),
            "taxExemptions": [],
        },
    }
    for location in store.all("CompanyLocation"):
        if values.items() <= location.items():
            return location
    return store.add("CompanyLocation", externalId=None, **values)


def payment_terms(store, given):
    """Return the id of the terms; None for an order that is paid at once.

    :param given: ``{"name", "type": "NET" | "RECEIPT" | "FULFILLMENT" | "FIXED",
        "days"}``
    """
    if not given:
        return None
    days = given.get("days")
    due = None
    if days is not None:
        now = datetime.fromisoformat(store.now().replace("Z", "+00:00"))
        due = store.world.timestamp(now + timedelta(days=days))
    schedule = store.add(
        "PaymentSchedule", dueAt=due, issuedAt=store.now(), completedAt=None, due=False
    )
    terms = store.add(
        "PaymentTerms",
        paymentTermsName=given["name"],
        translatedName=given["name"],
        paymentTermsType=given["type"],
        dueInDays=days if given["type"] == "NET" else None,
        due=False,
        overdue=False,
        paymentSchedules=[schedule["id"]],
    )
    return terms["id"]


def line_item_group(store, groups, row):
    """Return the LineItemGroup of a cart row that is part of a set, else None.

    :param groups: ``{title: group}`` of this order so far
    :param row: with ``bundle``: title of the set; its ``bundle_quantity`` is 1, and
        ``bundle_sku`` that of the product it was sold as, if any
    """
    title = row.get("bundle")
    if not title:
        return None
    if title not in groups:
        sku = row.get("bundle_sku")
        variants = store.all("ProductVariant")
        variant = next((v for v in variants if sku and v["sku"] == sku), None)
        groups[title] = {
            "id": gid("LineItemGroup", store.number()),
            "title": title,
            "quantity": row.get("bundle_quantity", 1),
            "variantId": variant and variant["id"],
            "variantSku": sku,
            "productId": variant and variant["product"],
            "customAttributes": [],
        }
    return groups[title]

"""What each list can be searched by and sorted by."""

from .search import boolean, moment, number, one_of, text, texts


def read(name):
    """Return a getter of one field."""
    return lambda record: record[name]


def number_in(name):
    """Return a getter of the number inside a reference."""
    return lambda record: (record[name] or "/0").rsplit("/", 1)[-1]


DATES = {
    "created_at": (moment, read("createdAt")),
    "updated_at": (moment, read("updatedAt")),
    "id": (number, read("legacyResourceId")),
}


def _status(order):
    if order["cancelledAt"]:
        return "cancelled"
    return "closed" if order["closed"] else "open"


def _names(order):
    return order["name"], order["name"].lstrip("#")


FINANCIAL = "AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED"
RETURN = (
    "INSPECTION_COMPLETE IN_PROGRESS NO_RETURN RETURNED RETURN_FAILED RETURN_REQUESTED"
)
FULFILMENT = {
    "fulfilled": ("FULFILLED",),
    "shipped": ("FULFILLED",),
    "partial": ("PARTIALLY_FULFILLED",),
    "unfulfilled": ("UNFULFILLED",),
    "unshipped": ("UNFULFILLED",),
    "on_hold": ("ON_HOLD",),
}


def filters_of(store, typename):
    """Return the filters of a type: its own fields, and those of what belongs to it."""

    def all_of(part, name):
        return lambda record: [entry[name] for entry in store.refs(record[part])]

    related = {
        "Order": {
            "payment_id": (texts, all_of("transactions", "paymentId")),
            "gateway": (texts, all_of("transactions", "gateway")),
            "sku": (texts, all_of("lineItems", "sku")),
        },
        "Product": {"sku": (texts, all_of("variants", "sku"))},
    }
    return {**FILTERS.get(typename, {}), **related.get(typename, {})}


FILTERS = {
    "Order": {
        **DATES,
        "processed_at": (moment, read("processedAt")),
        "name": (texts, _names),
        "email": (text, read("email")),
        "confirmation_number": (text, read("confirmationNumber")),
        "po_number": (text, read("poNumber")),
        "discount_code": (text, read("discountCode")),
        "checkout_token": (text, read("checkoutToken")),
        "source_name": (text, read("sourceName")),
        "source_identifier": (text, read("sourceIdentifier")),
        "tag": (texts, read("tags")),
        "test": (boolean, read("test")),
        "customer_id": (number, number_in("customer")),
        "status": (
            one_of(
                open=("open",),
                closed=("closed",),
                cancelled=("cancelled",),
                not_closed=("open", "cancelled"),
                any=("open", "closed", "cancelled"),
            ),
            _status,
        ),
        "financial_status": (
            one_of(**{word.lower(): (word,) for word in f"{FINANCIAL} VOIDED".split()}),
            read("displayFinancialStatus"),
        ),
        "return_status": (
            one_of(**{word.lower(): (word,) for word in RETURN.split()}),
            read("returnStatus"),
        ),
        "fulfillment_status": (one_of(**FULFILMENT), read("displayFulfillmentStatus")),
    },
    "DraftOrder": {
        **DATES,
        "status": (
            one_of(
                open=("OPEN",), invoice_sent=("INVOICE_SENT",), completed=("COMPLETED",)
            ),
            read("status"),
        ),
    },
    "Product": {
        **DATES,
        "title": (text, read("title")),
        "handle": (text, read("handle")),
        "vendor": (text, read("vendor")),
        "product_type": (text, read("productType")),
        "tag": (texts, read("tags")),
        "status": (text, read("status")),
    },
    "ProductVariant": {
        **DATES,
        "sku": (text, read("sku")),
        "barcode": (text, read("barcode")),
        "title": (text, read("title")),
        "product_id": (number, number_in("product")),
    },
    "Customer": {
        "id": DATES["id"],
        "updated_at": DATES["updated_at"],
        "customer_date": DATES["created_at"],
        "email": (text, read("email")),
        "phone": (text, read("phone")),
        "first_name": (text, read("firstName")),
        "last_name": (text, read("lastName")),
    },
    "InventoryItem": {**DATES, "sku": (text, read("sku"))},
    "FulfillmentOrder": {
        "id": DATES["id"],
        "updated_at": DATES["updated_at"],
        "status": (text, read("status")),
        "assigned_location_id": (number, number_in("_location")),
    },
    "Collection": {
        **DATES,
        "title": (text, read("title")),
        "handle": (text, read("handle")),
        "collection_type": (text, read("_kind")),
    },
    "CompanyLocationCatalog": {
        "id": DATES["id"],
        "title": (text, read("title")),
        "status": (text, read("status")),
    },
    "Location": {
        **DATES,
        "name": (text, read("name")),
        "active": (boolean, read("isActive")),
    },
    "WebhookSubscription": DATES,
}

#: the first one is the default
SORTING = {
    "Order": {
        "PROCESSED_AT": read("processedAt"),
        "CREATED_AT": read("createdAt"),
        "UPDATED_AT": read("updatedAt"),
        "ORDER_NUMBER": read("number"),
        "ID": None,
    },
    "DraftOrder": {"ID": None, "UPDATED_AT": read("updatedAt")},
    "Product": {
        "ID": None,
        "TITLE": read("title"),
        "CREATED_AT": read("createdAt"),
        "UPDATED_AT": read("updatedAt"),
    },
    "ProductVariant": {"ID": None, "SKU": read("sku"), "TITLE": read("displayName")},
    "Customer": {
        "ID": None,
        "CREATED_AT": read("createdAt"),
        "UPDATED_AT": read("updatedAt"),
        "NAME": read("displayName"),
    },
    "FulfillmentOrder": {
        "ID": None,
        "CREATED_AT": read("createdAt"),
        "UPDATED_AT": read("updatedAt"),
    },
    "Collection": {
        "ID": None,
        "TITLE": read("title"),
        "UPDATED_AT": read("updatedAt"),
    },
    "CompanyLocationCatalog": {"ID": None, "TITLE": read("title")},
    "Location": {"NAME": read("name"), "ID": None},
    "WebhookSubscription": {"CREATED_AT": read("createdAt"), "ID": None},
}

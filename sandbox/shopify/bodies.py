"""Webhook bodies: the shape of Shopify's former REST interface, the parts we need."""


def number(record_or_gid):
    """Return the number inside a gid."""
    found = record_or_gid if isinstance(record_or_gid, str) else record_or_gid["id"]
    return int(found.rsplit("/", 1)[-1].split("?")[0])


def lower(word):
    """Write one of GraphQL's words as REST did."""
    return word.lower() if word else None


def order(record):
    """Return the body of ``orders/*``."""
    fulfilment = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
    return {
        "id": number(record),
        "admin_graphql_api_id": record["id"],
        "name": record["name"],
        "order_number": record["number"],
        "confirmation_number": record["confirmationNumber"],
        "created_at": record["createdAt"],
        "processed_at": record["processedAt"],
        "updated_at": record["updatedAt"],
        "cancelled_at": record["cancelledAt"],
        "cancel_reason": lower(record["cancelReason"]),
        "financial_status": lower(record["displayFinancialStatus"]),
        "fulfillment_status": fulfilment.get(record["displayFulfillmentStatus"]),
        "currency": record["currencyCode"],
        "presentment_currency": record["presentmentCurrencyCode"],
        "total_price": record["totalPriceSet"]["shopMoney"]["amount"],
        "current_total_price": record["currentTotalPriceSet"]["shopMoney"]["amount"],
        "total_price_set": rest_bag(record["totalPriceSet"]),
        "email": record["email"],
        "test": record["test"],
        "tags": ", ".join(record["tags"]),
        "source_name": record["sourceName"],
        "payment_gateway_names": record["paymentGatewayNames"],
    }


def draft(record):
    """Return the body of ``draft_orders/*``, but for a deleted one."""
    return {
        "id": number(record),
        "admin_graphql_api_id": record["id"],
        "name": record["name"],
        "status": lower(record["status"]),
        "order_id": number(record["order"]) if record["order"] else None,
        "created_at": record["createdAt"],
        "updated_at": record["updatedAt"],
        "completed_at": record["completedAt"],
    }


def rest_bag(money_bag):
    """Return a money bag with REST's names."""
    return {
        name: {"amount": side["amount"], "currency_code": side["currencyCode"]}
        for name, side in (
            ("shop_money", money_bag["shopMoney"]),
            ("presentment_money", money_bag["presentmentMoney"]),
        )
    }


def transaction(record):
    """Return the body of ``order_transactions/create``."""
    return {
        "id": number(record),
        "admin_graphql_api_id": record["id"],
        "order_id": number(record["order"]),
        "kind": lower(record["kind"]),
        "status": lower(record["status"]),
        "gateway": record["gateway"],
        "payment_id": record["paymentId"],
        "amount": record["amountSet"]["shopMoney"]["amount"],
        "currency": record["amountSet"]["shopMoney"]["currencyCode"],
        "created_at": record["createdAt"],
        "processed_at": record["processedAt"],
        "test": record["test"],
    }


def refund(record):
    """Return the body of ``refunds/create``."""
    return {
        "id": number(record),
        "admin_graphql_api_id": record["id"],
        "order_id": number(record["order"]),
        "created_at": record["createdAt"],
        "processed_at": record["processedAt"],
        "note": record["note"],
    }


def fulfilment(record):
    """Return the body of ``fulfillments/*``."""
    tracking = record["trackingInfo"]
    first = tracking[0] if tracking else {}
    return {
        "id": number(record),
        "admin_graphql_api_id": record["id"],
        "order_id": number(record["order"]),
        "name": record["name"],
        "status": lower(record["status"]),
        "created_at": record["createdAt"],
        "updated_at": record["updatedAt"],
        "location_id": number(record["location"]),
        "tracking_company": first.get("company"),
        "tracking_number": first.get("number"),
        "tracking_numbers": [entry["number"] for entry in tracking],
        "tracking_url": first.get("url"),
        "tracking_urls": [entry["url"] for entry in tracking if entry["url"]],
        "shipment_status": None,
    }


def fulfilment_event(record, parent):
    """Return the body of ``fulfillment_events/create``."""
    return {
        "id": number(record),
        "admin_graphql_api_id": record["id"],
        "fulfillment_id": number(parent),
        "order_id": number(parent["order"]),
        "status": lower(record["status"]),
        "message": record["message"],
        "happened_at": record["happenedAt"],
    }


def of_return(store, record, event):
    """Return the body of ``returns/*``; each of them tells something else."""
    body = {"admin_graphql_api_id": record["id"]}
    if event == "update":
        return body
    body |= {"id": number(record), "status": lower(record["status"])}
    if event in ("cancel", "close", "reopen"):
        return body | {"order_id": number(record["order"])}
    order = {"id": number(record["order"]), "admin_graphql_api_id": record["order"]}
    if event == "decline":
        decline = record["decline"]
        reason = {"reason": lower(decline["reason"]), "note": decline["note"]}
        return body | {"order": order, "decline": reason}
    lines = [_return_line(row) for row in store.refs(record["returnLineItems"])]
    return body | {
        "order": order,
        "name": record["name"],
        "total_return_line_items": len(lines),
        "return_line_items": lines,
    }


def _return_line(row):
    sent = row["fulfillmentLineItem"]
    line = {"id": number(sent["lineItem"]), "admin_graphql_api_id": sent["lineItem"]}
    return {
        "id": number(row),
        "admin_graphql_api_id": row["id"],
        "fulfillment_line_item": {
            "id": number(sent),
            "admin_graphql_api_id": sent["id"],
            "line_item": line,
        },
        "quantity": row["quantity"],
        "return_reason_note": row["returnReasonNote"],
        "customer_note": row["customerNote"],
    }

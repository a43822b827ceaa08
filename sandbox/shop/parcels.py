"""Parcels as the customer and the control page see them, with their past.

Sendcloud knows only where a parcel is now; the shop writes a diary of it, which is
complete because carriers move by the control page alone.
"""

ARRIVED = ("DELIVERED", "COLLECTED_BY_CUSTOMER")


def note(shop):
    """Write down every parcel whose status is not the last one in its diary."""
    diary = shop.world.section("shop", parcels={})["parcels"]
    for _shipment, parcel in _pairs(shop):
        events = diary.setdefault(str(parcel["id"]), [])
        message = parcel["status"]["message"]
        if not events or events[-1]["message"] != message:
            events.append({"message": message, "at": parcel["updated_at"]})


def _pairs(shop):
    return [(s, p) for s in shop.sendcloud.shipments() for p in s["parcels"]]


def every(shop):
    """Return all parcels, newest first."""
    note(shop)
    diary = shop.world.section("shop")["parcels"]
    charged = {entry["parcel_id"]: entry for entry in shop.sendcloud.ledger()}
    return [
        _shown(shipment, parcel, diary[str(parcel["id"])], charged.get(parcel["id"]))
        for shipment, parcel in reversed(_pairs(shop))
    ]


def _shown(shipment, parcel, events, charge):
    address = shipment["to_address"]
    return {
        "id": parcel["id"],
        "order_number": shipment.get("order_number") or "",
        "name": address["name"],
        "place": f"{address['city']} {address['country_code']}",
        "carrier": shipment["carrier"]["name"],
        "tracking_number": parcel["tracking_number"],
        "status": parcel["status"]["message"],
        "arrived": parcel["status"]["code"] in ARRIVED,
        "events": events[::-1],
        "euros": charge["euros"] if charge else "0.00",
        "given_back": bool(charge and charge["refunded_at"]),
    }


def by_tracking_number(shop, number):
    """Return the parcel with this tracking number, or None."""
    return next((p for p in every(shop) if p["tracking_number"] == number), None)


def of_order(shop, order):
    """Return ``[{number, company, status, arrived}]`` of what was sent."""
    known = {parcel["tracking_number"]: parcel for parcel in every(shop)}
    return [
        {
            "number": tracking["number"],
            "company": tracking["company"],
            "status": known.get(tracking["number"], {}).get("status", "Sent"),
            "arrived": known.get(tracking["number"], {}).get("arrived", False),
        }
        for fulfillment in shop.shopify.fulfillments(order)
        for tracking in fulfillment["trackingInfo"]
    ]

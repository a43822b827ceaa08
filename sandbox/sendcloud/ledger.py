"""What the simulated Sendcloud charged for labels, and what it gave back."""

from decimal import Decimal


def charge(section, shipment, parcel, euros, moment):
    """Write down that the label of one parcel was bought."""
    section["ledger"].append(
        {
            "parcel_id": parcel["id"],
            "shipment_id": shipment["id"],
            "external_reference_id": shipment["external_reference_id"],
            "order_number": shipment["order_number"],
            "tracking_number": parcel["tracking_number"],
            "euros": f"{euros:.2f}",
            "charged_at": moment,
            "refunded_at": None,
        }
    )


def refund(section, shipment, moment):
    """Give back what the labels of a shipment cost."""
    for entry in section["ledger"]:
        if entry["shipment_id"] == shipment["id"]:
            entry["refunded_at"] = moment


def standing(section):
    """Return the entries that were charged and not given back."""
    return [entry for entry in section["ledger"] if not entry["refunded_at"]]


def euros(section):
    """Return what is to be paid in the end, as text with two decimals."""
    return f"{sum((Decimal(e['euros']) for e in standing(section)), Decimal(0)):.2f}"

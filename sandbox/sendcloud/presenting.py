"""Shipments as the API shows them."""

from . import account, papers, service_points, statuses, validation
from .shipments import contract_id

_ECHOED = ("reference", "external_reference_id", "total_order_price", "brand_id")
_ECHOED_OF_PARCEL = (
    "dimensions",
    "label_notes",
    "package_type",
    "parcel_items",
    "additional_insured_price",
)
_NOT_SHOWN_OF_SENDER = ("id", "tax_numbers", "signature", "state_province_code")
WITHOUT_LABEL = (statuses.ANNOUNCING, statuses.FAILED)


def shipment_object(world, shipment, base_url):
    """Return the shipment object of an answer; ``base_url`` is ours, for links."""
    request = shipment["request"]
    option = validation.chosen_option(request)
    shown = {name: request[name] for name in _ECHOED if request.get(name) is not None}
    if shipment["order_number"]:
        shown["order_number"] = shipment["order_number"]
    if request.get("to_service_point"):
        shown["to_service_point"] = _service_point(request)
    return {
        **shown,
        "id": shipment["id"],
        "parcels": [
            parcel_object(world, shipment, parcel, base_url)
            for parcel in shipment["parcels"]
        ],
        "from_address": _sender(request),
        "to_address": request["to_address"],
        "ship_with": {
            "type": "shipping_option_code",
            "properties": {
                "shipping_option_code": option.code,
                "contract_id": contract_id(shipment),
            },
        },
        "carrier": {"code": option.carrier, "name": account.CARRIERS[option.carrier]},
        "customs_information": request.get("customs_information"),
        "errors": shipment["errors"],
    }


def _sender(request):
    sender = validation.sender_of(request)
    return {k: v for k, v in sender.items() if k not in _NOT_SHOWN_OF_SENDER}


def _service_point(request):
    point = service_points.asked(request)
    by_carrier = point["carrier_service_point_id"]
    return {"id": str(point["id"]), "carrier_service_point_id": by_carrier}


def parcel_object(world, shipment, parcel, base_url):
    """Return one parcel of a shipment object."""
    request = parcel["request"]
    shown = {n: request[n] for n in _ECHOED_OF_PARCEL if request.get(n) is not None}
    weight = request["weight"]
    return {
        **shown,
        "id": parcel["id"],
        "status": statuses.status(parcel["status"]),
        "weight": {"value": str(weight["value"]), "unit": weight["unit"]},
        "documents": documents(shipment["request"], parcel, base_url),
        "tracking_number": parcel["tracking_number"],
        "tracking_url": tracking_url(world, parcel),
        "additional_carrier_data": {"awb_tracking_number": None, "box_number": None},
        "created_at": parcel["created_at"],
        "updated_at": parcel["updated_at"],
        "announced_at": parcel["announced_at"],
    }


def documents(request, parcel, base_url):
    """Return the documents that can be fetched: none before the label exists."""
    if parcel["status"] in WITHOUT_LABEL:
        return []
    link = f"{base_url}/api/v3/parcels/{parcel['id']}/documents"
    found = [_document("label", "label", "a6", link)]
    if papers.wanted(request):
        found.append(_document("cn23", papers.KIND, "a4", link))
    return found


def _document(old_type, kind, size, link):
    return {
        "type": old_type,
        "document_type": kind,
        "size": size,
        "link": f"{link}/{kind}",
    }


def tracking_url(world, parcel):
    """Return the address of the page where the customer follows the parcel."""
    if not parcel["tracking_number"]:
        return None
    settings = world.state["settings"]
    shop = settings.get("shop_url", "http://127.0.0.1:8100")
    return (
        f"{settings.get('tracking_base', f'{shop}/track')}/{parcel['tracking_number']}"
    )

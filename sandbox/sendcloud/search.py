"""GET /shipments: filters, pages and the cursor in the Link header."""

import base64
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from . import statuses
from .errors import Refused, problem

DEFAULT_PAGE, LARGEST_PAGE = 40, 100
_MOMENTS = ("updated_before", "updated_after", "announced_before", "announced_after")


def find(shipments, args):
    """Return ``(page of shipments, cursor of the next page or None)``, newest first."""
    wanted = _filters(args)
    size = _page_size(args)
    before = _position(args.get("cursor"))
    found = [
        shipment
        for shipment in reversed(_candidates(shipments, args))
        if (before is None or shipment["sequence"] < before)
        and any(all(test(shipment, p) for test in wanted) for p in shipment["parcels"])
    ]
    more = found[size:]
    return found[:size], _cursor(found[size - 1]["sequence"]) if more else None


def link(base_url, args, cursor):
    """Return the Link header that leads to the next page."""
    query = urlencode({**args, "cursor": cursor})
    return f'<{base_url}?{query}>; rel="next"'


def _candidates(shipments, args):
    reference = args.get("external_reference_id")
    if not reference:
        return shipments.all()
    shipment_id = shipments.section["references"].get(reference)
    return [shipments.get(shipment_id)] if shipment_id else []


def _filters(args):
    tests = []
    for name in ("order_number", "external_reference_id"):
        if args.get(name):
            tests.append(lambda s, p, name=name: s[name] == args[name])
    if args.get("tracking_number"):
        tests.append(lambda s, p: p["tracking_number"] == args["tracking_number"])
    if args.get("parcel_status"):
        wanted = args["parcel_status"]
        tests.append(
            lambda s, p: wanted in (str(p["status"]), statuses.code(p["status"]))
        )
    parcel_ids, shipment_ids = _list(args, "ids"), _list(args, "shipment_uuids")
    if parcel_ids:
        tests.append(lambda s, p: str(p["id"]) in parcel_ids)
    if shipment_ids:
        tests.append(lambda s, p: s["id"] in shipment_ids)
    return tests + [_time_test(name, args[name]) for name in _MOMENTS if name in args]


def _list(args, name):
    values = args[name].split(",") if args.get(name) else []
    if len(values) > 100:
        _invalid(f"Validation failed, {name} has more than 100 values")
    return values


def _time_test(name, text):
    event, side = name.split("_")
    limit = _moment(text)
    if limit is None or limit.tzinfo is None:
        _invalid(f"Validation failed, {name} is not a datetime")

    def test(_shipment, parcel):
        if not parcel[f"{event}_at"]:
            return False
        moment = _moment(parcel[f"{event}_at"])
        return moment < limit if side == "before" else moment > limit

    return test


def _moment(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def _page_size(args):
    text = args.get("page_size", str(DEFAULT_PAGE))
    if not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        _invalid("Validation failed, page_size must be between 1 and 100")
    return int(text)


def _cursor(position):
    return base64.b64encode(f"r=0&p={position}".encode()).decode()


def _position(cursor):
    if not cursor:
        return None
    try:
        return int(parse_qs(base64.b64decode(cursor).decode())["p"][0])
    except (ValueError, KeyError) as error:
        wrong = problem("not_found", "Invalid cursor", "/data", status=404)
        raise Refused(404, [wrong]) from error


def _invalid(detail):
    pointer = "/list_shipments/filters"
    raise Refused(400, [problem("validation_error", detail, pointer)])

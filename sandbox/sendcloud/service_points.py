"""Places where parcels wait for their customers: near an address, still open or not.

A postal code stands for the middle of its town; whatever is not in this table is an
address that cannot be found.
"""

import math

from .account import CARRIERS
from .errors import Refused, not_found, problem

#: country and start of the postal code -> (town, latitude, longitude)
TOWNS = {
    ("NL", "10"): ("Amsterdam", 52.3702, 4.8952),
    ("NL", "35"): ("Utrecht", 52.0907, 5.1214),
    ("NL", "56"): ("Eindhoven", 51.4416, 5.4697),
    ("BE", "20"): ("Antwerpen", 51.2194, 4.4025),
    ("DE", "10"): ("Berlin", 52.5200, 13.4050),
}
#: (name, street, number, kind, carrier, north and east of the middle in degrees)
_PLACES = [
    ("Bookshop", "Marktstraat", "12", "servicepoint", "postnl", 0.001, 0.001),
    ("Tobacconist", "Stationsweg", "3", "servicepoint", "postnl", 0.006, -0.004),
    ("Parcel Locker", "Ringbaan", "88", "locker", "postnl", -0.014, 0.011),
    ("DIY Store", "Havenweg", "41", "servicepoint", "dpd", 0.004, 0.009),
]
SHOP_TYPES = ("servicepoint", "locker", "post_office", "carrier_depot")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_METRES_PER_DEGREE = 111_320


def _point(number, key, place):
    (country, code), (town, latitude, longitude) = key, TOWNS[key]
    name, street, house, kind, carrier, north, east = place
    hours = [{"start_time": "09:00", "end_time": "18:00"}]
    logo = f"https://cdn.sendcloud.example/{carrier}"
    return {
        "id": number,
        "name": f"{name} {town}",
        "carrier": {
            "code": carrier,
            "name": CARRIERS[carrier],
            "logo_url": f"{logo}/logo.svg",
            "icon_url": f"{logo}/icon.svg",
        },
        "carrier_service_point_id": f"{country}-{number}",
        "carrier_shop_type": kind,
        "general_shop_type": kind,
        "address": {
            "street": street,
            "house_number": house,
            "postal_code": f"{code}11 AB" if country == "NL" else f"{code}00",
            "city": town,
            "country_code": country,
        },
        "position": {"latitude": latitude + north, "longitude": longitude + east},
        "contact": {"email": "", "phone": ""},
        "opening_times": {**dict.fromkeys(_DAYS, hours), "sunday": None},
        "is_open_tomorrow": True,
        "next_open_at": "2026-11-23T09:00:00+01:00",
        "is_expired": False,
    }


POINTS = {
    1_000_001 + index: _point(1_000_001 + index, key, place)
    for index, (key, place) in enumerate(
        (key, place) for key in TOWNS for place in _PLACES
    )
}
BY_CARRIER_ID = {p["carrier_service_point_id"]: p for p in POINTS.values()}


def closed(settings):
    """Return the ids of the points that are closed for good in this world."""
    return set(settings.get("sendcloud_closed_points", ()))


def get(number):
    """Return one point, or refuse with 404."""
    if number not in POINTS:
        raise not_found("The service point could not be found")
    return POINTS[number]


def asked(body):
    """Return the point a shipment names, None when it does not exist."""
    named = body.get("to_service_point") or {}
    by_carrier = named.get("carrier_service_point_id")
    if by_carrier:
        return BY_CARRIER_ID.get(by_carrier)
    number = str(named.get("id", ""))
    return POINTS.get(int(number)) if number.isdigit() else None


def search(args, settings):
    """Return the ``data`` of a search: the nearest points first."""
    _check(args)
    named = args.getlist("carrier_service_point_id")
    if named:
        found = [BY_CARRIER_ID[name] for name in named if name in BY_CARRIER_ID]
        return {"results": found, "geocoding": None}
    middle, geocoding = _geocode(args)
    if geocoding["status"] == "not_found":
        return {"results": [], "geocoding": geocoding}
    carriers = args.getlist("carrier_code") or list(CARRIERS)
    kinds = args.getlist("general_shop_type") or SHOP_TYPES
    found = [
        {**point, "distance": _distance(middle, point["position"])}
        for point in POINTS.values()
        if point["carrier"]["code"] in carriers
        and point["general_shop_type"] in kinds
        and point["address"]["country_code"] == args["country_code"]
        and point["id"] not in closed(settings)
    ]
    radius = int(args.get("radius", 50_000))
    near = [point for point in found if point["distance"] <= radius]
    near.sort(key=lambda point: point["distance"])
    return {"results": near[: int(args.get("limit", 100))], "geocoding": geocoding}


def _check(args):
    if not args.get("country_code"):
        raise _refused("required", "Field required", "country_code")
    by_integration = args.get("use_integration_carriers") == "true"
    if bool(args.getlist("carrier_code")) == by_integration:
        detail = "carrier_code and use_integration_carriers are mutually exclusive"
        raise _refused("validation_error", detail, "carrier_code")
    unknown = [c for c in args.getlist("carrier_code") if c not in CARRIERS]
    if unknown:
        detail = "Service points are not supported for the requested carriers: "
        raise Refused(
            400, [problem("validation_error", f"{detail}{', '.join(unknown)}.")]
        )
    if set(args.getlist("general_shop_type")) - set(SHOP_TYPES):
        detail = "Input should be 'servicepoint', 'locker', 'post_office' or "
        raise _refused("invalid_choice", f"{detail}'carrier_depot'", "shop_type")


def _refused(code, detail, parameter):
    error = {**problem(code, detail), "source": {"parameter": parameter}}
    return Refused(400, [error])


def _geocode(args):
    code = args.get("address_postal_code") or args.get("address") or ""
    town = TOWNS.get((args["country_code"], code.strip()[:2]))
    if not town:
        nothing = {"precision": None, "formatted_address": None}
        return None, {"status": "not_found", **nothing}
    precision = "house_number" if args.get("address_house_number") else "postal_code"
    geocoding = {
        "status": "matched",
        "precision": precision,
        "formatted_address": f"{code}, {town[0]}",
    }
    return town[1:], geocoding


def _distance(middle, position):
    """Return metres, on a plane: these points are a few kilometres apart."""
    latitude, longitude = middle
    north = position["latitude"] - latitude
    east = (position["longitude"] - longitude) * math.cos(math.radians(latitude))
    return round(math.hypot(north, east) * _METRES_PER_DEGREE)

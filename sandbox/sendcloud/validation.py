"""What Sendcloud refuses in a shipment: one small function per rule.

Every rule yields problems with a JSON pointer at the wrong value; all of them are
reported in one answer.
"""

import re
from decimal import Decimal, InvalidOperation

from . import account, options, service_points
from .countries import ISO_2, WITH_STATE
from .errors import Refused, problem

REQUIRED_ADDRESS = ("name", "address_line_1", "postal_code", "city", "country_code")
REQUIRED_ITEM = ("description", "quantity", "weight", "price")
EXPORT_REASONS = ("gift", "documents", "commercial_goods", "commercial_sample")
LABEL_TYPES = ("application/pdf", "application/zpl", "image/png")
LABEL_DPI = (72, 203, 300, 600)


def check_shipment(body, most_parcels, settings):
    """Raise :class:`Refused` with everything that is wrong in a shipment request.

    :param settings: the world's: what is no longer offered, what is closed
    """
    if not isinstance(body, dict):
        raise Refused(400, [problem("invalid", "The body must be a JSON object.")])
    problems = [
        *_to_address(body),
        *_from_address(body),
        *_parcels(body, most_parcels),
        *_label_details(body),
        *_price(body.get("total_order_price"), "/total_order_price"),
        *_insurance(body),
    ]
    # the rules below look at several parts at once and need each of them whole
    problems = problems or [*_ship_with(body, settings)]
    problems = problems or [
        *_option_fits(body),
        *_service_point(body, settings),
        *_sender_fits(body),
        *_customs(body),
    ]
    if problems:
        raise Refused(400, problems)


def _required(value, names, pointer):
    for name in names:
        if value.get(name) is None:
            yield problem("required", "This field is required.", f"{pointer}/{name}")
        elif value[name] == "":
            detail = "This field may not be blank."
            yield problem("invalid", detail, f"{pointer}/{name}")


def _to_address(body):
    address = body.get("to_address")
    if not isinstance(address, dict):
        yield problem("required", "This field is required.", "/to_address")
        return
    yield from _address(address, "/to_address")
    text = f"{address.get('address_line_1')} {address.get('house_number') or ''}"
    if not re.search(r"\d", text) and not address.get("po_box"):
        detail = "House number is missing."
        yield problem("required", detail, "/to_address/house_number")


def _address(address, pointer):
    yield from _required(address, REQUIRED_ADDRESS, pointer)
    country = address.get("country_code")
    if country and country not in ISO_2:
        detail = f"{country!r} is not an ISO 3166-1 alpha-2 country code."
        yield problem("invalid", detail, f"{pointer}/country_code")
    if country in WITH_STATE:
        yield from _state(address, pointer)
    for name, value in address.items():
        if value is not None and not isinstance(value, str):
            yield problem("invalid", "Not a valid string.", f"{pointer}/{name}")


def _state(address, pointer):
    state = address.get("state_province_code")
    pointer = f"{pointer}/state_province_code"
    if not state:
        yield problem("required", "This field is required.", pointer)
    elif not re.fullmatch(address["country_code"] + r"-[A-Z0-9]{1,3}", state):
        yield problem("invalid", "Not an ISO 3166-2 code of this country.", pointer)


def _from_address(body):
    address = body.get("from_address")
    if not isinstance(address, dict):
        yield problem("required", "This field is required.", "/from_address")
        return
    if "sender_address_id" not in address:
        yield from _address(address, "/from_address")
    elif len(address) > 1:
        detail = "Give either a sender_address_id or a full address."
        yield problem("invalid", detail, "/from_address")
    elif not account.sender_address(address["sender_address_id"]):
        detail = "Sender address does not exist."
        yield problem("invalid", detail, "/from_address/sender_address_id")


def _parcels(body, most):
    parcels = body.get("parcels")
    if parcels is None:
        yield problem("required", "This field is required.", "/parcels")
    elif not isinstance(parcels, list):
        yield problem("not_a_list", "Expected a list of items.", "/parcels")
    elif not 1 <= len(parcels) <= most:
        yield problem("invalid", f"Give between 1 and {most} parcels.", "/parcels")
    else:
        for index, parcel in enumerate(parcels):
            yield from _parcel(parcel, f"/parcels/{index}")


def _parcel(parcel, pointer):
    if not isinstance(parcel, dict):
        yield problem("invalid", "Expected an object.", pointer)
        return
    wrong = [*_weight(parcel.get("weight"), f"{pointer}/weight")]
    for index, note in enumerate(parcel.get("label_notes") or ()):
        if not isinstance(note, str) or not 1 <= len(note) <= 255:
            detail = "Give between 1 and 255 characters."
            wrong.append(problem("invalid", detail, f"{pointer}/label_notes/{index}"))
    for index, item in enumerate(parcel.get("parcel_items") or ()):
        wrong += _item(item, f"{pointer}/parcel_items/{index}")
    yield from wrong or _items_weight(parcel, pointer)


def _weight(weight, pointer):
    if not isinstance(weight, dict):
        yield problem("required", "This field is required.", pointer)
        return
    yield from _required(weight, ("value", "unit"), pointer)
    if weight.get("unit") and weight["unit"] not in options.GRAMS:
        detail = f"{weight['unit']!r} is not a valid choice."
        yield problem("invalid_choice", detail, f"{pointer}/unit")
    if weight.get("value") in (None, ""):
        return
    number = _number(weight["value"])
    if number is None:
        yield problem("invalid", "A valid number is required.", f"{pointer}/value")
    elif number <= 0:
        detail = "Ensure this value is greater than 0."
        yield problem("min_value", detail, f"{pointer}/value")


def _number(value):
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _item(item, pointer):
    yield from _required(item, REQUIRED_ITEM, pointer)
    if item.get("weight") is not None:
        yield from _weight(item["weight"], f"{pointer}/weight")
    yield from _price(item.get("price"), f"{pointer}/price")
    quantity = item.get("quantity")
    if quantity is not None and (type(quantity) is not int or quantity < 1):
        detail = "A whole number of at least 1 is required."
        yield problem("min_value", detail, f"{pointer}/quantity")
    if len(item.get("description") or "") > 255:
        detail = "Ensure this field has no more than 255 characters."
        yield problem("invalid", detail, f"{pointer}/description")


def _price(price, pointer):
    if price is None:
        return
    yield from _required(price, ("value", "currency"), pointer)
    if not re.match(r"\d+(\.\d+)?$", str(price.get("value", "0"))):
        yield problem("invalid", "A valid number is required.", f"{pointer}/value")


def _insurance(body):
    parcels = body.get("parcels")
    if not isinstance(parcels, list):
        return
    insured = [
        Decimal(str(parcel["additional_insured_price"]["value"]))
        for parcel in parcels
        if isinstance(parcel, dict) and parcel.get("additional_insured_price")
    ]
    if insured and not 2 <= sum(insured) <= 5000:
        detail = "Insure between 2 and 5000 euros."
        yield problem("invalid", detail, "/parcels/0/additional_insured_price")


def _items_weight(parcel, pointer):
    items = parcel.get("parcel_items") or ()
    total = sum(options.kilograms(i["weight"]) * i["quantity"] for i in items)
    if total > options.kilograms(parcel["weight"]):
        detail = (
            "The total weight for declared items exceeds the total weight set for the "
            "shipment."
        )
        yield problem("invalid", detail, f"{pointer}/weight")


def _label_details(body):
    details = body.get("label_details") or {}
    choices = {"mime_type": LABEL_TYPES, "dpi": LABEL_DPI}
    for name, allowed in choices.items():
        if name in details and details[name] not in allowed:
            detail = f"{details[name]!r} is not a valid choice."
            yield problem("invalid_choice", detail, f"/label_details/{name}")


def _ship_with(body, settings):
    ship_with = body.get("ship_with") or {}
    properties = ship_with.get("properties") or {}
    pointer = "/ship_with/properties"
    if ship_with.get("type") != "shipping_option_code":
        yield problem("required", "This field is required.", "/ship_with/type")
    if not properties.get("shipping_option_code"):
        detail = "This field is required."
        yield problem("required", detail, f"{pointer}/shipping_option_code")
        return
    code = properties["shipping_option_code"]
    option = options.OPTIONS.get(code)
    if not option or code in settings.get("sendcloud_gone_options", ()):
        detail = "Shipping option does not exist."
        yield problem("invalid", detail, f"{pointer}/shipping_option_code")
    number = properties.get("contract_id")
    contract = account.contract(number)
    known = contract and option and contract["carrier"]["code"] == option.carrier
    if number is not None and option and not known:
        yield problem("invalid", "Invalid contract.", f"{pointer}/contract_id")


def _option_fits(body):
    option = chosen_option(body)
    country = body["to_address"]["country_code"]
    if not option.goes_to(country):
        detail = f"{option.name} does not ship to {country}."
        yield problem("invalid", detail, "/to_address/country_code")
        return
    for index, parcel in enumerate(body["parcels"]):
        if option.price(country, options.kilograms(parcel["weight"])) is None:
            detail = f"{option.name} takes at most {option.max_kg} kg."
            yield problem("invalid", detail, f"/parcels/{index}/weight/value")
        yield from _size(parcel, option, f"/parcels/{index}/dimensions")
    phone_wanted = "to_telephone" in option.fields or leaves_eu(body)
    if phone_wanted and not body["to_address"].get("phone_number"):
        detail = "This field is required."
        yield problem("required", detail, "/to_address/phone_number")


def _size(parcel, option, pointer):
    sides = parcel.get("dimensions")
    if not sides:
        if "length" in option.fields:
            yield problem("required", "This field is required.", pointer)
        return
    given = sorted(Decimal(sides[n]) for n in ("length", "width", "height"))
    if any(side > most for side, most in zip(given, sorted(option.size), strict=True)):
        detail = f"{option.name} takes no parcel of this size."
        yield problem("invalid", detail, pointer)


def _service_point(body, settings):
    option = chosen_option(body)
    if not body.get("to_service_point"):
        if option.service_point:
            yield problem("required", "This field is required.", "/to_service_point")
        return
    point = service_points.asked(body)
    if not point or point["id"] in service_points.closed(settings):
        yield problem("invalid", "Service point is not available.", "/to_service_point")
    elif option.service_point and point["carrier"]["code"] != option.carrier:
        detail = "Service point belongs to another carrier."
        yield problem("invalid", detail, "/to_service_point")


def _sender_fits(body):
    # only a stored address carries the tax numbers a foreign shipment needs
    sender = sender_of(body)
    inline = "sender_address_id" not in body["from_address"]
    if inline and sender["country_code"] != body["to_address"]["country_code"]:
        detail = "International shipments need a sender_address_id."
        yield problem("invalid", detail, "/from_address")


def leaves_eu(body):
    """Tell whether customs lie between the sender and the receiver of a request."""
    countries = sender_of(body)["country_code"], body["to_address"]["country_code"]
    return options.outside_eu(*countries)


def _customs(body):
    if not leaves_eu(body):
        return
    customs = body.get("customs_information") or {}
    yield from _required(
        customs, ("invoice_number", "export_reason"), "/customs_information"
    )
    reason = customs.get("export_reason")
    if reason and reason not in EXPORT_REASONS:
        detail = f"{reason!r} is not a valid choice."
        yield problem("invalid_choice", detail, "/customs_information/export_reason")
    yield from _tax_numbers(customs.get("tax_numbers"))
    for index, parcel in enumerate(body["parcels"]):
        yield from _customs_items(parcel, f"/parcels/{index}/parcel_items")
    prices = [i["price"] for p in body["parcels"] for i in p.get("parcel_items") or ()]
    prices += [body["total_order_price"]] if body.get("total_order_price") else []
    if len({price["currency"] for price in prices}) > 1:
        yield problem("invalid", "All prices must have one currency.", "/parcels")


def _tax_numbers(numbers):
    if numbers is None:
        return
    # The schema wants the lists of all three, the empty ones as well.
    for side in ("sender", "receiver", "importer_of_record"):
        pointer = f"/customs_information/tax_numbers/{side}"
        if side not in numbers:
            yield problem("required", "This field is required.", pointer)
        for index, number in enumerate(numbers.get(side) or ()):
            wanted = ("name", "country_code", "value")
            yield from _required(number, wanted, f"{pointer}/{index}")


def _customs_items(parcel, pointer):
    items = parcel.get("parcel_items") or ()
    if not items:
        yield problem("required", "This field is required.", pointer)
    for index, item in enumerate(items):
        yield from _required(item, ("hs_code", "origin_country"), f"{pointer}/{index}")


def chosen_option(body):
    """Return the shipping option of a request that passed :func:`_ship_with`."""
    code = body["ship_with"]["properties"]["shipping_option_code"]
    return options.OPTIONS.get(code) or options.RETURN_OPTIONS[code]


def sender_of(body):
    """Return the sender's address of a request, looked up when given by id."""
    address = body["from_address"]
    return account.sender_address(address.get("sender_address_id")) or address


def check_quote_request(body):
    """Raise :class:`Refused` when a POST /shipping-options cannot be answered."""
    if not isinstance(body, dict):
        raise Refused(400, [problem("invalid", "The body must be a JSON object.")])
    problems = []
    if body.get("parcels") == []:
        problems.append(problem("invalid", "At least one parcel must be provided."))
    for index, parcel in enumerate(body.get("parcels") or ()):
        if parcel.get("weight") is not None:
            problems += _weight(parcel["weight"], f"/parcels/{index}/weight")
    number = body.get("contract_id")
    if number is not None and not account.contract(number):
        problems.append(problem("invalid", "Invalid contract."))
    for name in ("from_country_code", "to_country_code"):
        if body.get(name) is not None and body[name] not in ISO_2:
            problems.append(problem("invalid", "Not a country code.", f"/{name}"))
    if problems:
        raise Refused(400, problems)

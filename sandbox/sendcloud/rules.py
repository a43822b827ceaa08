"""Shipping rules and defaults of the simulated merchant.

A rule is ``{"id", "name", "if": {...}, "then": {...}}`` in
``world.state["settings"]["sendcloud_rules"]``; of the conditions that Sendcloud
names for API shipments these are played: ``to_country``, ``weight`` (up to so many
kilograms) and ``delivery_indicator``.
"""

import copy

from .options import kilograms

_PLACES = {"shipping_option_code": "shipping_option_code", "contract": "contract_id"}


def apply(body, settings):
    """Return ``(request as it is shipped, applied rules)`` of a request with rules."""
    body = copy.deepcopy(body)
    applied = []
    if body.pop("apply_shipping_defaults", True):
        _apply_defaults(body, settings.get("sendcloud_defaults", {}))
    indicator = body.pop("delivery_indicator", "")
    if body.pop("apply_shipping_rules", True):
        for rule in settings.get("sendcloud_rules", ()):
            if _matches(rule["if"], body, indicator):
                _change(body, rule["then"])
                named = {"id": rule["id"], "name": rule["name"]}
                applied.append({"rule": named, "result": rule["then"]})
    return body, applied


def _apply_defaults(body, defaults):
    """Fill in what the request leaves out; the request itself goes first."""
    if "ship_with" not in body and "shipping_option_code" in defaults:
        _change(body, {"shipping_option_code": defaults["shipping_option_code"]})


def _matches(condition, body, indicator):
    country = body["to_address"].get("country_code")
    weight = sum(kilograms(p["weight"]) for p in body["parcels"] if p.get("weight"))
    return (
        condition.get("to_country", country) == country
        and condition.get("delivery_indicator", indicator) == indicator
        and weight <= condition.get("weight", weight)
    )


def _change(body, result):
    if "sender_address" in result:
        body["from_address"] = {"sender_address_id": result["sender_address"]}
    chosen = {_PLACES[n]: value for n, value in result.items() if n in _PLACES}
    if chosen:
        ship_with = body.setdefault("ship_with", {"type": "shipping_option_code"})
        ship_with["properties"] = {**ship_with.get("properties", {}), **chosen}

"""Returns at the simulated Sendcloud, against the official file."""

import pytest

from . import specs
from .sendcloud_api import ORDER, Api

RETURN = {
    "from_address": {k: v for k, v in ORDER["to_address"].items() if v},
    "to_address": {
        "name": "Warehouse Eindhoven",
        "address_line_1": "Fellenoord",
        "house_number": "130",
        "postal_code": "5611 ZB",
        "city": "Eindhoven",
        "country_code": "NL",
    },
    "ship_with": {
        "type": "shipping_option_code",
        "shipping_option_code": "postnl:standard/return",
    },
    "weight": {"value": 1.25, "unit": "kg"},
    "order_number": "S00001 db-R1-A1",
    "external_reference": "S00001 db-R1-A1",
}


@pytest.fixture
def api(sendcloud):
    return Api(sendcloud)


def announce(api, **changes):
    body = {**RETURN, **changes}
    return api.post("/returns/announce-synchronously", body)


def test_answers_are_as_described(api):
    made = announce(api)
    assert made.status_code == 201
    path = "/returns/announce-synchronously"
    specs.check(specs.sendcloud_request_validator(path), RETURN)
    specs.check(specs.sendcloud_validator(path, "post", 201), made.json)
    number = made.json["return_id"]
    shown = api.get(f"/returns/{number}")
    specs.check(specs.sendcloud_validator("/returns/{id}"), shown.json)
    listed = api.get(
        "/returns?from_date=2026-11-01 00:00:00%2B00:00"
        "&to_date=2026-11-30 00:00:00%2B00:00"
    )
    specs.check(specs.sendcloud_validator("/returns"), listed.json)
    assert [row["order_number"] for row in listed.json["data"]] == ["S00001 db-R1-A1"]


def test_a_return_costs_until_it_is_cancelled(sendcloud, api):
    number = announce(api).json["return_id"]
    assert sendcloud.balance() == "5.75"
    assert sendcloud.shipments() == []
    cancelled = api.call("PATCH", f"/returns/{number}/cancel")
    assert cancelled.status_code == 202
    assert sendcloud.balance() == "0.00"
    again = api.call("PATCH", f"/returns/{number}/cancel")
    assert again.status_code == 409
    path = "/returns/{id}/cancel"
    specs.check(specs.sendcloud_validator(path, "patch", 409), again.json)


def test_refusals_have_the_shape_of_returns(sendcloud, api):
    for changes in ({"weight": None}, {"ship_with": {"shipping_option_code": "x"}}):
        refused = announce(api, **changes)
        assert refused.status_code == 400
        path = "/returns/announce-synchronously"
        assert set(refused.json["errors"][0]) == {"field", "code", "message"}, path
    assert sendcloud.ledger() == []


def test_label_of_a_return(api):
    parcel = announce(api).json["parcel_id"]
    label = api.get(f"/parcels/{parcel}/documents/label?paper_size=A4")
    assert label.data.startswith(b"%PDF")

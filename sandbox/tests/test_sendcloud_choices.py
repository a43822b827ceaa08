"""Service points, shipping rules and options that go, as the sandbox plays them."""

import copy

import pytest

from .sendcloud_api import ORDER, Api

NEAR = "/service-points?country_code=NL&address_postal_code=1016EA"


@pytest.fixture
def api(sendcloud):
    return Api(sendcloud)


def to_point(number):
    body = copy.deepcopy(ORDER)
    body["ship_with"]["properties"]["shipping_option_code"] += "/service_point"
    return {**body, "to_service_point": {"id": str(number)}}


def without_option(**changes):
    body = {**ORDER, **changes}
    del body["ship_with"]
    return body


def by_rules(api, body):
    return api.post("/shipments/announce-with-shipping-rules", body)


def test_nearest_point_of_the_carrier_comes_first(api):
    found = api.get(f"{NEAR}&carrier_code=postnl").json["data"]["results"]
    assert {point["carrier"]["code"] for point in found} == {"postnl"}
    distances = [point["distance"] for point in found]
    assert distances == sorted(distances) and distances[0] < 1000
    kind = "radius=5000&general_shop_type=locker"
    lockers = api.get(f"{NEAR}&carrier_code=postnl&{kind}")
    assert [p["name"] for p in lockers.json["data"]["results"]] == [
        "Parcel Locker Amsterdam"
    ]


def test_unknown_place_is_not_found_and_not_an_error(api):
    answer = api.get("/service-points?country_code=NL&carrier_code=dpd&address=9999 ZZ")
    assert answer.json["data"]["geocoding"]["status"] == "not_found"
    assert answer.json["data"]["results"] == []


def test_point_by_the_carriers_own_number(api):
    asked = "/service-points?country_code=NL&use_integration_carriers=true"
    answer = api.get(f"{asked}&carrier_service_point_id=NL-1000002").json["data"]
    assert [point["id"] for point in answer["results"]] == [1000002]
    assert answer["geocoding"] is None


def test_closed_point_is_not_offered_and_takes_no_parcel(api, world):
    assert api.post("/service-points/1000001/check-availability").json["data"][
        "is_available"
    ]
    world.state["settings"]["sendcloud_closed_points"] = [1000001]
    answer = api.post("/service-points/1000001/check-availability").json
    assert answer == {"data": {"is_available": False}}
    found = api.get(f"{NEAR}&carrier_code=postnl").json["data"]["results"]
    assert 1000001 not in [point["id"] for point in found]
    refused = api.post("/shipments/announce", to_point(1000001))
    assert refused.status_code == 400
    assert "/to_service_point" in refused.text


@pytest.mark.parametrize("number", ["7", "nonsense", "1000004"])
def test_point_must_exist_and_be_of_the_carrier(api, number):
    refused = api.post("/shipments/announce", to_point(number))
    assert refused.status_code == 400
    assert "/to_service_point" in refused.text


def test_rule_goes_before_the_request_and_is_named(api, world):
    world.state["settings"]["sendcloud_rules"] = [
        {
            "id": 1,
            "name": "Light",
            "if": {"weight": 2},
            "then": {"shipping_option_code": "dpd:classic", "contract": 518},
        },
        {"id": 2, "name": "Not", "if": {"to_country": "DE"}, "then": {"contract": 1}},
    ]
    data = by_rules(api, ORDER).json["data"]
    chosen = data["ship_with"]["properties"]
    assert chosen == {"shipping_option_code": "dpd:classic", "contract_id": 518}
    assert [row["rule"]["name"] for row in data["applied_shipping_rules"]] == ["Light"]


def test_default_fills_in_what_is_left_out(api, world):
    refused = by_rules(api, without_option())
    assert refused.status_code == 400
    default = {"shipping_option_code": "ups:standard"}
    world.state["settings"]["sendcloud_defaults"] = default
    data = by_rules(api, without_option()).json["data"]
    assert data["ship_with"]["properties"]["shipping_option_code"] == "ups:standard"
    body = without_option(external_reference_id="x", apply_shipping_defaults=False)
    assert by_rules(api, body).status_code == 400


def test_option_that_is_gone_is_neither_listed_nor_sold(api, world):
    world.state["settings"]["sendcloud_gone_options"] = ["postnl:standard"]
    codes = [o["code"] for o in api.post("/shipping-options", {}).json["data"]]
    assert "postnl:standard" not in codes and "dpd:classic" in codes
    assert api.post("/shipments/announce", ORDER).status_code == 400


def test_options_by_what_they_can_do(api):
    asked = {"functionalities": {"last_mile": "service_point"}}
    codes = [o["code"] for o in api.post("/shipping-options", asked).json["data"]]
    assert codes == ["postnl:standard/service_point"]


def test_parcel_too_large_for_the_option(api):
    sides = {"length": "60", "width": "10", "height": "200", "unit": "cm"}
    parcels = [{**ORDER["parcels"][0], "dimensions": sides}]
    refused = api.post("/shipments/announce", {**ORDER, "parcels": parcels})
    assert "/parcels/0/dimensions" in refused.text

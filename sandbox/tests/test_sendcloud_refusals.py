"""The simulated Sendcloud refuses what the real one refuses, and says where."""

import copy

import pytest

from .sendcloud_api import KEYS, ORDER, SWISS, Api, order, pointers


@pytest.fixture
def api(sendcloud):
    return Api(sendcloud)


@pytest.mark.parametrize(
    "pointer, change",
    [
        ("/to_address/name", lambda b: b["to_address"].pop("name")),
        ("/to_address/city", lambda b: b["to_address"].update(city="")),
        ("/to_address/house_number", lambda b: b["to_address"].pop("house_number")),
        (
            "/to_address/country_code",
            lambda b: b["to_address"].update(country_code="Netherlands"),
        ),
        ("/to_address", lambda b: b.pop("to_address")),
        ("/from_address", lambda b: b.pop("from_address")),
        (
            "/from_address/sender_address_id",
            lambda b: b["from_address"].update(sender_address_id=1),
        ),
        ("/from_address", lambda b: b["from_address"].update(name="Both at once")),
        ("/parcels", lambda b: b.update(parcels=[])),
        ("/parcels", lambda b: b.update(parcels={})),
        ("/parcels", lambda b: b.update(parcels=b["parcels"] * 16)),
        ("/parcels/0/weight", lambda b: b["parcels"][0].pop("weight")),
        ("/parcels/0/weight/value", lambda b: _weigh(b, "0")),
        ("/parcels/0/weight/value", lambda b: _weigh(b, "a lot")),
        ("/parcels/0/weight/value", lambda b: _weigh(b, "24")),
        ("/parcels/0/weight/unit", lambda b: _weigh(b, "1", "stone")),
        ("/parcels/0/weight", lambda b: _weigh(b, "1.1")),
        ("/parcels/0/parcel_items/0/quantity", lambda b: _item(b).update(quantity=0.5)),
        (
            "/parcels/0/parcel_items/0/description",
            lambda b: _item(b).pop("description"),
        ),
        ("/label_details/mime_type", lambda b: b.update(label_details=_WORD)),
        ("/ship_with/type", lambda b: b.update(ship_with={})),
        (
            "/ship_with/properties/shipping_option_code",
            lambda b: _option(b).update(shipping_option_code="pigeon:express"),
        ),
        (
            "/ship_with/properties/contract_id",
            lambda b: _option(b).update(contract_id=1),
        ),
        (
            "/to_service_point",
            lambda b: _option(b).update(
                shipping_option_code="postnl:standard/service_point"
            ),
        ),
    ],
)
def test_wrong_value_is_refused_with_its_pointer(api, sendcloud, pointer, change):
    body = copy.deepcopy(ORDER)
    change(body)
    response = api.post("/shipments/announce", body)
    assert response.status_code == 400
    assert pointer in pointers(response)
    assert sendcloud.ledger() == []


_WORD = {"mime_type": "application/msword"}


def _weigh(body, value, unit="kg"):
    body["parcels"][0]["weight"] = {"value": value, "unit": unit}


def _item(body):
    return body["parcels"][0]["parcel_items"][0]


def _option(body):
    return body["ship_with"]["properties"]


def test_all_wrong_values_come_in_one_answer(api):
    body = order(name="")
    _weigh(body, "0")
    response = api.post("/shipments/announce", body)
    assert pointers(response) == ["/to_address/name", "/parcels/0/weight/value"]


def test_body_that_is_no_json_is_refused(api):
    response = api.client.post("/api/v3/shipments/announce", data="{", auth=KEYS)
    assert response.status_code == 400


def test_option_that_does_not_go_there_is_refused(api):
    response = api.post("/shipments/announce", order(**SWISS))
    assert "/to_address/country_code" in pointers(response)


def test_outside_the_eu_customs_papers_are_wanted(api):
    body = order(**SWISS)
    _option(body).update(shipping_option_code="ups:standard", contract_id=519)
    del _item(body)["hs_code"]
    assert pointers(api.post("/shipments/announce", body)) == [
        "/customs_information/invoice_number",
        "/customs_information/export_reason",
        "/parcels/0/parcel_items/0/hs_code",
    ]
    _item(body)["hs_code"] = "691110"
    body["customs_information"] = {
        "invoice_number": "INV/2026/00001",
        "export_reason": "commercial_goods",
    }
    assert api.post("/shipments/announce", body).status_code == 201


def test_tax_numbers_are_told_for_all_three(api):
    body = order(**SWISS)
    _option(body).update(shipping_option_code="ups:standard", contract_id=519)
    numbers = {"receiver": [{"name": "VAT", "country_code": "CH"}]}
    body["customs_information"] = {
        "invoice_number": "INV/2026/00001",
        "export_reason": "commercial_goods",
        "tax_numbers": numbers,
    }
    place = "/customs_information/tax_numbers"
    assert pointers(api.post("/shipments/announce", body)) == [
        f"{place}/sender",
        f"{place}/receiver/0/value",
        f"{place}/importer_of_record",
    ]
    numbers.update(sender=[], receiver=[], importer_of_record=[])
    assert api.post("/shipments/announce", body).status_code == 201


def test_customs_papers_have_one_currency(api):
    body = order(**SWISS)
    _option(body).update(shipping_option_code="ups:standard", contract_id=519)
    invoice = {"invoice_number": "INV/1", "export_reason": "gift"}
    body.update(customs_information=invoice)
    body["total_order_price"]["currency"] = "CHF"
    assert pointers(api.post("/shipments/announce", body)) == ["/parcels"]


def test_foreign_shipment_wants_a_stored_sender(api):
    sender = {k: v for k, v in ORDER["to_address"].items() if k != "email"}
    body = order(country_code="BE", city="Antwerpen", postal_code="2000")
    body["from_address"] = sender
    assert pointers(api.post("/shipments/announce", body)) == ["/from_address"]


def test_american_address_wants_its_state(api):
    body = order(country_code="US", city="Albany", postal_code="12207")
    pointer = "/to_address/state_province_code"
    assert pointer in pointers(api.post("/shipments/announce", body))
    body["to_address"]["state_province_code"] = "NY"
    assert pointer in pointers(api.post("/shipments/announce", body))


# === Options, addresses, statuses ===


def test_options_that_fit_come_with_their_price(api):
    parcels = [{"weight": {"value": "12", "unit": "kg"}}] * 2
    question = {
        "from_country_code": "NL",
        "to_country_code": "BE",
        "parcels": parcels,
        "calculate_quotes": True,
    }
    rows = api.post("/shipping-options", question).json["data"]
    totals = {row["code"]: row["quotes"][0]["price"]["total"]["value"] for row in rows}
    assert totals == {
        "postnl:standard": "31.20",
        "dpd:classic": "17.90",
        "ups:standard": "22.80",
    }


def test_options_of_one_carrier(api):
    question = {"carrier_code": "postnl", "functionalities": {"signature": True}}
    rows = api.post("/shipping-options", question).json["data"]
    assert [row["code"] for row in rows] == ["postnl:standard/signature"]
    assert rows[0]["quotes"] == []


@pytest.mark.parametrize("question", [{"parcels": []}, {"contract_id": 1}])
def test_impossible_questions_about_options_are_refused(api, question):
    assert api.post("/shipping-options", question).status_code == 400


def test_addresses_and_contracts_can_be_read(api):
    addresses = api.get("/addresses/sender-addresses").json["data"]
    contracts = api.get("/contracts?carrier_code=postnl").json["data"]
    assert [row["id"] for row in addresses] == [192, 193]
    assert [row["id"] for row in contracts] == [517]


# === Limits ===


def test_a_burst_of_writes_is_throttled_with_an_empty_body(api, world):
    statuses = [api.post("/shipping-options", {}).status_code for _call in range(16)]
    assert statuses == [200] * 15 + [429]
    response = api.post("/shipping-options", {})
    assert (response.data, response.headers["Retry-After"]) == (b"", "1")
    world.clock.advance(seconds=1)
    assert api.post("/shipping-options", {}).status_code == 200


def test_a_hundred_writes_a_minute(api, world):
    for _second in range(10):
        for _call in range(10):
            assert api.post("/shipping-options", {}).status_code == 200
        world.clock.advance(seconds=1)
    assert api.post("/shipping-options", {}).status_code == 429
    assert api.get("/contracts").status_code == 200
    world.clock.advance(seconds=50)
    assert api.post("/shipping-options", {}).status_code == 200


def test_limits_can_be_widened(api, world):
    world.state["settings"]["sendcloud_limits"] = {"write": 1000, "burst": 1000}
    statuses = {api.post("/shipping-options", {}).status_code for _call in range(120)}
    assert statuses == {200}

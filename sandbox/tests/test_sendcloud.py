"""The simulated Sendcloud does what a warehouse meets at the real one."""

import base64
import io
import json

import PyPDF2
import pytest

from sandbox.clock import ManualClock
from sandbox.faults import AnswerLost
from sandbox.sendcloud import SendcloudApp
from sandbox.sendcloud.webhooks import signature
from sandbox.world import World

from .sendcloud_api import KEYS, ORDER, Api, order


@pytest.fixture
def api(sendcloud):
    return Api(sendcloud)


def pdf(data):
    return PyPDF2.PdfReader(io.BytesIO(data))


# === Who may call ===


def test_wrong_keys_are_refused(api):
    response = api.call("GET", "/user/auth/metadata", auth=("who", "ever"))
    assert response.status_code == 401
    assert response.json["errors"][0]["code"] == "authentication_failed"


def test_metadata_names_the_integration(api):
    assert set(api.get("/user/auth/metadata").json["data"]) == {
        "user_id",
        "integration_id",
    }


def test_unknown_partner_is_not_found(api):
    response = api.get("/contracts", Sendcloud_Partner_Id="someone")
    assert response.status_code == 404


def test_v2_parcels_is_closed_for_new_accounts(api):
    response = api.client.post("/api/v2/parcels", json={}, auth=KEYS)
    assert (response.status_code, response.json["error"]["code"]) == (403, 403)


def test_unknown_path_answers_with_errors(api):
    response = api.get("/nothing")
    assert (response.status_code, list(response.json)) == (404, ["errors"])


# === Buying a label ===


def test_announce_sells_one_label_with_its_file(api, sendcloud):
    response = api.post("/shipments/announce", ORDER)
    parcel = response.json["data"]["parcels"][0]
    assert response.status_code == 201
    assert parcel["status"]["code"] == "READY_TO_SEND"
    assert base64.b64decode(parcel["label_file"]).startswith(b"%PDF")
    assert parcel["tracking_url"].endswith(f"/track/{parcel['tracking_number']}")
    assert (sendcloud.charged_count(), sendcloud.balance()) == (1, "6.95")


def test_several_parcels_are_charged_each_and_carry_no_file(api, sendcloud):
    data = api.buy(parcels=ORDER["parcels"] * 3)
    assert [parcel["label_file"] for parcel in data["parcels"]] == [None] * 3
    assert len({parcel["tracking_number"] for parcel in data["parcels"]}) == 3
    assert sendcloud.balance() == "20.85"


def test_repeated_reference_brings_the_first_shipment_and_no_second_label(
    api, sendcloud
):
    first = api.buy()
    response = api.post("/shipments/announce", order(city="Utrecht"))
    assert response.status_code == 409
    assert response.json["data"]["id"] == first["id"]
    assert response.json["data"]["to_address"]["city"] == "Amsterdam"
    assert sendcloud.charged_count() == 1


def test_carrier_refusal_is_a_201_with_errors_and_costs_nothing(api, sendcloud):
    response = api.post("/shipments/announce", order(city="Failtown"))
    data = response.json["data"]
    assert response.status_code == 201
    assert data["errors"][0]["code"] == "parcel_announcement_error"
    assert data["parcels"][0]["status"]["code"] == "ANNOUNCEMENT_FAILED"
    assert data["parcels"][0]["documents"] == []
    assert sendcloud.ledger() == []


def test_refused_announcement_uses_up_its_reference(api):
    api.post("/shipments/announce", order(city="Failtown"))
    assert api.post("/shipments/announce", ORDER).status_code == 409


def test_lost_answer_still_charges_and_is_found_by_reference(api, world, sendcloud):
    world.faults.break_("sendcloud", "answer_lost", times=1)
    with pytest.raises(AnswerLost):
        api.post("/shipments/announce", ORDER)
    found = api.get("/shipments?external_reference_id=db-P1-A1").json["data"]
    assert [row["external_reference_id"] for row in found] == ["db-P1-A1"]
    assert sendcloud.charged_count() == 1


def test_async_shipment_is_ready_after_some_looks(api, sendcloud):
    response = api.post("/shipments", ORDER)
    shipment = response.json["data"]
    path = f"/shipments/{shipment['id']}"
    assert response.status_code == 201
    assert shipment["parcels"][0]["documents"] == []
    codes = [api.get(path).json["data"]["parcels"][0]["status"]["code"] for _ in "12"]
    assert codes == ["ANNOUNCING", "READY_TO_SEND"]
    assert sendcloud.charged_count() == 1


def test_price_depends_on_option_country_and_weight(api, sendcloud):
    belgium = order(country_code="BE", city="Antwerpen", postal_code="2000")
    belgium["parcels"][0]["weight"] = {"value": "12000", "unit": "g"}
    api.post("/shipments/announce", belgium)
    assert sendcloud.balance() == "15.60"


def test_the_same_steps_give_the_same_ids(api):
    again = Api(SendcloudApp(World(clock=ManualClock())))
    assert api.buy() == again.buy()


# === Documents ===


@pytest.mark.parametrize("paper, size", [("A6", (298, 420)), ("A4", (595, 842))])
def test_label_is_a_pdf_of_the_wanted_size(api, paper, size):
    parcel = api.buy()["parcels"][0]
    path = f"/parcels/{parcel['id']}/documents/label?paper_size={paper}"
    page = pdf(api.get(path, Accept="application/pdf").data).pages[0]
    assert (int(page.mediabox.width), int(page.mediabox.height)) == size
    text = page.extract_text()
    for words in (parcel["tracking_number"], "Zoë Peeters", "Keizersgracht 241 A"):
        assert words in text
    assert "A-03-2 TEA-01" in text


def test_label_comes_as_zpl_and_as_picture(api):
    parcel = api.buy()["parcels"][0]
    path = f"/parcels/{parcel['id']}/documents/label"
    zpl = api.get(path, Accept="application/zpl").text
    assert zpl.startswith("^XA")
    assert f"^BCN,200,Y,N,N^FD{parcel['tracking_number']}^FS" in zpl
    assert api.get(path, Accept="image/png").data.startswith(b"\x89PNG")


def test_label_made_as_zpl_stays_zpl(api):
    parcel = api.buy(label_details={"mime_type": "application/zpl"})["parcels"][0]
    path = f"/parcels/{parcel['id']}/documents/label"
    assert api.get(path, Accept="application/pdf").mimetype == "application/zpl"
    assert base64.b64decode(parcel["label_file"]).startswith(b"^XA")


def test_name_in_another_script_does_not_stop_the_label(api):
    response = api.post("/shipments/announce", order(name="Łukasz Żak 張"))
    assert response.json["data"]["parcels"][0]["label_file"]


def test_link_of_the_label_leads_to_it(api):
    link = api.buy()["parcels"][0]["documents"][0]["link"]
    assert api.client.get(link).status_code == 401
    assert api.client.get(link, auth=KEYS).mimetype == "application/pdf"


def test_label_is_not_there_before_it_is_ready(api):
    parcel = api.post("/shipments", ORDER).json["data"]["parcels"][0]
    response = api.get(f"/parcels/{parcel['id']}/documents/label")
    assert response.status_code == 404


def test_several_labels_come_in_one_file(api):
    parcels = api.buy(parcels=ORDER["parcels"] * 2)["parcels"]
    numbers = ",".join(str(parcel["id"]) for parcel in parcels)
    response = api.get(f"/parcel-documents/label?parcels={numbers}")
    texts = [page.extract_text() for page in pdf(response.data).pages]
    assert len(texts) == 2
    assert all(parcels[n]["tracking_number"] in texts[n] for n in range(2))


def test_document_of_an_unknown_kind_is_refused(api):
    parcel = api.buy()["parcels"][0]
    response = api.get(f"/parcels/{parcel['id']}/documents/poem")
    assert response.status_code == 400


# === Cancelling ===


def test_cancel_gives_the_money_back(api, sendcloud):
    shipment = api.buy()
    response = api.post(f"/shipments/{shipment['id']}/cancel")
    assert (response.status_code, response.json["data"]["status"]) == (200, "cancelled")
    assert (sendcloud.charged_count(), sendcloud.balance()) == (0, "0.00")
    assert sendcloud.cancelled_count() == 1


def test_cancel_may_be_queued_and_done_later(api, sendcloud):
    shipment = api.post("/shipments/announce", order(city="Slowtown")).json["data"]
    response = api.post(f"/shipments/{shipment['id']}/cancel")
    assert (response.status_code, response.json["data"]["status"]) == (202, "queued")
    assert sendcloud.charged_count() == 1
    again = api.post(f"/shipments/{shipment['id']}/cancel")
    assert again.status_code == 409
    sendcloud.next_status()
    assert sendcloud.charged_count() == 0


def test_a_label_of_another_day_is_watched_for_two_weeks(api, sendcloud, world):
    still, moving = api.buy(), api.buy(external_reference_id="another")
    world.clock.advance(days=2)
    for shipment in (still, moving):
        response = api.post(f"/shipments/{shipment['id']}/cancel")
        assert response.status_code == 202
    sendcloud.set_status(moving["parcels"][0]["id"], 22)
    world.clock.advance(days=13)
    api.get("/shipments")
    assert sendcloud.charged_count() == 2
    world.clock.advance(days=2)
    api.get("/shipments")
    assert sendcloud.charged_count() == 1
    shown = api.get(f"/shipments/{still['id']}").json["data"]["parcels"][0]
    assert shown["status"]["code"] == "CANCELLED"


def test_what_the_driver_has_cannot_be_cancelled(api, sendcloud):
    shipment = api.buy()
    for _step in range(2):
        sendcloud.next_status()
    assert api.post(f"/shipments/{shipment['id']}/cancel").status_code == 409


def test_an_old_label_cannot_be_cancelled(api, world):
    shipment = api.buy()
    world.clock.advance(days=43)
    assert api.post(f"/shipments/{shipment['id']}/cancel").status_code == 409


def test_unknown_shipment_cannot_be_cancelled(api):
    assert api.post("/shipments/nothing/cancel").status_code == 404


# === Finding shipments ===


@pytest.mark.parametrize(
    "query, found",
    [
        ("order_number=%231002", ["r2"]),
        ("external_reference_id=r1", ["r1"]),
        ("external_reference_id=r9", []),
        ("announced_after=2026-11-02T09:30:00Z", ["r3", "r2"]),
        ("announced_before=2026-11-02T09:30:00Z", ["r1"]),
        ("ids=383707001,383707003", ["r3", "r1"]),
        ("parcel_status=READY_TO_SEND", ["r3", "r2", "r1"]),
        ("parcel_status=11", []),
    ],
)
def test_shipments_are_found_by(api, world, query, found):
    _buy_three(api, world)
    rows = api.get(f"/shipments?{query}").json["data"]
    assert [row["external_reference_id"] for row in rows] == found


def _buy_three(api, world):
    for number in (1, 2, 3):
        api.buy(external_reference_id=f"r{number}", order_number=f"#100{number}")
        world.clock.advance(hours=1)


def test_shipments_are_found_by_tracking_number(api):
    number = api.buy()["parcels"][0]["tracking_number"]
    rows = api.get(f"/shipments?tracking_number={number}").json["data"]
    assert [row["order_number"] for row in rows] == ["#1001"]


def test_pages_follow_the_link_header(api, world):
    _buy_three(api, world)
    seen, path = [], "/shipments?page_size=2"
    while path:
        response = api.get(path)
        seen += [row["external_reference_id"] for row in response.json["data"]]
        link = response.headers.get("Link", "")
        path = link and link.split(">")[0].split("/api/v3")[1]
    assert seen == ["r3", "r2", "r1"]


@pytest.mark.parametrize(
    "query, status",
    [
        ("announced_after=yesterday", 400),
        ("announced_after=2026-11-02", 400),
        ("page_size=101", 400),
        ("cursor=nonsense", 404),
    ],
)
def test_wrong_filters_are_refused(api, query, status):
    assert api.get(f"/shipments?{query}").status_code == status


# === The carrier moves ===


@pytest.mark.parametrize(
    "city, road",
    [
        ("Amsterdam", [1, 22, 3, 91, 92, 11]),
        ("Returntown", [1, 22, 3, 91, 92, 80, 62992]),
        ("Absenttown", [1, 22, 3, 91, 92, 8, 11]),
        ("Pickuptown", [1, 22, 3, 91, 92, 12, 93]),
    ],
)
def test_parcel_travels_to_its_end(api, sendcloud, city, road):
    parcel = api.post("/shipments/announce", order(city=city)).json["data"]["parcels"][
        0
    ]
    seen = []
    while step := sendcloud.next_status(parcel["id"]):
        seen += [row["status"] for row in step]
    assert seen == road


def test_branch_can_be_chosen_on_the_way(api, sendcloud):
    parcel = api.buy()["parcels"][0]
    for _step in range(5):
        sendcloud.next_status()
    assert sendcloud.next_status(parcel["id"], "undeliverable")[0]["status"] == 80
    assert sendcloud.next_status()[0]["status"] == 62992


def test_status_webhook_is_signed_over_its_exact_bytes(api, world, sendcloud):
    world.state["settings"]["sendcloud_webhook_url"] = "http://odoo/sendcloud"
    shipment = api.buy()
    sendcloud.next_status()
    ready, announced = (m["body"] for m in world.outbox.waiting)
    headers = world.outbox.waiting[1]["headers"]
    message = json.loads(announced)
    assert headers["Sendcloud-Signature"] == signature(announced)
    assert json.loads(ready)["parcel"]["status"]["id"] == 1000
    assert message["action"] == "parcel_status_changed"
    assert message["timestamp"] == int(world.now().timestamp() * 1000)
    assert message["parcel"]["status"] == {"id": 1, "message": "Announced"}
    assert message["parcel"]["shipment_uuid"] == shipment["id"]
    assert message["parcel"]["id"] == shipment["parcels"][0]["id"]


def test_signature_is_the_documented_one():
    expected = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
    assert signature(b'{"key": "value"}', "secretkey") == expected


def test_status_can_come_out_of_order(api, world, sendcloud):
    world.state["settings"]["sendcloud_webhook_url"] = "http://odoo/sendcloud"
    parcel = api.buy()["parcels"][0]
    sendcloud.set_status(parcel["id"], 11)
    sendcloud.set_status(parcel["id"], 91)
    sent = [
        json.loads(m["body"])["parcel"]["status"]["id"] for m in world.outbox.waiting
    ]
    assert sent == [1000, 11, 91]


def test_without_an_address_no_webhook_is_sent(api, world):
    api.buy()
    assert world.outbox.waiting == []


# === The state is plain JSON ===


def test_state_survives_on_disk(tmp_path):
    file = tmp_path / "world.json"
    world = World(clock=ManualClock(), path=str(file))
    shipment = Api(SendcloudApp(world)).buy()
    world.save()
    later = SendcloudApp(World(clock=ManualClock(), path=str(file)))
    found = Api(later).get(f"/shipments/{shipment['id']}").json["data"]
    assert found["id"] == shipment["id"]
    assert later.charged_count() == 1
    assert later.next_status()[0]["status"] == 1

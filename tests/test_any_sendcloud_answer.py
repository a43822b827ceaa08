"""Whatever Sendcloud's documentation allows maps, or ends as a named error.

The types are those of https://sendcloud.dev/api/v3, written down here; the official
files are asked as well where they are at hand.
"""

import json
from contextlib import suppress
from pathlib import Path

from hypothesis import given, strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.o2c_base.lib.errors import BlockedError, ServiceError
from odoo.addons.sendcloud_shipping.lib import (
    answers,
    options,
    points,
    quotes,
    returns,
    webhook,
)
from odoo.addons.sendcloud_shipping.lib.client import SendcloudClient

from sandbox.tests import specs

from .strategies import any_answer
from .strategies.json_schema import AMOUNT, MOMENT, TEXT, Schemas
from .strategies.reading import OneAnswer, ReadsAnyAnswer

NAMED = (ServiceError, BlockedError)
ABSENT = "Sendcloud's specification is not here (O2C_SPECS)"
MUTED = "odoo.addons.sendcloud_shipping.lib.readable"
NUMBER = st.integers(1, 2**53)
WEIGHT = {
    "value": st.one_of(AMOUNT, st.floats(0, 1e6)),
    "unit": st.sampled_from(["kg", "g", "lbs", "oz"]),
}
SIDES = {
    **dict.fromkeys(("length", "width", "height"), st.one_of(st.none(), AMOUNT)),
    "unit": st.sampled_from(["cm", "mm", "m", "in", "ft", "yd"]),
}
MONEY = st.fixed_dictionaries({"value": AMOUNT, "currency": st.just("EUR")})


def maybe(**parts):
    """Return a strategy of objects from which any part may be missing."""
    return st.fixed_dictionaries({}, optional=parts)


ADDRESS = st.fixed_dictionaries(
    dict.fromkeys(("name", "address_line_1", "postal_code", "city"), TEXT)
    | {"country_code": st.sampled_from(["NL", "GB", "US"])},
    optional={"house_number": TEXT},
)
PARCEL = st.fixed_dictionaries(
    {
        "id": NUMBER,
        "status": st.fixed_dictionaries({"code": TEXT, "message": TEXT}),
        "updated_at": MOMENT,
    },
    optional={
        "announced_at": st.none() | MOMENT,
        "tracking_number": st.none() | TEXT,
        "tracking_url": st.none() | TEXT,
        "weight": st.none() | st.fixed_dictionaries(WEIGHT),
        "documents": st.none() | st.lists(maybe(document_type=TEXT, type=TEXT)),
    },
)
SHIPMENT = st.fixed_dictionaries(
    {
        "id": TEXT,
        "parcels": st.lists(PARCEL, min_size=1, max_size=3),
        "to_address": ADDRESS,
        "ship_with": st.fixed_dictionaries(
            {"properties": st.fixed_dictionaries({"shipping_option_code": TEXT})}
        ),
    },
    optional={
        "external_reference_id": st.none() | TEXT,
        "order_number": st.none() | TEXT,
        "reference": st.none() | TEXT,
        "errors": st.none()
        | st.lists(maybe(detail=TEXT, source=maybe(pointer=TEXT)), max_size=2),
        "applied_shipping_rules": st.none()
        | st.lists(
            st.fixed_dictionaries({"rule": st.fixed_dictionaries({"name": TEXT})}),
            max_size=2,
        ),
    },
)
OPTION = st.fixed_dictionaries(
    {
        "code": TEXT,
        "name": TEXT,
        "carrier": st.fixed_dictionaries({"code": TEXT, "name": TEXT}),
    },
    optional={
        "contract": st.none() | maybe(id=NUMBER, name=st.none() | TEXT),
        "weight": st.none()
        | maybe(
            min=st.fixed_dictionaries(WEIGHT), max=st.fixed_dictionaries(WEIGHT)
        ),
        "max_dimensions": st.none() | st.fixed_dictionaries(SIDES),
        "functionalities": st.none()
        | maybe(last_mile=st.none() | TEXT, insurance=st.none() | NUMBER,
                tracked=st.booleans(), incoterm=st.none() | st.just("ddp")),
        "requirements": st.none()
        | maybe(fields=st.none() | st.lists(TEXT, max_size=3),
                is_service_point_required=st.booleans()),
        "quotes": st.none()
        | st.lists(
            st.fixed_dictionaries(
                {"price": st.fixed_dictionaries({"total": MONEY})},
                optional={"lead_time": st.none() | NUMBER},
            ),
            max_size=2,
        ),
    },
)  # fmt: skip
POINT = st.fixed_dictionaries(
    {
        "id": NUMBER,
        "carrier_service_point_id": TEXT,
        "name": TEXT,
        "carrier": st.fixed_dictionaries({"code": TEXT}),
        "address": st.fixed_dictionaries(
            dict.fromkeys(("street", "postal_code", "city", "country_code"), TEXT),
            optional={"house_number": st.none() | TEXT},
        ),
    },
    optional={
        "general_shop_type": st.none() | TEXT,
        "distance": st.none() | NUMBER,
        "opening_times": st.none()
        | st.dictionaries(
            st.sampled_from(points.DAYS),
            st.none()
            | st.lists(st.fixed_dictionaries({"start_time": TEXT, "end_time": TEXT})),
        ),
    },
)
RETURN = st.fixed_dictionaries(
    {"created_at": MOMENT},
    optional={
        "label_cost": st.none() | MONEY,
        "status_history": st.none()
        | st.lists(maybe(parent_status=TEXT, carrier_update_timestamp=MOMENT)),
        "delivered_at_iso": st.none() | MOMENT,
        "tracking_number": st.none() | TEXT,
        "tracking_url": st.none() | TEXT,
        "label": st.none() | maybe(label_printer=st.none() | TEXT),
        "label_url": st.none() | TEXT,
    },
)
HOOK = st.fixed_dictionaries(
    {
        "action": st.just(webhook.STATUS_CHANGED),
        "timestamp": st.integers(1, 4 * 10**12),
        "parcel": st.fixed_dictionaries(
            {
                "id": NUMBER,
                "status": st.fixed_dictionaries(
                    {"id": st.integers(-1, 10**5)},
                    optional={"message": st.none() | TEXT},
                ),
            }
        ),
    }
)


def use_shipment(theirs):
    """Read a shipment and ask it all that the addon asks."""
    found = answers.shipment_from_answer(theirs)
    _all = found.is_pending, found.is_refused, found.is_charged, found.announced_at
    quotes.quote_of_bought(found, "NL")
    return found


def use_hook(theirs):
    """Read a webhook as the door and then the job do."""
    delivery, topic = webhook.webhook_identity(theirs)
    assert delivery.startswith(topic)  # noqa: S101
    return webhook.status_change_from_webhook(theirs)


def rows_of(parse):
    """Return a parser of an answer with a list in ``data``."""
    return lambda theirs: [parse(row) for row in theirs.get("data", ())]


#: parser -> what it reads, in our words
WRITTEN = {
    use_shipment: SHIPMENT,
    options.option_from_answer: OPTION,
    points.point_from_answer: POINT,
    returns.return_label: RETURN,
    use_hook: HOOK,
}
#: call of the client -> what it is called with
CALLS = {
    "auth_metadata": (),
    "sender_addresses": (),
    "contracts": (),
    "shipping_options": ({},),
    "service_points": ("NL",),
    "service_point": (1,),
    "is_point_open": (1,),
    "announce": ({"external_reference_id": "x"},),
    "find": ("x",),
    "shipment": (1,),
    "shipments_of_parcels": ([1],),
    "cancel": (1,),
}
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["data", "errors", "source"]), inner)
    ),
    max_leaves=6,
)
#: parser -> (path, method, status) of what it reads, in the official files
OFFICIAL = {
    "shipments": (rows_of(use_shipment), "/shipments", "get", 200),
    "shipment": (lambda t: use_shipment(t.get("data")), "/shipments/{id}", "get", 200),
    "options": (rows_of(options.option_from_answer), "/shipping-options", "post", 200),
    "return": (returns.return_label, "/returns/{id}", "get", 200),
}


@tagged("standard", "post_install", "-at_install")
class TestAnySendcloudAnswer(ReadsAnyAnswer, BaseCase):
    written = WRITTEN
    named = NAMED

    @mute_logger(MUTED)
    def read(self, parse, strategy, all_of_them=True):
        super().read(parse, strategy, all_of_them)

    def test_as_in_the_official_files(self):
        if not (specs.FOLDER / "sendcloud").is_dir():
            self.skipTest(ABSENT)
        for name, (parse, path, method, status) in OFFICIAL.items():
            with self.subTest(answer=name):
                schema, lookup = specs.answer_schema(path, method, status)
                self.read(parse, Schemas(lookup).strategy(schema), all_of_them=False)
        schema, lookup = specs.webhook_schema()
        self.read(
            use_hook_or_value, Schemas(lookup).strategy(schema), all_of_them=False
        )

    @mute_logger(MUTED)
    def test_official_examples(self):
        folder = specs.FOLDER / "sendcloud" / "examples"
        if not folder.is_dir():
            self.skipTest(ABSENT)
        kinds = {
            "get_shipments__200": rows_of(use_shipment),
            "get_shipments_id__200": lambda t: use_shipment(t.get("data")),
            "post_shipments_announce__201": lambda t: use_shipment(t.get("data")),
            "post_shipping_options__200": rows_of(options.option_from_answer),
            "get_returns_id__200": returns.return_label,
            "webhook": use_hook,
        }
        read = 0
        for path in sorted(Path(folder).glob("*.json")):
            for kind, parse in kinds.items():
                if kind in path.name and "v2-" not in path.name:
                    with self.subTest(example=path.name):
                        theirs = json.loads(path.read_text())
                        parse(theirs.get("value", theirs))
                        read += 1
        self.assertGreater(read, 3)

    @mute_logger(MUTED)
    def test_nonsense_to_every_call(self):
        """JSON of any other shape, as from a proxy or a mistaken server."""

        @any_answer
        @given(
            st.sampled_from([200, 201, 400, 404, 409, 422, 500]),
            NONSENSE,
            st.sampled_from(sorted(CALLS)),
        )
        def call(status, body, name):
            session = OneAnswer(status, json.dumps(body).encode())
            client = SendcloudClient("a", "b", session=session, sleep=lambda s: None)
            with suppress(*NAMED):
                getattr(client, name)(*CALLS[name])

        call()


def use_hook_or_value(theirs):
    """As :func:`use_hook`; the door answers 400 to a ValueError."""
    try:
        return use_hook(theirs)
    except ValueError as error:
        raise ServiceError(str(error)) from error

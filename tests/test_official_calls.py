"""Each example of an answer in the official files, given to the call that meets it.

Shopify publishes its schema without examples: what it allows is made up from it, for
every call (``test_any_shopify_answer``).
"""

import json
import re
from datetime import datetime, timezone

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mollie_reconcile.lib.client import MollieClient
from odoo.addons.sendcloud_shipping.lib.client import SendcloudClient

from sandbox.tests import specs

from .test_any_sendcloud_answer import NAMED, OneAnswer

ABSENT = "official specs absent: name their folder in O2C_SPECS"
MOMENT = datetime(2026, 11, 2, tzinfo=timezone.utc)
#: what an example's name says of its call -> our call and its arguments
SENDCLOUD = {
    "get_addresses_sender_addresses": ("sender_addresses",),
    "get_contracts": ("contracts",),
    "get_returns": ("find_return", "1", MOMENT, MOMENT),
    "get_service_points": ("service_points", "NL"),
    "get_service_points_service_point_id": ("service_point", 1),
    "get_shipments": ("shipments_of_parcels", [1]),
    "get_shipments_id": ("shipment", 1),
    "get_user_auth_metadata": ("auth_metadata",),
    "patch_returns_id_cancel": ("cancel_return", 1),
    "post_returns_announce_synchronously": ("create_return", {}),
    "post_service_points_service_point_id_check_availability": ("is_point_open", 1),
    "post_shipments_announce": ("announce", {"external_reference_id": "x"}),
    "post_shipments_id_cancel": ("cancel", 1),
    "post_shipping_options": ("shipping_options", {}),
    "get_parcels_id_documents_type": ("label", 1),
}
MOLLIE = {
    "balances": ("balances",),
    "balances-balanceid": ("balance", "bal_1"),
    "balances-balanceid-report": ("balance_report", "bal_1", MOMENT, MOMENT),
    "balances-balanceid-transactions": ("transactions_page", "bal_1"),
    "invoices": ("bills",),
    "payments": ("payments_page", "pfl_1", "tr_1"),
    "payments-paymentid": ("payment", "tr_1"),
    "payments-paymentid-captures-captureid": ("capture", "tr_1", "cpt_1"),
    "payments-paymentid-chargebacks-chargebackid": ("chargeback", "tr_1", "chb_1"),
    "payments-paymentid-refunds": ("refunds", "tr_1"),
    "payments-paymentid-refunds-refundid": ("refund", "tr_1", "re_1"),
    "settlements-settlementid": ("settlement", "stl_1"),
}


@tagged("standard", "post_install", "-at_install")
class TestOfficialCalls(BaseCase):
    def meet(self, make, calls, examples):
        """Give each example to its call; return how often it was read, how often not.

        :param examples: yields ``(name of the call, status, body)``
        """
        met, read, refused = set(), 0, 0
        for name, status, body in examples:
            if name not in calls:
                continue
            method, *arguments = calls[name]
            met.add(name)
            client = make(OneAnswer(status, json.dumps(body).encode()))
            with self.subTest(call=method, status=status):
                try:
                    getattr(client, method)(*arguments)
                    read += 1
                except NAMED:
                    refused += 1
                    self.assertGreaterEqual(status, 300, "a good answer was refused")
        self.assertEqual(met, set(calls), "calls without an example")
        return read, refused

    @mute_logger("odoo.addons.sendcloud_shipping.lib.readable")
    def test_sendcloud(self):
        folder = specs.FOLDER / "sendcloud" / "examples"
        if not folder.is_dir():
            self.skipTest(ABSENT)

        def make(session):
            return SendcloudClient("a", "b", session=session, sleep=lambda s: None)

        read, refused = self.meet(make, SENDCLOUD, sendcloud_examples(folder))
        self.assertGreater(read, 15)
        self.assertGreater(refused, 15)

    def test_mollie(self):
        folder = specs.FOLDER / "mollie" / "examples"
        if not folder.is_dir():
            self.skipTest(ABSENT)

        def make(session):
            return MollieClient("access_x", session=session, sleep=lambda s: None)

        read, refused = self.meet(make, MOLLIE, mollie_examples(folder))
        self.assertGreater(read, 20)
        self.assertFalse(refused)


def sendcloud_examples(folder):
    """Yield ``(name of the call, status, body)``; further pages are left out."""
    for path in sorted(folder.glob("v3-*.json")):
        _file, name, status, *_rest = path.stem.split("__")
        if status.isdecimal():
            body = json.loads(path.read_text())
            if isinstance(body, dict):
                body = body.get("value", body)
            if isinstance(body, dict) and body.get("next"):
                body["next"] = None
            yield name, int(status), body


def mollie_examples(folder):
    """Yield ``(name of the call, status, body)``; further pages are left out."""
    for path in sorted(folder.glob("*.json")):
        body = json.loads(path.read_text())
        next_page = (body.get("_links") or {}).get("next")
        if next_page:
            body["_links"]["next"] = None
        status = re.search(r"-(\d{3})(-|$)", path.stem)
        yield path.stem.split("__")[0], int(status.group(1)), body

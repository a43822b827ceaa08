from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib.client import _Library
from ..lib.payment_reader import PaymentReader
from .common import MollieCase


class Service:
    """Payments of one profile, oldest first; remembers what was asked."""

    def __init__(self, *ids):
        self.ids = ids
        self.asked = []

    def payment(self, payment_id):
        self.asked.append(payment_id)
        if payment_id not in self.ids:
            raise RejectedError("There is none.", service="Mollie")
        return {"id": payment_id, "profileId": "pfl_1"}

    def payments_page(self, profile_id, start):
        self.asked.append((profile_id, start))
        if start not in self.ids:
            raise RejectedError("Invalid cursor value", service="Mollie")
        page = self.ids[: self.ids.index(start) + 1]
        return [{"id": one, "profileId": "pfl_1"} for one in reversed(page)]


@tagged("standard", "post_install", "-at_install")
class TestPaymentReader(BaseCase):
    def read_payments(self, service, *ids):
        reader = PaymentReader(lambda: service, ids)
        return [reader.payment(one)["id"] for one in ids]

    def test_most_of_a_batch_comes_with_one_page(self):
        ids = [f"tr_{number}" for number in range(50)]
        service = Service(*ids)
        self.assertEqual(self.read_payments(service, *ids), ids)
        self.assertEqual(service.asked, ["tr_0", "tr_1", ("pfl_1", "tr_49")])

    def test_few_are_read_one_by_one(self):
        service = Service("tr_1", "tr_2", "tr_3")
        self.read_payments(service, "tr_1", "tr_2", "tr_3")
        self.assertEqual(service.asked, ["tr_1", "tr_2", "tr_3"])

    def test_what_the_page_does_not_hold_is_read_alone(self):
        service = Service("tr_1", "tr_2", "tr_3", "tr_4", "tr_5")
        ids = ["tr_1", "tr_2", "tr_5", "tr_3", "tr_4"]
        self.assertEqual(self.read_payments(service, *ids), ids)
        page = ("pfl_1", "tr_4")
        self.assertEqual(service.asked, ["tr_1", "tr_2", page, "tr_5"])

    def test_list_of_another_profile_does_no_harm(self):
        service = Service("tr_1", "tr_2", "tr_3")
        reader = PaymentReader(lambda: service, ["tr_1", "tr_2", "tr_3", "tr_9"])
        for one in ("tr_1", "tr_2", "tr_3"):
            self.assertEqual(reader.payment(one)["id"], one)
        with self.assertRaises(RejectedError):
            reader.payment("tr_9")
        asked = ["tr_1", "tr_2", ("pfl_1", "tr_9"), "tr_3", "tr_9"]
        self.assertEqual(service.asked, asked)

    def test_nothing_to_read_needs_no_client(self):
        def connect():
            raise AssertionError("no call was due")

        PaymentReader(connect, [])


class TestPagesOfPayments(MollieCase):
    def test_batch_of_unknown_payments_needs_three_calls(self):
        for number in range(20):
            self.pay(f"Some flowers {number}", "10.00", settle=False)
        self.mollie.settle()
        self.balance._fetch()
        call, asked = _Library.perform_http_call, []

        def noted(library, method, path, *args, **kwargs):
            asked.append(path)
            return call(library, method, path, *args, **kwargs)

        with patch.object(_Library, "perform_http_call", noted):
            self.balance._book()
        self.assertEqual(len([path for path in asked if "payments" in path]), 3, asked)
        self.assertEqual(set(self.lines().mapped("payment_was_read")), {True})
        self.assertInBalance()

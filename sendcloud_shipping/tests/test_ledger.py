"""Each test ends with Sendcloud's ledger against ours: that this is so."""

import importlib
import pkgutil

from odoo.tests import BaseCase, HttpCase, TransactionCase, tagged

from .. import tests
from .common import SendcloudCase, SendcloudMixin


@tagged("standard", "post_install", "-at_install")
class TestEveryTest(BaseCase):
    def test_each_class_compares_the_ledgers(self):
        for name, found in self.classes():
            with self.subTest(name):
                self.assertTrue(issubclass(found, SendcloudMixin), "no comparison")
                self.assertIs(found.tearDown, SendcloudMixin.tearDown)

    def classes(self):
        """Yield the test classes of this addon that have a database."""
        for info in pkgutil.iter_modules(tests.__path__):
            module = importlib.import_module(f"{tests.__name__}.{info.name}")
            for name, found in vars(module).items():
                is_class = isinstance(found, type)
                if not is_class or found.__module__ != module.__name__:
                    continue
                if issubclass(found, TransactionCase | HttpCase):
                    yield f"{info.name}.{name}", found


class TestLedger(SendcloudCase):
    def assert_found_wrong(self):
        with self.assertRaises(AssertionError):
            self.assert_charged_labels_are_shipments()

    def test_label_that_we_do_not_have_is_found(self):
        picking = self.create_picking()
        self.validate(picking)
        shipment = picking.sendcloud_shipment_id
        request = picking._sendcloud_request(shipment)
        shipment._ask_or_announce(request)
        self.assert_found_wrong()
        self.run_jobs()

    def test_label_that_is_not_charged_is_found(self):
        shipment = self.ship().sendcloud_shipment_id
        [entry] = self.sendcloud._shipments.section["ledger"]
        entry["refunded_at"] = "2026-11-02T09:00:00Z"
        self.assert_found_wrong()
        entry["refunded_at"] = None
        self.assertEqual(shipment.state, "label")

    def test_label_without_its_file_is_found(self):
        shipment = self.ship().sendcloud_shipment_id
        label = shipment.label_id
        shipment.label_id = False
        self.assert_found_wrong()
        shipment.label_id = label

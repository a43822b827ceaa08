from unittest.mock import patch

from .common import SendcloudCase


class FakeCups:
    """The server that prints, as pycups shows it."""

    def __init__(self):
        self.printed, self.trouble = [], None

    def printFile(self, printer, path, title, options=None):
        if self.trouble:
            raise self.trouble
        with open(path, "rb") as file:
            self.printed.append((printer, file.read(), options))


class TestPrinterAddon(SendcloudCase):
    """OCA's addon itself, as far as the line to the server of CUPS."""

    def setUp(self):
        super().setUp()
        if "printing.printer" not in self.env:
            self.skipTest("base_report_to_printer is not installed")
        server = self.env["printing.server"].create({"name": "CUPS", "address": "::1"})
        self.env["printing.printer"].create(
            {
                "name": "Packing table 1",
                "system_name": "zebra-1",
                "server_id": server.id,
                "uri": "ipp://zebra-1",
            }
        )
        self.cups = FakeCups()
        self.startPatcher(
            patch.object(
                type(server), "_open_connection", lambda *_args, **_kwargs: self.cups
            )
        )

    def test_printers_are_offered(self):
        choices = self.env["sendcloud.shipment"]._printer_choices()
        self.assertIn(("zebra-1", "Packing table 1"), choices)

    def test_label_is_printed_by_itself(self):
        self.account.label_printer = "zebra-1"
        shipment = self.ship().sendcloud_shipment_id
        self.assertEqual(self.cups.printed, [("zebra-1", shipment.label_id.raw, {})])
        self.assertEqual(shipment.board_state, "printed")

    def test_zpl_goes_to_the_printer_as_it_is(self):
        self.account.write({"label_printer": "zebra-1", "label_format": "zpl"})
        self.ship()
        [(printer, content, options)] = self.cups.printed
        self.assertEqual((printer, options), ("zebra-1", {"raw": "True"}))
        self.assertTrue(content.startswith(b"^XA"))

    def test_errors_of_pycups_are_told(self):
        self.account.label_printer = "zebra-1"

        class IPPError(Exception):
            """As in pycups: no RuntimeError."""

        self.cups.trouble = IPPError(1030, "The printer or class does not exist.")
        shipment = self.ship().sendcloud_shipment_id
        exception = self.open_exceptions(shipment)
        self.assertEqual(exception.reason, "not_printed")
        self.assertIn("does not exist", exception.message)
        self.cups.trouble = None
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(len(self.cups.printed), 1)
        self.assertFalse(self.open_exceptions())

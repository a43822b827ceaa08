import io
from unittest.mock import patch

from PIL import Image

from odoo.tools.pdf import PdfFileReader

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib import formats, sheet
from .common import SendcloudCase


class TestFormats(SendcloudCase):
    def label(self, picking=None):
        return (picking or self.ship()).sendcloud_shipment_id.label_id

    def announced(self):
        """Return the label_details of what was bought last."""
        return self.sendcloud._shipments.all()[-1]["request"]["label_details"]

    def size(self, pdf):
        page = PdfFileReader(io.BytesIO(pdf), strict=False).getPage(0)
        return [round(float(number)) for number in page.mediaBox[2:]]

    def two_parcels(self):
        picking = self.create_picking(quantity=2)
        line = picking.move_line_ids
        line.quantity = 1
        second = line.copy({"quantity": 1})
        packages = self.env["stock.quant.package"].create([{}, {}])
        line.result_package_id, second.result_package_id = packages
        self.validate(picking)
        self.run_jobs()
        return picking

    def test_a6_unless_said_otherwise(self):
        self.assertEqual(self.size(self.label().raw), [298, 420])

    def test_a4(self):
        self.account.label_format = "pdf_a4"
        self.assertEqual(self.size(self.label().raw), [595, 842])

    def test_zpl_is_announced_as_such(self):
        self.account.label_format = "zpl"
        label = self.label()
        self.assertEqual(self.announced(), {"mime_type": "application/zpl", "dpi": 203})
        self.assertTrue(label.raw.startswith(b"^XA"))
        self.assertTrue(label.name.endswith(".zpl"))
        self.assertEqual(label.mimetype, "application/zpl")

    def test_png(self):
        self.account.label_format = "png"
        label = self.label()
        picture = Image.open(io.BytesIO(label.raw))
        self.assertEqual(picture.size, (1242, 1750))
        self.assertTrue(label.name.endswith(".png"))

    def test_person_before_method_before_account(self):
        self.account.label_format = "pdf_a4"
        self.assertEqual(self.label().mimetype, "application/pdf")
        self.carrier.sendcloud_label_format = "png"
        self.assertEqual(self.label().mimetype, "image/png")
        self.env.user.sendcloud_label_format = "zpl"
        self.assertEqual(self.label().mimetype, "application/zpl")

    def test_next_attempt_keeps_the_format_of_who_asked(self):
        packer = self.create_user("packer", "stock.group_stock_user")
        packer.sendcloud_label_format = "zpl"
        partner = self._create_partner(city="Failtown")
        picking = self.create_picking(partner=partner).with_user(packer)
        self.validate(picking)
        self.run_jobs()
        partner.city = "Amsterdam"
        self.env["o2c.exception"].search([("state", "=", "open")]).action_retry()
        self.run_jobs()
        shipment = picking.sendcloud_shipment_id
        self.assertEqual((shipment.attempt, shipment.user_id), (2, packer))
        self.assertEqual(shipment.label_id.mimetype, "application/zpl")

    def test_packer_chooses_in_the_preferences(self):
        packer = self.create_user("packer", "stock.group_stock_user")
        packer.with_user(packer).write({"sendcloud_label_format": "zpl"})
        self.assertEqual(packer.sendcloud_label_format, "zpl")

    # === Several in one file === #

    def test_two_parcels_as_pictures_become_pages(self):
        self.account.label_format = "png"
        label = self.label(self.two_parcels())
        self.assertEqual(label.mimetype, "application/pdf")
        reader = PdfFileReader(io.BytesIO(label.raw), strict=False)
        self.assertEqual(reader.getNumPages(), 2)

    def test_two_parcels_as_zpl(self):
        self.account.label_format = "zpl"
        self.assertEqual(self.label(self.two_parcels()).raw.count(b"^XA"), 2)

    def test_parcels_of_two_kinds_are_told(self):
        with self.assertRaises(BlockedError):
            self.env["sendcloud.shipment"]._join([b"^XA^XZ", b"%PDF-1.4"])

    def test_batch_for_a_label_printer(self):
        self.account.label_format = "zpl"
        good, bad = self.ship(), self.ship(self._create_partner(city="Failtown"))
        content, kind = (good + bad).sendcloud_shipment_ids._labels_file()
        self.assertEqual(kind, "application/zpl")
        self.assertEqual(content.count(b"^XA"), 2)
        last = content.rsplit(b"^XA", 1)[1].decode()
        self.assertIn(bad.name, last)
        self.assertIn("1 without a label", last)

    def test_batch_of_all_kinds(self):
        pickings = self.ship()
        self.account.label_format = "png"
        pickings += self.ship()
        self.account.label_format = "zpl"
        pickings += self.ship()
        content, kind = pickings.sendcloud_shipment_ids._labels_file()
        self.assertEqual(kind, "application/pdf")
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        self.assertEqual(reader.getNumPages(), 3)
        last = reader.getPage(2).extractText()
        self.assertIn(pickings[2].name, last)
        self.assertIn("label printer", " ".join(last.split()))

    def test_long_list_for_a_label_printer_takes_labels(self):
        lines = [f"WH/OUT/{number:05}: no ^house~ number" for number in range(60)]
        content = sheet.missing_labels_zpl("60 without a label", lines)
        self.assertEqual(content.count(b"^XA"), 3)
        self.assertNotIn(b"^house~", content)

    def test_what_is_no_label_waits(self):
        self.assertIsNone(formats.kind(b"<html>"))
        self.assertEqual(formats.kind(b"\n^XA^FO"), formats.ZPL)


class FakePrinter:
    """What the addon base_report_to_printer offers of a printer of CUPS."""

    name, system_name = "Packing table 1", "zebra-1"

    def __init__(self):
        self.printed, self.trouble = [], None

    def search(self, domain, limit=None):
        names = [value for field, _operator, value in domain]
        return [self] if names in ([], [self.system_name]) else []

    def print_document(self, report, content, **options):
        if self.trouble:
            raise self.trouble
        self.printed.append((content, options))


class TestCups(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.printer = FakePrinter()
        shipments = type(self.env["sendcloud.shipment"])

        class Model:
            def search(model, domain, limit=None):
                found = self.printer.search(domain)
                return (found[0] if found else None) if limit else found

        self.startPatcher(patch.object(shipments, "_printers", lambda _self: Model()))

    def test_without_the_addon_nothing_is_offered(self):
        shipments = type(self.env["sendcloud.shipment"])
        with patch.object(shipments, "_printers", lambda _self: None):
            self.assertEqual(self.env["sendcloud.shipment"]._printer_choices(), [])
            self.assertFalse(self.account.has_label_printers)
            self.assertFalse(self.env.user.sendcloud_has_printers)
            shipment = self.ship().sendcloud_shipment_id
        self.assertFalse(shipment.printer)
        self.assertEqual(shipment.board_state, "to_print")

    def test_printers_are_offered_where_there_are_some(self):
        self.assertTrue(self.account.has_label_printers)
        self.assertTrue(self.env.user.sendcloud_has_printers)

    def test_label_is_printed_by_itself(self):
        self.account.label_printer = "zebra-1"
        shipment = self.ship().sendcloud_shipment_id
        self.assertEqual(
            self.printer.printed, [(shipment.label_id.raw, {"doc_format": "pdf"})]
        )
        self.assertEqual(shipment.board_state, "printed")
        shipment._attempt("_print")
        self.assertEqual(len(self.printer.printed), 1)

    def test_zpl_goes_raw_to_the_packers_printer(self):
        self.env.user.write(
            {"sendcloud_label_format": "zpl", "sendcloud_printer": "zebra-1"}
        )
        self.ship()
        [(content, options)] = self.printer.printed
        self.assertTrue(content.startswith(b"^XA"))
        self.assertEqual(options, {"doc_format": "raw"})

    def test_paper_jam_leaves_the_label_alone(self):
        self.account.label_printer = "zebra-1"
        # Errors of pycups are plain ones.
        self.printer.trouble = Exception("out of paper")
        picking = self.ship()
        shipment = picking.sendcloud_shipment_id
        self.assertEqual((shipment.state, shipment.board_state), ("label", "to_print"))
        self.assertTrue(picking.carrier_tracking_ref)
        exception = self.open_exceptions(shipment)
        self.assertEqual(exception.reason, "not_printed")
        self.assertIn("out of paper", exception.message)
        self.printer.trouble = None
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(len(self.printer.printed), 1)
        self.assertFalse(self.open_exceptions())

    def test_printer_that_is_gone_is_told(self):
        self.account.label_printer = "zebra-1"
        self.env.flush_all()
        self.printer.system_name = "other"
        shipment = self.ship().sendcloud_shipment_id
        self.assertIn("zebra-1", self.open_exceptions(shipment).message)

    def test_stations_leave_it_to_the_printer(self):
        self.account.label_printer = "zebra-1"
        self.printer.trouble = OSError("down")
        self.ship()
        self.assertEqual(self.env["sendcloud.shipment"].station_take("all"), [])

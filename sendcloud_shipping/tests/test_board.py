import io

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.o2c_base.tests.common import O2CMixin

from ..lib.sheet import missing_labels
from .common import SendcloudCase, SendcloudMixin


def pages(pdf):
    return PdfFileReader(io.BytesIO(pdf), strict=False).getNumPages()


class TestBoard(SendcloudCase):
    def column(self, picking):
        return picking.sendcloud_shipment_id.board_state

    def test_columns(self):
        waiting, label = self.create_picking(), self.ship()
        self.account.action_pause()
        self.validate(waiting)
        self.run_jobs()
        self.account.action_resume()
        problem = self.create_picking(partner=self._create_partner(city="Failtown"))
        self.assertEqual(self.column(waiting), "waiting")
        self.validate(problem)
        self.run_jobs()
        self.assertEqual(self.column(label), "to_print")
        self.assertEqual(self.column(problem), "problem")
        label.action_sendcloud_open_label()
        self.assertEqual(self.column(label), "printed")
        label.cancel_shipment()
        self.assertFalse(self.column(label))

    def test_what_the_carrier_has_was_printed(self):
        picking = self.ship()
        parcel = picking.sendcloud_shipment_id.parcel_ids
        self.sendcloud.set_status(int(parcel.external_id), 22)
        self.account._follow_parcels()
        self.assertEqual(self.column(picking), "printed")
        self.assertFalse(picking.sendcloud_shipment_id.printed_at)

    def test_remark_is_the_problem_or_what_it_waits_for(self):
        problem = self.ship(partner=self._create_partner(city="Failtown"))
        self.account.action_pause()
        waiting = self.ship()
        label = problem.sendcloud_shipment_id
        self.assertEqual(label.remark, label.problem)
        self.assertIn("Main", waiting.sendcloud_shipment_id.remark)

    def test_all_columns_are_shown(self):
        groups = self.env["sendcloud.shipment"].read_group(
            [("id", "=", 0)], ["id"], ["board_state"]
        )
        self.assertEqual(
            [group["board_state"] for group in groups],
            ["to_print", "waiting", "problem", "printed"],
        )

    def test_progress(self):
        self.ship()
        self.account.action_pause()
        self.ship()
        status = self.env["sendcloud.shipment"].board_status()
        self.assertIn("1 in queue, about 1 min", status["progress"])
        self.assertEqual(status["outages"], [])

    def test_outage_is_above_the_labels(self):
        self.world.faults.break_("sendcloud", "down")
        self.ship()
        status = self.env["sendcloud.shipment"].board_status()
        self.assertIn("not reachable since", status["outages"][0])
        self.assertIn("next try", status["outages"][0])

    # === Scanning === #

    def test_scan_delivery_package_or_parcel(self):
        picking = self.create_picking()
        package = self.env["stock.quant.package"].create({})
        picking.move_line_ids.result_package_id = package
        self.validate(picking)
        self.run_jobs()
        shipment = picking.sendcloud_shipment_id
        for code in (picking.name, package.name, shipment.tracking_number):
            with self.subTest(code=code):
                action = self.env["sendcloud.shipment"].scan_label(code)
                self.assertEqual(action["url"], f"/web/content/{shipment.label_id.id}")
        self.assertEqual(self.column(picking), "printed")

    def test_scan_without_label_opens_what_is_the_matter(self):
        picking = self.ship(partner=self._create_partner(city="Failtown"))
        action = self.env["sendcloud.shipment"].scan_label(picking.name)
        self.assertEqual(action["res_id"], picking.sendcloud_shipment_id.id)

    def test_scan_unknown(self):
        answer = self.env["sendcloud.shipment"].scan_label("X-1")
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("X-1", answer["params"]["message"])

    def test_packer_scans(self):
        picking = self.ship()
        packer = self.create_user("packer", "stock.group_stock_user")
        shipments = self.env["sendcloud.shipment"].with_user(packer)
        self.assertIn("url", shipments.scan_label(picking.name))
        self.assertEqual(self.column(picking), "printed")
        self.assertIn("to print", shipments.board_status()["progress"])

    # === Printing === #

    def test_many_labels_and_a_page_of_what_is_missing(self):
        good = self.ship() + self.ship()
        bad = self.ship(partner=self._create_partner(city="Failtown"))
        chosen = (good[0] + bad + good[1]).sendcloud_shipment_ids
        action = chosen.action_print()
        ids = "-".join(map(str, chosen.ids))
        self.assertEqual(action["url"], f"/sendcloud/labels/{ids}")
        pdf, _kind = chosen._labels_file()
        self.assertEqual(pages(pdf), 3)
        last = PdfFileReader(io.BytesIO(pdf), strict=False).getPage(2).extractText()
        self.assertIn(bad.name, last)
        self.assertIn("does not know the address", " ".join(last.split()))
        self.assertEqual(good.sendcloud_shipment_ids.mapped("print_position"), [1, 2])
        self.assertFalse(bad.sendcloud_shipment_id.printed_at)

    def test_labels_of_chosen_deliveries_come_in_pick_order(self):
        first, second = self.ship(), self.ship()
        bad = self.ship(partner=self._create_partner(city="Failtown"))
        not_packed = self.create_picking()
        chosen = second + bad + not_packed + first
        packer = self.create_user("packer", "stock.group_stock_user")
        printing = self.env.ref("sendcloud_shipping.stock_picking_print_labels")
        action = (
            printing.with_user(packer)
            .with_context(active_model="stock.picking", active_ids=chosen.ids)
            .run()
        )
        labels = (second + bad + first).sendcloud_shipment_id
        ids = "-".join(map(str, labels.ids))
        # What has no label at all is named beside the document.
        self.assertIn(f"{not_packed.name}: gets its", action["params"]["message"])
        url = action["params"]["next"]["url"]
        self.assertEqual(url, f"/sendcloud/labels/{ids}")
        positions = (second + first).sendcloud_shipment_id.mapped("print_position")
        self.assertEqual(positions, [1, 2])

    def test_print_again_from_the_second(self):
        pickings = self.ship() + self.ship() + self.ship()
        shipments = pickings.sendcloud_shipment_ids.sorted("id", reverse=True)
        shipments.action_print()
        action = shipments[1].action_print_from_here()
        rest = "-".join(map(str, shipments[1:].ids))
        self.assertEqual(action["url"], f"/sendcloud/labels/{rest}")

    def test_nothing_to_print(self):
        picking = self.ship(partner=self._create_partner(city="Failtown"))
        with self.assertRaises(UserError):
            picking.sendcloud_shipment_id.action_print()

    def test_deliveries_without_a_label_say_why(self):
        refused = self.ship(partner=self._create_partner(city="Failtown"))
        waiting = self.create_picking()
        other = self.create_picking()
        other.carrier_id = False
        chosen = refused + waiting + other
        with self.assertRaises(UserError) as caught:
            chosen.action_sendcloud_print_labels()
        head, *lines = str(caught.exception).split("\n")
        self.assertEqual(head, "None of these has a label yet.")
        self.assertIn("does not know the address", lines[0])
        self.assertEqual(
            lines[1:],
            [
                f"{waiting.name}: gets its label when it is validated",
                f"{other.name}: is not sent with Sendcloud",
            ],
        )

    def test_of_many_deliveries_without_a_label_some_are_named(self):
        picking = self.create_picking()
        many = picking.browse([picking.id]) + picking.create(
            [
                {
                    "picking_type_id": picking.picking_type_id.id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
                for _number in range(11)
            ]
        )
        with self.assertRaises(UserError) as caught:
            many.action_sendcloud_print_labels()
        lines = str(caught.exception).split("\n")
        self.assertEqual(len(lines), 12)
        self.assertEqual(lines[-1], "and 2 more")

    def test_address_is_corrected_from_the_board(self):
        picking = self.ship(partner=self._create_partner(city="Failtown"))
        action = picking.sendcloud_shipment_id.action_mend()
        self.assertEqual(action["res_id"], picking.partner_id.id)

    def test_long_list_of_missing_labels_takes_pages(self):
        lines = [f"WH/OUT/{number:05}: no house number" for number in range(80)]
        self.assertEqual(pages(missing_labels("80 without a label", lines)), 3)


@tagged("standard", "post_install", "-at_install")
class TestLabelsDoor(SendcloudMixin, O2CMixin, HttpCase):
    def test_labels_for_users_only(self):
        shipment = self.ship().sendcloud_shipment_id
        url = f"/sendcloud/labels/{shipment.id}"
        answer = self.url_open(url, allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        self.create_user("packer", "stock.group_stock_user").password = "packer12"
        self.authenticate("packer", "packer12")
        answer = self.url_open(url)
        self.assertEqual(pages(answer.content), 1)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(self.url_open("/sendcloud/labels/x").status_code, 404)

    def test_labels_of_another_company_stay_shut(self):
        shipment = self.ship().sendcloud_shipment_id
        user = self.create_user("other", "stock.group_stock_user")
        other = self.env["res.company"].create({"name": "Other"})
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        user.password = "other1234"
        self.authenticate("other", "other1234")
        answer = self.url_open(f"/sendcloud/labels/{shipment.id}")
        self.assertNotEqual(answer.status_code, 200)

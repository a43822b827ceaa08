from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from ..models.sendcloud_shipment_station import CHANNEL
from .common import SendcloudCase, SendcloudMixin


class TestStation(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.packer = self.create_user("packer", "stock.group_stock_user")
        self.shipments = self.env["sendcloud.shipment"].with_user(self.packer)

    def names(self, labels):
        return [label["name"] for label in labels]

    def told(self, sent):
        """Return what went over the bus: ``(channel, type, message)``."""
        return [call.args for call in sent.call_args_list]

    def test_new_label_is_told_to_the_stations(self):
        bus = type(self.env["bus.bus"])
        with patch.object(bus, "_sendone") as sent:
            shipment = self.ship().sendcloud_shipment_id
        company = self.env.company
        message = ((company, CHANNEL), "sendcloud_label_ready", {"id": shipment.id})
        self.assertIn(message, self.told(sent))

    def test_only_warehouse_people_hear_of_it(self):
        channel = (self.env.company, CHANNEL)
        guest = self.create_user("guest", "base.group_portal")
        seller = self.create_user("seller", "sales_team.group_sale_salesman")
        for user, hears in ((self.packer, True), (guest, False), (seller, False)):
            heard = self.env["ir.websocket"].with_user(user)._sendcloud_channels()
            self.assertEqual(heard, [channel] if hears else [], user.login)

    def test_taken_once_oldest_first(self):
        pickings = self.ship() + self.ship()
        taken = self.shipments.station_take("all")
        self.assertEqual(self.names(taken), pickings.mapped("name"))
        self.assertEqual(taken[0]["customer"], "Jo Jansen")
        self.assertEqual(self.shipments.station_take("all"), [])
        states = pickings.sendcloud_shipment_ids.mapped("board_state")
        self.assertEqual(set(states), {"printed"})

    def test_a_station_prints_its_own(self):
        mine, other = self.create_picking().with_user(self.packer), self.ship()
        self.validate(mine)
        self.run_jobs()
        self.assertEqual(
            self.names(self.shipments.station_take("mine")), mine.mapped("name")
        )
        warehouse = f"warehouse-{self.warehouse.id}"
        self.assertEqual(
            self.names(self.shipments.station_take(warehouse)), other.mapped("name")
        )

    def test_old_labels_wait_for_a_click(self):
        self.ship()
        later = fields.Datetime.now() + timedelta(minutes=1)
        since = fields.Datetime.to_string(later)
        self.assertEqual(self.shipments.station_take("all", since), [])
        self.assertEqual(self.shipments.station_status("all")["to_print"], 1)
        self.assertEqual(len(self.shipments.station_take("all")), 1)
        status = self.shipments.station_status("all")
        self.assertEqual(status["to_print"], 0)
        self.assertIn("1 printed today", status["progress"])

    def test_no_label_of_another_company(self):
        self.ship()
        company = self.env["res.company"].create({"name": "Other"})
        self.packer.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertEqual(self.shipments.station_take("all"), [])

    def test_printed_again(self):
        shipment = self.ship().sendcloud_shipment_id.with_user(self.packer)
        self.shipments.station_take("all")
        self.assertEqual(
            shipment.station_reprint()["url"], f"/sendcloud/labels/{shipment.id}"
        )

    def test_cancelled_and_refused_are_not_printed(self):
        self.ship().cancel_shipment()
        self.ship(partner=self._create_partner(city="Failtown"))
        self.assertEqual(self.shipments.station_take("all"), [])


@tagged("standard", "post_install", "-at_install")
class TestStationTab(SendcloudMixin, O2CMixin, HttpCase):
    """The tab itself, in a browser: what it prints is put aside and counted."""

    browser_size = "1366x768"

    PRINTED = """
        const until = async (test, what) => {
            for (let i = 0; i < 1200; i++) {
                if (test()) return;
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
            throw new Error("never: " + what);
        };
        const click = (selector) => document.querySelector(selector).click();
        (async () => {
        await until(() => document.querySelector(".o_station_scope"), "the station");
        const {printer} = odoo.loader.modules.get(
            "@sendcloud_shipping/print_station/print_station");
        const printed = [];
        const saved = [];
        printer.download = (url, name) => saved.push(name);
        printer.print = async (url) => {
            const answer = await fetch(url);
            printed.push([url, answer.headers.get("Content-Type"), answer.status]);
            return document.createElement("i");
        };
    """

    PRINT_WAITING = """
            const scope = document.querySelector(".o_station_scope");
            scope.value = "all";
            scope.dispatchEvent(new Event("change"));
            await until(() => document.querySelector(".o_station_waiting"), "waiting");
            click(".o_station_waiting");
    """

    def run_station(self, code):
        """Open the tab as a packer and run ``code`` in it."""
        self.create_user(
            "packer12", "stock.group_stock_user", "o2c_base.group_user"
        ).password = "packer12"
        action = self.env.ref("sendcloud_shipping.print_station_action")
        self.browser_js(
            f"/web#action={action.id}",
            self.PRINTED + self.PRINT_WAITING + code,
            login="packer12",
            # The bundle of the web client may have to be made first.
            timeout=180,
        )

    def test_label_for_a_label_printer_is_saved_under_its_name(self):
        self.account.label_format = "zpl"
        shipment = self.ship().sendcloud_shipment_id
        self.run_station(
            """
            await until(() => document.querySelector(".o_station_saved"), "saved");
            const said = document.querySelector(".o_station_saved").innerText;
            if (saved[0] !== %(name)r || !said.includes(%(name)r) || printed.length) {
                throw new Error(JSON.stringify([saved, said, printed]));
            }
            console.log("test successful");
        })().catch((error) => console.error(error.message));
        """
            % {"name": shipment.label_id.name}
        )
        self.assertIn(shipment.tracking_number, shipment.label_id.name)

    def test_waiting_labels_print_and_print_again(self):
        picking = self.ship()
        self.run_station(
            """
            await until(() => printed.length === 1, "one printed");
            await until(() => !document.querySelector(".o_station_waiting"), "none");
            if (!document.querySelector("td").parentElement.innerText.includes(%r)) {
                throw new Error("its name is not shown");
            }
            click(".o_station_again");
            await until(() => printed.length === 2, "printed again");
            if (!printed.every((p) => p[1] === "application/pdf" && p[2] === 200)) {
                throw new Error(JSON.stringify(printed));
            }
            console.log("test successful");
        })().catch((error) => console.error(error.message));
        """
            % picking.name
        )
        self.assertEqual(picking.sendcloud_shipment_id.board_state, "printed")

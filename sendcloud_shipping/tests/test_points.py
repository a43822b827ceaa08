from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..lib import points
from .common import SendcloudCase


@tagged("standard", "post_install", "-at_install")
class TestReference(BaseCase):
    def test_as_checkouts_write_it(self):
        cases = {
            "sendcloud_service_point_id: 1000001": "1000001",
            "sendcloud_service_point_id=1000001": "1000001",
            "Service point NL-00002": "NL-00002",
            "Leave it there. Pickup point id: nl-1000006\nThanks": "NL-1000006",
            "PostNL Service Point (1000002)": "1000002",
            "service point": "",
            "Service Point 7": "",
            "Service pointer 1000001a": "",
            "": "",
        }
        for text, reference in cases.items():
            with self.subTest(text):
                self.assertEqual(points.reference_in(["Hello", text]), reference)

    def test_reference_is_no_part_of_the_address(self):
        text = "2nd floor, Service point 1000001"
        self.assertEqual(points.without_reference(text), "2nd floor")
        self.assertEqual(points.without_reference(False), "")

    def test_nothing_is_no_reference(self):
        self.assertEqual(points.reference_in([None, False, ""]), "")

    def test_body(self):
        self.assertEqual(points.point_body("1000001"), {"id": "1000001"})
        self.assertEqual(
            points.point_body("NL-1"), {"carrier_service_point_id": "NL-1"}
        )

    def test_equal_days_are_one(self):
        hours = ("9-5", "9-5", "9-5", "", "9-9", "9-9", "")
        self.assertEqual(
            list(points.grouped_hours(hours)),
            [(0, 2, "9-5"), (3, 3, ""), (4, 5, "9-9"), (6, 6, "")],
        )


class TestPoints(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.to_point = self._create_carrier(
            name="PostNL to a Service Point",
            sendcloud_option_code="postnl:standard/service_point",
        )

    def order_of(self, **values):
        """Return a delivery whose customer has these values in the address."""
        partner = self._create_partner(**values)
        return self.create_picking(partner=partner, carrier=self.to_point)

    def close(self, *numbers):
        self.world.state["settings"]["sendcloud_closed_points"] = list(numbers)

    def test_point_of_the_shops_checkout_reaches_the_label(self):
        picking = self.order_of(street2="Service point 1000001")
        self.assertEqual(picking.sendcloud_point_id.reference, "1000001")
        self.run_jobs()
        point = picking.sendcloud_point_id
        self.assertEqual(point.name, "Bookshop Amsterdam")
        self.assertEqual(point.state, "open")
        self.assertEqual(point.hours, "Mon-Sat 09:00-18:00, Sun closed")
        self.assertEqual(picking.sendcloud_check, "ok")
        self.validate(picking)
        self.run_jobs()
        [bought] = self.sendcloud.shipments()
        self.assertEqual(bought["to_service_point"]["id"], "1000001")
        self.assertNotIn("address_line_2", bought["to_address"])
        self.assertEqual(picking.sale_id.sendcloud_point_address, point.address)

    def test_point_named_by_the_carrier_in_the_orders_note(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "carrier_id": self.to_point.id,
                "note": "<p>Pickup point: NL-1000002</p>",
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        self.run_jobs()
        point = order.sendcloud_point_id
        self.assertEqual(point.name, "Tobacconist Amsterdam")
        self.assertEqual(order.picking_ids.sendcloud_point_id, point)

    def test_point_that_does_not_exist(self):
        picking = self.order_of(street2="Service point 99999")
        self.run_jobs()
        self.assertEqual(picking.sendcloud_point_id.state, "closed")
        self.assertEqual(picking.sendcloud_check, "problem")

    def test_without_a_point_it_is_said_before_packing(self):
        picking = self.order_of()
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("No service point is chosen", picking.sendcloud_check_text)

    def test_other_ways_of_shipping_take_no_point(self):
        partner = self._create_partner(street2="Service point 1000001")
        picking = self.create_picking(partner=partner)
        self.assertFalse(picking.sendcloud_point_id)
        picking.carrier_id = self.to_point
        self.assertEqual(picking.sendcloud_point_id.reference, "1000001")
        picking.carrier_id = self.carrier
        self.validate(picking)
        self.run_jobs()
        self.assertNotIn("to_service_point", self.sendcloud.shipments()[0])

    def test_picker_lists_the_nearest_first_and_takes_one(self):
        picking = self.order_of()
        action = picking.action_sendcloud_choose_point()
        chooser = self.env[action["res_model"]].browse(action["res_id"])
        distances = chooser.line_ids.mapped("distance")
        self.assertEqual(distances, sorted(distances))
        self.assertIn("Bookshop Amsterdam", chooser.line_ids.mapped("name"))
        self.assertNotIn("DIY Store Amsterdam", chooser.line_ids.mapped("name"))
        chooser.line_ids[1].action_choose()
        self.assertEqual(picking.sendcloud_point_id.name, "Tobacconist Amsterdam")
        self.assertEqual(picking.sale_id.sendcloud_point_id, picking.sendcloud_point_id)
        self.assertEqual(picking.sendcloud_check, "ok")

    def test_picker_by_another_postal_code(self):
        order = self.order_of().sale_id
        action = order.action_sendcloud_choose_point()
        chooser = self.env[action["res_model"]].browse(action["res_id"])
        chooser.postal_code = "3511 AZ"
        chooser.action_search()
        self.assertEqual(chooser.line_ids[0].name, "Bookshop Utrecht")
        chooser.postal_code = "9999 XX"
        chooser.action_search()
        self.assertTrue(chooser.not_found)
        self.assertFalse(chooser.line_ids)

    def test_picker_needs_an_address_and_an_answer(self):
        picking = self.order_of(zip=False)
        with self.assertRaisesRegex(UserError, "postal code"):
            picking.action_sendcloud_choose_point()
        self.world.faults.break_("sendcloud", "down")
        with self.assertRaises(UserError):
            self.order_of().action_sendcloud_choose_point()

    def test_closed_point_is_found_before_packing_and_replaced(self):
        picking = self.order_of(street2="Service point 1000001")
        self.run_jobs()
        self.close(1000001)
        with self.at(fields.Datetime.add(fields.Datetime.now(), hours=7)):
            self.env["sendcloud.service.point"]._cron_check()
            self.run_jobs()
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("Bookshop Amsterdam", picking.sendcloud_check_text)
        self.assertTrue(picking.sendcloud_point_closed)
        picking.action_sendcloud_nearest_point()
        self.assertEqual(picking.sendcloud_point_id.name, "Tobacconist Amsterdam")
        self.assertEqual(picking.sendcloud_check, "ok")
        message = picking.sale_id.message_ids[0]
        self.assertIn("Tobacconist Amsterdam", message.body)
        self.assertIn(picking.partner_id, message.partner_ids)

    def test_open_point_is_not_asked_about_all_the_time(self):
        self.order_of(street2="Service point 1000001")
        self.run_jobs()
        self.env["sendcloud.service.point"]._cron_check()
        self.assertEqual(self.run_jobs(), 0)

    def test_closed_between_check_and_purchase(self):
        picking = self.order_of(street2="Service point 1000001")
        self.run_jobs()
        self.close(1000001)
        self.validate(picking)
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "attention")
        self.assertIn("service point", picking.sendcloud_problem)
        self.assertEqual(self.sendcloud.charged_count(), 0)
        picking.action_sendcloud_nearest_point()
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        [bought] = [s for s in self.sendcloud.shipments() if not s["errors"]]
        self.assertEqual(bought["to_service_point"]["id"], "1000002")

    def test_outage_leaves_the_point_for_later(self):
        self.world.faults.break_("sendcloud", "down", times=9)
        picking = self.order_of(street2="Service point 1000001")
        self.run_jobs()
        self.assertEqual(picking.sendcloud_point_id.state, "new")
        self.run_jobs(later=True)
        self.assertEqual(picking.sendcloud_point_id.state, "open")

    def test_packer_and_seller_may_choose(self):
        picking = self.order_of()
        packer = self.create_user("packer", "stock.group_stock_user")
        action = picking.with_user(packer).action_sendcloud_choose_point()
        chooser = self.env[action["res_model"]].with_user(packer)
        chooser.browse(action["res_id"]).line_ids[0].action_choose()
        self.assertEqual(picking.sendcloud_point_id.name, "Bookshop Amsterdam")

    # === Another company's === #

    def elsewhere(self):
        """Return a company with a connected account and a method to service points."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        account = self.account.copy({"name": "Elsewhere", "company_id": company.id})
        account.write({"public_key": "theirs", "secret_key": "theirs"})
        carrier = self._create_carrier(
            name="Theirs",
            company_id=company.id,
            sendcloud_account_id=account.id,
            sendcloud_option_code="postnl:standard/service_point",
        )
        point = self.env["sendcloud.service.point"].create(
            {"account_id": account.id, "reference": "1000001", "name": "Their shop"}
        )
        return carrier, point

    def test_picker_cannot_search_with_another_companys_account(self):
        carrier, _point = self.elsewhere()
        packer = self.create_user("packer", "stock.group_stock_user")
        for method, refused in ((carrier, True), (self.to_point, False)):
            chooser = (
                self.env["sendcloud.point.choose"]
                .with_user(packer)
                .create(
                    {
                        "carrier_id": method.id,
                        "company_id": self.env.company.id,
                        "country_id": self.env.ref("base.nl").id,
                        "postal_code": "1016 EA",
                    }
                )
            )
            self.env.invalidate_all()
            if refused:
                with self.assertRaises(AccessError):
                    chooser.action_search()
            else:
                chooser.action_search()
                self.assertTrue(chooser.line_ids)

    def test_picker_cannot_take_another_companys_point(self):
        _carrier, point = self.elsewhere()
        packer = self.create_user("packer", "stock.group_stock_user")
        picking = self.order_of()
        chooser = (
            self.env["sendcloud.point.choose"]
            .with_user(packer)
            .create(
                {
                    "picking_id": picking.id,
                    "company_id": self.env.company.id,
                    "country_id": self.env.ref("base.nl").id,
                    "postal_code": "1016 EA",
                    "line_ids": [Command.create({"point_id": point.id})],
                }
            )
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            chooser.line_ids.action_choose()
        self.assertFalse(picking.sendcloud_point_id)

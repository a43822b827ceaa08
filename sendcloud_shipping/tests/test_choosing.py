from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import BaseCase, Form, tagged

from ..lib import options
from .common import SendcloudCase

ROW = {
    "code": "dpd:classic/signature",
    "name": "DPD Classic",
    "carrier": {"code": "dpd", "name": "DPD"},
    "product": {"code": "dpd:classic", "name": "DPD Classic"},
    "functionalities": {
        "signature": True,
        "last_mile": "home_delivery",
        "priority": "standard",
        "tracked": False,
        "insurance": None,
    },
    "contract": {"id": 518, "name": "DPD own", "carrier_code": "dpd"},
    "weight": {
        "min": {"value": "1", "unit": "g"},
        "max": {"value": "31500", "unit": "g"},
    },
    "max_dimensions": {"length": "80", "width": "1750", "height": "58", "unit": "mm"},
    "requirements": {"fields": ["to_email"], "is_service_point_required": False},
}


@tagged("standard", "post_install", "-at_install")
class TestOption(BaseCase):
    def test_units_become_kilograms_and_centimetres(self):
        option = options.option_from_answer(ROW)
        self.assertEqual(option.min_weight, Decimal("0.001"))
        self.assertEqual(option.max_weight, Decimal("31.5"))
        self.assertEqual(option.sides, (Decimal(175), Decimal(8), Decimal("5.8")))

    def test_what_it_does(self):
        option = options.option_from_answer(ROW)
        self.assertEqual(option.features, ("signature", "untracked"))
        self.assertIsNone(option.price)

    def test_size_is_turned_until_it_fits(self):
        limits = (175, 78, 58)
        self.assertTrue(options.fits((50, 170, 60), limits))
        self.assertFalse(options.fits((60, 80, 80), limits))
        self.assertTrue(options.fits((), limits), "nobody measured it")
        self.assertTrue(options.fits((500, 500, 500), ()), "no limit is known")

    def test_one_missing_side_is_no_limit(self):
        sides = {"length": "80", "width": None, "height": "58", "unit": "cm"}
        option = options.option_from_answer({**ROW, "max_dimensions": sides})
        self.assertEqual(option.sides, ())


class TestCatalogue(SendcloudCase):
    def test_connecting_loads_what_is_on_offer(self):
        option = self.carrier.sendcloud_option_id
        self.assertEqual(option.name, "PostNL Standard")
        self.assertEqual(option.max_weight, 23.001)
        self.assertEqual(option._sides(), (175, 78, 58))
        self.assertIn("to the door", option.features)
        self.assertIn(517, self.account.contract_ids.mapped("external_id"))
        self.assertEqual(self.account.sender_id.external_id, 192)
        self.assertIn("EORI NL859123456", self.account.sender_id.tax_numbers)

    def test_loading_again_changes_nothing(self):
        before = self.account.option_ids
        self.account.action_load_catalogue()
        self.assertEqual(self.account.option_ids, before)

    def test_form_of_a_method_without_a_contract(self):
        with Form(self.carrier) as form:
            self.assertFalse(form.sendcloud_contract)
            self.assertEqual(form.sendcloud_option_id.code, "postnl:standard")
        [shown] = self.carrier.web_read({"sendcloud_contract": {"fields": {}}})
        self.assertFalse(shown["sendcloud_contract"])

    def test_another_sender_is_chosen_by_name(self):
        antwerp = self.account.sender_ids.filtered(lambda s: s.external_id == 193)
        self.account.sender_id = antwerp
        self.assertEqual(self.account.sender_address_id, 193)
        self.assertEqual(self.account.sender_country_code, "BE")

    def test_warehouse_has_a_sender_of_its_own(self):
        antwerp = self.account.sender_ids.filtered(lambda s: s.external_id == 193)
        self.warehouse.sendcloud_sender_id = antwerp
        self.ship()
        [bought] = self.sendcloud.shipments()
        self.assertEqual(bought["from_address"]["city"], "Antwerpen")

    def test_vanished_option_is_told_before_packing(self):
        picking = self.create_picking()
        self.world.state["settings"]["sendcloud_gone_options"] = ["postnl:standard"]
        self.env["sendcloud.account"]._cron_load_catalogue()
        exception = self.open_exceptions(self.account)
        self.assertEqual(exception.reason, "option_gone")
        self.assertIn("PostNL", exception.message)
        self.assertTrue(self.carrier.sendcloud_gone)
        self.assertTrue(self.carrier.active)
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("no longer offers", picking.sendcloud_check_text)
        self.carrier.sendcloud_option_code = "dpd:classic"
        self.assertFalse(self.open_exceptions(self.account))
        self.assertEqual(picking.sendcloud_check, "ok")

    def test_option_that_comes_back_closes_the_exception(self):
        self.world.state["settings"]["sendcloud_gone_options"] = ["postnl:standard"]
        self.account.action_load_catalogue()
        self.world.state["settings"].clear()
        self.account.action_load_catalogue()
        self.assertFalse(self.open_exceptions(self.account))
        self.assertTrue(self.carrier.sendcloud_option_id.is_listed)

    def test_vanished_contract_is_told_too(self):
        self.carrier.sendcloud_contract_id = 99
        self.account.action_load_catalogue()
        self.assertEqual(self.open_exceptions(self.account).reason, "option_gone")
        default = self.account.contract_ids.filtered(lambda c: c.external_id == 517)
        self.carrier.sendcloud_contract = default
        self.assertEqual(self.carrier.sendcloud_contract_id, 517)
        self.assertFalse(self.open_exceptions(self.account))

    def test_empty_answer_forgets_nothing(self):
        every = self.account.option_ids.mapped("code")
        self.world.state["settings"]["sendcloud_gone_options"] = every
        with self.assertRaisesRegex(UserError, "lists no shipping options"):
            self.account.action_load_catalogue()
        self.assertTrue(all(self.account.option_ids.mapped("is_listed")))

    def test_outage_of_the_nightly_load_is_noted_and_harmless(self):
        self.world.faults.break_("sendcloud", "down")
        self.env["sendcloud.account"]._cron_load_catalogue()
        self.assertTrue(self.account.last_error)
        self.assertTrue(all(self.account.option_ids.mapped("is_listed")))


class TestChooser(SendcloudCase):
    def choose(self, **values):
        chooser = self.env["sendcloud.option.choose"].create(
            {"account_id": self.account.id, **values}
        )
        chooser.action_search()
        return chooser

    def test_offers_for_a_country_with_prices(self):
        chooser = self.choose(country_id=self.env.ref("base.be").id, weight=2)
        prices = {line.code: line.price for line in chooser.line_ids}
        self.assertAlmostEqual(prices["postnl:standard"], 9.10)
        self.assertAlmostEqual(prices["dpd:classic"], 8.95)
        self.assertNotIn("postnl:standard/signature", prices)
        used = chooser.line_ids.filtered("is_used")
        self.assertEqual(used.mapped("code"), ["postnl:standard"])

    def test_filters(self):
        chooser = self.choose(country_id=False, signature=True)
        self.assertIn("postnl:standard/signature", chooser.line_ids.mapped("code"))
        self.assertNotIn("postnl:standard", chooser.line_ids.mapped("code"))
        chooser = self.choose(country_id=False, last_mile="service_point")
        self.assertEqual(
            chooser.line_ids.mapped("code"), ["postnl:standard/service_point"]
        )
        heavy = self.choose(country_id=self.env.ref("base.nl").id, weight=60)
        self.assertEqual(heavy.line_ids.mapped("code"), ["ups:standard"])

    def test_one_shipping_method_for_each_tick(self):
        chooser = self.choose(country_id=self.env.ref("base.nl").id, weight=2)
        wanted = ("dpd:classic", "postnl:standard/signature")
        lines = chooser.line_ids.filtered(lambda line: line.code in wanted)
        lines.is_chosen = True
        chooser.only_country = True
        action = chooser.action_create()
        carriers = self.env["delivery.carrier"].search(action["domain"])
        self.assertEqual(
            sorted(carriers.mapped("name")),
            ["DPD Classic", "PostNL Standard + Signature"],
        )
        dpd = carriers.filtered(lambda c: c.sendcloud_option_code == "dpd:classic")
        self.assertEqual(dpd.sendcloud_contract_id, 518)
        self.assertEqual(dpd.sendcloud_pricing, "quoted")
        self.assertEqual(dpd.fixed_price, 7.20)
        self.assertEqual(dpd.country_ids, self.env.ref("base.nl"))
        self.ship(carrier=dpd)
        self.assertEqual(self.sendcloud.charged_count(), 1)

    def test_nothing_ticked(self):
        with self.assertRaisesRegex(UserError, "Tick at least one"):
            self.choose().action_create()

    def test_search_while_sendcloud_is_down_says_so(self):
        self.world.faults.break_("sendcloud", "down")
        with self.assertRaises(UserError):
            self.choose()

    def test_form_opens_with_sensible_values(self):
        context = {"default_account_id": self.account.id}
        with Form(self.env["sendcloud.option.choose"].with_context(**context)) as form:
            self.assertEqual(form.weight, 1)


class TestRules(SendcloudCase):
    def setUp(self):
        super().setUp()
        chooser = self.env["sendcloud.option.choose"].create(
            {"account_id": self.account.id}
        )
        action = chooser.action_create_by_rules()
        self.ruled = self.env["delivery.carrier"].search(action["domain"])

    def set_rule(self, condition, result):
        self.world.state["settings"]["sendcloud_rules"] = [
            {"id": 5, "name": "Garden tools", "if": condition, "then": result}
        ]

    def test_sendclouds_rules_choose(self):
        self.set_rule({"to_country": "NL"}, {"shipping_option_code": "dpd:classic"})
        picking = self.ship(carrier=self.ruled)
        shipment = picking.sendcloud_shipment_id
        self.assertEqual(shipment.state, "label")
        self.assertEqual(shipment.shipped_with, "dpd:classic")
        self.assertEqual(shipment.applied_rules, "Garden tools")

    def test_rules_see_the_way_of_shipping_that_the_customer_chose(self):
        condition = {"delivery_indicator": "Home delivery"}
        self.set_rule(condition, {"shipping_option_code": "ups:standard"})
        order = self.create_order(carrier=self.ruled)
        order.order_line.filtered("is_delivery").name = "Home delivery"
        self.validate(order.picking_ids)
        self.run_jobs()
        shipment = order.picking_ids.sendcloud_shipment_id
        self.assertEqual(shipment.shipped_with, "ups:standard")

    def test_no_rule_and_no_default_is_told(self):
        picking = self.create_picking(carrier=self.ruled)
        self.validate(picking)
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "attention")
        self.assertIn("This field is required", picking.sendcloud_problem)
        default = {"shipping_option_code": "postnl:standard"}
        self.world.state["settings"]["sendcloud_defaults"] = default
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def test_answer_lost_buys_once(self):
        self.set_rule({}, {"shipping_option_code": "dpd:classic"})
        picking = self.create_picking(carrier=self.ruled)
        self.world.faults.break_("sendcloud", "answer_lost", times=1)
        self.validate(picking)
        self.run_jobs(later=True)
        self.assertEqual(picking.sendcloud_state, "label")
        self.assertEqual(len(self.sendcloud.ledger()), 1)

    def test_price_is_the_fixed_one(self):
        self.ruled.fixed_price = 4.5
        rate = self.ruled.rate_shipment(self.create_order())
        self.assertEqual(rate["price"], 4.5)

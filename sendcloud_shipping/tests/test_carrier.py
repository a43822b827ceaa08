from odoo.exceptions import UserError, ValidationError

from .common import SendcloudCase


class TestCarrier(SendcloudCase):
    def test_rate_is_the_price_of_the_delivery_product(self):
        order = self.create_order()
        rate = self.carrier.rate_shipment(order)
        self.assertTrue(rate["success"])
        self.assertEqual(rate["price"], 5.95)
        self.assertEqual(self.sendcloud.ledger(), [])

    def test_rate_outside_its_countries_says_so_and_does_not_raise(self):
        self.carrier.country_ids = self.env.ref("base.fr")
        rate = self.carrier.rate_shipment(self.create_order())
        self.assertFalse(rate["success"])
        self.assertTrue(rate["error_message"])

    def test_order_is_confirmed_while_sendcloud_is_down(self):
        self.world.faults.break_("sendcloud", "down")
        order = self.create_order()
        self.assertEqual(order.state, "sale")

    def test_account_and_option_are_needed(self):
        for missing in ("sendcloud_account_id", "sendcloud_option_code"):
            with self.assertRaisesRegex(ValidationError, "needs a Sendcloud account"):
                self.carrier[missing] = False

    def test_account_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        product = self.carrier.product_id
        refused = self.assertRaisesRegex(ValidationError, "different companies")
        # What is refused must not wait to be computed again.
        with refused, self.env.cr.savepoint():
            product.company_id = other
            self.env.flush_all()

    def test_option_is_checked(self):
        action = self.carrier.action_sendcloud_check_option()
        self.assertIn("PostNL Standard", action["params"]["message"])
        self.carrier.sendcloud_option_code = "pigeon:post"
        with self.assertRaisesRegex(UserError, "does not know pigeon:post"):
            self.carrier.action_sendcloud_check_option()

    def test_no_return_labels_are_promised(self):
        self.assertFalse(self.carrier.can_generate_return)

    def test_nothing_to_cancel(self):
        with self.assertRaisesRegex(UserError, "no Sendcloud label"):
            self.carrier.cancel_shipment(self.create_picking())

    def test_several_deliveries_are_cancelled_together(self):
        pickings = self.ship() + self.ship()
        pickings.cancel_shipment()
        self.assertEqual(pickings.mapped("sendcloud_state"), ["cancelled"] * 2)
        self.assertEqual(self.sendcloud.charged_count(), 0)

    def test_addon_removed_leaves_a_plain_shipping_method(self):
        self.carrier._sendcloud_to_fixed()
        self.assertEqual(self.carrier.delivery_type, "fixed")
        self.assertFalse(self.carrier.active)

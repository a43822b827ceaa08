from odoo import fields

from .common import SendcloudCase


class TestRate(SendcloudCase):
    def setUp(self):
        super().setUp()
        self.carrier.write({"sendcloud_pricing": "quoted", "margin": 0})
        self.carrier.product_id.taxes_id = False
        self.asked = len(self.requests())

    def requests(self):
        return self.env["sendcloud.quote"].search([])

    def rate(self, **values):
        order = self.create_order(**values)
        return self.carrier.rate_shipment(order)

    def test_price_is_sendclouds(self):
        rate = self.rate()
        self.assertTrue(rate["success"])
        self.assertEqual(rate["price"], 6.95)

    def test_margin_and_free_delivery_are_cores(self):
        self.carrier.write({"margin": 0.5, "fixed_margin": 1})
        self.assertAlmostEqual(self.rate()["price"], 6.95 * 1.5 + 1)
        self.carrier.write({"free_over": True, "amount": 40})
        rate = self.rate()
        self.assertEqual(rate["price"], 0)
        self.assertAlmostEqual(rate["carrier_price"], 6.95 * 1.5 + 1)

    def test_weight_decides_by_bands(self):
        self.assertEqual(self.rate(quantity=9)["price"], 12.40)
        self.assertEqual(self.rate(quantity=8)["price"], 6.95, "10 kg exactly")
        quotes = self.env["sendcloud.quote"].search([], order="weight")
        self.assertEqual(quotes.mapped("weight"), [10, 15])

    def test_last_band_ends_where_the_option_ends(self):
        rate = self.rate(quantity=18)
        self.assertEqual(rate["price"], 12.40)
        self.assertEqual(self.env["sendcloud.quote"].search([]).weight, 23)

    def test_too_heavy_or_elsewhere_is_said(self):
        rate = self.rate(quantity=40)
        self.assertFalse(rate["success"])
        self.assertIn("does not take 50.00 kg", rate["error_message"])
        swiss = self._create_partner(country_id=self.env.ref("base.ch").id)
        rate = self.rate(partner=swiss)
        self.assertIn("to Switzerland", rate["error_message"])

    def test_price_is_kept(self):
        order = self.create_order()
        self.carrier.rate_shipment(order)
        self.world.faults.break_("sendcloud", "down")
        self.assertEqual(self.carrier.rate_shipment(order)["price"], 6.95)
        self.assertEqual(len(self.requests()), 1)

    def test_old_price_is_asked_again_and_serves_in_an_outage(self):
        order = self.create_order()
        self.carrier.rate_shipment(order)
        self.make_quotes_old()
        self.carrier.rate_shipment(order)
        self.assertEqual(len(self.requests()), 2)
        self.make_quotes_old()
        self.world.faults.break_("sendcloud", "down")
        rate = self.carrier.rate_shipment(order)
        self.assertEqual(rate["price"], 6.95)
        self.assertFalse(rate["warning_message"])

    def make_quotes_old(self):
        self.env.cr.execute(
            "UPDATE sendcloud_quote SET create_date = create_date - interval '2 days'"
        )
        self.env.invalidate_all()

    def test_fixed_price_where_sendcloud_never_answered(self):
        for kind in ("down", "html_error", "rate_limit", "garbage"):
            with self.subTest(kind):
                self.world.faults.break_("sendcloud", kind)
                rate = self.rate()
                self.assertTrue(rate["success"])
                self.assertEqual(rate["price"], 5.95)
                self.assertIn("fixed one", rate["warning_message"])
                self.world.faults.mend("sendcloud")

    def test_sale_goes_on_while_the_account_waits(self):
        self.account.next_try_at = fields.Datetime.add(fields.Datetime.now(), hours=1)
        rate = self.rate()
        self.assertEqual(rate["price"], 5.95)

    def test_order_in_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "rate": 2.0,
                "company_id": self.env.company.id,
                "name": "2020-01-01",
            }
        )
        order = self.create_order()
        order.currency_id = dollar
        self.env.cr.execute(
            "UPDATE sale_order SET currency_id = %s WHERE id = %s",
            [dollar.id, order.id],
        )
        order.invalidate_recordset()
        ours = self.env.company.currency_id
        expected = ours._convert(6.95, dollar, self.env.company, order.date_order)
        self.assertNotEqual(expected, 6.95)
        self.assertAlmostEqual(self.carrier.rate_shipment(order)["price"], expected)

    def test_vat_is_added_where_prices_include_it(self):
        tax = self.env["account.tax"].create(
            {"name": "21 in", "amount": 21, "price_include": True}
        )
        self.carrier.product_id.taxes_id = tax
        self.assertAlmostEqual(self.rate()["price"], 8.41)

    def test_wizard_of_the_order_shows_it(self):
        order = self.create_order()
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        wizard.update_price()
        self.assertEqual(wizard.display_price, 6.95)

    def test_salesman_may_ask_without_seeing_keys(self):
        salesman = self.create_user(
            "seller", "sales_team.group_sale_salesman_all_leads"
        )
        order = self.create_order()
        rate = self.carrier.with_user(salesman).rate_shipment(order.with_user(salesman))
        self.assertEqual(rate["price"], 6.95)

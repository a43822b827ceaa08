"""Connecting a shop step by step, from its keys to the first import."""

from odoo.exceptions import UserError
from odoo.tests import Form

from sandbox import settings

from .common import BASE_URL, UTRECHT, ShopifyCase

GERMANY = {**UTRECHT, "country_code": "DE", "city": "Köln", "zip": "50667"}


class OnboardCase(ShopifyCase):
    """A shop that nobody has connected yet; only the sandbox is there."""

    def setUp(self):
        super().setUp()
        self.shop.domain = "another.myshopify.com"
        self.shop.state = "paused"

    def onboard(self, **values):
        keys = {
            "keys": "client",
            "client_id": settings.SHOPIFY_CLIENT_ID,
            "client_secret": settings.SHOPIFY_CLIENT_SECRET,
        }
        return self.env["shopify.onboard"].create(
            {
                "name": "Trade Wins",
                "domain": settings.SHOP_DOMAIN,
                "orders_since": "2026-11-01",
                **{**keys, **values},
            }
        )

    def connected(self, **values):
        onboard = self.onboard(**values)
        onboard.action_connect()
        self.run_jobs()
        return onboard

    def proposed(self):
        onboard = self.connected()
        onboard.action_propose()
        return onboard

    def lines(self, onboard, kind):
        return {line.name: line for line in onboard[f"{kind}_line_ids"]}

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        # The wizard asks the shop's own address; no other one leads to the sandbox.
        real = f"https://{settings.SHOP_DOMAIN}"
        request.url = request.url.replace(real, BASE_URL)
        return super()._request_handler(session, request, **kwargs)


class TestConnect(OnboardCase):
    def test_keys_become_the_shops_and_leave_the_wizard(self):
        onboard = self.connected()
        shop = onboard.shop_id
        self.assertEqual((shop.state, onboard.step), ("connected", "health"))
        self.assertEqual(shop.client_secret, settings.SHOPIFY_CLIENT_SECRET)
        self.assertTrue(shop.granted_token)
        self.assertFalse(onboard.client_id or onboard.client_secret)
        self.assertIn("Shopify Plus", onboard.health)

    def test_token_of_an_older_app_connects(self):
        onboard = self.connected(keys="token", access_token=settings.SHOPIFY_TOKEN)
        self.assertEqual(onboard.shop_id.state, "connected")
        self.assertFalse(onboard.shop_id.granted_token)
        self.assertFalse(onboard.access_token)

    def test_wrong_secret_is_said_and_nothing_is_kept(self):
        before = self.env["shopify.shop"].search_count([])
        onboard = self.onboard(client_secret="wrong")
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            onboard.action_connect()
        self.assertNotIn("wrong", str(caught.exception))
        self.assertEqual(self.env["shopify.shop"].search_count([]), before)

    def test_connecting_the_same_shop_again_mends_its_keys(self):
        shop = self.connected().shop_id
        shop.client_secret = "old"
        self.assertEqual(self.connected().shop_id, shop)
        self.assertEqual(shop.client_secret, settings.SHOPIFY_CLIENT_SECRET)

    def test_nothing_is_imported_before_the_start(self):
        self.buy()
        onboard = self.connected()
        self.env["shopify.shop"]._cron_sweep()
        self.run_jobs()
        self.assertFalse(onboard.shop_id.order_ids)
        onboard.action_start()
        self.run_jobs()
        self.assertEqual(onboard.shop_id.order_ids.mapped("name"), ["#1001"])

    def test_form_of_each_step_loads(self):
        self.buy()
        with Form(self.onboard()):
            pass
        with Form(self.proposed()) as form:
            self.assertEqual(form.step, "choices")


class TestProposals(OnboardCase):
    def test_words_of_the_orders_are_proposed_with_their_reason(self):
        self.buy()
        onboard = self.proposed()
        gateway = self.lines(onboard, "gateway")["Mollie"]
        self.assertEqual((gateway.journal_id, gateway.detail), (self.journal, "EUR"))
        self.assertEqual(gateway.why, "It has the same name.")
        shipping = self.lines(onboard, "shipping")["Standard"]
        self.assertEqual(shipping.carrier_id, self.carrier)
        tax = self.lines(onboard, "tax")["NL VAT"]
        self.assertEqual((tax.rate, tax.country_id.code), (21, "NL"))
        self.assertEqual(tax.tax_id.amount, 21)
        self.assertTrue(tax.price_include)
        self.assertTrue(self.lines(onboard, "location"))

    def test_nothing_is_kept_until_a_person_says_so(self):
        self.buy()
        shop = self.proposed().shop_id
        self.assertFalse(shop.gateway_ids | shop.gateway_ids)
        self.assertFalse(shop.tax_ids)
        self.assertFalse(shop.shipping_method_ids)

    def test_kept_choices_import_the_order(self):
        self.buy()
        onboard = self.proposed()
        trial = onboard.action_apply()
        lines = self.env["shopify.trial"].browse(trial["res_id"]).line_ids
        self.assertEqual(lines.mapped("verdict"), ["ready"])
        onboard.action_start()
        self.run_jobs()
        self.assertEqual(onboard.shop_id.order_ids.mapped("state"), ["imported"])
        self.assertFalse(onboard.shop_id.unmapped_count)

    def test_foreign_rate_is_left_to_the_bookkeeper_unless_a_position_leads_there(self):
        self.buy(shipping_address=GERMANY)
        onboard = self.proposed()
        line = self.lines(onboard, "tax")["DE VAT"]
        self.assertFalse(line.tax_id)
        home = self.env["account.tax"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", 21),
            ],
            limit=1,
        )
        oss = home.copy({"name": "19% DE OSS", "amount": line.rate})
        self.env["account.fiscal.position"].create(
            {
                "name": "OSS Germany",
                "country_id": self.env.ref("base.de").id,
                "tax_ids": [(0, 0, {"tax_src_id": home.id, "tax_dest_id": oss.id})],
            }
        )
        onboard.action_propose()
        line = self.lines(onboard, "tax")["DE VAT"]
        self.assertEqual(line.tax_id, oss)
        self.assertIn("fiscal position", line.why)

    def test_payment_that_is_still_to_come_is_proposed(self):
        self.buy(payment={"gateway": "Bank Deposit", "status": "pending"})
        self.buy(payment={"gateway": "Refused", "status": "failure"})
        gateways = self.lines(self.proposed(), "gateway")
        self.assertIn("Bank Deposit", gateways)
        self.assertNotIn("Refused", gateways)

    def test_unknown_gateway_stays_open(self):
        self.buy(payment={"gateway": "Voucher", "payment_id": "v1"})
        onboard = self.proposed()
        self.assertFalse(self.lines(onboard, "gateway")["Voucher"].journal_id)
        onboard.action_apply()
        self.assertFalse(onboard.shop_id.gateway_ids)

    def test_products_without_a_match_are_counted_and_named(self):
        said = self.proposed().products
        self.assertIn("TW-HOSE-01", said)
        self.assertNotIn("TW-SHEARS-01", said)

    def test_proposing_again_keeps_what_is_chosen(self):
        self.buy()
        onboard = self.proposed()
        onboard.action_apply()
        onboard.action_propose()
        whys = onboard.gateway_line_ids.mapped("why")
        self.assertEqual(whys, ["Chosen already."])
        onboard.action_apply()
        self.assertEqual(len(onboard.shop_id.gateway_ids), 1)

"""From a bought cart to a sales order with Shopify's total."""

from datetime import datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import Form
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.o2c_base.lib.errors import RetryableError

from .common import PAYMENT_ID, SANNE, UTRECHT, ShopifyCase

HALF = "TW-TROWEL-01"


class ImportCase(ShopifyCase):
    def assert_imported(self, order):
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.assertFalse(self.open_exceptions(order).mapped("message"))
        self.assertEqual(order.state, "imported")

    def assert_blocked(self, order, reason):
        self.assertEqual(order.state, "blocked")
        self.assertEqual(self.open_exceptions(order).mapped("reason"), [reason])
        self.assertFalse(order.sale_order_id)
        self.assertFalse(order.payment_ids)

    def count(self):
        """Return how much of everything there is."""
        models = ("sale.order", "account.payment", "account.move", "res.partner")
        return [self.env[model].search_count([]) for model in models]


class TestTotals(ImportCase):
    def assert_total(self, *cart, rounding=0, **options):
        theirs = self.buy(*cart, **options)
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        money = theirs["totalPriceSet"]["presentmentMoney"]
        total = Decimal(str(order.sale_order_id.amount_total))
        self.assertEqual(total, Decimal(money["amount"]))
        line = order.sale_order_id.order_line.filtered(
            lambda row: row.product_id == self.shop.rounding_product_id
        )
        self.assertEqual(line.mapped("price_total"), [rounding] if rounding else [])
        self.assertEqual(order.sale_order_id.invoice_ids.amount_total, float(total))
        self.assertFalse(order.sale_order_id.invoice_ids.amount_residual)
        return order.sale_order_id

    def row(self, quantity, price, sku="TW-SHEARS-01", **values):
        row = {"sku": sku, "quantity": quantity, "price": price, "title": sku}
        return {**row, **values}

    def test_three_for_twenty(self):
        order = self.assert_total(
            self.row(3, "10.00"), discount={"code": "TEN", "amount": "10.00"}
        )
        goods = order.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(goods.mapped("price_unit"), [6.67, 6.66])
        self.assertEqual(goods.mapped("product_uom_qty"), [2, 1])

    def test_percentage_over_two_rates(self):
        self.product("BOOK")
        order = self.assert_total(
            self.row(7, "12.35"),
            self.row(3, "19.99", sku="BOOK", vat="9"),
            discount={"code": "GARDEN", "percent": "17.5"},
        )
        rates = order.order_line.tax_id.mapped("amount")
        self.assertEqual(sorted(rates), [9, 21])

    def test_several_discounts_and_free_shipping(self):
        self.assert_total(
            self.row(11, "3.33"),
            self.row(1, "0.99", sku=HALF),
            discount=[
                {"code": "A", "amount": "4.01"},
                {"title": "B", "percent": "3"},
                {"code": "FREE", "percent": "100", "target": "SHIPPING_LINE"},
            ],
        )

    def test_prices_without_tax(self):
        self.product("BOOK")
        self.assert_total(
            self.row(7, "1.01"),
            self.row(13, "0.37", sku="BOOK", vat="9"),
            taxes_included=False,
        )

    def test_tax_rounded_per_line_gets_a_rounding_line(self):
        order = self.assert_total(
            self.row(3, "12.10"),
            discount={"code": "X", "amount": "0.04"},
            taxes_included=False,
            rounding=-0.01,
        )
        # 29.96 + 6.29 and shipping 4.95 + 1.04 at Shopify; two lines, of 19.98 and
        # 9.98, have 6.30 of tax.
        self.assertEqual(order.amount_total, 42.24)

    def test_carts_as_people_fill_them(self):
        for quantity in range(1, 6):
            with self.subTest(quantity=quantity):
                self.assert_total(
                    {"sku": "TW-SHEARS-01", "quantity": quantity},
                    {"sku": "TW-TROWEL-01", "quantity": 1},
                )

    def test_everything_given_away(self):
        order = self.assert_total(
            self.row(1, "5.00"),
            shipping=None,
            discount={"code": "GIFT", "percent": "100"},
            payment=None,
        )
        self.assertEqual(order.state, "sale")

    def test_price_unit_with_more_digits_needs_one_line(self):
        digits = self.env.ref("product.decimal_price")
        digits.digits = 6
        self.env.registry.clear_all_caches()
        order = self.assert_total(
            self.row(3, "10.00"), discount={"code": "TEN", "amount": "10.00"}
        )
        goods = order.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(len(goods), 1)


class TestImport(ImportCase):
    def test_paid_order_is_sold_confirmed_and_reserved(self):
        order = self.bought()
        self.assert_imported(order)
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.client_order_ref, "#1001")
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(sale_order.amount_total, 74.85)
        self.assertEqual(sale_order.warehouse_id, self.shop.warehouse_id)
        self.assertEqual(sale_order.date_order, datetime(2026, 11, 2, 9))
        self.assertEqual(sale_order.carrier_id, self.carrier)
        self.assertEqual(sale_order.picking_ids.state, "assigned")
        self.assertEqual(sale_order.picking_ids.carrier_id, self.carrier)

    def test_order_is_open_until_it_is_paid(self):
        theirs = self.buy(payment=self.ideal(status="pending"))
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertFalse(order.payment_ids)
        self.world.clock.advance(hours=2)
        self.shopify.record_payment(theirs, "Mollie - iDEAL", PAYMENT_ID)
        self.fetch()
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertEqual(len(order.payment_ids), 1)
        self.assertEqual(order.financial_status, "PAID")

    def test_second_import_changes_nothing(self):
        order = self.bought()
        before = self.count()
        order.action_import()
        self.run_jobs()
        self.assert_imported(order)
        self.assertEqual(self.count(), before)

    def test_test_order_is_left_out_unless_wanted(self):
        order = self.bought(test=True)
        self.assertEqual(order.state, "skipped")
        self.assertTrue(order.left_out_because)
        self.shop.import_test_orders = True
        order.action_import()
        self.run_jobs()
        self.assert_imported(order)

    def test_cancelled_order_is_left_out(self):
        theirs = self.buy(payment=self.ideal(status="failure"))
        self.shopify.cancel_order(theirs)
        self.fetch()
        self.assertEqual(self.find(theirs).state, "skipped")

    def test_order_from_before_the_start_is_left_out(self):
        self.shop.orders_since = datetime(2026, 11, 3)
        theirs = self.buy()
        self.env["shopify.order"]._hear_of(self.shop, theirs["id"], theirs["name"])
        self.run_jobs()
        self.assertEqual(self.find(theirs).state, "skipped")

    def test_deleted_order_is_left_out(self):
        orders = self.env["shopify.order"]
        orders._hear_of(self.shop, "gid://shopify/Order/1", "#1")
        self.run_jobs()
        order = orders.search([("gid", "=", "gid://shopify/Order/1")])
        self.assertEqual(order.state, "skipped")

    def test_note_of_the_customer_is_text(self):
        order = self.bought(note="Ring <b>twice</b>")
        self.assertIn("&lt;b&gt;", str(order.sale_order_id.note))

    def test_what_the_checkout_noted_is_in_the_orders_note(self):
        noted = {"Gift wrap": "red <paper>", "_cart_token": "x1", "Empty": ""}
        order = self.bought(note="Ring twice", attributes=noted)
        note = html2plaintext(order.sale_order_id.note)
        self.assertEqual(note, "Ring twice\nGift wrap: red <paper>")

    def test_chatter_says_where_the_order_came_from(self):
        sale_order = self.bought().sale_order_id
        text = " ".join(sale_order.message_ids.mapped("body"))
        self.assertIn("admin.shopify.com/store/trade-wins/orders/", text)

    def test_sale_order_form_leads_to_shopify(self):
        order = self.bought()
        with Form(order.sale_order_id) as form:
            self.assertEqual(form.shopify_order_id, order)
        url = order.sale_order_id.action_open_at_shopify()["url"]
        self.assertTrue(url.endswith(order.gid.rpartition("/")[2]))

    def test_confirming_by_hand_waits(self):
        self.shop.confirm_policy = "manual"
        order = self.bought()
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertEqual(len(order.payment_ids), 1)


class TestPartners(ImportCase):
    def test_new_customer_is_one_contact_with_the_address(self):
        sale_order = self.bought().sale_order_id
        customer = sale_order.partner_id
        self.assertEqual(customer.name, "Sanne de Vries")
        self.assertEqual(customer.email, "sanne@example.com")
        self.assertEqual(customer.street, "Oudegracht 158")
        self.assertEqual(customer.country_id.code, "NL")
        self.assertEqual(sale_order.partner_shipping_id, customer)
        self.assertEqual(sale_order.partner_invoice_id, customer)

    def test_known_customer_with_another_address_gets_it_below(self):
        first = self.bought().sale_order_id
        office = {**UTRECHT, "address1": "Kade 7", "company": "Bakkerij BV"}
        second = self.bought(
            "TW-SHEARS-01", shipping_address=office, billing_address=UTRECHT
        ).sale_order_id
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertEqual(second.partner_invoice_id, first.partner_id)
        delivery = second.partner_shipping_id
        self.assertEqual(delivery.parent_id, first.partner_id)
        self.assertEqual(delivery.type, "delivery")
        self.assertEqual(delivery.street, "Kade 7")
        self.assertEqual(delivery.name, "Bakkerij BV, Sanne de Vries")
        self.assertEqual(delivery.email, "sanne@example.com")

    def test_same_address_is_not_made_again(self):
        office = {**UTRECHT, "address1": "Kade 7"}
        options = {"shipping_address": office, "billing_address": UTRECHT}
        first = self.bought("TW-SHEARS-01", **options).sale_order_id
        second = self.bought("TW-SHEARS-01", **options).sale_order_id
        self.assertEqual(second.partner_shipping_id, first.partner_shipping_id)

    def test_email_in_other_letters_is_the_same_customer(self):
        known = self.env["res.partner"].create(
            {"name": "S. de Vries", "email": "Sanne@Example.com"}
        )
        sale_order = self.bought().sale_order_id
        self.assertEqual(sale_order.partner_id, known)
        self.assertEqual(sale_order.partner_shipping_id.parent_id, known)

    def test_address_corrected_in_odoo_does_not_change_where_an_order_goes(self):
        first = self.bought().sale_order_id
        first.partner_id.street = "Corrected 1"
        second = self.bought("TW-SHEARS-01").sale_order_id
        self.assertEqual(second.partner_shipping_id.street, "Oudegracht 158")

    def test_company_is_the_customer_and_the_person_gets_the_parcel(self):
        billing = {**UTRECHT, "company": "Bakkerij BV"}
        order = self.bought(billing_address=billing, shipping_address=billing)
        sale_order = order.sale_order_id
        self.assertTrue(sale_order.partner_id.is_company)
        self.assertEqual(sale_order.partner_id.name, "Bakkerij BV")
        self.assertEqual(sale_order.partner_invoice_id, sale_order.partner_id)
        self.assertEqual(sale_order.partner_shipping_id.name, "Sanne de Vries")

    def test_contact_of_another_company_is_not_taken(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.partner"].create(
            {"name": "S", "email": SANNE["email"], "company_id": elsewhere.id}
        )
        self.assertNotEqual(self.bought().sale_order_id.partner_id, stranger)

    def test_guest_without_email_is_a_customer_with_an_address(self):
        order = self.bought(customer=None)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.partner_id.street, "Oudegracht 158")

    def test_order_without_any_customer_data_waits_for_a_person(self):
        order = self.bought(customer=None, shipping_address=None, shipping=None)
        self.assert_blocked(order, "no_address")


class TestTwoWorkers(ImportCase):
    def test_same_new_customer_at_the_same_moment_is_made_once(self):
        first = self.bought().sale_order_id.partner_id
        theirs = self.buy("TW-TROWEL-01")
        partners = type(self.env["res.partner"])
        # The other worker's customer is not visible yet to this transaction.
        unseen = patch.object(
            partners, "_shopify_known_customers", lambda model, *args: {}
        )
        with unseen, mute_logger("odoo.sql_db"):
            self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.state, "waiting")
        self.assertFalse(order.sale_order_id)
        self.run_jobs(later=True)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.partner_id, first)

    def test_order_that_two_hear_of_is_one_row(self):
        order = self.bought()
        with self.assertRaises(RetryableError):
            order._create_once({"shop_id": self.shop.id, "gid": order.gid})
        self.assertEqual(self.find({"id": order.gid}), order)

    def test_missing_row_that_two_report_is_one_row(self):
        mappings = self.env["shopify.shipping.method"]
        key = {"shop_id": self.shop.id, "title": "By Night"}
        row = mappings._ensure(key, {})
        with patch.object(type(mappings), "_find_row", lambda model, key: mappings):
            self.assertFalse(mappings._ensure(key, {}))
        self.assertEqual(mappings._ensure(key, {}), row)


class TestBlocked(ImportCase):
    def test_unknown_product_then_made(self):
        before = self.count()
        order = self.bought("TW-HOSE-01")
        self.assert_blocked(order, "unknown_product")
        self.assertEqual(self.count(), before)
        self.assertIn("TW-HOSE-01", self.open_exceptions(order).message)
        self.assertEqual(order.financial_status, "PAID", "what waits can be seen")
        self.assertGreater(order.total, 0)
        self.product("TW-HOSE-01")
        self.run_jobs()
        self.assert_imported(order)

    def test_unknown_product_then_named(self):
        product = self.product("OLD-NAME")
        order = self.bought("TW-HOSE-01")
        self.assert_blocked(order, "unknown_product")
        product.default_code = "TW-HOSE-01"
        self.run_jobs()
        self.assert_imported(order)

    def test_two_products_with_the_sku(self):
        self.product("TW-HOSE-01")
        twin = self.product("TW-HOSE-01")
        order = self.bought("TW-HOSE-01")
        self.assert_blocked(order, "unknown_product")
        twin.default_code = "TW-HOSE-02"
        self.open_exceptions(order).action_retry()
        self.run_jobs()
        self.assert_imported(order)

    def test_product_without_sku(self):
        theirs = self.buy()
        self.shopify.lines(theirs)[0]["sku"] = None
        self.env["shopify.variant"].search([]).product_id = False
        self.fetch()
        self.assert_blocked(self.find(theirs), "unknown_product")

    def test_unknown_tax_then_chosen(self):
        belgium = {**UTRECHT, "country_code": "BE"}
        order = self.bought(shipping_address=belgium)
        self.assert_blocked(order, "unknown_tax")
        row = self.shop.tax_ids.filtered(lambda tax: tax.country_id.code == "BE")
        self.assertEqual((row.rate, row.price_include), (21, True))
        self.assertEqual(self.shop.unmapped_count, 1)
        row.tax_id = self.shop.tax_ids.tax_id.filtered(lambda tax: tax.amount == 21)[0]
        self.run_jobs()
        self.assert_imported(order)
        self.assertFalse(self.shop.unmapped_count)

    def test_export_without_tax_is_a_decision(self):
        swiss = {**UTRECHT, "country_code": "CH"}
        order = self.bought(shipping_address=swiss)
        self.assert_blocked(order, "unknown_tax")
        row = self.shop.tax_ids.filtered(lambda tax: tax.country_id.code == "CH")
        row.tax_id = self.env["account.tax"].search(
            [("amount", "=", 0), ("type_tax_use", "=", "sale")], limit=1
        )
        self.run_jobs()
        self.assert_imported(order)
        self.assertFalse(order.sale_order_id.amount_tax)

    def test_unknown_shipping_method_then_chosen(self):
        shipping = {"title": "By Night", "price": "9.00"}
        order = self.bought(shipping=shipping)
        self.assert_blocked(order, "unknown_shipping_method")
        (row,) = self.shop.shipping_method_ids
        row.carrier_id = self.carrier
        self.run_jobs()
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.carrier_id, self.carrier)

    def test_shipping_method_that_needs_no_carrier(self):
        order = self.bought(shipping={"title": "Pick-up", "price": "0.00"})
        self.shop.shipping_method_ids.without_carrier = True
        self.run_jobs()
        self.assert_imported(order)
        self.assertFalse(order.sale_order_id.carrier_id)

    def test_unknown_payment_method_then_chosen(self):
        before = self.count()
        order = self.bought(payment={"gateway": "Voucher", "payment_id": "v1"})
        self.assert_blocked(order, "unknown_gateway")
        self.assertEqual(self.count(), before)
        row = self.shop.gateway_ids.filtered(lambda row: not row.journal_id)
        self.assertEqual(row.name, "Voucher")
        row.journal_id = self.journal
        self.run_jobs()
        self.assert_imported(order)

    def test_currency_without_journal_then_rate_then_pricelist(self):
        before = self.count()
        usd = self.env.ref("base.USD")
        usd.active = True
        order = self.bought(presentment_currency="USD", exchange_rate="1.10")
        self.assert_blocked(order, "currency_without_journal")
        self.assertEqual(self.count(), before)
        row = self.shop.gateway_ids.filtered(lambda row: not row.journal_id)
        self.assertEqual((row.name, row.currency_id), ("Mollie", usd))
        row.journal_id = self.journal.copy({"currency_id": usd.id, "code": "MUSD"})
        self.run_jobs()
        self.assert_blocked(order, "currency_without_rate")
        usd.rate_ids = [(0, 0, {"name": "2026-01-01", "rate": 1.1})]
        self.open_exceptions(order).action_retry()
        self.run_jobs()
        self.assert_blocked(order, "currency_without_pricelist")
        self.env["product.pricelist"].create({"name": "USD", "currency_id": usd.id})
        self.open_exceptions(order).action_retry()
        self.run_jobs()
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.currency_id, usd)
        self.assertEqual(order.payment_ids.currency_id, usd)

    def test_total_that_differs_is_named(self):
        theirs = self.buy()
        money = theirs["currentTotalPriceSet"]["presentmentMoney"]
        money["amount"] = str(Decimal(money["amount"]) + Decimal("0.30"))
        self.fetch()
        order = self.find(theirs)
        self.assert_blocked(order, "total_differs")
        self.assertIn("0.30", self.open_exceptions(order).message)


class TestChangedLater(ImportCase):
    def test_change_that_does_not_add_up_is_told_once_until_handled(self):
        theirs = self.buy({"sku": "TW-SHEARS-01", "quantity": 2})
        self.fetch()
        order = self.find(theirs)
        self.shopify.lines(theirs)[0]["currentQuantity"] = 1
        self.shopify.touch(theirs)
        self.world.clock.advance(hours=1)
        for _n in range(2):
            order.action_import()
            self.run_jobs()
        exception = self.open_exceptions(order)
        self.assertEqual(exception.reason, "total_differs")
        self.assertIn("34.95", exception.message)
        self.assertEqual(order.sale_order_id.amount_total, 74.85)
        order.action_changes_handled()
        order.action_import()
        self.run_jobs()
        self.assert_imported(order)

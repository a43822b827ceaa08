"""B2B catalogues: their prices are pricelists here, for their companies."""

from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from odoo.addons.shopify_connector.lib import catalog_calls
from odoo.addons.shopify_connector.lib.catalogs import Catalog, Price

from sandbox.shopify import catalogs
from sandbox.shopify.product_changes import of_handle

from .common import ShopifyCase

SHEARS, TROWEL, HOSE = "TW-SHEARS-01", "TW-TROWEL-01", "TW-HOSE-01"
TUIN = {"name": "Tuin BV", "location": "Utrecht"}
DELFT = {"name": "Tuin BV", "location": "Delft"}
SMIT = {"name": "Smit BV", "location": "Gouda", "vat": "NL123456782B90"}


class CatalogCase(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.store = self.shopify.store
        for sku in (SHEARS, TROWEL):
            self.products[sku].list_price = 40
        # The same prices on both sides; who has taxes inside has a test of its own.
        self.shop.taxes_included = False
        self.shop._enqueue_products()
        self.settle()
        self.tuin = self.customer("Tuin BV")
        self.smit = self.customer("Smit", vat="NL123456782B90")

    def settle(self):
        self.run_jobs()
        self.env.invalidate_all()

    def customer(self, name, **values):
        values = {"name": name, "is_company": True, **values}
        return self.env["res.partner"].create(values)

    def variant(self, sku):
        return of_handle(self.store, sku.lower())["variants"][0]

    def add(self, title="Trade", branches=(TUIN,), prices=None, **options):
        prices = {self.variant(sku): price for sku, price in (prices or {}).items()}
        return catalogs.add(self.store, title, branches, prices=prices, **options)

    def read_all(self):
        self.shop.sync_catalogs = True
        self.shop._cron_catalogs()
        self.settle()

    def catalog(self, theirs):
        everything = self.env["shopify.catalog"].with_context(active_test=False)
        return everything.search([("gid", "=", theirs["id"])])

    def pricelist(self, theirs):
        return self.catalog(theirs).pricelist_id

    def quote(self, partner, sku=SHEARS, quantity=1):
        """Return the unit price on a quotation that somebody types."""
        form = Form(self.env["sale.order"])
        form.partner_id = partner
        with form.order_line.new() as line:
            line.product_id = self.products[sku]
            line.product_uom_qty = quantity
        return form.save().order_line.price_unit

    def assert_states(self, theirs, *states):
        rows = self.catalog(theirs).location_ids
        self.assertEqual(tuple(rows.mapped("state")), states)


class TestPrices(CatalogCase):
    def test_a_quotation_has_the_prices_of_the_shop(self):
        steps = {1: "31.45", 10: "28.90", 50: "25.05"}
        theirs = self.add(prices={SHEARS: steps}, percent=12.5)
        self.read_all()
        pricelist = self.pricelist(theirs)
        self.assertEqual(pricelist.name, "Trade Wins: Trade")
        self.assertEqual(pricelist.company_id, self.env.company)
        self.assertEqual(self.tuin.property_product_pricelist, pricelist)
        for quantity, price in ((1, 31.45), (9, 31.45), (10, 28.9), (50, 25.05)):
            self.assertEqual(self.quote(self.tuin, SHEARS, quantity), price)
        self.assertEqual(self.quote(self.tuin, TROWEL), 35, "12.5 % off 40")
        self.assertEqual(self.quote(self.smit, SHEARS), 40, "not in the catalogue")
        self.assertEqual(self.catalog(theirs).price_count, 3)

    def test_prices_can_be_put_up(self):
        self.add(percent=-10)
        self.read_all()
        self.assertEqual(self.quote(self.tuin), 44)

    def test_taxes_are_taken_out_where_products_have_none_inside(self):
        rows = self.shop.tax_ids.filtered(lambda row: row.rate == 21)
        tax = rows.filtered(lambda row: not row.price_include).tax_id
        self.products[SHEARS].taxes_id = tax
        self.shop.taxes_included = True
        self.add(prices={SHEARS: "31.45"})
        self.read_all()
        self.assertEqual(self.quote(self.tuin), 25.99)
        self.assertEqual(tax.compute_all(25.99)["total_included"], 31.45)

    def test_another_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        usd.rate_ids.unlink()
        self.env["res.currency.rate"].create({"currency_id": usd.id, "rate": 1.25})
        theirs = self.add(prices={SHEARS: "37.50"}, currency="USD")
        self.read_all()
        self.assertEqual(self.pricelist(theirs).currency_id, usd)
        self.assertEqual(self.quote(self.tuin, SHEARS), 37.5)
        self.assertEqual(self.quote(self.tuin, TROWEL), 50, "40 euros at Odoo's rate")

    def test_a_currency_out_of_use_is_asked_for_and_waited_for(self):
        dollar = self.env.ref("base.USD")
        dollar.active = False
        theirs = self.add(prices={SHEARS: "37.50"}, currency="USD")
        other = self.add("Other", [SMIT], {SHEARS: "30"})
        self.read_all()
        exception = self.open_exceptions(self.catalog(theirs))
        self.assertEqual(exception.reason, "currency_not_active")
        self.assertIn("USD", exception.advice)
        self.assertIn(exception, self.shop._open_exceptions())
        self.assertFalse(self.pricelist(theirs))
        self.assertEqual(self.quote(self.smit), 30, "the others go on")
        dollar.active = True
        self.env["res.currency.rate"].create({"currency_id": dollar.id, "rate": 1.25})
        self.settle()
        self.assertFalse(self.open_exceptions(self.catalog(theirs)))
        self.assertEqual(self.pricelist(theirs).currency_id, dollar)
        self.assertTrue(self.pricelist(other).active)

    def test_a_currency_without_a_rate_is_not_taken_one_for_one(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids.unlink()
        theirs = self.add(currency="USD", percent=10)
        self.read_all()
        exception = self.open_exceptions(self.catalog(theirs))
        self.assertEqual(exception.reason, "currency_without_rate")
        self.assertFalse(self.pricelist(theirs))

    def test_variants_without_a_product_are_counted(self):
        theirs = self.add(prices={SHEARS: "30", HOSE: {1: "9", 5: "8"}})
        self.read_all()
        catalog = self.catalog(theirs)
        self.assertEqual((catalog.price_count, catalog.unplaced_count), (3, 2))
        self.products[HOSE] = self.product(HOSE)
        self.settle()
        self.read_all()
        self.assertEqual(catalog.unplaced_count, 0)
        self.assertEqual(self.quote(self.tuin, HOSE, 5), 8)


class TestChanges(CatalogCase):
    def test_prices_change_come_and_go(self):
        theirs = self.add(prices={SHEARS: {1: "30", 10: "28"}, TROWEL: "15"})
        self.read_all()
        rules = self.pricelist(theirs).item_ids
        catalogs.set_prices(
            self.store,
            theirs,
            {self.variant(SHEARS): {1: "29.95", 10: "28", 20: "27"}},
        )
        catalogs.adjust(self.store, theirs, 5)
        self.read_all()
        self.assertEqual(self.quote(self.tuin, SHEARS), 29.95)
        self.assertEqual(self.quote(self.tuin, SHEARS, 10), 28)
        self.assertEqual(self.quote(self.tuin, SHEARS, 20), 27)
        self.assertEqual(self.quote(self.tuin, TROWEL), 38, "5 % off 40")
        kept = self.pricelist(theirs).item_ids & rules
        self.assertEqual(len(kept), 2, "what is the same rule is not made again")

    def test_the_same_again_writes_nothing(self):
        self.add(prices={SHEARS: {1: "31.45", 10: "28.90"}}, percent=7.35)
        self.add("Dear", [SMIT], {SHEARS: "33.33", TROWEL: "18.05"})
        self.read_all()
        written = []
        for name in (
            "product.pricelist",
            "product.pricelist.item",
            "shopify.catalog",
            "shopify.catalog.location",
            "res.partner",
        ):
            model = type(self.env[name])
            for method in ("write", "create", "unlink"):
                whole = getattr(model, method)

                def record(records, *args, name=name, method=method, whole=whole):
                    if len(records) or method == "create" and args[0]:
                        written.append((name, method, args))
                    return whole(records, *args)

                self.startPatcher(patch.object(model, method, record))
        self.read_all()
        self.assertFalse(written)

    def test_a_deleted_catalogue_is_archived(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        self.assertEqual(self.quote(self.tuin), 30)
        catalogs.delete(self.store, theirs)
        self.read_all()
        self.assertFalse(self.catalog(theirs).active)
        self.assertFalse(self.pricelist(theirs).active)
        self.assertNotEqual(
            self.tuin.property_product_pricelist, self.pricelist(theirs)
        )
        self.assertEqual(self.quote(self.tuin), 40)

    def test_a_draft_has_no_pricelist_and_comes_back(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        theirs["status"] = "DRAFT"
        self.read_all()
        self.assertFalse(self.pricelist(theirs).active)
        self.assert_states(theirs, "off")
        self.assertEqual(self.quote(self.tuin), 40)
        theirs["status"] = "ACTIVE"
        self.read_all()
        self.assertTrue(self.pricelist(theirs).active)
        self.assertEqual(self.quote(self.tuin), 30)

    def test_without_prices_of_its_own_it_has_no_pricelist(self):
        theirs = self.add(currency=None)
        self.read_all()
        self.assertFalse(self.pricelist(theirs))
        self.assert_states(theirs, "off")
        self.assertFalse(self.open_exceptions())

    def test_switched_off_nothing_stale_is_left(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        self.shop.sync_catalogs = False
        self.settle()
        self.assertFalse(self.pricelist(theirs).active)
        self.assertEqual(self.quote(self.tuin), 40)
        self.shop._cron_catalogs()
        self.settle()
        self.assertFalse(self.pricelist(theirs).active, "nothing is read")
        self.read_all()
        self.assertEqual(self.quote(self.tuin), 30)

    def test_more_than_one_page_of_everything(self):
        steps = {quantity: str(40 - quantity) for quantity in range(1, 8)}
        branches = [{"name": f"Company {n}"} for n in range(5)]
        theirs = [
            self.add(title, branches if title == "A" else (), {SHEARS: steps})
            for title in "ABC"
        ]
        sizes = {"PER_PAGE": 2, "CATALOGS_PER_PAGE": 2, "BREAKS": 2}
        for name, size in sizes.items():
            self.startPatcher(patch.object(catalog_calls, name, size))
        self.read_all()
        self.assertEqual(len(self.catalog(theirs[0]).location_ids), 5)
        for catalog in theirs:
            prices = self.pricelist(catalog).item_ids.mapped("fixed_price")
            self.assertEqual(sorted(prices), [33, 34, 35, 36, 37, 38, 39])


class TestSpeed(CatalogCase):
    def prices(self, count, amount):
        return [
            Price(f"gid://shopify/ProductVariant/{n}", minimum, Decimal(amount))
            for n in range(count)
            for minimum in (1, 10)
        ]

    def make_variants(self, count):
        products = self.env["product.product"].create(
            [{"name": f"Product {n}"} for n in range(count)]
        )
        row = self.env["shopify.product"].search([], limit=1)
        self.env["shopify.variant"].create(
            [
                {
                    "shopify_product_id": row.id,
                    "gid": f"gid://shopify/ProductVariant/{n}",
                    "item_gid": f"gid://shopify/InventoryItem/{n}",
                    "product_id": product.id,
                }
                for n, product in enumerate(products)
            ]
        )

    def questions(self, theirs, prices):
        """Return how often the database is asked to bring a list to these prices."""
        catalog = self.catalog(theirs)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = catalog_of(theirs)
        catalog._bring_pricelist(found, prices)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_as_many_questions_for_many_prices_as_for_few(self):
        self.make_variants(80)
        theirs = [self.add(title, ()) for title in ("Few", "Many")]
        self.read_all()
        for amount in ("30", "29"):
            few = self.questions(theirs[0], self.prices(5, amount))
            many = self.questions(theirs[1], self.prices(80, amount))
            self.assertLessEqual(many, few + 3)
        self.assertEqual(len(self.pricelist(theirs[1]).item_ids), 160)


def catalog_of(theirs):
    return Catalog(theirs["id"], theirs["title"], "ACTIVE", "x", "EUR", Decimal(0))


class TestNobodyElse(CatalogCase):
    def test_a_pricelist_that_a_person_chose_stays(self):
        own = self.env["product.pricelist"].create(
            {"name": "Agreed", "item_ids": [(0, 0, {"fixed_price": 11})]}
        )
        self.tuin.property_product_pricelist = own
        theirs = self.add(branches=[TUIN, SMIT], prices={SHEARS: "30"})
        self.read_all()
        self.assertEqual(self.tuin.property_product_pricelist, own)
        self.assertEqual(own.item_ids.fixed_price, 11)
        self.assertEqual(own.name, "Agreed")
        self.assert_states(theirs, "given", "own")
        catalogs.delete(self.store, theirs)
        self.read_all()
        self.assertEqual(self.tuin.property_product_pricelist, own)

    def test_who_has_no_pricelist_never_gets_a_catalogue(self):
        self.env["product.pricelist"].search([]).active = False
        self.add(prices={SHEARS: "30"})
        self.read_all()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.assertFalse(stranger.property_product_pricelist.from_shopify)
        self.assertEqual(self.quote(stranger), 40)

    def test_orders_keep_their_own_prices(self):
        self.add(branches=[SMIT], prices={SHEARS: "30"})
        self.read_all()
        order = self.bought(SHEARS, company=SMIT)
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.partner_id, self.smit)
        self.assertFalse(sale_order.pricelist_id)
        self.assertEqual(sale_order.amount_total, order.total)
        line = sale_order.order_line[0]
        self.assertNotEqual(line.price_unit, 30)
        before = line.price_unit
        line.product_uom_qty = 12
        self.assertEqual(line.price_unit, before, "nor later")

    def test_an_order_in_dollars_is_not_given_a_catalogue(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        if not dollar.rate_ids:
            self.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "rate": 1.25}
            )
        self.env["product.pricelist"].search([]).active = False
        theirs = self.add(prices={SHEARS: "37.50"}, currency="USD")
        self.read_all()
        order = self.env["shopify.order"].new(
            {"shop_id": self.shop.id, "currency_id": dollar.id}
        )
        plain = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id, "sequence": 99}
        )
        self.assertTrue(self.pricelist(theirs).active)
        self.assertEqual(order._find_pricelist(), plain)


class TestCompanies(CatalogCase):
    def test_a_customer_that_comes_later_has_the_prices_then(self):
        new = {"name": "Nieuw BV"}
        theirs = self.add(branches=[new], prices={SHEARS: "30"})
        self.read_all()
        self.assert_states(theirs, "unknown")
        partner = self.bought(SHEARS, company=new).sale_order_id.partner_id
        self.settle()
        self.assert_states(theirs, "given")
        self.assertEqual(self.quote(partner), 30)

    def test_found_by_vat_number(self):
        theirs = self.add(branches=[SMIT], prices={SHEARS: "30"})
        self.read_all()
        self.assertEqual(self.catalog(theirs).location_ids.partner_id, self.smit)
        self.assertEqual(self.quote(self.smit), 30)

    def test_locations_with_different_prices_are_left_to_a_person(self):
        theirs = self.add(branches=[TUIN], prices={SHEARS: "30"})
        self.read_all()
        self.assert_states(theirs, "given")
        other = self.add("Other", branches=[DELFT], prices={SHEARS: "31"})
        self.read_all()
        self.assert_states(theirs, "several")
        self.assert_states(other, "several")
        self.assertEqual(self.quote(self.tuin), 40)

    def test_a_location_without_the_catalogue_counts(self):
        theirs = self.add(branches=[TUIN, DELFT], prices={SHEARS: "30"})
        self.read_all()
        self.assertEqual(self.quote(self.tuin), 30)
        catalogs.assign(self.store, theirs, [DELFT])
        self.read_all()
        self.assert_states(theirs, "several")
        self.assertEqual(self.quote(self.tuin), 40)

    def test_a_company_moves_to_another_catalogue(self):
        first = self.add(prices={SHEARS: "30"})
        second = self.add("Second", branches=[], prices={SHEARS: "25"})
        self.read_all()
        below = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.tuin.id}
        )
        self.assertEqual(self.quote(below), 30)
        catalogs.assign(self.store, first, [])
        catalogs.assign(self.store, second, [TUIN])
        self.read_all()
        self.assertEqual((self.quote(self.tuin), self.quote(below)), (25, 25))
        catalogs.assign(self.store, second, [])
        self.read_all()
        self.assertEqual((self.quote(self.tuin), self.quote(below)), (40, 40))

    def test_another_company_of_ours_has_other_prices(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        other = self.env["res.company"].create({"name": "Other"})
        there = self.tuin.with_company(other).property_product_pricelist
        self.assertNotEqual(there, self.pricelist(theirs))
        self.assertEqual(self.pricelist(theirs).company_id, self.env.company)

    def test_another_shop_s_pricelist_is_somebody_s_choice(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        second = self.shop.copy({"domain": "other.myshopify.com", "name": "Other"})
        kept = self.pricelist(theirs)
        self.env["shopify.catalog.location"]._give_prices(second)
        self.assertEqual(self.tuin.property_product_pricelist, kept)


class TestPlainWords(CatalogCase):
    def test_a_shop_without_b2b_goes_on(self):
        self.store.data["b2b"] = False
        self.read_all()
        self.assertIn("B2B", self.shop.catalog_trouble)
        self.assertEqual(self.shop.state, "connected")
        self.assertFalse(self.open_exceptions())
        self.store.data["b2b"] = True
        self.read_all()
        self.assertFalse(self.shop.catalog_trouble)

    def test_no_catalogues_are_no_trouble(self):
        self.read_all()
        self.assertFalse(self.shop.catalog_trouble or self.shop.catalog_ids)

    def test_an_app_that_may_not_see_companies_goes_on(self):
        theirs = self.add(prices={SHEARS: "30"})
        scopes = {"read_companies", "read_customers"}
        granted = self.store.data["scopes"]
        self.store.data["scopes"] = [s for s in granted if s not in scopes]
        self.read_all()
        self.assertIn("read_companies", self.shop.catalog_trouble)
        self.assertEqual(self.shop.state, "connected")
        self.assertFalse(self.pricelist(theirs))

    def test_it_says_where_the_prices_come_from(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        pricelist = self.pricelist(theirs)
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_manager")
        self.assertEqual(
            pricelist.with_user(seller).shopify_source, "Trade of Trade Wins"
        )
        form = Form(pricelist.with_user(seller))
        self.assertTrue(form._get_modifier("name", "readonly"))
        with self.assertRaises(AccessError):
            self.catalog(theirs).with_user(seller).action_read()
        own = pricelist.copy()
        self.assertFalse(own.shopify_source)
        self.assertFalse(Form(own)._get_modifier("name", "readonly"), "it is yours")

    def test_users_see_pricelists_from_then_on(self):
        group = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids -= group
        self.shop.sync_catalogs = True
        self.assertIn(group, self.env.ref("base.group_user").implied_ids)

    def test_buttons(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.shop.sync_catalogs = True
        self.settle()
        catalogs.set_prices(self.store, theirs, {self.variant(SHEARS): "29"})
        self.pricelist(theirs).action_read_from_shopify()
        self.settle()
        self.assertEqual(self.quote(self.tuin), 29)
        self.add("New", [SMIT], {SHEARS: "28"})
        self.shop.action_fetch_catalogs()
        self.settle()
        self.assertEqual(self.quote(self.smit), 28)
        shown = self.catalog(theirs).action_show_pricelist()
        self.assertEqual(shown["res_id"], self.pricelist(theirs).id)

    def test_a_shop_that_is_deleted_takes_its_prices_with_it(self):
        theirs = self.add(prices={SHEARS: "30"})
        self.read_all()
        pricelist = self.pricelist(theirs)
        self.shop.unlink()
        self.assertFalse(pricelist.active)
        self.assertEqual(self.quote(self.tuin), 40)

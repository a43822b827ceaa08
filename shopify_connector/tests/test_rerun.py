"""A saved mapping lets exactly those orders go on that waited for it."""

from unittest.mock import patch

from .common import UTRECHT
from .test_import import ImportCase

HOSE, RAKE = "TW-HOSE-01", "TW-SHEARS-01"
STORE_FRONT = "gid://shopify/Location/9000000002"


class RerunCase(ImportCase):
    def blocked(self, reason, *cart, **options):
        """Place an order that has to wait, and return its ``shopify.order``."""
        theirs = self.buy(*cart, **options)
        self.fetch()
        order = self.find(theirs)
        self.assert_blocked(order, reason)
        return order

    def goes_on(self, order, save):
        """After ``save()`` this order, and no other, is read again and imported."""
        asked = []
        cls = type(order)
        original = cls._enqueue_import

        def enqueue(orders, *args):
            asked.extend(orders.ids)
            return original(orders, *args)

        with patch.object(cls, "_enqueue_import", enqueue):
            save()
        self.assertEqual(set(asked), set(order.ids))
        self.run_jobs()
        self.assert_imported(order)

    def still_waits(self, order, reason):
        self.assert_blocked(order, reason)


class TestMappings(RerunCase):
    def test_payment_method(self):
        voucher, klarna = (
            self.blocked("unknown_gateway", payment={"gateway": name})
            for name in ("Voucher", "Klarna - Later")
        )
        row = self.shop.gateway_ids.filtered(lambda row: row.name == "Voucher")
        self.goes_on(voucher, lambda: row.write({"journal_id": self.journal.id}))
        self.still_waits(klarna, "unknown_gateway")
        # A name that only begins like the label stands for it, too.
        values = {"name": "klarna", "journal_id": self.journal.id}
        values["shop_id"] = self.shop.id
        self.goes_on(klarna, lambda: self.shop.gateway_ids.create(values))

    def test_currency_of_a_payment_method(self):
        usd, gbp = self.env.ref("base.USD"), self.env.ref("base.GBP")
        for currency in usd + gbp:
            currency.active = True
            currency.rate_ids = [(0, 0, {"name": "2026-01-01", "rate": 1.1})]
            values = {"name": currency.name, "currency_id": currency.id}
            self.env["product.pricelist"].create(values)
        dollars, pounds = (
            self.blocked(
                "currency_without_journal",
                presentment_currency=currency.name,
                exchange_rate="1.10",
            )
            for currency in (usd, gbp)
        )
        row = self.shop.gateway_ids.filtered(lambda row: row.currency_id == usd)
        journal = self.journal.copy({"currency_id": usd.id, "code": "MUSD"})
        self.goes_on(dollars, lambda: row.write({"journal_id": journal.id}))
        self.still_waits(pounds, "currency_without_journal")

    def test_tax(self):
        belgian, german = (
            self.blocked(
                "unknown_tax", shipping_address={**UTRECHT, "country_code": code}
            )
            for code in ("BE", "DE")
        )
        row = self.shop.tax_ids.filtered(lambda tax: tax.country_id.code == "BE")
        tax = self.shop.tax_ids.tax_id.filtered(lambda tax: tax.amount == 21)[0]
        self.goes_on(belgian, lambda: row.write({"tax_id": tax.id}))
        self.still_waits(german, "unknown_tax")

    def test_shipping_method(self):
        by_night, by_day = (
            self.blocked(
                "unknown_shipping_method", shipping={"title": title, "price": "9.00"}
            )
            for title in ("By Night", "By Day")
        )
        row = self.shop.shipping_method_ids.filtered(lambda r: r.title == "By Night")
        self.goes_on(by_night, lambda: row.write({"carrier_id": self.carrier.id}))
        self.still_waits(by_day, "unknown_shipping_method")

    def test_product(self):
        hose = self.blocked("unknown_product", HOSE)
        gloves = self.blocked("unknown_product", "TW-GLOVES-01")
        self.goes_on(hose, lambda: self.product(HOSE))
        self.still_waits(gloves, "unknown_product")

    def test_product_chosen_for_a_variant(self):
        hose = self.blocked("unknown_product", HOSE)
        nameless = self.buy()
        self.shopify.lines(nameless)[0]["sku"] = None
        variants = self.env["shopify.variant"].search([("shop_id", "=", self.shop.id)])
        variants.product_id = False
        self.fetch()
        nameless = self.find(nameless)
        self.assert_blocked(nameless, "unknown_product")
        other = self.product("SOMETHING-ELSE")
        for order, sku in ((nameless, RAKE), (hose, HOSE)):
            row = variants.filtered(lambda v, sku=sku: v.sku == sku)
            product = other if sku == HOSE else self.products[sku]
            self.goes_on(order, lambda r=row, p=product: r.write({"product_id": p.id}))

    def test_location(self):
        self.env["stock.warehouse"].create({"name": "Delft", "code": "DEL"})
        self.env["shopify.payment.gateway"].create(
            {"shop_id": self.shop.id, "name": "cash", "journal_id": self.journal.id}
        )
        sold = self.blocked(
            "unknown_location",
            source_name="pos",
            shipping=None,
            shipping_address=None,
            payment={"gateway": "cash"},
        )
        hose = self.blocked("unknown_product", HOSE)
        delft = self.env["stock.warehouse"].search([("code", "=", "DEL")])
        row = self.shop.location_ids.filtered(lambda row: row.gid == STORE_FRONT)
        self.goes_on(sold, lambda: row.write({"warehouse_id": delft.id}))
        self.assertEqual(sold.sale_order_id.warehouse_id, delft)
        self.still_waits(hose, "unknown_product")

    def test_gift_card_account(self):
        card = {"title": "Gift card", "price": "25.00", "quantity": 1}
        sold = self.blocked("no_gift_card_account", {**card, "gift_card": True})
        hose = self.blocked("unknown_product", HOSE)
        self.goes_on(sold, self.shop.action_prepare_gift_cards)
        self.still_waits(hose, "unknown_product")

    def test_incomplete_row_frees_nothing(self):
        order = self.blocked("unknown_gateway", payment={"gateway": "Voucher"})
        row = self.shop.gateway_ids.filtered(lambda row: row.name == "Voucher")
        with patch.object(type(order), "_enqueue_import") as asked:
            row.name = "Vouchers"
        asked.assert_not_called()

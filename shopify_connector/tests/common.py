"""A connected shop of the sandbox, with products, taxes and a journal for Mollie."""

from datetime import datetime

from odoo.addons.o2c_base.tests.common import O2CCase

from sandbox import settings
from sandbox.clock import ManualClock
from sandbox.shopify import ShopifyApp
from sandbox.world import World

BASE_URL = "http://shopify.sandbox"
SANNE = {"first_name": "Sanne", "last_name": "de Vries", "email": "sanne@example.com"}
UTRECHT = {
    "first_name": "Sanne",
    "last_name": "de Vries",
    "address1": "Oudegracht 158",
    "zip": "3511 AZ",
    "city": "Utrecht",
    "country_code": "NL",
    "phone": "+31612345678",
}
PAYMENT_ID = "rHyzYR2eamTdGyB4PmuRsWxGb"


class ShopifyMixin:
    """What tests need of a shop, for O2CCase and HttpCase."""

    @classmethod
    def set_up_shop(cls):
        """Make the sandbox's shop, connect it and complete its mappings."""
        cls.open_sandbox()
        company = cls.env.company
        cls.shop = cls.env["shopify.shop"].create(
            {
                "name": "Trade Wins",
                "domain": settings.SHOP_DOMAIN,
                "access_token": settings.SHOPIFY_TOKEN,
                "client_secret": settings.SHOPIFY_CLIENT_SECRET,
                "base_url": BASE_URL,
                "orders_since": datetime(2026, 11, 1),
                "company_id": company.id,
            }
        )
        cls.shop.action_test_connection()
        cls.journal = cls.env["account.journal"].create(
            {"name": "Mollie", "type": "bank", "code": "MOL"}
        )
        cls.gateway = cls.env["shopify.payment.gateway"].create(
            {"shop_id": cls.shop.id, "name": "Mollie", "journal_id": cls.journal.id}
        )
        cls.set_up_taxes()
        cls.set_up_carriers()
        cls.products = {
            sku: cls.product(sku) for sku in ("TW-SHEARS-01", "TW-TROWEL-01")
        }
        cls.run_jobs()

    @classmethod
    def open_sandbox(cls):
        """Begin with a shop that sold nothing: only the database rolls back."""
        cls.world = World(clock=ManualClock())
        cls.shopify = ShopifyApp(cls.world)
        cls.services = {BASE_URL: cls.shopify}

    @classmethod
    def set_up_taxes(cls):
        """Say which taxes the two Dutch rates are."""
        for rate in (21, 9):
            tax = cls.env["account.tax"].search(
                [
                    ("company_id", "=", cls.env.company.id),
                    ("type_tax_use", "=", "sale"),
                    ("amount", "=", rate),
                    ("price_include", "=", False),
                ],
                order="id",
                limit=1,
            )
            for included in (True, False):
                cls.env["shopify.tax"].create(
                    {
                        "shop_id": cls.shop.id,
                        "country_id": cls.env.ref("base.nl").id,
                        "rate": rate,
                        "price_include": included,
                        "tax_id": tax.id,
                    }
                )

    @classmethod
    def set_up_carriers(cls):
        """Let the shop's method “Standard” be carried without a label."""
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Standard",
                "product_id": cls.env.ref("shopify_connector.product_shipping").id,
            }
        )

    @classmethod
    def product(cls, sku, **values):
        """Make a storable product with a SKU and much stock."""
        product = cls.env["product.product"].create(
            {
                "name": sku,
                "default_code": sku,
                "detailed_type": "product",
                "invoice_policy": "order",
                **values,
            }
        )
        location = cls.shop.warehouse_id.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(product, location, 1000)
        return product

    @classmethod
    def buy(cls, *cart, **options):
        """Place an order; by default it is paid with iDEAL.

        :param cart: SKUs or cart rows
        :return: the order's record in the sandbox
        """
        rows = [{"sku": r, "quantity": 1} if isinstance(r, str) else r for r in cart]
        rows = rows or [{"sku": "TW-SHEARS-01", "quantity": 2}]
        options.setdefault("customer", SANNE)
        options.setdefault("shipping_address", UTRECHT)
        options.setdefault("payment", cls.ideal())
        return cls.shopify.place_order(rows, **options)

    @classmethod
    def ideal(cls, **values):
        """Return a payment that Mollie took."""
        payment = {"gateway": "Mollie - iDEAL", "payment_id": PAYMENT_ID}
        return {**payment, "method": "ideal", **values}

    @classmethod
    def fetch(cls):
        """Fetch new and changed orders, as the cron does."""
        cls.env["shopify.shop"]._cron_sweep()
        cls.run_jobs()
        cls.env.invalidate_all()

    @classmethod
    def bought(cls, *cart, **options):
        """Place an order, fetch it, and return its ``shopify.order``."""
        theirs = cls.buy(*cart, **options)
        cls.fetch()
        return cls.find(theirs)

    @classmethod
    def find(cls, theirs):
        """Return the ``shopify.order`` of a record of the sandbox."""
        return cls.env["shopify.order"].search([("gid", "=", theirs["id"])])

    def deliver(self, sale_order, **values):
        """Validate an order's open delivery and return it."""
        picking = sale_order.picking_ids.filtered(lambda p: p.state != "done")
        picking.write(values)
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        done = picking.with_context(skip_sms=True).button_validate()
        self.assertIs(done, True)
        return picking


class ShopifyCase(ShopifyMixin, O2CCase):
    """A test with a connected shop of the sandbox, in one transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()

    def setUp(self):
        super().setUp()
        self.open_sandbox()

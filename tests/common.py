"""The whole suite against the whole sandbox, in one process and one transaction."""

from contextlib import nullcontext
from copy import deepcopy
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.o2c_base.tests.common import O2CCase

from sandbox.checkout import Checkout
from sandbox.clock import SystemClock
from sandbox.mollie import MollieApp
from sandbox.sendcloud import SendcloudApp
from sandbox.shopify import ShopifyApp
from sandbox.world import World
from tools import demo_connections, demo_data

URLS = {
    "odoo": "http://odoo.test",
    "shop": "http://shop.sandbox",
    "shopify": "http://shopify.sandbox",
    "sendcloud": "http://sendcloud.sandbox",
    "mollie": "http://mollie.sandbox",
}


def let_in(case):
    """Return a context in which the server answers requests that a test makes itself.

    Odoo 19 turns away what does not carry the test's key; 17 knows no such thing.
    """
    allow = getattr(case, "allow_requests", None)
    return allow(all_requests=True) if allow else nullcontext()


@tagged("standard", "post_install", "-at_install")
class OrderToCashCase(O2CCase):
    """The merchant of the demo, connected; a customer, a packer and a carrier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_world(World(clock=SystemClock()))
        with patch.object(demo_connections, "tell_sandbox", cls.tell_sandbox):
            demo_data.set_up(cls.env, URLS)
        cls.run_jobs()
        cls.shop = cls.env["shopify.shop"].search([], limit=1)
        cls.balance = cls.env["mollie.balance"].search([], limit=1)
        cls.first_state = deepcopy(cls.world.state)

    def setUp(self):
        super().setUp()
        # Odoo forgets each test; the other side has to forget it as well.
        world = World(clock=SystemClock())
        world.state.update(deepcopy(self.first_state))
        self.open_world(world)

    @classmethod
    def open_world(cls, world):
        """Let all services live in ``world``."""
        cls.world = world
        cls.shopify = ShopifyApp(world)
        cls.sendcloud = SendcloudApp(world)
        cls.mollie = MollieApp(world)
        cls.checkout = Checkout(world, cls.shopify, cls.mollie)
        cls.services = {
            URLS["shopify"]: cls.shopify,
            URLS["sendcloud"]: cls.sendcloud,
            URLS["mollie"]: cls.mollie,
        }

    @classmethod
    def tell_sandbox(cls, url, values):
        """Do what the control page's settings do, without its server."""
        cls.world.state["settings"].update(values)

    def buy(self, cart=(("TW-SHEARS-01", 1),), method="ideal", **details):
        """Buy in the shop and return the order's name there."""
        rows = [{"sku": sku, "quantity": quantity} for sku, quantity in cart]
        address = {
            "first_name": "Test",
            "last_name": "Customer",
            "address1": "Keizersgracht 241",
            "zip": "1016 EA",
            "city": "Amsterdam",
            "country_code": "NL",
            "phone": "+31612345678",
            **details.pop("address", {}),
        }
        details.setdefault("email", "test@example.com")
        payment = self.checkout.begin(rows, address, method=method, **details)
        return self.checkout.finish(payment["id"])["name"]

    def deliver_webhooks(self, times=1):
        """Bring the services' messages through the door, ``times`` over."""
        messages, self.world.outbox.waiting = self.world.outbox.waiting, []
        for message in messages * times:
            self._knock(message["url"], message["headers"], message["body"])
        self.run_jobs()

    def _knock(self, url, headers, raw):
        token = url.rpartition("/")[2]
        for model in ("shopify.shop", "sendcloud.account", "mollie.account"):
            connection = self.env[model]._find_by_webhook_token(token)
            if connection:
                break
        self.assertTrue(connection._webhook_is_authentic(raw, headers))
        identity = connection._webhook_identity(raw, headers)
        self.env["o2c.webhook.event"]._receive(connection, *identity, raw)

    def order(self, name):
        """Return the sales order of a shop order."""
        return self.env["sale.order"].search([("client_order_ref", "=", name)])

    def pack(self, order):
        """Validate the order's deliveries."""
        pickings = order.picking_ids.with_context(skip_sms=True, skip_backorder=True)
        self.assertTrue(pickings.button_validate() is True)
        self.run_jobs()

    def parcels_move(self, until):
        """Let the carrier take all parcels further until they have a status."""
        for _step in range(20):
            moved = self.sendcloud.next_status()
            self.deliver_webhooks()
            if not moved or {parcel["message"] for parcel in moved} == {until}:
                return
        self.fail(f"no parcel came to: {until}")

    def settle(self):
        """Let Mollie's pending money become available, and have it fetched."""
        self.mollie.settle()
        self.deliver_webhooks()

    def row(self, order):
        """Return the order's row on the dashboard, as it is now."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["o2c.order.flow"].search([("order_id", "=", order.id)])

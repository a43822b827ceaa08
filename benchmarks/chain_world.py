"""The three services beside :mod:`benchmarks.chain`, in its process, and their time."""

import time
from contextlib import contextmanager
from unittest.mock import patch

import requests

from sandbox.checkout import checkout
from sandbox.clock import SystemClock
from sandbox.mollie import MollieApp
from sandbox.sendcloud import SendcloudApp
from sandbox.shopify import ShopifyApp
from sandbox.world import World
from tools.flow import place_order

URLS = {
    "odoo": "http://odoo.benchmark",
    "shop": "http://shop.benchmark",
    "shopify": "http://shopify.benchmark",
    "sendcloud": "http://sendcloud.benchmark",
    "mollie": "http://mollie.benchmark",
}
#: Sendcloud's limits are measured by :mod:`benchmarks.labels`
LIFTED = {"get": 10**6, "write": 10**6, "burst": 10**6}


class Services:
    """What the connectors reach; the time it takes is no one's to answer for."""

    def __init__(self):
        self.world = World(clock=SystemClock())
        self.world.state["settings"]["sendcloud_limits"] = LIFTED
        self.shopify = ShopifyApp(self.world, plan="enterprise")
        self.sendcloud = SendcloudApp(self.world)
        self.mollie = MollieApp(self.world)
        #: seconds by the clock and of the processor spent in here so far
        self.seconds = self.processor = 0.0
        self.calls = 0

    @contextmanager
    def reached(self):
        """Let all requests of this process come here."""
        with patch.object(requests.Session, "send", self._send):
            yield

    def _send(self, request, **_kwargs):
        from odoo.addons.o2c_base.tests.wsgi import wsgi_send

        start, worked = time.perf_counter(), time.process_time()
        self.calls += 1
        try:
            for name in ("shopify", "sendcloud", "mollie"):
                if request.url.startswith(URLS[name]):
                    return wsgi_send(getattr(self, name), request)
            raise requests.ConnectionError(request.url)
        finally:
            self.seconds += time.perf_counter() - start
            self.processor += time.process_time() - worked

    def set(self, _url, values):
        """Do what the control page's settings do."""
        self.world.state["settings"].update(values)

    def buy(self, numbers):
        """Let customers buy; return the names of their orders."""
        names = [place_order(self, number) for number in numbers]
        self.world.outbox.waiting.clear()
        return names

    def post(self, _path, body):
        """Take a purchase as the shop's control page does."""
        given = {name: value for name, value in body.items() if value}
        cart = given.pop("cart")
        return checkout(self.world, self.shopify, self.mollie, cart, **given)

    def settle(self):
        """Let the customers' money arrive on the balance."""
        self.mollie.settle()
        self.world.outbox.waiting.clear()

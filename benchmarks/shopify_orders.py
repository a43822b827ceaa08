"""Orders for a benchmark: recorded from the simulated Shopify, then played back.

The simulator validates and executes each question on Shopify's whole schema, which
takes longer than Odoo takes for the order. So a few orders are recorded through the
connector's own question, and a small server gives them out under new numbers.
"""

import copy
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sandbox.clock import ManualClock
from sandbox.shopify import ShopifyApp
from sandbox.shopify.testing import Caller
from sandbox.world import World

#: how many different carts there are
CARTS = 40
#: how many products are sold
PRODUCTS = 300
#: what one order costs in Shopify's points; a page of fifty fits into one question
POINTS = 15
#: from this number on orders are paid
PAID = 5_000_000
#: stands for the order's number in what is recorded
NUMBER = "@NUMBER@"


def skus():
    """Return the SKUs of all products that the orders have."""
    return [f"BENCH-{number:04d}" for number in range(PRODUCTS)]


def record(document, paid=False):
    """Return the simulated Shopify's answers for some orders.

    :param document: the connector's question for several orders
    """
    app = ShopifyApp(World(clock=ManualClock()), plan="enterprise")
    chance = random.Random(4)
    payment = {"gateway": "Mollie - iDEAL", "payment_id": NUMBER, "method": "ideal"}
    options = {"payment": payment} if paid else {}
    gids = [app.place_order(*_order(chance), **options)["id"] for _n in range(CARTS)]
    caller = Caller(app)
    nodes = []
    for gid in gids:
        nodes += caller.ask(document, ids=[gid], lines=10)["nodes"]
    return nodes


def _order(chance):
    cart = [
        {
            "sku": sku,
            "title": f"Tool {sku}",
            "price": f"{chance.randint(200, 9000) / 100:.2f}",
            "quantity": chance.randint(1, 4),
        }
        for sku in chance.sample(skus(), chance.randint(1, 4))
    ]
    person = {"first_name": "Jan", "last_name": "Jansen"}
    address = {**person, "address1": "Oudegracht 1", "zip": "3511 AZ"}
    customer = {**person, "email": "jan@example.com"}
    return cart, customer, {**address, "city": "Utrecht", "country_code": "NL"}


def gid(number):
    """Return the id of the order with a number."""
    return f"gid://shopify/Order/{number}"


class Playback:
    """Gives out the recorded orders under any number.

    :param paid: those that :data:`PAID` numbers have
    """

    def __init__(self, nodes, paid=()):
        # Text with the number left open: the server must not compete for the
        # processor with what is measured.
        self.texts = [json.dumps(_numbered(node)) for node in nodes]
        self.paid = [json.dumps(_numbered(node)) for node in paid]

    def text(self, number):
        """Return an order, with a customer of its own, as JSON."""
        texts = self.paid if number >= PAID else self.texts
        return texts[number % len(texts)].replace(NUMBER, str(number))

    def node(self, number):
        """Return an order as the connector's question is answered."""
        return json.loads(self.text(number))

    def answer(self, body):
        """Return Shopify's answer to the question for several orders, as JSON."""
        numbers = [int(i.rpartition("/")[2]) for i in body["variables"]["ids"]]
        price = POINTS * len(numbers)
        status = {
            "maximumAvailable": 40000.0,
            "currentlyAvailable": 40000 - price,
            "restoreRate": 2000.0,
        }
        cost = {
            "requestedQueryCost": price,
            "actualQueryCost": price,
            "throttleStatus": status,
        }
        nodes = ", ".join(self.text(number) for number in numbers)
        return (
            f'{{"data": {{"nodes": [{nodes}]}},'
            f' "extensions": {json.dumps({"cost": cost})}}}'
        )

    def serve(self):
        """Serve on a free port of this computer; return the server."""
        playback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                raw = playback.answer(json.loads(self.rfile.read(size))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_arguments):
                """Say nothing: the output is the benchmark's."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def _numbered(node):
    node = copy.deepcopy(node)
    email = f"buyer{NUMBER}@example.com"
    node.update(id=gid(NUMBER), name=f"#{NUMBER}", email=email)
    if node["customer"]:
        node["customer"]["defaultEmailAddress"] = {"emailAddress": email}
    for kind in ("billingAddress", "shippingAddress"):
        node[kind]["address1"] = f"Oudegracht {NUMBER}"
    for transaction in node["transactions"]:
        transaction["id"] = f"gid://shopify/OrderTransaction/{NUMBER}"
    return node

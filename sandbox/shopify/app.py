"""The doors of the simulated Shopify: its HTTP interface and its Python interface."""

import json
import re
import secrets
from datetime import timedelta
from decimal import Decimal

from werkzeug.wrappers import Response

from .. import catalogue, settings
from ..faults import json_response
from . import (
    bodies,
    bulk,
    cancellations,
    catalogs,
    drafts,
    edits,
    fulfilments,
    groupings,
    inventory,
    journeys,
    media,
    metafields,
    moves,
    orders,
    pictures,
    product_changes,
    products,
    publications,
    queries,
    refunds,
    returns,
    schemas,
    seed,
    tags,
    uploads,
    webhooks,
)
from .engine import Engine, deprecated
from .store import Store, is_gid

GRAPHQL_PATH = re.compile(r"/admin/api/([^/]+)/graphql\.json")
TOKEN_SECONDS = 86399
DEPRECATIONS_PAGE = (
    "https://shopify.dev/docs/api/usage/versioning#making-requests-to-an-api-version"
)
BAD_TOKEN = (
    "[API] Invalid API key or access token (unrecognized login or wrong password)"
)
#: modules that only register fields
REGISTERED = (
    bulk,
    cancellations,
    catalogs,
    groupings,
    inventory,
    journeys,
    media,
    metafields,
    moves,
    product_changes,
    products,
    publications,
    queries,
    returns,
    tags,
    uploads,
)


class ShopifyApp(returns.ReturnDoors):
    """Shopify's Admin API over one world, as a WSGI application.

    The methods below the HTTP part are for the shop pages and for tests.
    """

    def __init__(self, world, plan="plus"):
        self.world = world
        self.store = Store(world)
        seed.fill(self.store, plan)
        self.engine = Engine(self.store)
        self.wsgi = world.faults.wrap("shopify", world.served(self._answer))

    def __call__(self, environ, start_response):
        return self.wsgi(environ, start_response)

    # === HTTP ===

    def _answer(self, request):
        if request.path == "/admin/oauth/access_token":
            return self._grant(request)
        if request.path.startswith(pictures.PATH):
            return pictures.answer(request)
        if request.path.startswith(uploads.PATH):
            return uploads.receive(self.store, request)
        if request.path.startswith(bulk.PATH):
            return self._file(request)
        found = GRAPHQL_PATH.fullmatch(request.path)
        if not found:
            return json_response({"errors": "Not Found"}, 404)
        if request.method != "POST":
            return Response("", 405, headers={"Allow": "POST"})
        return self._graphql(request, schemas.answering_version(found[1]))

    def _file(self, request):
        """Give out a bulk operation's lines, to whoever knows the address."""
        text = bulk.file_of(self.store, request.path)
        if text is None:
            return Response("", 404)
        return Response(text, mimetype="application/jsonl")

    def _graphql(self, request, version):
        headers = {"X-Shopify-API-Version": version}
        token = request.headers.get("X-Shopify-Access-Token", "")
        if not self._knows(token):
            return json_response({"errors": BAD_TOKEN}, 401, headers)
        try:
            body = json.loads(request.get_data())
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            problem = {"errors": {"query": "Required parameter missing or invalid"}}
            return json_response(problem, 400, headers)
        # Where files of this shop are found: Shopify's are at a storage service.
        self.store.data["address"] = request.host_url.rstrip("/")
        answer = self.engine.run(version, token, body)
        if "data" in answer and deprecated(version, body["query"]):
            headers["X-Shopify-API-Deprecated-Reason"] = DEPRECATIONS_PAGE
        return json_response(answer, 200, headers)

    def _knows(self, token):
        expires = self.store.data["tokens"].get(token)
        return token == settings.SHOPIFY_TOKEN or (
            expires is not None and self.world.timestamp() < expires
        )

    def _grant(self, request):
        """Give a token for a day to the app that knows its secret."""
        if request.method != "POST":
            return Response("", 405, headers={"Allow": "POST"})
        form = request.form or request.get_json(silent=True) or {}
        if form.get("grant_type") != "client_credentials":
            return json_response({"error": "unsupported_grant_type"}, 400)
        known = form.get("client_id") == settings.SHOPIFY_CLIENT_ID
        secret = str(form.get("client_secret"))
        if not known or not secrets.compare_digest(
            secret, settings.SHOPIFY_CLIENT_SECRET
        ):
            return json_response({"error": "invalid_client"}, 401)
        token = f"shpat_{self.world.next_number('shopify.token'):032x}"
        expires = self.world.now() + timedelta(seconds=TOKEN_SECONDS)
        self.store.data["tokens"][token] = self.world.timestamp(expires)
        return json_response(
            {
                "access_token": token,
                "scope": ",".join(self.store.data["scopes"]),
                "expires_in": TOKEN_SECONDS,
            }
        )

    # === Python ===

    @property
    def catalogue(self):
        """What the shop sells, see :mod:`sandbox.catalogue`."""
        return catalogue.PRODUCTS

    def place_order(
        self,
        cart,
        customer=None,
        shipping_address=None,
        billing_address=None,
        payment=None,
        **options,
    ):
        """Place an order, tell the subscribers, and return the order's record.

        :param cart: ``[{"sku", "quantity"}]``; a row with ``title`` and ``price`` (and
            perhaps ``sku``, ``vat``: "21" or "9", ``taxable``, ``requires_shipping``,
            ``gift_card``, ``attributes``) is a line without variant
        :param customer: keys ``first_name last_name email phone locale``, or None
        :param shipping_address: keys ``first_name last_name company address1 address2
            zip city province province_code country_code phone``, or None when nothing
            is sent; its country decides about VAT
        :param billing_address: the same, by default the shipping address
        :param payment: one or a list of ``{"gateway", "payment_id", "status": "success"
            | "pending" | "failure", "method": "ideal", "amount", "manual", "kind"}``;
            the amount is in the customer's currency and by default what is left
        :param options: see :data:`.orders.OPTIONS`
        """
        chosen = orders.chosen_options(options, payment)
        addresses = billing_address or shipping_address, shipping_address
        with self.world.lock:
            return orders.place(self.store, cart, addresses, customer, chosen)

    def draft(
        self,
        cart,
        customer=None,
        shipping_address=None,
        billing_address=None,
        **options,
    ):
        """Write a draft order down; the parameters are :meth:`place_order`'s."""
        chosen = orders.chosen_options(options, None)
        addresses = billing_address or shipping_address, shipping_address
        with self.world.lock:
            return drafts.make(self.store, cart, addresses, customer, chosen)

    def change_draft(self, draft, **changes):
        """Change ``cart`` or ``buyer`` of a draft, or ``options``."""
        with self.world.lock:
            options = {**draft["_given"]["options"], **changes.pop("options", {})}
            return drafts.change(self.store, draft, options=options, **changes)

    def complete_draft(self, draft, *payments):
        """Make the order of a draft and return it."""
        with self.world.lock:
            return drafts.complete(self.store, draft, list(payments))

    def delete_draft(self, draft):
        """Delete a draft."""
        with self.world.lock:
            drafts.delete(self.store, draft)

    def orders(self):
        """Return the records of all orders, oldest first."""
        return self.store.all("Order")

    def order(self, name_or_gid):
        """Return the record of an order by "#1001", "1001" or its gid, or None."""
        wanted = str(name_or_gid)
        if is_gid(wanted):
            return self.store.get(wanted, "Order")
        wanted = f"#{wanted.lstrip('#')}"
        return next((o for o in self.orders() if o["name"] == wanted), None)

    def lines(self, order):
        """Return the records of an order's lines."""
        return self.store.refs(order["lineItems"])

    def transactions(self, order):
        """Return the records of an order's payments and refunds."""
        return self.store.refs(order["transactions"])

    def fulfillments(self, order):
        """Return the records of what was sent, with ``trackingInfo``."""
        return self.store.refs(order["fulfillments"])

    def subscriptions(self):
        """Return the records of the webhook subscriptions."""
        return self.store.all("WebhookSubscription")

    def stock(self, sku):
        """Return how many of a product can be sold."""
        variant = orders.variant_of(self.store, sku)
        return inventory.variant_quantity(self.store, variant, {})

    def level(self, sku):
        """Return the record of a product's stock at the first location that has any."""
        variant = orders.variant_of(self.store, sku)
        levels = (
            level
            for level in self.store.all("InventoryLevel")
            if level["item"] == variant["inventoryItem"]
        )
        return next(levels)

    def count_stock(self, sku, available):
        """Let somebody type a number into Shopify's own page of the stock."""
        inventory.count(self.store, self.level(sku), available)

    def record_payment(
        self,
        order,
        gateway,
        payment_id,
        status="success",
        amount=None,
        method=None,
        **extra,
    ):
        """Book a payment, or the end of the pending one with this payment id."""
        payment = {
            "gateway": gateway,
            "payment_id": payment_id,
            "status": status,
            "amount": amount,
            "method": method,
            **extra,
        }
        with self.world.lock:
            return orders.record_payment(self.store, order, payment)

    def refund(
        self,
        order,
        quantities=None,
        shipping=None,
        amount="all",
        restock="RETURN",
        duties=False,
        of_return=None,
    ):
        """Refund pieces (``{sku: quantity}``), shipping and money of an order.

        :param shipping: "all", an amount, or None
        :param amount: "all" that was paid, or an amount of the first payment
        :param duties: whether the duties of these pieces are refunded with them
        :param of_return: the return that the pieces come back by
        """
        rows = [
            {"line": line, "quantity": quantities[line["sku"]], "restock": restock}
            for line in self.lines(order)
            if line["sku"] in (quantities or {})
        ]
        with self.world.lock:
            money = amount
            if not amount:
                money = []
            elif amount != "all":
                money = [(refunds.paid(self.store, order)[0], Decimal(str(amount)))]
            back = refunds.duties_of(rows) if duties else []
            record = refunds.refund(
                self.store, order, rows, shipping, money, duties=back
            )
            if of_return:
                returns.note_refund(self.store, of_return, record)
            return record

    def edit(self, order, set_quantity=None, add=(), shipping=None, as_refund=False):
        """Edit an order as a merchant does, see :func:`.edits.edit`."""
        with self.world.lock:
            return edits.edit(
                self.store, order, set_quantity or {}, add, shipping, as_refund
            )

    def exchange(self, order, back, out, amount=None, of_return=None):
        """Take pieces back (``{sku: quantity}``) and send other goods for them.

        :param out: cart rows
        :param amount: what is paid back of the first payment, if anything
        """
        self.edit(order, add=out)
        more = {"restock": "RETURN", "of_return": of_return}
        return self.refund(order, back, amount=amount or 0, **more)

    def cancel_order(self, order, reason="CUSTOMER", restock=True, refund=True):
        """Cancel an order; the money goes back unless ``refund`` is false."""
        with self.world.lock:
            return orders.cancel(self.store, order, reason, restock, refund)

    def finish_cancellations(self, within=None):
        """Do what was asked to be cancelled, or say how many seconds it takes."""
        with self.world.lock:
            cancellations.work(self.store, within)

    def hold(self, order, reason="OTHER", notes=None):
        """Put what was not sent on hold."""
        with self.world.lock:
            return fulfilments.hold(self.store, order, reason, notes)

    def release(self, order):
        """Let what is on hold be sent again."""
        with self.world.lock:
            return fulfilments.release(self.store, order)

    def touch(self, order, **fields):
        """Change fields of an order by hand and tell the subscribers."""
        with self.world.lock:
            self.store.touch(order, **fields)
            webhooks.emit(self.store, ("orders/updated", bodies.order(order)))
            return order

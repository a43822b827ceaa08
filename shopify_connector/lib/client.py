"""Shopify's Admin API: ShopifyAPI's GraphQL class on our own transport.

ShopifyAPI knows the addresses, versions and headers; but its ``execute`` waits for
ever, prints error bodies and keeps the shop in a global. So the class is built from
a ``shopify.Session`` that is never activated, and its calls go through
:class:`~odoo.addons.o2c_base.lib.http_client.JsonClient`.
"""

import math
import re
from functools import partial
from urllib.parse import urlsplit

import shopify

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    Sentence,
    UnauthorizedError,
    UnknownOutcomeError,
)
from odoo.addons.o2c_base.lib.http_client import JsonClient

from . import guard, queries
from .bulk_calls import BulkCalls
from .cancel_calls import CancelCalls
from .catalog_calls import CatalogCalls
from .channel_calls import ChannelCalls
from .collection_calls import CollectionCalls
from .draft_calls import DraftCalls
from .fulfillment_calls import FulfillmentCalls
from .paging import PageSize
from .picture_calls import PictureCalls
from .product_calls import ProductCalls
from .refund_calls import RefundCalls
from .return_calls import ReturnCalls
from .setup_calls import SetupCalls
from .stock_calls import StockCalls
from .tag_calls import TagCalls
from .values import readable

_ = partial(Sentence, __name__)

SERVICE = "Shopify"
SHOP = re.compile(r"[\w-]+\.myshopify\.com", re.ASCII)
#: order lines in one answer; halved when Shopify finds the question too expensive
LINES_PER_PAGE = 50
#: when many orders are read at once; few have more, and their rest is asked for
LINES_AT_ONCE = 10
ORDERS_PER_PAGE = 100


class Transport(JsonClient):
    """HTTP as Shopify speaks it: some of its refusals have numbers of their own."""

    def _rejection(self, response):
        status = response.status_code
        details = {"service": SERVICE, "status": status}
        if status in (402, 423):
            message = _("Shopify has frozen or locked this shop.")
            return UnauthorizedError(message, **details)
        if status == 404:
            message = _("There is no such Shopify shop, or not this API version.")
            return RejectedError(message, **details)
        if status == 430:
            # Shopify's own number for a caller that is too fast, as 429 is.
            message = _("Shopify asks to slow down.")
            return RetryableError(message, seconds=60, service=SERVICE, status=429)
        return super()._rejection(response)


def shop_address(domain, version, base_url=None):
    """Return ``(host, path of the API)``; ``base_url`` takes the host's place.

    :raise RejectedError: the domain or version cannot be one of Shopify's
    """
    try:
        site = urlsplit(shopify.Session(domain, version).site)
    except (shopify.VersionNotFoundError, TypeError, ValueError) as error:
        message = _("Shopify has no API version “%s”.", version)
        raise RejectedError(message, service=SERVICE) from error
    if not SHOP.fullmatch(site.netloc):
        message = _("“%s” is no Shopify shop: …myshopify.com.", domain)
        raise RejectedError(message, service=SERVICE)
    host = f"{site.scheme}://{site.netloc}"
    return (base_url or host).rstrip("/"), site.path


class AdminClient(
    BulkCalls,
    CancelCalls,
    CatalogCalls,
    ChannelCalls,
    CollectionCalls,
    DraftCalls,
    FulfillmentCalls,
    PictureCalls,
    ProductCalls,
    RefundCalls,
    ReturnCalls,
    SetupCalls,
    StockCalls,
    TagCalls,
    shopify.GraphQL,
):
    """The questions and orders that the connector has for one shop.

    :param domain: the shop's ``….myshopify.com``
    :param version: of the API, such as ``2026-10``
    :param token: the Admin API access token
    :param base_url: another server that takes Shopify's place
    :param options: for the transport: ``session``, ``sleep``, ``timeout``
    """

    def __init__(self, domain, version, token, *, base_url=None, **options):
        # The parent would read them from the session that is active in this thread.
        host, path = shop_address(domain, version, base_url)
        self.endpoint = f"{path}/graphql.json"
        self.headers = {"X-Shopify-Access-Token": token}
        #: ``extensions.cost`` of the last answer
        self.cost = None
        self.order_page = PageSize()
        self.transport = Transport(SERVICE, host, headers=self.headers, **options)
        self._options = options

    def execute(self, query, variables=None, operation_name=None):
        """Return the answer's ``data``.

        A mutation is sent once: without ``@idempotent`` Shopify cannot tell the
        second from the first.

        :raise ServiceError: see :meth:`JsonClient.request`
        """
        safe = "@idempotent" in query or not query.lstrip().startswith("mutation")
        body = {"query": query, "variables": variables or {}}
        if operation_name:
            body["operationName"] = operation_name
        answer = self.transport.post(self.endpoint, json=body, safe=safe) or {}
        if not isinstance(answer, dict):
            raise _no_answer(safe)
        self.cost = (answer.get("extensions") or {}).get("cost")
        if answer.get("errors"):
            raise _graphql_error(answer, safe)
        # A null inside a mutation's data says nothing about what was done.
        data = answer.get("data")
        if data is None or (not safe and None in data.values()):
            raise _no_answer(safe)
        return data

    def _without_key(self, host):
        """Return a transport to another host, which is not told the key."""
        return Transport(SERVICE, host, **{**self._options, "session": None})

    @readable("its errors")
    def try_document(self, document, operation_name):
        """Return what is wrong with a document, and why something in it is going.

        :param operation_name: the only operation of the document that is executed
        :return: ``(messages, text of Shopify's deprecation header or None)``
        :raise RejectedError: another version answers than the one that was asked
        """
        body = {"query": document, "operationName": operation_name}
        response = self.transport.send("POST", self.endpoint, json=body, safe=True)
        asked = self.endpoint.split("/")[-2]
        answering = response.headers.get(guard.VERSION_HEADER, asked)
        if answering != asked:
            message = _(
                "Shopify has no version %(asked)s: %(other)s answers.",
                asked=asked,
                other=answering,
            )
            raise RejectedError(message, service=SERVICE)
        errors = [error["message"] for error in response.json().get("errors", ())]
        return errors, response.headers.get(guard.DEPRECATED_HEADER)

    @readable("what it did")
    def mutate(self, query, variables):
        """Execute a document with one mutation and return that mutation's payload.

        :raise RejectedError: the shop says no, in ``userErrors``
        """
        (payload,) = self.execute(query, variables).values()
        errors = payload["userErrors"]
        if errors:
            field = ".".join(errors[0]["field"] or []) or None
            message = " ".join(error["message"] for error in errors)
            raise RejectedError(
                _("Shopify: %s", message),
                code=errors[0].get("code"),
                field=field,
                service=SERVICE,
            )
        return payload

    def shop(self):
        """Return the shop, the app's permissions and the shop's locations."""
        return self.execute(queries.SHOP)

    def order(self, gid):
        """Return one order with all of its lines and refunds.

        ``None`` when it was deleted.
        """
        order, lines = self._order_header(gid)
        if order:
            self._complete(order, lines)
        return order

    def orders(self, gids):
        """Yield ``(gid, order)`` of many orders, as :meth:`order` gives one.

        As many are asked for at once as Shopify lets one question cost.
        """
        waiting = list(gids)
        while waiting:
            chunk = waiting[: self.order_page.items]
            nodes = self._orders_at_once(chunk)
            if nodes is None:
                continue
            waiting = waiting[len(chunk) :]
            for gid, node in zip(chunk, nodes, strict=True):
                if node and len(chunk) > 1:
                    self._complete(node, LINES_PER_PAGE)
                yield gid, node

    @readable("orders")
    def _orders_at_once(self, gids):
        """Return the orders, ``None`` when the question must be a smaller one."""
        if len(gids) == 1:
            return [self.order(gids[0])]
        variables = {"ids": gids, "lines": LINES_AT_ONCE}
        variables["returns"] = self.with_returns
        try:
            nodes = self.execute(queries.ORDERS, variables)["nodes"]
        except RejectedError as error:
            if error.code != "MAX_COST_EXCEEDED":
                raise
            self.order_page.shrink()
            return None
        self.order_page.learn(self.cost, len(gids))
        return nodes

    @readable("an order")
    def _complete(self, order, lines):
        """Read the further lines, the refunds and the returns of an order."""
        page = order["lineItems"]["pageInfo"]
        while page["hasNextPage"]:
            variables = {
                "id": order["id"],
                "lines": lines,
                "after": page["endCursor"],
            }
            more = self.execute(queries.ORDER_LINES, variables)["order"]["lineItems"]
            order["lineItems"]["nodes"] += more["nodes"]
            page = more["pageInfo"]
        order["refunds"] = [self._refund(row["id"]) for row in order["refunds"]]
        if "returns" in order:
            order["returns"] = self._returns_of(order)

    def _refund(self, gid):
        variables = {"id": gid, "lines": LINES_PER_PAGE, "after": None}
        variables["returns"] = self.with_returns
        refund = self.execute(queries.REFUND, variables)["refund"]
        page = refund["refundLineItems"]["pageInfo"]
        while page["hasNextPage"]:
            variables["after"] = page["endCursor"]
            more = self.execute(queries.REFUND, variables)["refund"]["refundLineItems"]
            refund["refundLineItems"]["nodes"] += more["nodes"]
            page = more["pageInfo"]
        return refund

    @readable("an order")
    def _order_header(self, gid):
        lines = LINES_PER_PAGE
        variables = {"id": gid, "returns": self.with_returns}
        while True:
            try:
                answer = self.execute(queries.ORDER, {**variables, "lines": lines})
                return answer["order"], lines
            except RejectedError as error:
                if error.code != "MAX_COST_EXCEEDED" or lines == 1:
                    raise
                lines //= 2

    def changed_orders(self, condition):
        """Yield id, name and time of change of all orders found, oldest change first.

        :param condition: in Shopify's search syntax
        """
        variables = {"first": ORDERS_PER_PAGE, "query": condition}
        yield from self._pages(queries.CHANGED_ORDERS, "orders", variables)

    def day_orders(self, start, end):
        """Yield the figures of all orders placed from ``start`` until before ``end``.

        :param start: in UTC, as Shopify writes it
        """
        condition = f"created_at:>='{start}' AND created_at:<'{end}'"
        variables = {"first": ORDERS_PER_PAGE, "query": condition}
        yield from self._pages(queries.DAY_ORDERS, "orders", variables)

    def webhooks(self):
        """Yield the app's webhook subscriptions: id, topic and uri."""
        yield from self._pages(queries.WEBHOOKS, "webhookSubscriptions", {})

    def subscribe(self, topic, uri):
        """Order messages about ``topic`` at the address ``uri``."""
        subscription = {"uri": uri, "format": "JSON"}
        variables = {"topic": topic, "subscription": subscription}
        self.mutate(queries.SUBSCRIBE, variables)

    def _pages(self, document, connection, variables):
        after = None
        while True:
            with readable("a list"):
                data = self.execute(document, {**variables, "after": after})[connection]
                nodes, page = data["nodes"], data["pageInfo"]
            yield from nodes
            if not page["hasNextPage"]:
                return
            after = page["endCursor"]


def request_token(domain, version, client_id, client_secret, *, base_url=None, **opts):
    """Return ``(token, seconds it lives)`` by the client-credentials grant."""
    host, _path = shop_address(domain, version, base_url)
    grant = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }
    # A second token does not end the first, so the request may be repeated.
    answer = Transport(SERVICE, host, **opts).request(
        "POST", "/admin/oauth/access_token", data=grant, safe=True
    )
    return answer["access_token"], answer["expires_in"]


def _no_answer(safe):
    error = RetryableError if safe else UnknownOutcomeError
    return error(_("Shopify gave no usable answer."), service=SERVICE)


def _graphql_error(answer, safe):
    """Return the error that the top-level ``errors`` of an answer mean."""
    codes = [
        (error.get("extensions") or {}).get("code") or "" for error in answer["errors"]
    ]
    if "THROTTLED" in codes:
        seconds = _seconds_until_affordable(answer)
        message = _("Shopify asks to slow down.")
        return RetryableError(message, seconds=seconds, service=SERVICE)
    if "ACCESS_DENIED" in codes:
        denied = answer["errors"][codes.index("ACCESS_DENIED")]
        message = _("Shopify lacks a permission for Odoo: %s", denied["message"])
        return UnauthorizedError(message, code="ACCESS_DENIED", service=SERVICE)
    if {"INTERNAL_SERVER_ERROR", "TIMEOUT"} & set(codes):
        error = RetryableError if safe else UnknownOutcomeError
        return error(_("Shopify failed while answering."), service=SERVICE)
    message = _("Shopify: %s", answer["errors"][0]["message"])
    return RejectedError(message, code=codes[0] or None, service=SERVICE)


def _seconds_until_affordable(answer):
    cost = (answer.get("extensions") or {}).get("cost")
    if not cost:
        return 1
    status = cost["throttleStatus"]
    missing = cost["requestedQueryCost"] - status["currentlyAvailable"]
    return max(1, math.ceil(missing / status["restoreRate"]))

"""Whatever Shopify's schema allows to be answered maps, or ends as a named error."""

import json
from collections import Counter, defaultdict
from contextlib import suppress
from decimal import Decimal

import pytz
import requests
from hypothesis import given, strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import BlockedError, ServiceError
from odoo.addons.shopify_connector.lib import (
    fulfillment,
    mapping,
    payload,
    products,
    proof,
    queries,
    queries_fulfillment,
    queries_product,
    queries_return,
    refunds,
    returns,
    stock,
)
from odoo.addons.shopify_connector.lib.client import AdminClient
from odoo.addons.shopify_connector.lib.edits import edit_of

from .strategies import any_answer
from .strategies.graphql_answers import answers

VERSION = "2026-10"
#: pages that a list has at most; for ever would be allowed, too
PAGES = 3
NAMED = (ServiceError, BlockedError)
SHOP = "trade-wins.myshopify.com"
GID = "gid://shopify/Order/1"
QUANTITIES = ("available", "committed")

orders = answers(VERSION, queries.ORDER).part("order")
some_refunds = st.lists(answers(VERSION, queries.REFUND).part("refund"), max_size=2)
some_returns = st.lists(
    answers(VERSION, queries_return.RETURN).part("return"), max_size=2
)
states = answers(VERSION, queries_fulfillment.FULFILLMENT_STATE).part("order")
some_products = answers(VERSION, queries_product.PRODUCT).part("product")
levels = answers(VERSION, queries.DOCUMENTS["LEVELS"]).part("nodes")


class Resolved(mapping.Resolved):
    """Every word is known: each stands for the same id."""

    def __new__(cls):
        ids = dict.fromkeys(mapping.Resolved.__dataclass_fields__, 1)
        ids["products"] = defaultdict(lambda: 1)
        ids["taxes"] = defaultdict(lambda: [1])
        return mapping.Resolved(**ids)


class AnySession(requests.Session):
    """Shopify's place: answers each question with anything that the schema allows."""

    def __init__(self, data):
        super().__init__()
        self.data = data
        self.asked = Counter()

    def request(self, method, url, **options):
        body = options["json"]
        self.asked[body["query"]] += 1
        found = self.data.draw(answers(VERSION, body["query"]).strategy())
        if self.asked[body["query"]] >= PAGES:
            _end(found)
        if "ids" in body["variables"] and "nodes" in found:
            # Shopify answers for each id, in order.
            wanted = body["variables"]["ids"]
            rows = (found["nodes"] or [None]) * len(wanted)
            found["nodes"] = rows[: len(wanted)]
        response = requests.Response()
        response.status_code = 200
        response._content = json.dumps({"data": found}).encode()
        return response


def _end(found):
    """Let each list of an answer end here."""
    if isinstance(found, list):
        for row in found:
            _end(row)
    elif isinstance(found, dict):
        if "hasNextPage" in found:
            found["hasNextPage"] = False
        for value in found.values():
            _end(value)


@tagged("standard", "post_install", "-at_install")
class TestAnyShopifyAnswer(BaseCase):
    def setUp(self):
        super().setUp()
        self.read = self.unread = 0

    def reading(self, parse, *arguments):
        """Return what a parser makes of an answer, ``None`` when it says it cannot."""
        try:
            found = parse(*arguments)
        except NAMED:
            self.unread += 1
            return None
        self.read += 1
        return found

    def tearDown(self):
        # Who refuses everything has no trouble, and no use.
        self.assertGreaterEqual(self.read, self.unread)
        super().tearDown()

    @any_answer
    @given(orders, some_refunds, some_returns, st.booleans())
    def test_order(self, theirs, back, coming, shop_currency):
        theirs["refunds"], theirs["returns"] = back, coming
        order = self.reading(
            payload.order_from_payload, theirs, shop_currency, "VAT ID"
        )
        if order:
            self.check_order(order)
            self.check_vals(order)

    def check_order(self, order):
        for transaction in order.transactions:
            mapping.payment_vals(transaction, pytz.timezone("Europe/Amsterdam"))
        for address in filter(None, (order.billing, order.shipping)):
            mapping.address_vals(address)
        self.assertIsInstance(order.words, str)
        self.assertIsInstance(order.going_back + order.tip_on_top, int | Decimal)
        for refund in order.settled_refunds:
            order.money_of(refund)
            for part in refund.charges:
                refunds.fitting_tax(part, {1: Decimal(21)}, refund.taxes_included)
        found = returns.coming_back(order.returns, order.settled_refunds)
        for gid, count in found.refunded.items():
            self.assertIsInstance(count + found.total(gid), int)
        facts = json.loads(json.dumps(mapping.facts(order)))
        self.assertFalse(mapping.changed_facts(facts, facts))
        edit = edit_of(order, facts)
        gids = [line.gid for line in order.charged]
        if len(set(gids)) == len(gids) and all(line.quantity for line in order.lines):
            self.assertFalse(edit.more or edit.less or edit.dearer or edit.dropped)

    def check_vals(self, order):
        """What Odoo is given costs what Shopify says, to the cent."""
        vals = mapping.order_vals(order, Resolved(), digits=2)
        json.dumps(vals, default=str)
        for line in order.lines:
            if line.quantity <= 0 or line.net != round(line.net, 2):
                continue
            made = [
                Decimal(str(row["product_uom_qty"])) * Decimal(str(row["price_unit"]))
                for _zero, _none, row in vals["order_line"]
                if row.get("shopify_line_gid") == line.gid
            ]
            same = [row for row in order.charged if row.gid == line.gid]
            if len(same) == 1:
                self.assertEqual(round(sum(made), 2), line.net)

    @any_answer
    @given(some_products)
    def test_product(self, theirs):
        product = self.reading(products.product_from_payload, theirs)
        if not product:
            return
        self.assertEqual(len(product.variants), len(theirs["variants"]["nodes"]))
        for variant in product.variants:
            self.assertIsInstance(variant.weight, Decimal)

    @any_answer
    @given(states, st.lists(st.sampled_from("123"), max_size=3))
    def test_fulfilments(self, theirs, numbers):
        sent = theirs["fulfillments"]
        wanted = theirs["fulfillmentOrders"]["nodes"]
        quantities = {f"gid://shopify/Thing/{number}": 2 for number in "123"}
        fulfillment.find_existing(sent, numbers, quantities, set())
        fulfillment.find_existing(sent, numbers, quantities, set(), parts=True)
        parcel = fulfillment.next_parcel(quantities, wanted)
        if parcel:
            for gid, units in parcel.lines.items():
                self.assertLessEqual(units, quantities[gid])
        fulfillment.open_units(quantities, wanted)
        fulfillment.holds(quantities, wanted)
        for location in {fulfillment.location_of(order) for order in wanted}:
            list(fulfillment.to_move(quantities, wanted, location))

    @any_answer
    @given(levels)
    def test_stock(self, rows):
        for node in rows if isinstance(rows, list) else [rows]:
            if node and node.get("inventoryLevel"):
                # Shopify answers for the names that it was asked for.
                numbers = node["inventoryLevel"]["quantities"]
                for number, name in zip(numbers, QUANTITIES, strict=False):
                    number["name"] = name
            level = node and self.reading(stock.level_from_node, node)
            if level:
                shown = stock.to_show(5, 1, level.committed, 0)
                self.assertGreaterEqual(shown, 0)

    @any_answer
    @given(answers(VERSION, queries.DAY_ORDERS).part("orders"))
    def test_daily_proof(self, theirs):
        total = sum(map(proof.figures_of, theirs["nodes"]), proof.Figures())
        self.assertFalse(total.differing(total))

    @any_answer
    @given(st.text(), st.text())
    def test_tracking(self, reference, url):
        info = fulfillment.tracking_info(reference, url, "PostNL")
        self.assertEqual(bool(info), bool(reference.replace(",", "").strip()))

    @any_answer
    @given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
    def test_tracking_links_that_are_json(self, links):
        info = fulfillment.tracking_info("3S1", json.dumps(links), "")
        self.assertIsInstance(info["urls"], list)


#: everything that the client asks or tells
CALLS = {
    "shop": lambda client: client.shop(),
    "order": lambda client: client.order(GID),
    "orders": lambda client: list(client.orders([GID, f"{GID}2", f"{GID}3"])),
    "changed_orders": lambda client: list(client.changed_orders("x")),
    "day_orders": lambda client: list(client.day_orders("a", "b")),
    "webhooks": lambda client: client.webhooks(),
    "subscribe": lambda client: client.subscribe("ORDERS_CREATE", "https://x"),
    "recent_orders": lambda client: client.recent_orders(2),
    "variant_skus": lambda client: list(client.variant_skus()),
    "api_versions": lambda client: client.api_versions(),
    "changed_products": lambda client: list(client.changed_products("x")),
    "product": lambda client: client.product(GID),
    "products_of": lambda client: list(client.products_of([GID, f"{GID}2"])),
    "add_variants": lambda client: client.add_variants(GID, [{}]),
    "draft": lambda client: client.draft(GID),
    "changed_drafts": lambda client: list(client.changed_drafts("x")),
    "draft_outcomes": lambda client: list(client.draft_outcomes([GID, f"{GID}2"])),
    "product_gid": lambda client: client.product_gid("x"),
    "make_product": lambda client: client.make_product("x", {}),
    "change_product": lambda client: client.change_product(GID, {"a": 1}, [{}]),
    "pictures": lambda client: client.pictures(GID),
    "attach_pictures": lambda client: client.attach_pictures(GID, {GID: GID}),
    "detach_pictures": lambda client: client.detach_pictures(GID, {GID: GID}),
    "move_picture": lambda client: client.move_picture(GID, GID, 0),
    "drop_pictures": lambda client: client.drop_pictures(GID, [GID]),
    "tags_of": lambda client: client.tags_of(GID),
    "add_tags": lambda client: client.add_tags(GID, ["x"]),
    "remove_tags": lambda client: client.remove_tags(GID, ["x"]),
    "locations": lambda client: list(client.locations()),
    "levels": lambda client: client.levels(GID, [GID, f"{GID}2"]),
    "set_available": lambda client: client.set_available([], GID, "k", "r"),
    "stock_item": lambda client: client.stock_item(GID, GID, 1, "k"),
    "fulfillment_state": lambda client: client.fulfillment_state(GID),
    "fulfill": lambda client: client.fulfill({}),
    "move_open_lines": lambda client: client.move_open_lines(GID, GID, []),
    "journey": lambda client: client.journey(GID),
    "update_tracking": lambda client: client.update_tracking(GID, {}, True),
    "add_event": lambda client: client.add_event(GID, "DELIVERED", "x", ""),
    "refund": lambda client: client.refund({}, "k"),
    "refund_notes": lambda client: client.refund_notes(GID),
    "return_status": lambda client: client.return_status(GID),
    "approve_return": lambda client: client.approve_return(GID, True),
    "decline_return": lambda client: client.decline_return(GID, "OTHER", "x", True),
    "cancel_order": lambda client: client.cancel_order(
        GID, "CUSTOMER", refund=True, restock=True, notify=False
    ),
    "is_cancelled": lambda client: client.is_cancelled(GID),
    "is_job_done": lambda client: client.is_job_done(GID),
    "channels": lambda client: list(client.channels()),
    "channels_of": lambda client: client.channels_of([GID, f"{GID}2"]),
    "show_on": lambda client: client.show_on(GID, [GID]),
    "take_off": lambda client: client.take_off(GID, [GID]),
    "collections": lambda client: list(client.collections("smart")),
    "collection": lambda client: client.collection(GID),
    "catalogs": lambda client: list(client.catalogs()),
    "catalog": lambda client: client.catalog(GID),
    "fixed_prices": lambda client: client.fixed_prices(GID),
}


@tagged("standard", "post_install", "-at_install")
class TestAnyAnswerToTheClient(BaseCase):
    def test_every_call_is_here(self):
        names = {name for name in dir(AdminClient) if not name.startswith("_")}
        helpers = {"execute", "mutate", "try_document", "bulk", "bulk_rows"}
        helpers |= {"start_bulk_orders", "order_page", "merge_headers", "add_picture"}
        helpers |= {"with_returns"}
        self.assertFalse(names - helpers - set(CALLS))

    @any_answer
    @given(st.data())
    def check(self, call, data):
        session = AnySession(data)
        client = AdminClient(SHOP, VERSION, "x", session=session, sleep=lambda s: None)
        with suppress(*NAMED):
            call(client)


def _add_tests():
    for name, call in CALLS.items():

        def test(self, call=call):
            self.check(call)

        setattr(TestAnyAnswerToTheClient, f"test_{name}", test)


_add_tests()

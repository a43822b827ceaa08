"""One process of :mod:`benchmarks.stock_push`, inside Odoo."""

import json
import time
from unittest.mock import patch

import requests

from benchmarks.inside import do

DOMAIN = "bench-stock.myshopify.com"
LOCATION = "gid://shopify/Location/1"
ITEM = "gid://shopify/InventoryItem/%s"
#: products made, and read by the bare loop, at once
MANY = 1000
#: Shopify's largest number of rows in one call
ROWS = 250
MOMENT = "2026-11-02T08:00:00Z"


def units(number):
    """Return how many of a product lie on the shelf."""
    return 3 + number % 90


class Shop:
    """What Shopify answers about stock; its own time is not measured."""

    def __init__(self, shown=None):
        self.shown = shown or {}
        self.calls = 0
        self.seconds = 0.0

    def send(self, request, **_kwargs):
        """Answer a call as ``requests`` would."""
        start = time.perf_counter()
        self.calls += 1
        body = json.loads(request.body)
        reply = requests.Response()
        reply.status_code = 200
        reply._content = json.dumps({"data": self._data(body)}).encode()
        self.seconds += time.perf_counter() - start
        return reply

    def _data(self, body):
        variables = body["variables"]
        if "inventorySetQuantities" in body["query"]:
            for row in variables["input"]["quantities"]:
                self.shown[row["inventoryItemId"]] = row["quantity"]
            payload = {"inventoryAdjustmentGroup": {"id": "x"}, "userErrors": []}
            return {"inventorySetQuantities": payload}
        return {"nodes": [self._level(item) for item in variables["ids"]]}

    def _level(self, item):
        quantities = [
            {"name": "available", "quantity": self.shown.get(item, 0)},
            {"name": "committed", "quantity": 0},
        ]
        level = {"updatedAt": MOMENT, "quantities": quantities}
        return {"id": item, "tracked": True, "inventoryLevel": level}

    def reached(self):
        """Let all requests of this process come here."""
        return patch.object(requests.Session, "send", self.send)


def _shop(env):
    return env["shopify.shop"].search([("domain", "=", DOMAIN)])


def _products(env):
    return env["product.product"].search([("default_code", "=like", "STOCK-%")])


def set_up(env, given):
    """Make a shop with one location, and products with stock that it sells."""
    shop = env["shopify.shop"].create(
        {
            "name": "Bench",
            "domain": DOMAIN,
            "access_token": "bench",
            "state": "connected",
        }
    )
    env["shopify.location"].create(
        {
            "shop_id": shop.id,
            "gid": LOCATION,
            "name": "Warehouse",
            "warehouse_id": shop.warehouse_id.id,
        }
    )
    for first in range(0, given["count"], MANY):
        _sell(env, shop, range(first, min(first + MANY, given["count"])))
        env.cr.commit()
        env.invalidate_all()
    # Not through write: turning it on would ask Shopify at once.
    env.cr.execute("UPDATE shopify_shop SET send_stock = true WHERE id = %s", [shop.id])
    env.cr.execute("DELETE FROM shopify_stock_change")
    return {}


def _sell(env, shop, numbers):
    """Make products with stock, and the variants at Shopify that they are."""
    products = env["product.product"].create(
        [
            {
                "name": f"Tool {number}",
                "default_code": f"STOCK-{number}",
                "detailed_type": "product",
            }
            for number in numbers
        ]
    )
    _put_on_shelf(env, shop, numbers, products)
    _link(env, shop, numbers, products)


def _put_on_shelf(env, shop, numbers, products):
    shelf = shop.warehouse_id.lot_stock_id
    env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "location_id": shelf.id,
                "quantity": units(number),
            }
            for number, product in zip(numbers, products, strict=True)
        ]
    )


def _link(env, shop, numbers, products):
    parents = env["shopify.product"].create(
        [
            {
                "shop_id": shop.id,
                "gid": f"gid://shopify/Product/{number}",
                "name": f"Tool {number}",
            }
            for number in numbers
        ]
    )
    env["shopify.variant"].create(
        [
            {
                "shop_id": shop.id,
                "shopify_product_id": parent.id,
                "gid": f"gid://shopify/ProductVariant/{number}",
                "item_gid": ITEM % number,
                "sku": product.default_code,
                "product_id": product.id,
                "state": "linked",
            }
            for number, parent, product in zip(numbers, parents, products, strict=True)
        ]
    )


def reference(env, given):
    """Read Odoo's own free quantities in thousands and send them as they are."""
    products, theirs = _products(env), Shop()
    shelf = _shop(env).warehouse_id.lot_stock_id
    queries, start = env.cr.sql_log_count, time.perf_counter()
    session = requests.Session()
    with theirs.reached():
        for first in range(0, len(products), MANY):
            chunk = products[first : first + MANY].with_context(location=shelf.id)
            rows = [
                {"inventoryItemId": ITEM % product.id, "quantity": product.free_qty}
                for product in chunk
            ]
            for begin in range(0, len(rows), ROWS):
                quantities = {"quantities": rows[begin : begin + ROWS]}
                variables = {"input": quantities}
                query = "mutation { inventorySetQuantities }"
                body = {"query": query, "variables": variables}
                session.post(f"https://{DOMAIN}/x", json=body).json()
            env.invalidate_all()
    return {
        "seconds": time.perf_counter() - start - theirs.seconds,
        "queries": env.cr.sql_log_count - queries,
        "calls": theirs.calls,
    }


def ours(env, given):
    """Note all products as changed and do the jobs' work until none is left."""
    shop = _shop(env)
    env.cr.execute("SELECT sent_quantity, variant_id FROM shopify_stock")
    variants = env["shopify.variant"].browse
    shown = {variants(number).item_gid: sent for sent, number in env.cr.fetchall()}
    env.invalidate_all()
    theirs = Shop(shown)
    ids = _products(env).ids
    queries, start, jobs = env.cr.sql_log_count, time.perf_counter(), 0
    changes = env["shopify.stock.change"]
    changes._note(ids, shop)
    env.cr.commit()
    with theirs.reached():
        while changes.search_count([("shop_id", "=", shop.id)], limit=1):
            if not shop._attempt("_send_changed_stock"):
                raise RuntimeError("a job did not succeed")
            env.flush_all()
            env.cr.commit()
            env.invalidate_all()
            jobs += 1
    wanted = {ITEM % number: units(number) for number in range(given["count"])}
    return {
        "seconds": time.perf_counter() - start - theirs.seconds,
        "queries": env.cr.sql_log_count - queries,
        "calls": theirs.calls,
        "jobs": jobs,
        "right": theirs.shown == wanted,
    }


TASKS = {"set_up": set_up, "reference": reference, "ours": ours}


if __name__ == "__main__":
    do(TASKS)

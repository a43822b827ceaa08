"""One process of :mod:`benchmarks.import_orders`, inside Odoo."""

import json
import time
from pathlib import Path

from benchmarks.inside import answer, arguments, environment, ready
from benchmarks.shopify_orders import Playback, gid, skus

BATCH = 50
DOMAIN = "bench.myshopify.com"


# === Setting up === #


def set_up(env, given):
    """Make products with stock, and a connected shop whose words are known."""
    company = env.company
    products = env["product.product"].create(
        [
            {
                "name": sku,
                "default_code": sku,
                "detailed_type": given["product_type"],
                "invoice_policy": "order",
            }
            for sku in skus()
        ]
    )
    shop = env["shopify.shop"].create(
        {
            "name": "Bench",
            "domain": DOMAIN,
            "access_token": "bench",
            "base_url": given["url"],
            "state": "connected",
            "confirm_policy": "always",
            "orders_since": "2020-01-01 00:00:00",
            "timezone": "Europe/Amsterdam",
        }
    )
    if given["product_type"] == "product":
        for product in products:
            env["stock.quant"]._update_available_quantity(
                product, shop.warehouse_id.lot_stock_id, 1_000_000
            )
    tax = env["account.tax"].search(
        [
            ("company_id", "=", company.id),
            ("type_tax_use", "=", "sale"),
            ("amount", "=", 21),
            ("price_include", "=", False),
        ],
        order="id",
        limit=1,
    )
    env["shopify.tax"].create(
        {
            "shop_id": shop.id,
            "country_id": env.ref("base.nl").id,
            "rate": 21,
            "price_include": True,
            "tax_id": tax.id,
        }
    )
    env["shopify.shipping.method"].create(
        {"shop_id": shop.id, "title": "Standard", "without_carrier": True}
    )
    return {}


def _shop(env):
    return env["shopify.shop"].search([("domain", "=", DOMAIN)])


def hear(env, given):
    """Put orders on the waiting list, as the sweep does."""
    first, last = given["numbers"]
    heard = [(gid(number), f"#{number}", None) for number in range(first, last)]
    env["shopify.order"]._hear_of_all(_shop(env), heard)
    return {}


# === The floor === #


class Floor:
    """The same orders by Odoo alone: its values are ready before the clock starts."""

    def __init__(self, env, playback):
        from odoo.addons.shopify_connector.models.shopify_order import QUIET

        self.env = env(context=QUIET)
        self.playback = playback
        shop = _shop(env)
        products = env["product.product"].search([("default_code", "in", skus())])
        self.products = {product.default_code: product.id for product in products}
        self.tax = shop.tax_ids.tax_id.id
        self.shipping = shop.shipping_product_id.id
        self.warehouse = shop.warehouse_id.id
        self.country = env.ref("base.nl").id
        #: seconds of this process's processor that the last batch took
        self.cpu = 0

    def batch(self, numbers):
        """Create and confirm the orders; return the seconds it took."""
        nodes = [self.playback.node(number) for number in numbers]
        partners = [self._partner(node) for node in nodes]
        orders = [self._order(node) for node in nodes]
        start, cpu = time.perf_counter(), time.process_time()
        made = self.env["res.partner"].create(partners)
        for vals, partner in zip(orders, made, strict=True):
            for name in ("partner_id", "partner_invoice_id", "partner_shipping_id"):
                vals[name] = partner.id
        self.env["sale.order"].create(orders).action_confirm()
        self.env.cr.commit()
        self.cpu = time.process_time() - cpu
        return time.perf_counter() - start

    def _partner(self, node):
        address = node["shippingAddress"]
        return {
            "name": f"{address['firstName']} {address['lastName']}",
            "email": node["email"],
            "street": address["address1"],
            "zip": address["zip"],
            "city": address["city"],
            "country_id": self.country,
            "customer_rank": 1,
        }

    def _order(self, node):
        goods = [
            {
                "product_id": self.products[line["sku"]],
                "name": line["name"],
                "product_uom_qty": line["quantity"],
                "price_unit": float(
                    line["originalUnitPriceSet"]["presentmentMoney"]["amount"]
                ),
                "tax_id": [(6, 0, [self.tax])],
            }
            for line in node["lineItems"]["nodes"]
        ]
        shipping = [
            {
                "product_id": self.shipping,
                "name": line["title"],
                "product_uom_qty": 1,
                "price_unit": float(
                    line["currentDiscountedPriceSet"]["presentmentMoney"]["amount"]
                ),
                "tax_id": [(6, 0, [self.tax])],
                "is_delivery": True,
            }
            for line in node["shippingLines"]["nodes"]
        ]
        return {
            "client_order_ref": node["name"],
            "origin": node["name"],
            "warehouse_id": self.warehouse,
            "pricelist_id": False,
            "payment_term_id": False,
            "team_id": False,
            "user_id": False,
            "order_line": [(0, 0, vals) for vals in goods + shipping],
        }


# === Ours === #


def import_batch(env, shop, lane=0):
    """Do one job's work; return ``(seconds, queries, orders, tries)``."""
    from psycopg2 import OperationalError

    start, queries, tries = time.perf_counter(), env.cr.sql_log_count, 1
    while True:
        before = env["shopify.order.news"].search_count([])
        try:
            shop._attempt("_import_waiting", lane)
            env.flush_all()
            done = before - env["shopify.order.news"].search_count([])
            env.cr.commit()
            break
        except OperationalError:
            # What the job runner does, too: another worker was faster.
            env.cr.rollback()
            env.invalidate_all()
            tries += 1
    return time.perf_counter() - start, env.cr.sql_log_count - queries, done, tries


def alternate(env, given):
    """Work on a batch in each way in turn, so that noise meets both alike."""
    first, last = given["numbers"]
    shop, playback = _shop(env), Playback(json.loads(Path(given["nodes"]).read_text()))
    floor = Floor(env, playback)
    rows = []
    for start in range(first, last, BATCH):
        # numbers of their own: the floor's customers are new, too
        theirs = range(start + 1_000_000, start + 1_000_000 + BATCH)
        queries = env.cr.sql_log_count
        seconds = floor.batch(theirs)
        queries, cpu = env.cr.sql_log_count - queries, floor.cpu
        own = time.process_time()
        ours = import_batch(env, shop)
        rows.append([seconds, queries, *ours, cpu, time.process_time() - own])
    return {"rows": rows}


def work(env, given):
    """Import until the waiting list is empty."""
    shop = _shop(env)
    started, orders, tries = time.time(), 0, 0
    queries = env.cr.sql_log_count
    empty = 0
    while empty < 3:
        _seconds, _queries, done, tried = import_batch(env, shop, given["lane"])
        orders, tries = orders + done, tries + tried - 1
        empty = 0 if done else empty + 1
    return {
        "started": started,
        "ended": time.time(),
        "orders": orders,
        "tries": tries,
        "queries": env.cr.sql_log_count - queries,
    }


def check(env, given):
    """Count what there is: every order once, confirmed, with its total."""
    orders = env["shopify.order"].search([("shop_id", "=", _shop(env).id)])
    names = orders.sale_order_id.mapped("client_order_ref")
    return {
        "orders": len(orders),
        "imported": len(orders.filtered(lambda o: o.state == "imported")),
        "sold": len(names),
        "twice": len(names) - len(set(names)),
        "confirmed": len(orders.sale_order_id.filtered(lambda o: o.state == "sale")),
        "exceptions": env["o2c.exception"]
        .search([("res_model", "=", "shopify.order"), ("state", "=", "open")], limit=3)
        .mapped("message"),
    }


TASKS = {
    "set_up": set_up,
    "hear": hear,
    "alternate": alternate,
    "work": work,
    "check": check,
}


def main():
    """Do the task that the arguments name."""
    given = arguments()
    with environment(given) as env:
        ready()
        found = TASKS[given["task"]](env, given)
        env.cr.commit()
    answer(**found)


if __name__ == "__main__":
    main()

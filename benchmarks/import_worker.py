"""One process of :mod:`benchmarks.import_orders`, inside Odoo."""

import json
import sys
import time
from pathlib import Path

from benchmarks.inside import do
from benchmarks.shopify_orders import Playback, gid, skus

BATCH = 50
DOMAIN = "bench.myshopify.com"
#: what an import leaves to jobs that come after it
STEPS = ("reserve",)
NEXT_JOB = """
    SELECT uuid FROM queue_job
     WHERE state = 'pending' AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')
  ORDER BY priority, date_created, id
     LIMIT 1 FOR UPDATE SKIP LOCKED
"""


# === Setting up === #


def set_up(env, given):
    """Make products with stock, and a connected shop whose words are known."""
    products = _create_products(env, {sku: sku for sku in skus()}, given)
    twins = {f"TWIN-{sku}": sku for sku in skus()}
    # Of two floors the second sells nothing but these.
    products |= _create_products(env, twins, given)
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
    _complete_words(env, shop)
    return {}


def _create_products(env, names, given):
    """Make products; ``names`` are ``{SKU: name}``."""
    return env["product.product"].create(
        [
            {
                "name": name,
                "default_code": sku,
                "detailed_type": given["product_type"],
                "invoice_policy": "order",
            }
            for sku, name in names.items()
        ]
    )


def _complete_words(env, shop):
    """Say what the shop's tax, its way of sending and its payments are here."""
    env["shopify.tax"].create(
        {
            "shop_id": shop.id,
            "country_id": env.ref("base.nl").id,
            "rate": 21,
            "price_include": True,
            "tax_id": _tax(env).id,
        }
    )
    env["shopify.shipping.method"].create(
        {"shop_id": shop.id, "title": "Standard", "without_carrier": True}
    )
    journal = env["account.journal"].create(
        {"name": "Mollie", "type": "bank", "code": "MOLB"}
    )
    env["shopify.payment.gateway"].create(
        {"shop_id": shop.id, "name": "Mollie", "journal_id": journal.id}
    )


def _tax(env):
    domain = [("company_id", "=", env.company.id), ("type_tax_use", "=", "sale")]
    domain += [("amount", "=", 21), ("price_include", "=", False)]
    return env["account.tax"].search(domain, order="id", limit=1)


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
    """The same orders by Odoo alone: its values are ready before the clock starts.

    :param twins: sell other products, so that two floors have nothing to share
    """

    def __init__(self, env, playback, twins=False):
        from odoo.addons.shopify_connector.models.shopify_order import QUIET

        self.env = env(context=QUIET)
        self.playback = playback
        shop = _shop(env)
        sold = {f"TWIN-{sku}" if twins else sku: sku for sku in skus()}
        products = env["product.product"].search([("default_code", "in", list(sold))])
        self.products = {sold[p.default_code]: p.id for p in products}
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


def floor(env, given):
    """Create and confirm orders by Odoo alone, as fast as it goes."""
    first, last = given["numbers"]
    playback = Playback(json.loads(Path(given["nodes"]).read_text()))
    alone = Floor(env, playback, given["twins"])
    alone.batch(range(first - BATCH, first))  # warms up
    started, processor = time.time(), time.process_time()
    for start in range(first, last, BATCH):
        alone.batch(range(start, start + BATCH))
    return _times(started, processor)


def _times(started, processor, tries=0):
    """Return when a process began and ended, and the seconds of processor it took."""
    return {
        "started": started,
        "ended": time.time(),
        "processor": time.process_time() - processor,
        "tries": tries,
    }


# === Ours === #


def import_batch(env, shop):
    """Do the work of one batch's jobs; return ``(seconds, queries, orders)``."""
    start, queries = time.perf_counter(), env.cr.sql_log_count
    before = env["shopify.order.news"].search_count([])
    shop._attempt("_import_waiting")
    env.flush_all()
    done = before - env["shopify.order.news"].search_count([])
    env.cr.commit()
    for step in STEPS:
        env["shopify.order.step"]._attempt(shop.company_id.id, step)
        env.flush_all()
        env.cr.commit()
    return time.perf_counter() - start, env.cr.sql_log_count - queries, done


def alternate(env, given):
    """Work on a batch in each way in turn, so that noise meets both alike."""
    first, last = given["numbers"]
    shop, playback = _shop(env), Playback(json.loads(Path(given["nodes"]).read_text()))
    alone = Floor(env, playback)
    rows = []
    for start in range(first, last, BATCH):
        # numbers of their own: the floor's customers are new, too
        theirs = range(start + 1_000_000, start + 1_000_000 + BATCH)
        queries = env.cr.sql_log_count
        seconds = alone.batch(theirs)
        queries, cpu = env.cr.sql_log_count - queries, alone.cpu
        own = time.process_time()
        ours = import_batch(env, shop)
        rows.append([seconds, queries, *ours, cpu, time.process_time() - own])
    # Its work is done; the next comparison begins without its jobs.
    env.cr.execute("DELETE FROM queue_job WHERE state = 'pending'")
    return {"rows": rows}


def work(env, given):
    """Do the jobs that wait, as the job runner does, until nothing is left to do."""
    started, processor, tries = time.time(), time.process_time(), 0
    while True:
        job = next_job(env)
        if job:
            tries += perform(env, job)
        elif not left(env):
            return _times(started, processor, tries)
        else:
            time.sleep(0.02)


def left(env):
    """Tell whether orders wait for their import or a step after it."""
    env.cr.rollback()
    models = ("shopify.order.news", "shopify.order.step")
    return any(env[model].search_count([], limit=1) for model in models)


def next_job(env):
    """Return the job that waits longest, started, or ``None``."""
    from psycopg2.errors import SerializationFailure

    from odoo.addons.queue_job.job import Job

    env.cr.rollback()
    try:
        env.cr.execute(NEXT_JOB, log_exceptions=False)
    except SerializationFailure:
        return None  # the other worker took it in this very moment
    found = env.cr.fetchone()
    if not found:
        return None
    job = Job.load(env, found[0])
    job.set_started()
    job.store()
    env.flush_all()
    env.cr.commit()
    return job


def perform(env, job):
    """Do a job in a transaction; return 1 when it has to be repeated, else 0."""
    from psycopg2 import OperationalError

    try:
        job.perform()
        env.flush_all()
        job.set_done()
        job.store()
        env.flush_all()
        env.cr.commit()
        return 0
    except OperationalError as error:
        print(f"repeated: {job.method_name} {error.pgcode} {error}", file=sys.stderr)
        env.cr.rollback()
        env.invalidate_all()
        job.set_pending(reset_retry=False)
        job.store()
        env.flush_all()
        env.cr.commit()
        return 1


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
        "reserved": len(
            orders.sale_order_id.picking_ids.filtered(lambda p: p.state == "assigned")
        ),
        "paid": len(orders.filtered("payment_ids")),
        "settled": len(orders.sale_order_id.filtered(_is_settled)),
        "exceptions": env["o2c.exception"]
        .search([("res_model", "=", "shopify.order"), ("state", "=", "open")], limit=3)
        .mapped("message"),
    }


def _is_settled(sale_order):
    states = sale_order.invoice_ids.mapped("payment_state")
    return len(states) == 1 and states[0] in ("paid", "in_payment")


TASKS = {
    "set_up": set_up,
    "hear": hear,
    "floor": floor,
    "alternate": alternate,
    "work": work,
    "check": check,
}


if __name__ == "__main__":
    do(TASKS)

"""The process of :mod:`benchmarks.chain`, inside Odoo."""

import cProfile
import io
import pstats
import time
from collections import defaultdict
from contextlib import contextmanager
from unittest.mock import patch

from benchmarks import labels_worker
from benchmarks.chain_world import URLS, Services
from benchmarks.inside import do
from benchmarks.statements import Statements

PLENTY = 1_000_000
PACKED = {"skip_sms": True, "skip_backorder": True}
#: what is measured of each step
FIGURES = ("seconds", "processor", "queries")
#: rows of the profile that are told
ROWS = 40


class Meter:
    """Adds up what each step takes, without the time of the services."""

    def __init__(self, services):
        self.services = services
        self.sums = defaultdict(
            lambda: {"seconds": 0.0, "processor": 0.0, "queries": 0}
        )

    def measure(self, name, work):
        """Do ``work()`` as a step of this name; return its answer."""
        before = self._now()
        found = work()
        for key, start, end in zip(FIGURES, before, self._now(), strict=True):
            self.sums[name][key] += end - start
        return found

    def _now(self):
        import odoo.sql_db

        # of all cursors: some of ours keep what must survive their job
        return (
            time.perf_counter() - self.services.seconds,
            time.process_time() - self.services.processor,
            odoo.sql_db.sql_counter,
        )


def set_up(env, services):
    """Make the demo's merchant, connected, with plenty on its shelves."""
    from tools import demo_connections, demo_data

    with patch.object(demo_connections, "tell_sandbox", services.set):
        demo_data.set_up(env, URLS)
    shelf = env.ref("stock.warehouse0").lot_stock_id
    for product in env["product.product"].search([("default_code", "=like", "TW-%")]):
        env["stock.quant"]._update_available_quantity(product, shelf, PLENTY)
    env.cr.commit()
    do_jobs(env)


def do_jobs(env):
    """Do all jobs that are due, one transaction each; return how many there were."""
    done = 0
    while labels_worker.work_once(env):
        done += 1
    return done


class Ours:
    """A batch of orders as the suite carries them through."""

    def __init__(self, env, services, names):
        self.env = env
        self.services = services
        self.names = names
        self.jobs = 0

    def steps(self):
        """Yield ``(name, work)`` of each step, in the order in which it happens."""
        yield "import", self.take_over
        yield "deliver", self.deliver
        yield "reconcile", self.reconcile

    def take_over(self):
        """Hear of the orders; import, confirm, reserve, invoice, book the payment."""
        self.env["shopify.shop"]._cron_sweep()
        self._work()

    def deliver(self):
        """Pack all in one go; labels are bought and sent on to the shop."""
        context = {"default_client_order_ref": False, **PACKED}
        ready = [("sale_id.client_order_ref", "in", self.names)]
        pickings = self.env["stock.picking"].search(
            [*ready, ("state", "=", "assigned")]
        )
        assert pickings.with_context(**context).button_validate() is True
        self._work()

    def reconcile(self):
        """Fetch the lines of the balance, book and reconcile them."""
        self.env["mollie.balance"]._cron_fetch()
        self._work()

    def _work(self):
        self.env.cr.commit()
        self.jobs += do_jobs(self.env)

    def orders(self):
        """Return the sales orders, oldest first."""
        domain = [("client_order_ref", "in", self.names)]
        return self.env["sale.order"].search(domain, order="id")


def left_of(ours, count):
    """Return what is missing after a batch, in words; nothing if all is well."""
    orders, env = ours.orders(), ours.env
    pickings, invoices = orders.picking_ids, orders.invoice_ids
    at_shop = [ours.services.shopify.order(name) for name in ours.names]
    figures = {
        "orders": len(orders),
        "labels": len(pickings.filtered("carrier_tracking_ref")),
        "paid": len(invoices.filtered(lambda one: one.payment_state == "paid")),
        "sent": sum(o["displayFulfillmentStatus"] == "FULFILLED" for o in at_shop),
    }
    wrong = {name: found for name, found in figures.items() if found != count}
    stopped = env["o2c.exception"].search([("state", "=", "open")]).mapped("message")
    if stopped:
        wrong["exceptions"] = stopped[:3]
    difference = env["mollie.balance"].search([], limit=1).ledger_difference
    return {**wrong, "ledger": difference} if difference else wrong


def run(env, given):
    """Carry all batches through, each way in turn; the first pair warms up."""
    from benchmarks.chain_floor import Floor, read_orders

    services, batch = Services(), given["batch"]
    profile, asked = cProfile.Profile(), Statements()
    labels_worker.lift_pace()
    meters, jobs, left = {}, 0, {}
    with services.reached():
        set_up(env, services)
        for turn in range(given["batches"] + 1):
            if turn < 2:  # from the second on it counts
                meters = {side: Meter(services) for side in ("ours", "floor")}
                jobs = 0
            ours = Ours(env, services, buy(services, turn, batch))
            with looked_at(profile, asked, turn and given["is_profiled"]):
                carry(env, services, meters["ours"], ours)
            jobs += ours.jobs
            left |= left_of(ours, batch)
            floor = Floor(env, read_orders(ours.orders()))
            env.cr.commit()
            carry(env, services, meters["floor"], floor)
            if floor.left():
                left["floor"] = floor.left()
    sums = {side: dict(meter.sums) for side, meter in meters.items()}
    found = {**sums, "jobs": jobs, "left": left, "complete": not left}
    if given["is_profiled"]:
        found["profile"] = top(profile) + asked.rows(ROWS, given["batches"] * batch)
    return found


@contextmanager
def looked_at(profile, asked, is_on):
    """Profile what happens within, when asked to."""
    if not is_on:
        yield
        return
    with asked.counted(), profile:
        yield


def buy(services, turn, batch):
    """Let customers buy a batch; return the orders' names."""
    return services.buy(range(turn * batch, (turn + 1) * batch))


def carry(env, services, meter, way):
    """Do one way's steps for one batch; Mollie's money arrives before the last."""
    for name, work in way.steps():
        if name == "reconcile":
            services.settle()
        meter.measure(name, lambda work=work: (work(), env.cr.commit()))


def top(profile):
    """Return the profile's top rows by the time in the functions themselves."""
    said = io.StringIO()
    pstats.Stats(profile, stream=said).sort_stats("cumulative").print_stats(
        r"(shopify_connector|sendcloud_shipping|mollie_reconcile|o2c_)", ROWS
    )
    pstats.Stats(profile, stream=said).sort_stats("tottime").print_stats(ROWS)
    return [line for line in said.getvalue().splitlines() if line.strip()]


if __name__ == "__main__":
    do({"run": run})

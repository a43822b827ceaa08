"""`make chaos`: orders flow while things break; afterwards all must be right.

Real processes: the simulated services, two Odoo servers on one database, PostgreSQL.
This module is the customer, the packer, the clock and the one who breaks things.
When the faults stop, the system has a bounded time to heal by itself.
"""

import argparse
import json
import os
import threading
import time
import xmlrpc.client
from contextlib import ExitStack

from sandbox.catalogue import BY_SKU

from . import chaos_clock, postgres, runtime, servers
from .chaos_faults import Node, Schedule
from .chaos_stock import Stock
from .common import Problem, say
from .flow import ONCE_EACH, Flow, place_order
from .odoo_rpc import OdooRpc
from .sandbox_rpc import SandboxRpc

#: seconds between two rounds of packing and paying out
ROUND_EVERY = 10
HEAL_SECONDS = 900
#: what a person meets while a server is down: they try again
UNREACHABLE = (OSError, xmlrpc.client.Error)


class Patient:
    """Calls to Odoo as a person makes them: by a server that answers, and again."""

    def __init__(self, nodes, database):
        self.nodes = nodes
        self.database = database

    def __getattr__(self, name):
        def call(*arguments, **options):
            return self._insist(lambda rpc: getattr(rpc, name)(*arguments, **options))

        return call

    def _insist(self, call, seconds=600):
        deadline = time.monotonic() + seconds
        while True:
            for node in self.nodes:
                try:
                    rpc = OdooRpc(node.url, self.database, "admin", "admin")
                    return call(rpc)
                except UNREACHABLE as error:
                    met = error
            if time.monotonic() > deadline:
                raise Problem(f"Odoo did not answer for {seconds} s: {met}")
            time.sleep(1)


class Chaos(Flow):
    """The flow of orders, with somebody breaking things beside it."""

    def __init__(self, odoo, sandbox, options, schedule):
        super().__init__(odoo, sandbox, options.orders)
        self.order_every = options.seconds / options.orders
        self.schedule = schedule
        self.stock = Stock(odoo, sandbox)
        self.names = []
        self.over = threading.Event()

    def run(self):
        """Order and break, then heal; return the result's figures."""
        hurry_crons(self.odoo)
        self.stock.open()
        breaking = threading.Thread(target=self._break_things, daemon=True)
        breaking.start()
        try:
            self._trade()
        finally:
            # Somebody may be starting a server: it has to be known, to be ended.
            self.over.set()
            breaking.join()
        self.sandbox.post("/control/api/mend")
        say("  The faults are over.")
        return self._heal()

    def _break_things(self):
        while not self.over.is_set():
            self.schedule.strike()
            self.over.wait(self.schedule.chance.uniform(1, 4))

    def _trade(self):
        """Place all orders, and pack and settle every now and then."""
        next_round = time.monotonic() + ROUND_EVERY
        for number in range(self.count):
            self.names.append(place_order(self.sandbox, number))
            time.sleep(self.order_every)
            if time.monotonic() > next_round:
                self._round()
                next_round = time.monotonic() + ROUND_EVERY

    def _round(self):
        """Do what a packer and a bank do on a working day."""
        self.stock.receive()
        self.stock.reserve()
        self.pack_what_is_there()
        self.sandbox.post("/control/api/next-status")
        self.sandbox.post("/control/api/settle")
        self.sandbox.post("/control/api/payout")

    def pack_what_is_there(self):
        """Validate every delivery that is ready, one by one as a packer does."""
        ready = [("state", "=", "assigned"), ("sale_id.client_order_ref", "!=", False)]
        pickings = self.odoo.call("stock.picking", "search", ready)
        context = {"skip_sms": True, "skip_backorder": True}
        for picking in pickings:
            self.odoo.call(
                "stock.picking", "button_validate", [picking], context=context
            )

    def counts(self):
        """Count everything on both sides, the stock as well."""
        orders = self.sandbox.get("/control/api/summary")["orders"]
        once = [order for order in orders if order["fulfillments"] == 1]
        return {
            **super().counts(),
            "orders_twice": self.orders_twice(),
            "fulfilments_once": len(once),
            "products": len(BY_SKU),
            "stock_equal": self.stock.equal(),
        }

    def orders_twice(self):
        """Count the sales orders that are there besides the one of their number."""
        domain = [("client_order_ref", "!=", False), ("state", "!=", "cancel")]
        rows = self.odoo.read("sale.order", domain, ["client_order_ref"])
        return len(rows) - len({row["client_order_ref"] for row in rows})

    def _heal(self):
        """Go on working until all agrees; return the counts and how long it took."""
        began = time.monotonic()
        while True:
            self._round()
            counts = self.counts()
            seconds = round(time.monotonic() - began)
            if not differences(counts) and not self.pending_now():
                return {**counts, "healed_seconds": seconds}
            say(f"  after {seconds} s: {json.dumps(counts)}")
            if seconds > HEAL_SECONDS:
                return {**counts, "healed_seconds": None}
            time.sleep(5)

    def pending_now(self):
        """Count the work that is due and not done."""
        states = ["pending", "enqueued", "started"]
        return self.odoo.count(
            "queue.job", [("state", "in", states), ("eta", "=", False)]
        )


def hurry_crons(odoo):
    """Let our regular work come every minute, so that a run takes minutes, not days."""
    names = ("shopify.%", "sendcloud.%", "mollie.%", "o2c.%")
    crons = [
        row["id"]
        for name in names
        for row in odoo.read("ir.cron", [("model_id.model", "=like", name)], ["name"])
    ]
    if not crons:
        raise Problem("No regular work was found in this database.")
    soon = {"interval_number": 1, "interval_type": "minutes"}
    odoo.call("ir.cron", "write", crons, soon)


def differences(counts):
    """Return how many figures are not what they must be."""
    each = (*ONCE_EACH, "fulfilments_once")
    wrong = sum(abs(counts[name] - counts["orders"]) for name in each)
    wrong += counts["products"] - counts["stock_equal"]
    names = ("orders_twice", "open_exceptions", "failed_jobs")
    wrong += sum(counts[name] for name in names)
    return wrong + (counts["ledger_difference"] != "0.00")


def main(_command, arguments):
    """Run it on a database of its own; raise a Problem when something is wrong."""
    options = _parse(arguments)
    with ExitStack() as exits:
        clock = _clock(exits)
        place = exits.enter_context(runtime.running("chaos", fresh=True))
        sandbox = SandboxRpc(place.shop_url)
        nodes = _nodes(exits, place)
        restarts = not os.environ.get("PGHOST")
        schedule = Schedule(options.seed, nodes, sandbox, restarts, clock)
        odoo = Patient(nodes, place.database)
        counts = Chaos(odoo, sandbox, options, schedule).run()
    wrong = differences(counts)
    result = {"seed": options.seed, "orders": options.orders}
    result |= {"nodes": len(nodes), "faults": schedule.counts, "differences": wrong}
    result["healed_seconds"] = counts["healed_seconds"]
    say(json.dumps({**result, **counts}, separators=(",", ":")))
    if wrong:
        raise Problem(f"{wrong} differences with --seed {options.seed}.")


def _clock(exits):
    """Return the clock of all that is started from now on, if it can be moved."""
    clock, why_not = chaos_clock.for_a_run()
    if clock:
        clock.start()
        exits.callback(clock.stop)
    else:
        say(f"The clock is not moved: {why_not}.")
    return clock


def _nodes(exits, place):
    """Return two servers on one database: the one that runs and another."""
    first = Node(place, 1, int(place.odoo_url.rsplit(":", 1)[1]), place.processes[-1])
    second = Node(place, 2, postgres.free_port())
    for node in (first, second):
        exits.callback(node.stop)
    servers.wait_until_ready(
        "Starting a second Odoo", second.process, f"{second.url}/web/login"
    )
    return [first, second]


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="tools chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument(
        "--seconds", type=int, default=600, help="time in which they are ordered"
    )
    return parser.parse_args(arguments)

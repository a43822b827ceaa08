"""Importing orders, against Odoo's own ORM: ``python -m benchmarks.import_orders``.

The floor is what Odoo itself needs to create and confirm the same orders in the same
batches, with all values at hand: no connector can be faster. Ours reads the orders
over HTTP, looks up what their words mean, checks the totals to the cent and leaves a
note on each. Both take turns batch by batch, so that noise meets them alike.
"""

import importlib
import json
import sys
import tempfile
import time
import types
from dataclasses import astuple, dataclass

from tools.common import ROOT, say, step

from .frame import parser, place, report
from .shopify_orders import PAID, Playback, record

BATCH = 50
WORKER = "benchmarks.import_worker"
#: batches in each comparison with the floor; the first of them warms up
PAIRS = 9
#: turns of one worker and of two
TURNS = 2


def question():
    """Return the connector's question for several orders."""
    # The addon's own package would load Odoo, which this process has not.
    package = types.ModuleType("shopify_lib")
    package.__path__ = [str(ROOT / "shopify_connector" / "lib")]
    sys.modules[package.__name__] = package
    return importlib.import_module("shopify_lib.queries").ORDERS


class Run:
    """The steps of the benchmark in one database."""

    def __init__(self, there, nodes, reserve):
        self.there = there
        self.nodes = nodes
        self.reserve = reserve
        self.next = 1
        self.next_paid = PAID
        self.next_floor = BATCH

    def set_up(self, url):
        """Make the shop and what it sells."""
        kind = "product" if self.reserve else "consu"
        self.there.run(WORKER, task="set_up", url=url, product_type=kind)

    def hear(self, count):
        """Put ``count`` new orders on the waiting list; return their numbers."""
        numbers = [self.next, self.next + count]
        self.next += count
        self.there.run(WORKER, task="hear", numbers=numbers)
        return numbers

    def hear_of_paid(self, count):
        """Put ``count`` new orders that are paid on the waiting list."""
        numbers = [self.next_paid, self.next_paid + count]
        self.next_paid += count
        self.there.run(WORKER, task="hear", numbers=numbers)

    def compare(self):
        """Return floor and ours: seconds and queries, summed over the batches."""
        numbers = self.hear(PAIRS * BATCH)
        found = self.there.run(
            WORKER, task="alternate", numbers=numbers, nodes=self.nodes
        )
        return Sums(*(sum(column) for column in zip(*found["rows"][1:], strict=True)))

    def work(self, count, workers, paid=False):
        """Return how fast some workers at once are."""
        hear = self.hear_of_paid if paid else self.hear
        hear(count)
        return self._at_once(count, [{"task": "work"}] * workers)

    def floor(self, count, workers):
        """Return how fast some floors at once are that share nothing."""
        tasks = []
        for number in range(workers):
            first = 2_000_000 + self.next_floor
            numbers = [first, first + count // workers]
            # The batch before the first warms up.
            self.next_floor += count // workers + BATCH
            tasks.append({"task": "floor", "numbers": numbers, "twins": number > 0})
        return self._at_once(count, [{**task, "nodes": self.nodes} for task in tasks])

    def _at_once(self, count, tasks):
        processes = [self.there.worker(WORKER, **task) for task in tasks]
        served = time.process_time()
        for process in processes:
            process.go()
        found = [process.answer() for process in processes]
        start = min(row["started"] for row in found)
        return Speed(
            count,
            max(row["ended"] for row in found) - start,
            sum(row["processor"] for row in found),
            time.process_time() - served,
            sum(row["tries"] for row in found),
        )


@dataclass
class Speed:
    """What some orders took.

    ``processor``: seconds of the workers' own, without PostgreSQL's; ``served``: of the
    one that plays the shop back. ``tries``: jobs that had to be repeated.
    """

    orders: int = 0
    seconds: float = 0
    processor: float = 0
    served: float = 0
    tries: int = 0

    def __add__(self, other):
        rows = zip(astuple(self), astuple(other), strict=True)
        return Speed(*(mine + theirs for mine, theirs in rows))

    @property
    def rate(self):
        """Orders a second."""
        return self.orders / self.seconds

    def __str__(self):
        mine, served = (
            1000 * seconds / self.orders for seconds in (self.processor, self.served)
        )
        return f"{self.rate:.1f}/s ({mine:.0f} ms and {served:.1f} ms of processor)"


@dataclass
class Sums:
    """What the batches of a comparison took, all together."""

    floor_seconds: float
    floor_queries: int
    seconds: float
    queries: int
    orders: int
    floor_processor: float
    processor: float

    @property
    def ratio(self):
        """Ours to the floor, by the clock."""
        return self.floor_seconds / self.seconds

    @property
    def queries_per_order(self):
        """Ours."""
        return round(self.queries / self.orders, 1)

    def tell(self):
        """Print the comparison for people."""
        say(
            f"  floor {self.orders / self.floor_seconds:.1f}/s with"
            f" {self.floor_queries / self.orders:.1f} queries,"
            f" ours {self.orders / self.seconds:.1f}/s with"
            f" {self.queries_per_order} queries an order: {self.ratio:.2f};"
            f" by processor time {self.floor_processor / self.processor:.2f}"
        )


def main():
    """Measure, print the figures, and check that every order is there once."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--orders", type=int, default=5000, help="in all, about")
    options.add_argument("--few", action="store_true", help="a short run")
    options.add_argument(
        "--no-stock", action="store_true", help="products that are not reserved"
    )
    given = options.parse_args()
    with step("Recording orders"):
        nodes, paid = record(question()), record(question(), paid=True)
    with place("import", given) as there, tempfile.NamedTemporaryFile("w") as file:
        json.dump(nodes, file)
        file.flush()
        server = Playback(nodes, paid).serve()
        run = Run(there, file.name, not given.no_stock)
        run.set_up(f"http://127.0.0.1:{server.server_port}")
        measure(run, 400 if given.few else 1000, given)
        server.shutdown()


def measure(run, count, given):
    """Take all the figures, from a nearly empty database to a full one."""
    with step("Floor and ours in turn, few orders there"):
        first = run.compare()
    first.tell()
    workers = at_once(run, count)
    left = given.orders - run.next - PAIRS * BATCH
    if left > 0 and not given.few:
        with step(f"{left} more orders"):
            run.work(left, 2)
    many = run.next + run.next_paid - PAID
    with step(f"Floor and ours in turn, {many} orders there"):
        later = run.compare()
    later.tell()
    checked = run.there.run(WORKER, task="check")
    say(f"  {checked}")
    report(
        "import_orders",
        first.orders / first.seconds,
        first.orders / first.floor_seconds,
        "orders a second of Odoo's ORM alone: batched create and confirm",
        **workers,
        ratio_processor=round(first.floor_processor / first.processor, 3),
        ratio_later=round(later.ratio, 3),
        **{"queries_200": first.queries_per_order},
        **{f"queries_{'few' if given.few else 5000}": later.queries_per_order},
        orders=checked["orders"],
        complete=is_complete(checked, run.next_paid - PAID),
    )


def is_complete(checked, paid):
    """Tell whether every order is there once, reserved, and booked where it is paid."""
    everything = checked["orders"] == checked["reserved"] and not checked["twice"]
    return everything and checked["paid"] == checked["settled"] == paid


def at_once(run, count):
    """Return what a second process brings: floors that share nothing, then ours."""
    floors = second("Floors that share nothing", run.floor, count)
    unpaid = second("Workers", run.work, count)
    paid = second("Workers, paid orders", run.work, count // 2, paid=True)
    return {
        "two_floors": floors[0],
        "two_workers": unpaid[0],
        "two_workers_paid": paid[0],
        "two_workers_repeated": unpaid[1] + paid[1],
    }


def second(name, work, count, **options):
    """Return how much faster two are than one, and how many jobs were repeated.

    They take turns, so that noise meets both alike.
    """
    one, two = Speed(), Speed()
    with step(f"{name}, one and two in turn"):
        for _turn in range(TURNS):
            one += work(count // TURNS, 1, **options)
            two += work(2 * count // TURNS, 2, **options)
    ratio = round(two.rate / one.rate, 2)
    say(f"  one {one}, two {two}: {ratio} times; {two.tries} repeated")
    return ratio, two.tries


if __name__ == "__main__":
    main()

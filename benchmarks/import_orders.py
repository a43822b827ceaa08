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
import types
from dataclasses import dataclass

from tools.common import ROOT, say, step

from .frame import parser, place, report
from .shopify_orders import Playback, record

BATCH = 50
WORKER = "benchmarks.import_worker"
#: batches in each comparison with the floor; the first of them warms up
PAIRS = 9


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

    def compare(self):
        """Return floor and ours: seconds and queries, summed over the batches."""
        numbers = self.hear(PAIRS * BATCH)
        found = self.there.run(
            WORKER, task="alternate", numbers=numbers, nodes=self.nodes
        )
        return Sums(*(sum(column) for column in zip(*found["rows"][1:], strict=True)))

    def work(self, count, workers):
        """Return orders per second of some workers at once, and tries repeated."""
        self.hear(count)
        return self._at_once(count, [{"task": "work"}] * workers)

    def floor(self, count, workers):
        """Return orders per second of some floors at once that share nothing."""
        tasks = []
        for number in range(workers):
            first = 2_000_000 + self.next + number * 100_000
            numbers = [first, first + count // workers]
            tasks.append({"task": "floor", "numbers": numbers, "twins": number > 0})
        return self._at_once(count, [{**task, "nodes": self.nodes} for task in tasks])[
            0
        ]

    def _at_once(self, count, tasks):
        processes = [self.there.worker(WORKER, **task) for task in tasks]
        for process in processes:
            process.go()
        found = [process.answer() for process in processes]
        start = min(row["started"] for row in found)
        seconds = max(row["ended"] for row in found) - start
        return count / seconds, sum(row["tries"] for row in found)


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
        nodes = record(question())
    with place("import", given) as there, tempfile.NamedTemporaryFile("w") as file:
        json.dump(nodes, file)
        file.flush()
        server = Playback(nodes).serve()
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
    many = run.next
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
        complete=checked["orders"] == checked["reserved"] and not checked["twice"],
    )


def at_once(run, count):
    """Return what two workers bring, ours and floors that share nothing."""
    with step("One floor"):
        floor = run.floor(count, 1)
    with step("Two floors that share nothing"):
        floors = run.floor(count * 2, 2)
    say(f"  one {floor:.1f}/s, two {floors:.1f}/s, {floors / floor:.2f} times")
    with step("One worker"):
        one, _tries = run.work(count, 1)
    with step("Two workers"):
        two, again = run.work(count * 2, 2)
    say(f"  one {one:.1f}/s, two {two:.1f}/s, {two / one:.2f} times; {again} repeated")
    return {
        "two_workers": round(two / one, 2),
        "two_workers_repeated": again,
        "two_floors": round(floors / floor, 2),
    }


if __name__ == "__main__":
    main()

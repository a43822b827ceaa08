"""Memory of a worker over a long run: ``python -m benchmarks.memory``.

One process imports batch after batch of orders, as a job worker does, and says after
each hundred how much memory it has. What it needs at first is Odoo, its models and its
caches; from then on it must not grow with the orders. The reference is the same process
after its first few hundred.
"""

import json
import tempfile

from tools.common import say, step

from .frame import parser, place, report
from .import_orders import question
from .import_worker import BATCH
from .shopify_orders import Playback, record

WORKER = "benchmarks.memory_worker"
SET_UP = "benchmarks.import_worker"
#: orders until the caches are full
WARM = 300


def main():
    """Measure, print the figures and the slope."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--orders", type=int, default=3000)
    given = options.parse_args()
    with step("Recording orders"):
        nodes = record(question())
    with place("memory", given) as there, tempfile.NamedTemporaryFile("w") as file:
        json.dump(nodes, file)
        file.flush()
        server = Playback(nodes).serve()
        url = f"http://127.0.0.1:{server.server_port}"
        there.run(SET_UP, task="set_up", url=url, product_type="product")
        with step(f"{given.orders} orders in one process"):
            rows = there.run(WORKER, orders=given.orders, batch=BATCH)["rows"]
        server.shutdown()
    told(rows, given.orders)


def told(rows, orders):
    """Print memory by hundreds of orders, the slope, and the result.

    :param rows: ``[orders so far, resident MB]``
    """
    for done, megabytes in rows:
        say(f"  {done:>6} orders: {megabytes:.1f} MB")
    steady = [row for row in rows if row[0] >= WARM]
    first, last = steady[0], steady[-1]
    report(
        "memory",
        last[1],
        first[1],
        f"MB of the same process after {first[0]} orders",
        orders=last[0],
        kilobytes_per_order=round(slope(steady) * 1024, 2),
        highest=round(max(megabytes for _done, megabytes in rows), 1),
    )


def slope(rows):
    """Return the megabytes that each order adds, by least squares."""
    count = len(rows)
    middle = sum(done for done, _mb in rows) / count
    level = sum(mb for _done, mb in rows) / count
    spread = sum((done - middle) ** 2 for done, _mb in rows)
    together = sum((done - middle) * (mb - level) for done, mb in rows)
    return together / spread if spread else 0


if __name__ == "__main__":
    main()

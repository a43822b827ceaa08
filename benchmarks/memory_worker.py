"""The process of :mod:`benchmarks.memory`, inside Odoo: a worker that goes on."""

import resource
from pathlib import Path

from benchmarks.import_worker import hear, import_batch
from benchmarks.inside import answer, arguments, environment, ready

#: orders between two looks
STEP = 100


def resident():
    """Return the megabytes of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def work(env, given):
    """Import order after order; return ``[orders so far, megabytes]``."""
    shop = env["shopify.shop"].search([("domain", "=", "bench.myshopify.com")])
    rows, done = [[0, resident()]], 0
    while done < given["orders"]:
        hear(env, {"numbers": [done + 1, done + 1 + STEP]})
        env.cr.commit()
        for _batch in range(STEP // given["batch"]):
            done += import_batch(env, shop)[2]
            # A job has an environment of its own, which ends with it.
            env.transaction.clear()
        rows.append([done, resident()])
        if rows[-1][0] == rows[-2][0]:
            break
    return rows


def main():
    """Do the work."""
    given = arguments()
    with environment(given) as env:
        ready()
        rows = work(env, given)
    answer(rows=rows)


if __name__ == "__main__":
    main()

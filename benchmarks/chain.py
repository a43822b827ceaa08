"""From order to reconciled: ``python -m benchmarks.chain``.

Ours is all that happens to an order: read from Shopify, imported, confirmed, reserved,
packed, its label bought, sent on to Shopify, invoiced, paid, and Mollie's lines booked
and reconciled, by the jobs that do it in real life. The reference writes the same
documents by Odoo's ORM alone, all values at hand: nothing read, bought or sent. Both
take turns batch by batch in one process, so that noise meets them alike.
"""

from tools.common import Problem, say, step

from .frame import parser, place, report

WORKER = "benchmarks.chain_worker"
BATCH = 50


def main():
    """Measure, print the figures, and check that every order is reconciled."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--orders", type=int, default=500)
    options.add_argument(
        "--profile", action="store_true", help="the top rows instead of the figures"
    )
    given = options.parse_args()
    batches = max(given.orders // BATCH, 1)
    with place("chain", given) as there, step(f"{batches} batches of {BATCH} orders"):
        found = there.run(
            WORKER,
            task="run",
            batch=BATCH,
            batches=batches,
            is_profiled=given.profile,
        )
    if not found["complete"]:
        raise Problem(f"Not every order came to its end: {found['left']}")
    for row in found.get("profile", ()):
        say(f"  {row}")
    told(found, batches * BATCH)


def told(found, orders):
    """Print each step's share for people, and the result.

    :param found: what the worker answered
    """
    for side in ("ours", "floor"):
        for name, sums in found[side].items():
            say(
                f"  {side:<6}{name:<12}{orders / sums['seconds']:8.1f}/s"
                f"{sums['queries'] / orders:8.1f} queries an order"
            )
    ours, floor = (total(found[side]) for side in ("ours", "floor"))
    report(
        "chain",
        orders / ours["seconds"],
        orders / floor["seconds"],
        "orders a second of Odoo's ORM alone writing the same documents: order,"
        " delivery, invoice, payment, bank lines, reconciled",
        ratio_processor=round(floor["processor"] / ours["processor"], 3),
        orders=orders,
        queries_per_order=round(ours["queries"] / orders, 1),
        reference_queries=round(floor["queries"] / orders, 1),
        jobs_per_order=round(found["jobs"] / orders, 2),
        complete=found["complete"],
    )


def total(steps):
    """Return the sums over all steps of one side."""
    names = ("seconds", "processor", "queries")
    return {name: sum(sums[name] for sums in steps.values()) for name in names}


if __name__ == "__main__":
    main()

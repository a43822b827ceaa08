"""Telling a shop the stock of many variants: ``python -m benchmarks.stock_push``.

Ours notes each product as changed and lets the jobs work: stock is counted, Shopify's
figures are read, what differs is sent in calls of 250, and what the shop shows is kept.
The reference is the least that can be done: Odoo's own free quantities of the same
products, read in the same thousands, and as many calls over HTTP that send them without
looking, without a key and without keeping anything.
"""

from tools.common import say, step

from .frame import parser, place, report

WORKER = "benchmarks.stock_worker"


def main():
    """Measure, print the figures, and check that the shop shows the right numbers."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--variants", type=int, default=50_000)
    given = options.parse_args()
    with place("stock", given) as there:
        count = given.variants
        with step(f"{count} variants with stock"):
            there.run(WORKER, task="set_up", count=count)
        with step("The bare loop"):
            floor = there.run(WORKER, task="reference", count=count)
        with step("Ours"):
            ours = there.run(WORKER, task="ours", count=count)
        with step("Ours again, nothing has changed"):
            again = there.run(WORKER, task="ours", count=count)
    for name, found in (("bare loop", floor), ("ours", ours), ("again", again)):
        say(
            f"  {name:<10}{found['seconds']:7.1f} s, {found['calls']} calls,"
            f" {found['queries'] / count:.3f} queries a variant"
        )
    report(
        "stock_push",
        count / ours["seconds"],
        count / floor["seconds"],
        "variants a second of a bare loop: free_qty read in thousands, as many writing"
        " calls of 250, nothing compared or kept",
        variants=count,
        calls=ours["calls"],
        jobs=ours["jobs"],
        queries_per_variant=round(ours["queries"] / count, 3),
        seconds=round(ours["seconds"], 1),
        seconds_when_nothing_changed=round(again["seconds"], 1),
        right=ours["right"],
    )


if __name__ == "__main__":
    main()

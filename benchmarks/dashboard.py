"""A million orders on the dashboard: ``python -m benchmarks.dashboard``.

The rows are made by SQL beside as many sales orders, so that Odoo's own list of sales
orders, in the same database, is what ours is held against.
"""

from tools.common import Problem, say, step

from .frame import parser, place, report

WORKER = "benchmarks.dashboard_worker"
#: answers wanted of a page that somebody looks at, in seconds
WANTED = 1.0
#: looks that Odoo's own orders offer as well
SHARED = ("list", "grouped by month")


def main():
    """Fill a database, measure each look, and say which are too slow."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument(
        "--panels", action="store_true", help="show what each part of the board takes"
    )
    options.add_argument(
        "--filled", action="store_true", help="the database has its orders already"
    )
    given = options.parse_args()
    with place("dashboard", given) as there:
        if not given.filled:
            with step(f"{given.orders} orders"):
                there.run(WORKER, task="fill", count=given.orders)
        if given.panels:
            show(there.run(WORKER, task="panels"))
        measure(there, given.orders)


def show(taken):
    """Print what each look takes."""
    for name, value in taken.items():
        say(f"  {name:<32}{value:7.3f} s{'' if value < WANTED else '   too slow'}")


def measure(there, count):
    """Print the seconds of each look, and the comparison as the last line."""
    with step("Each look three times, the middle one counts"):
        found = there.run(WORKER, task="measure")
    taken = found["looks"]
    show(taken)
    slowest = max(taken, key=taken.get)
    report(
        "dashboard",
        len(SHARED) / sum(taken[name] for name in SHARED),
        len(SHARED) / found["reference"],
        "looks a second at Odoo's own sales orders, the same list and months",
        orders=count,
        slowest=slowest,
        slowest_seconds=round(taken[slowest], 3),
        board_of_a_year=round(taken["board, a year"], 3),
    )
    if taken[slowest] >= WANTED:
        raise Problem(f"Too slow: {slowest}")


if __name__ == "__main__":
    main()

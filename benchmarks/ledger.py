"""Mollie's lines to reconciled bank lines: ``python -m benchmarks.ledger``.

Ours reads the balance transactions page by page, keeps each as it came, books two bank
lines for it, the amount and the fee, and reconciles the first with its payment. Beside
it OCA's rules reconcile as many bank lines with payments of another journal, when they
are created: one line each, matched by the payment's reference, nothing read, no fee.
"""

from tools.common import say, step

from .frame import parser, place, report

WORKER = "benchmarks.ledger_worker"


def main():
    """Measure, print the figures, and check that all is reconciled to the cent."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--lines", type=int, default=10_000, help="at Mollie")
    options.add_argument(
        "--reference-lines", type=int, help="of OCA's run; as many, at most 300"
    )
    options.add_argument("--profile", help="a file for cProfile's statistics of ours")
    given = options.parse_args()
    with place("ledger", given) as there:
        # Ten thousand would take OCA's rules half an hour, at the same rate.
        sample = given.reference_lines or min(given.lines, 300)
        measure(there, given.lines, sample, given.profile)


def measure(there, count, reference_count, profile=None):
    """Run both, ours first, in one database.

    :param profile: where ours leaves what cProfile found, which makes it slower
    """
    with step(f"{count} payments wait for Mollie, {reference_count} for the bank"):
        there.run(WORKER, task="set_up", count=count, reference=reference_count)
    with step("Ours"):
        ours = there.run(WORKER, task="ours", count=count, profile=profile)
    say(f"  read and kept in {ours['read']:.1f} s, booked in {ours['booked']:.1f} s")
    with step("OCA's rules"):
        theirs = there.run(WORKER, task="reference", count=reference_count)
    our_rate = count / (ours["read"] + ours["booked"])
    their_rate = theirs["reconciled"] / theirs["seconds"]
    say(f"  ours {our_rate:.1f} a second, theirs {their_rate:.1f}")
    report(
        "ledger",
        our_rate,
        their_rate,
        "payments a second reconciled by account_reconcile_oca's rules on creation,"
        " without reading or fees",
        ratio_processor=round(
            (count / ours["processor"]) / (theirs["reconciled"] / theirs["processor"]),
            3,
        ),
        lines=count,
        reference_lines=reference_count,
        queries_per_line=round(ours["queries"] / count, 1),
        reference_queries=round(theirs["queries"] / reference_count, 1),
        reconciled=ours["reconciled"],
        reference_reconciled=theirs["reconciled"],
        in_balance=ours["in_balance"],
        first_1000=round(ours["first"], 2),
        last_1000=round(ours["last"], 2),
        first_1000_processor=round(ours["first_processor"], 2),
        last_1000_processor=round(ours["last_processor"], 2),
    )


if __name__ == "__main__":
    main()

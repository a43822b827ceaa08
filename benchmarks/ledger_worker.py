"""One process of :mod:`benchmarks.ledger`, inside Odoo."""

import cProfile
import time
from contextlib import contextmanager
from unittest.mock import patch

import requests

from benchmarks import ledger_payments
from benchmarks.inside import answer, arguments, environment, ready
from benchmarks.ledger_payments import DAY, amount, code
from sandbox import settings
from sandbox.clock import ManualClock
from sandbox.mollie import MollieApp
from sandbox.world import World

ADDRESS = "http://mollie.benchmark"
#: what both sides commit at once
BATCH = 50
#: lines whose time is compared, at the beginning and at the end
SAMPLE = 1000


# === The simulated Mollie === #


def mollie_with(count):
    """Return a Mollie on whose balance ``count`` payments have arrived."""
    mollie = MollieApp(World(clock=ManualClock()))
    for number in range(count):
        payment = mollie.create_payment(
            f"{amount(number):.2f}", description=code("M", number)
        )
        mollie.pay(payment["id"])
    mollie.settle()
    return mollie


def in_process(mollie):
    """Let the connector's requests reach ``mollie`` without a network."""
    from odoo.addons.o2c_base.tests.wsgi import wsgi_send

    def send(_session, request, **_kwargs):
        return wsgi_send(mollie, request)

    return patch.object(requests.Session, "send", send)


# === Setting up === #


def set_up(env, given):
    """Make both journals and the payments that wait in them."""
    account = env["mollie.account"].create(
        {
            "name": "Benchmark",
            "access_token": settings.MOLLIE_TOKEN,
            "base_url": f"{ADDRESS}/v2",
        }
    )
    with in_process(mollie_with(0)):
        account.action_test_connection()
    account.balance_ids.action_create_journal()
    ours = account.balance_ids.journal_id
    theirs = _other_journal(env, ours)
    ledger_payments.make(env, ours, "M", given["count"])
    ledger_payments.make(env, theirs, "O", given["reference"])
    return {}


def _other_journal(env, ours):
    journal = env["account.journal"].create(
        {"name": "Benchmark bank", "code": "BNCH", "type": "bank"}
    )
    waiting = ours.inbound_payment_method_line_ids.payment_account_id[:1].copy(
        {"name": "Benchmark in transit"}
    )
    journal.inbound_payment_method_line_ids.payment_account_id = waiting
    env["account.reconcile.model"].create(
        {
            "name": "By reference",
            "rule_type": "invoice_matching",
            "auto_reconcile": True,
            "match_journal_ids": [(4, journal.id)],
            "match_text_location_label": True,
            "match_text_location_reference": True,
            # What their page advises against: any other amount would fit as well.
            "allow_payment_tolerance": True,
            "payment_tolerance_param": 0,
        }
    )
    return journal


# === Measuring === #


@contextmanager
def job(env):
    """Give an ``env`` of its own, as a job has, and commit at the end."""
    with env.registry.cursor() as cr:
        yield env(cr=cr)


def ours(env, given):
    """Fetch and book as the jobs do: one transaction for each."""
    mollie = mollie_with(given["count"])
    balance = env["mollie.balance"].search([("account_id.name", "=", "Benchmark")])
    found = {"read": 0.0, "booked": 0.0, "processor": 0.0, "queries": 0}
    with in_process(mollie):
        through = False
        while not through:
            through = _timed(env, found, "read", lambda new: _read(new, balance))
        batches = _book_all(env, balance, found)
    env.cr.commit()
    env.invalidate_all()
    available = float(mollie.balance()["available"])
    lines = balance.transaction_ids.filtered(lambda line: line.state == "booked")
    return {
        **found,
        "first": _rate(batches),
        "last": _rate(batches[::-1]),
        "first_processor": _rate(batches, 2),
        "last_processor": _rate(batches[::-1], 2),
        "reconciled": len(lines.filtered("payment_id")),
        "in_balance": round(balance.ledger_balance - available, 2) == 0,
    }


def _read(env, balance):
    """Read or take in the next pages; return whether all is there."""
    balance = balance.with_env(env)
    balance._attempt("_fetch")
    return balance.last_synced


def _book_all(env, balance, found):
    """Book batch by batch; return ``(lines, seconds, processor seconds)`` of each."""
    batches, last = [], 0
    while last is not None:
        before, worked = found["booked"], found["processor"]
        count, last = _timed(
            env, found, "booked", lambda new, last=last: _book(new, balance, last)
        )
        batches.append((count, found["booked"] - before, found["processor"] - worked))
    return batches


def _book(env, balance, last):
    """Book the next batch; return how many and the last line, ``None`` at the end."""
    balance = balance.with_env(env)
    waiting = balance._waiting(last)
    if waiting:
        balance._attempt("_book", last)
    return len(waiting), waiting[-1:].id or None


def _rate(batches, measure=1):
    """Return how many lines a second the first :data:`SAMPLE` lines were booked at.

    :param measure: 1 by the clock, 2 by the processor
    """
    lines = seconds = 0
    for batch in batches:
        if lines < SAMPLE:
            lines, seconds = lines + batch[0], seconds + batch[measure]
    return lines / seconds


def _timed(env, found, name, work):
    """Do ``work`` in a transaction of its own and add up what it takes."""
    start, worked = time.perf_counter(), time.process_time()
    with job(env) as new:
        answer = work(new)
        new.flush_all()
        found["queries"] += new.cr.sql_log_count
    found[name] += time.perf_counter() - start
    found["processor"] += time.process_time() - worked
    return answer


def reference(env, given):
    """Create the bank lines; OCA's addon applies its rules to each."""
    found = {"seconds": 0.0, "processor": 0.0, "queries": 0}
    for first in range(0, given["count"], BATCH):
        numbers = range(first, min(first + BATCH, given["count"]))
        _timed(env, found, "seconds", lambda new, some=numbers: _import(new, some))
    env.cr.commit()
    lines = env["account.bank.statement.line"]
    domain = [("journal_id.code", "=", "BNCH"), ("is_reconciled", "=", True)]
    return {**found, "reconciled": lines.search_count(domain)}


def _import(env, numbers):
    journal = env["account.journal"].search([("code", "=", "BNCH")])
    env["account.bank.statement.line"].create(
        [
            {
                "journal_id": journal.id,
                "date": DAY,
                "payment_ref": code("O", number),
                "amount": amount(number),
            }
            for number in numbers
        ]
    )


@contextmanager
def profiled(path):
    """Write down in the file ``path`` where the time went, if there is one."""
    if not path:
        yield
        return
    with cProfile.Profile() as profile:
        yield
    profile.dump_stats(path)


TASKS = {"set_up": set_up, "ours": ours, "reference": reference}


def main():
    """Do the task that the benchmark gave, once it says so."""
    given = arguments()
    with environment(given) as env:
        ready()
        with profiled(given.get("profile")):
            found = TASKS[given["task"]](env, given)
        env.cr.commit()
        answer(**found)


if __name__ == "__main__":
    main()

"""The schedule of faults and the sum of differences."""

import os
import subprocess
import sys

from sandbox import faults, mischief
from tools import chaos
from tools.chaos_faults import Node, Schedule, children
from tools.servers import Process


class Recorder:
    """Keeps what the control page was told."""

    def __init__(self):
        self.calls = []

    def post(self, path, body=None):
        self.calls.append((path, body))


def schedule(seed, **changes):
    made = Schedule(seed, [], Recorder(), database_server=False)
    made._last = lambda: None
    made._kill_worker = made._kill_server = lambda: None
    made.kinds = [
        (name, getattr(made, action.__name__, action), arguments)
        for name, action, arguments in made.kinds
        if not name.endswith("killed")
    ]
    return made


def names(made, count):
    for _time in range(count):
        made.strike()
    return list(made.counts)


def test_the_same_seed_breaks_the_same_in_the_same_order():
    assert names(schedule(7), 12) == names(schedule(7), 12)
    assert names(schedule(7), 12) != names(schedule(8), 12)


def test_every_kind_comes_once_before_any_comes_again():
    made = schedule(1)
    names(made, len(made.kinds))
    assert set(made.counts.values()) == {1}
    assert len(made.counts) == len(made.kinds)


def test_a_storm_of_429_comes_with_retry_after_and_without():
    made = schedule(3)
    names(made, len(made.kinds))
    told = [body for path, body in made.sandbox.calls if path.endswith("/break")]
    storms = [body["seconds"] for body in told if body["kind"] == "rate_limit"]
    assert sorted(storms) == [0, 0, 0, 2, 2, 2]


def test_each_kind_of_the_sandbox_is_in_the_schedule():
    kinds = {name for name, *_rest in Schedule(1, [], None, True, clock=True).kinds}
    for service in ("shopify", "sendcloud", "mollie"):
        for kind in (*faults.KINDS, "rate_limit with Retry-After"):
            assert f"{service} {kind}" in kinds
    for kind in mischief.KINDS:
        assert f"webhooks {kind}" in kinds
    assert "clock over midnight" in kinds


def test_what_was_broken_is_mended():
    made = schedule(2)
    names(made, len(made.kinds))
    told = made.sandbox.calls
    broken = [body["service"] for path, body in told if path.endswith("/break")]
    mended = [body["service"] for path, body in told if path.endswith("/mend")]
    assert broken
    assert broken == mended
    disturbed = [body["percent"] for path, body in told if path.endswith("/webhooks")]
    assert disturbed == [60, 0] * (len(disturbed) // 2)


def test_a_database_that_is_not_ours_is_left_alone():
    kinds = {name for name, *_rest in Schedule(1, [], None, False).kinds}
    assert "database restarted" not in kinds
    kinds = {name for name, *_rest in Schedule(1, [], None, True).kinds}
    assert "database restarted" in kinds


def test_a_killed_server_leaves_no_child(tmp_path):
    code = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
    process = Process("chaos-test", [sys.executable, "-c", code], dict(os.environ))
    while not children(process.popen.pid):
        process.check()
    [child] = children(process.popen.pid)
    node = Node(NamedPlace, 1, 0, process)
    node.kill()
    shown = subprocess.run(["ps", "-o", "stat=", str(child)], capture_output=True)
    assert shown.stdout.strip()[:1] in (b"", b"Z")


class NamedPlace:
    """Stands for a place with its name only."""

    name = "chaos-test"


def test_each_missing_thing_is_a_difference():
    counts = {"orders": 3, "ledger_difference": "0.00"}
    counts |= dict.fromkeys(("sale_orders", "totals_equal", "labels"), 3)
    counts |= dict.fromkeys(("labels_charged", "fulfilments_pushed"), 3)
    counts |= {"invoices_paid": 3, "open_exceptions": 0, "failed_jobs": 0}
    counts["orders_twice"] = 0
    counts |= {"fulfilments_once": 3, "products": 2, "stock_equal": 2}
    assert chaos.differences(counts) == 0
    assert chaos.differences({**counts, "fulfilments_once": 2}) == 1
    assert chaos.differences({**counts, "stock_equal": 0}) == 2
    assert chaos.differences({**counts, "orders_twice": 1}) == 1
    assert chaos.differences({**counts, "labels_charged": 4}) == 1
    assert chaos.differences({**counts, "sale_orders": 1, "failed_jobs": 1}) == 3
    assert chaos.differences({**counts, "ledger_difference": "0.01"}) == 1

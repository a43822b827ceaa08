"""The clock of a run: where it begins, and where it moves to."""

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest

from tools import chaos_clock
from tools.chaos_clock import Clock, month_end, next_midnight


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (utc(2026, 11, 22, 9), utc(2026, 11, 30, 20)),
        (utc(2026, 11, 30, 19, 59), utc(2026, 11, 30, 20)),
        (utc(2026, 11, 30, 20), utc(2026, 12, 31, 20)),
        (utc(2026, 12, 31, 23), utc(2027, 1, 31, 20)),
        (utc(2028, 1, 31, 21), utc(2028, 2, 29, 20)),
    ],
)
def test_a_run_begins_in_the_evening_of_a_last_day(now, end):
    assert month_end(now) == end


def test_the_merchants_midnight_comes_before_that_of_utc():
    evening = utc(2026, 11, 30, 20)
    merchants = next_midnight(evening)
    assert merchants == utc(2026, 11, 30, 23)
    assert next_midnight(merchants) == utc(2026, 12, 1)
    assert next_midnight(utc(2026, 6, 30, 20)) == utc(2026, 6, 30, 22)


def test_moving_never_goes_back(tmp_path):
    clock = Clock(tmp_path / "clock")
    clock.set(utc(2030, 1, 31, 20))
    moments = []
    for _move in range(4):
        clock.to_next_midnight()
        moments.append(clock.now())
    assert moments == sorted(moments)
    days = {moment.date() for moment in moments}
    assert len(days) == 2
    assert clock.file.read_text().startswith("+")


@pytest.mark.skipif(not chaos_clock.library(), reason="libfaketime is not installed")
def test_processes_see_the_moved_clock(tmp_path):
    clock = Clock(tmp_path / "clock")
    try:
        clock.start()
        assert clock.now().day >= 28
        code = (
            "import datetime as d, threading, time; time.sleep(0.1);"
            "threading.Event().wait(0.1);"
            "print(d.datetime.now(d.timezone.utc).isoformat())"
        )
        told = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            timeout=20,
            env={**os.environ, "PYTHONPATH": os.environ["O2C_SITE"]},
        )
    finally:
        clock.stop()
    seen = datetime.fromisoformat(told.stdout.strip())
    assert abs(seen - clock.now()) < timedelta(seconds=30)
    assert "LD_PRELOAD" not in os.environ

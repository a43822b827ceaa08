"""The clock of a whole run, moved over midnight and over a month's end.

Debian's libfaketime stands between the processes and the computer's clock: PostgreSQL,
the simulated services and both Odoo servers all read the same moved one. What they
measure durations with (the monotonic clock) stays as it is.
"""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from .postgres import PrivateServer

MERCHANT = ZoneInfo("Europe/Amsterdam")
#: how long before a midnight the clock is set
BEFORE = timedelta(seconds=10)
#: seconds for which a process may go on with the old time
CACHED = 1


def library():
    """Return the path of libfaketime, ``None`` when it is not installed."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return found[0] if found else None


class Clock:
    """A clock that processes started from now on share, and that can be moved.

    :param file: what the processes read; they may run as another user
    """

    def __init__(self, file):
        self.file = file
        self.offset = timedelta(0)

    def start(self):
        """Begin in the evening of a month's last day."""
        now = datetime.now(timezone.utc)
        self.set(month_end(now))
        os.environ.update(
            LD_PRELOAD=str(library()),
            FAKETIME_TIMESTAMP_FILE=str(self.file),
            FAKETIME_CACHE_DURATION=str(CACHED),
            FAKETIME_DONT_FAKE_MONOTONIC="1",
            O2C_SITE=str(Path(__file__).parent / "chaos_site"),
        )

    def stop(self):
        """Let processes that are started later read the computer's clock."""
        for name in list(os.environ):
            if name.startswith("FAKETIME") or name in ("LD_PRELOAD", "O2C_SITE"):
                del os.environ[name]

    def now(self):
        """Return the moment that the processes see, in UTC."""
        return datetime.now(timezone.utc) + self.offset

    def set(self, moment):
        """Let it be this moment; time goes on from there."""
        self.offset = moment - datetime.now(timezone.utc)
        text = f"{self.offset.total_seconds():+.0f}"
        # in one step: who reads half a number would be in another century
        draft = self.file.with_suffix(".new")
        draft.write_text(text)
        draft.chmod(0o644)
        draft.replace(self.file)

    def to_next_midnight(self):
        """Move to shortly before the next midnight, the merchant's or that of UTC."""
        self.set(next_midnight(self.now() + BEFORE) - BEFORE)


def month_end(now):
    """Return 20:00 UTC on the last day of a month, this one's unless it is over."""
    first = now.replace(day=1, hour=20, minute=0, second=0, microsecond=0)
    end = _next_month(first) - timedelta(days=1)
    return end if end > now else _next_month(_next_month(first)) - timedelta(days=1)


def _next_month(first):
    return (first + timedelta(days=32)).replace(day=1)


def next_midnight(moment):
    """Return the first midnight after a moment, at the merchant or in UTC."""
    midnights = []
    for zone in (MERCHANT, timezone.utc):
        local = moment.astimezone(zone)
        day = local.date() + timedelta(days=1)
        midnights.append(datetime(day.year, day.month, day.day, tzinfo=zone))
    return min(midnights).astimezone(timezone.utc)


def for_a_run():
    """Return the :class:`Clock` of a run, or ``None`` and why it cannot be moved."""
    if not library():
        return None, "libfaketime is not installed (Debian's package faketime)"
    if os.environ.get("PGHOST"):
        return None, "PostgreSQL is not ours to start"
    server = PrivateServer()
    if server.is_running:
        return None, "PostgreSQL runs already, with the computer's clock"
    server.home.mkdir(parents=True, exist_ok=True, mode=0o711)
    return Clock(server.home / "clock"), ""

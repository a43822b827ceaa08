"""Time of the sandbox: the real clock, or one that tests turn by hand."""

from datetime import datetime, timedelta, timezone


class SystemClock:
    """The computer's clock plus an offset, so that a demo can jump to tomorrow."""

    def __init__(self, offset=timedelta(0)):
        self.offset = offset

    def now(self):
        """Return the current moment, aware, in UTC."""
        return datetime.now(timezone.utc) + self.offset

    def advance(self, **duration):
        """Jump forward: ``advance(days=1)``."""
        self.offset += timedelta(**duration)


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start=datetime(2026, 11, 2, 9, 0, tzinfo=timezone.utc)):
        self.moment = start

    def now(self):
        """Return the current moment, aware, in UTC."""
        return self.moment

    def advance(self, **duration):
        """Move forward: ``advance(hours=3)``."""
        self.moment += timedelta(**duration)


def last_monday(now=None):
    """Return nine o'clock (UTC) on the Monday of last week.

    For tests whose other side looks at the computer's clock: always the same weekday
    and hour, and always a few days ago.
    """
    now = now or datetime.now(timezone.utc)
    monday = now - timedelta(days=now.weekday() + 7)
    return monday.replace(hour=9, minute=0, second=0, microsecond=0)

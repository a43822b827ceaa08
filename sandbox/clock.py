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

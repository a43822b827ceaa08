"""Sendcloud's limits on how often one may call, by the world's clock."""

from collections import deque
from datetime import timedelta

#: kind -> calls per minute, and for writes also per second
DEFAULTS = {"get": 1000, "write": 100, "burst": 15}
_WINDOWS = {
    "get": timedelta(minutes=1),
    "write": timedelta(minutes=1),
    "burst": timedelta(seconds=1),
}


class Limits:
    """Counts calls in sliding windows.

    ``world.state["settings"]["sendcloud_limits"]`` replaces single numbers, for
    instance ``{"write": 100000, "burst": 100000}`` for a load test.
    """

    def __init__(self, world):
        self.world = world
        self.calls = {kind: deque() for kind in DEFAULTS}

    def wait_seconds(self, method):
        """Count a call; return 0, or the seconds to wait when it is one too many."""
        kinds = ("get",) if method in ("GET", "HEAD") else ("write", "burst")
        now = self.world.now()
        wait = max(self._wait(kind, now) for kind in kinds)
        if not wait:
            for kind in kinds:
                self.calls[kind].append(now)
        return wait

    def _wait(self, kind, now):
        window, calls = _WINDOWS[kind], self.calls[kind]
        while calls and calls[0] <= now - window:
            calls.popleft()
        settings = self.world.state["settings"].get("sendcloud_limits", {})
        if len(calls) < settings.get(kind, DEFAULTS[kind]):
            return 0
        return max(1, round((calls[0] + window - now).total_seconds()))

"""How often we may write to Sendcloud, as a bucket of tokens.

Sendcloud takes 100 writes a minute and 15 in one second; we stay below, because
people also click (https://sendcloud.dev/docs/getting-started/rate-limits).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

WRITES_PER_MINUTE = 90
BURST = 10
#: labels that one round looks at; more than are let go at once
ROUND = 50


@dataclass
class Bucket:
    """Tokens that were left at a moment; one is one call that writes."""

    tokens: float
    at: datetime

    def fill(self, now):
        """Add what came in since; a full bucket stays full."""
        # A clock that was set back brings nothing, and takes nothing away.
        seconds = max((now - self.at).total_seconds(), 0)
        self.tokens = min(self.tokens + seconds * WRITES_PER_MINUTE / 60, BURST)
        self.at = now

    def take(self, count):
        """Take ``count`` tokens; return whether there were that many."""
        if self.tokens < count:
            return False
        self.tokens -= count
        return True

    def next_at(self, count=1):
        """Return the moment from which ``count`` tokens can be taken."""
        missing = max(count - self.tokens, 0)
        return self.at + timedelta(seconds=ceil(missing * 60 / WRITES_PER_MINUTE))

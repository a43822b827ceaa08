"""What may happen to webhooks: lost, doubled, late, out of order, forged."""

from random import Random

#: kind -> what the control page says about it
KINDS = {
    "dropped": "Lost on the way",
    "doubled": "Arrive twice",
    "late": "Arrive late",
    "reordered": "Arrive in another order",
    "forged": "A forged one comes along",
}
LATE_SECONDS = 20
REORDER_SECONDS = 4


class Mischief:
    """The mischief that is switched on: ``{kind: share of the webhooks in percent}``.

    :param seed: the same seed makes the same mischief of the same webhooks
    """

    def __init__(self, seed=0):
        self.shares = {}
        self.chance = Random(seed)

    def switch(self, kind, percent):
        """Let ``percent`` of the webhooks meet with ``kind``; 0 ends it."""
        if kind not in KINDS:
            raise ValueError(f"unknown mischief {kind!r}")
        self.shares[kind] = percent

    def stop(self):
        """Let every webhook arrive as it was sent."""
        self.shares = {}

    def spoil(self, message):
        """Return what becomes of a message: ``[(seconds until sent, message)]``."""
        if self._hits("dropped"):
            return []
        sent = [(self._delay(), message)]
        if self._hits("doubled"):
            sent.append((self._delay(), message))
        if self._hits("forged"):
            sent.append((0, forged(message)))
        return sent

    def _hits(self, kind):
        percent = self.shares.get(kind, 0)
        return percent > 0 and self.chance.randrange(100) < percent

    def _delay(self):
        if self._hits("late"):
            return LATE_SECONDS
        return self.chance.uniform(0, REORDER_SECONDS) if self._hits("reordered") else 0


def forged(message):
    """Return a copy with a changed body under the old signature."""
    return {**message, "body": message["body"] + b" "}

"""What may go wrong while orders flow, and the seeded order in which it does."""

import os
import signal
import time
from pathlib import Path
from random import Random

from sandbox import faults, mischief
from sandbox.catalogue import BY_SKU

from . import servers
from .common import say
from .postgres import PrivateServer

SERVICES = ("shopify", "sendcloud", "mollie")
#: longer than an addon waits for an answer (30 seconds)
TOO_SLOW = 33
#: requests that a storm of 429 refuses, unless it is over before
STORM = 60
#: the kind of a 429 that says how long to wait; ``rate_limit`` says nothing
WAIT = "rate_limit with Retry-After"
#: seconds for which a service stays broken, or a mischief goes on
SPELL = (3, 12)
#: seconds in which a midnight passes, see :data:`.chaos_clock.BEFORE`
MIDNIGHT = 20


class Node:
    """One Odoo server with its workers, which can be killed and started again."""

    def __init__(self, place, number, port, process=None):
        self.place = place
        self.port = port
        self.name = f"{place.name}-{number}"
        self.process = process or self._start(again=False)

    def _start(self, again):
        place = self.place
        return servers.odoo_server(
            place.odoo, self.name, place.database, self.port, workers=3, again=again
        )

    @property
    def url(self):
        """Address of the server."""
        return f"{servers.HOST}:{self.port}"

    def kill(self):
        """Kill the whole server."""
        self.process.kill()

    def start_again(self):
        """Start a server in the place of the killed one."""
        self.process = self._start(again=True)

    def kill_worker(self, chance):
        """Kill one of the server's workers; it is replaced by the server itself."""
        workers = children(self.process.popen.pid)
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)

    def stop(self):
        """End the server in good order."""
        self.process.stop()


def children(pid):
    """Return the processes that a process has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


class Schedule:
    """Breaks things one after the other; the same seed breaks them in the same order.

    :param nodes: the :class:`Node` s, all of which may be killed
    :param database_server: whether PostgreSQL is ours to restart
    :param clock: a :class:`.chaos_clock.Clock`, ``None`` when none can be moved
    """

    def __init__(self, seed, nodes, sandbox, database_server, clock=None):
        self.chance = Random(seed)
        self.nodes = nodes
        self.sandbox = sandbox
        self.clock = clock
        self.counts = {}
        self.kinds = list(self._every_kind(database_server))
        self.waiting = []

    def _every_kind(self, database_server):
        for service in SERVICES:
            for kind in faults.KINDS:
                yield f"{service} {kind}", self._break, (service, kind)
            # the other 429, which says how long to wait
            yield f"{service} {WAIT}", self._break, (service, "rate_limit", 2)
        for kind in mischief.KINDS:
            yield f"webhooks {kind}", self._disturb_post, (kind,)
        yield "stock miscounted at the shop", self._miscount, ()
        if self.clock:
            yield "clock over midnight", self._pass_midnight, ()
        # more often than any one of the others
        for _again in range(3):
            yield "worker killed", self._kill_worker, ()
            yield "server killed", self._kill_server, ()
            if database_server:
                yield "database restarted", self._restart_database, ()

    def strike(self):
        """Do the next mischief; every kind comes once before any comes again."""
        if not self.waiting:
            self.waiting = self.chance.sample(self.kinds, len(self.kinds))
        name, action, arguments = self.waiting.pop()
        self.counts[name] = self.counts.get(name, 0) + 1
        say(f"  ! {name}")
        action(*arguments)

    def _break(self, service, kind, seconds=0):
        """Break a service for a while.

        :param seconds: the Retry-After of a 429; 0: it has none
        """
        fault = {"times": self.chance.randint(1, 8), "seconds": seconds}
        if kind == "slow":
            fault = {"times": 1, "seconds": TOO_SLOW}
        elif kind == "rate_limit":
            fault["times"] = STORM
        self.sandbox.post(
            "/control/api/break", {"service": service, "kind": kind, **fault}
        )
        self._last()
        self.sandbox.post("/control/api/mend", {"service": service})

    def _disturb_post(self, kind):
        door = "/control/api/webhooks"
        self.sandbox.post(door, {"kind": kind, "percent": 60})
        self._last()
        self.sandbox.post(door, {"kind": kind, "percent": 0})

    def _miscount(self):
        """Let somebody type a wrong number into the shop's own page."""
        wrong = {"sku": self.chance.choice(sorted(BY_SKU)), "available": 7}
        self.sandbox.post("/control/api/stock", wrong)

    def _pass_midnight(self):
        """Move on to a midnight, and let it pass while people buy."""
        self.clock.to_next_midnight()
        time.sleep(MIDNIGHT)

    def _last(self):
        time.sleep(self.chance.uniform(*SPELL))

    def _kill_worker(self):
        self.chance.choice(self.nodes).kill_worker(self.chance)

    def _kill_server(self):
        node = self.chance.choice(self.nodes)
        node.kill()
        self._last()
        node.start_again()

    def _restart_database(self):
        mode = self.chance.choice(("fast", "immediate"))
        PrivateServer().restart(mode)

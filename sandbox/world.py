"""One world behind three services: what was ordered, shipped and paid.

``World.state`` is plain JSON (str, int, bool, list, dict; money as strings with
two decimals; moments as ISO-8601 strings in UTC), so that it can be kept on disk.
Each service owns one section: ``state["shopify"]``, ``state["sendcloud"]``,
``state["mollie"]``.
"""

import json
import os
import threading
from datetime import timezone

from werkzeug.wrappers import Request

from .clock import SystemClock
from .faults import Faults
from .webhooks import Outbox


class World:
    """State, clock, counters, faults and outgoing webhooks, shared by all services.

    :meth:`served` gives every service the world to itself for the time of a request.
    """

    def __init__(self, clock=None, path=None, outbox=None):
        self.clock = clock or SystemClock()
        self.path = path
        self.lock = threading.RLock()
        self.outbox = outbox or Outbox()
        self.state = self._load() or {"counters": {}, "settings": {}, "faults": {}}
        self.faults = Faults(self.state["faults"])

    def _load(self):
        if self.path and os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                return json.load(file)
        return None

    def save(self):
        """Write the state to disk in one step; a crash leaves the old file whole."""
        if not self.path:
            return
        with self.lock:
            text = json.dumps(self.state)
        with open(f"{self.path}.new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(f"{self.path}.new", self.path)

    def served(self, answer):
        """Return a WSGI app around ``answer(request)`` that works one by one."""

        def app(environ, start_response):
            with self.lock:
                response = answer(Request(environ))
            return response(environ, start_response)

        return app

    def section(self, service, **defaults):
        """Return the part of the state that ``service`` owns; ``defaults`` fill it."""
        section = self.state.setdefault(service, {})
        for key, value in defaults.items():
            section.setdefault(key, value)
        return section

    def next_number(self, kind, start=1):
        """Return a counter's next number: the same in every run of the same steps."""
        counters = self.state["counters"]
        counters[kind] = counters.get(kind, start - 1) + 1
        return counters[kind]

    def now(self):
        """Return the world's current moment, aware, in UTC."""
        return self.clock.now()

    def timestamp(self, moment=None):
        """Return a moment (default now) as ``2026-11-02T09:00:00Z``."""
        moment = (moment or self.now()).astimezone(timezone.utc)
        return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")

"""The webhook door under load: ``python -m benchmarks.webhook_door``.

A real Odoo server with worker processes takes signed messages of an order from several
senders at once: each is verified, kept once, and put on the list of work. Beside it a
bare Odoo route reads the same body and inserts one row, which is the least that keeps a
message. The two take turns, so that noise meets both alike. At the end every message
has to be there once; what was sent twice or forged must not.
"""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tools.common import say, step

from .door_messages import SECRET, forged, message
from .frame import parser, place, report

WORKER = "benchmarks.door_worker"
#: messages of one turn
TURN = 250
#: senders at once; the services send side by side
SENDERS = 8
WORKERS = 2


class Load:
    """Sends messages to one address, and notes how long each answer took."""

    def __init__(self, port, path, make, expected=200):
        self.port = port
        self.path = path
        self.make = make
        self.expected = expected
        self.numbers = count(1)
        self.lock = threading.Lock()
        self.seconds = 0
        self.times = []
        self.wrong = 0

    def turn(self):
        """Send a turn of messages from several senders at once."""
        began = time.perf_counter()
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._send, range(TURN)))
        self.seconds += time.perf_counter() - began

    def _send(self, _nth):
        with self.lock:
            number = next(self.numbers)
        raw, headers = self.make(number)
        began = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request("POST", self.path, raw, headers)
            status = line.getresponse().status
        except OSError:
            status = 0
        finally:
            line.close()
        self.times.append(time.perf_counter() - began)
        self.wrong += status != self.expected

    @property
    def rate(self):
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share):
        """Return the milliseconds within which a share of the answers came."""
        ordered = sorted(self.times)
        return round(1000 * ordered[int(share * (len(ordered) - 1))], 1)


def main():
    """Measure, print the figures, and check what was kept."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--turns", type=int, default=8, help="of each, after one more")
    given = options.parse_args()
    with place("door", given) as there:
        token = there.run(WORKER, task="set_up", secret=SECRET)["token"]
        with there.server(WORKERS, "bench_door") as port:
            measure(there, port, f"/shopify/webhook/{token}", given.turns)


def measure(there, port, path, turns):
    """Let the door and the bare route take turns; report."""
    warm = [Load(port, path, message), Load(port, "/bench/bare", message)]
    for load in warm:
        load.turn()
    ours, bare = Load(port, path, message), Load(port, "/bench/bare", message)
    ours.numbers = count(TURN + 1)
    flood = Load(port, path, forged, expected=401)
    with step(f"{turns} turns of {TURN} messages from {SENDERS} senders"):
        for _turn in range(turns):
            ours.turn()
            bare.turn()
            flood.turn()
    again = Load(port, path, message)
    again.turn()
    kept = there.run(WORKER, task="check")
    sent = TURN * (turns + 1)
    say(f"  ours {ours.rate:.0f}/s, bare {bare.rate:.0f}/s, refused {flood.rate:.0f}/s")
    report(
        "webhook_door",
        ours.rate,
        bare.rate,
        "answers a second of a bare Odoo route that reads the body and inserts one row",
        p99_ms=ours.percentile(0.99),
        p50_ms=ours.percentile(0.5),
        reference_p99_ms=bare.percentile(0.99),
        refused_a_second=round(flood.rate, 1),
        refused_p99_ms=flood.percentile(0.99),
        senders=SENDERS,
        workers=WORKERS,
        wrong_answers=ours.wrong + bare.wrong + flood.wrong + again.wrong,
        kept_once=kept["events"] == kept["jobs"] == sent,
    )
    if kept["events"] != sent:
        say(json.dumps({"sent": sent, **kept}))


if __name__ == "__main__":
    main()

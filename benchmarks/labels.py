"""Labels a minute: ``python -m benchmarks.labels``.

The reference is Sendcloud's own limit, 100 writes a minute: nobody gets labels faster.
Ours are 200 deliveries validated in one go, whose jobs two workers then do against the
simulated Sendcloud, which counts and refuses as the real one. A second round with all
limits lifted says what the workers themselves could do.
"""

import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.clock import SystemClock
from sandbox.sendcloud import SendcloudApp
from sandbox.world import World
from tools.common import say, step

from .frame import parser, place, report

WORKER = "benchmarks.labels_worker"
#: writes a minute (https://sendcloud.dev/docs/getting-started/rate-limits)
ALLOWED = 100
WORKERS = 2
LIFTED = {"get": 10**6, "write": 10**6, "burst": 10**6}


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_request(self, code="-", size="-"):
        """Say nothing."""


class Sendcloud:
    """The simulated service behind a port, for one round."""

    def __init__(self, is_lifted):
        world = World(clock=SystemClock())
        self.app = SendcloudApp(world)
        if is_lifted:
            world.state["settings"]["sendcloud_limits"] = LIFTED
        self.server = make_server(
            "127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet
        )

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.port}/api/v3"
        return self

    def __exit__(self, *_error):
        self.server.shutdown()


def main():
    """Measure both rounds, print the figures, check that each label is there once."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--labels", type=int, default=200)
    options = options.parse_args()
    with place("labels", options) as where:
        paced = measure(where, options.labels, is_lifted=False)
        lifted = measure(where, options.labels, is_lifted=True)
    report(
        "labels",
        paced["per_minute"],
        ALLOWED,
        "labels a minute that Sendcloud's limit of writes allows",
        labels=options.labels,
        workers=WORKERS,
        refused_for_pace=paced["refused"],
        without_limits=round(lifted["per_minute"]),
        processor_seconds_a_label=lifted["processor"],
        validation_seconds=paced["validation"]["seconds"],
        queries_a_delivery=paced["validation"]["queries"],
    )


def measure(where, count, is_lifted):
    """Return the figures of one round.

    :return: ``per_minute``, ``refused`` (answers 429), ``processor`` seconds a label
        and the ``validation``
    """
    with Sendcloud(is_lifted) as sendcloud:
        given = {"count": count, "address": sendcloud.address, "is_lifted": is_lifted}
        with step(f"{count} deliveries are validated"):
            validation = where.run(WORKER, work="validate", **given)
        with step(f"{WORKERS} workers get their labels"):
            workers = [
                where.worker(WORKER, work="run", **given) for _ in range(WORKERS)
            ]
            for worker in workers:
                worker.go()
            answers = [worker.answer() for worker in workers]
        bought = [entry["charged_at"] for entry in sendcloud.app.ledger()]
        assert len(bought) == count, f"{len(bought)} labels were charged"
    seconds = max(a["ended"] for a in answers) - min(a["began"] for a in answers)
    found = {
        "per_minute": count * 60 / seconds,
        "refused": sum(a["refused"] for a in answers),
        "processor": round(sum(a["processor"] for a in answers) / count, 3),
        "validation": validation,
    }
    say(f"  {found['per_minute']:.0f} labels a minute in {seconds:.0f} s")
    return found


if __name__ == "__main__":
    main()

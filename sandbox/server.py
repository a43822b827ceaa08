"""One process, four servers, one world: what ``python -m sandbox`` runs."""

import argparse
import functools
import logging
import os
import signal
import threading
import time
from datetime import timedelta

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .clock import SystemClock
from .faults import AnswerLost
from .mollie import MollieApp
from .sendcloud import SendcloudApp
from .settings import PORTS
from .shop import ShopApp
from .shopify import ShopifyApp
from .world import World

_logger = logging.getLogger(__name__)


class Handler(WSGIRequestHandler):
    """Says nothing about good requests."""

    # One request a line: a body that nobody read (a broken service reads none)
    # would else be taken for the next request, and a lost answer would only wait.
    protocol_version = "HTTP/1.0"

    def log_request(self, code="-", size="-"):
        if str(code).startswith("5"):
            _logger.warning("%s %s -> %s", self.command, self.path, code)


class Saver:
    """Writes the world to disk soon after a change, many changes in one go."""

    WAIT = 0.3  # seconds in which further changes join the same write
    REST = 9  # times as long as a write took: writing gets a tenth of the time

    def __init__(self, world):
        self.world = world
        self.changed = threading.Event()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        """Begin to watch for changes."""
        self.thread.start()

    def stop(self):
        """Write a last time and end."""
        self.stopped.set()
        self.changed.set()
        self.thread.join()
        self.world.save()

    def _run(self):
        took = 0
        while not self.stopped.is_set():
            self.changed.wait()
            self.stopped.wait(max(self.WAIT, self.REST * took))
            self.changed.clear()
            begin = time.monotonic()
            self._save()
            took = time.monotonic() - begin

    def _save(self):
        try:
            self.world.save()
        except OSError as error:
            # a full disk must not end the shop; the next change tries again
            _logger.error("the state could not be saved: %s", error)


class Sandbox:
    """The four services as running servers.

    :param state: file that keeps the world between runs, or None
    :param ports: ``{service: port}``; 0 takes any free port
    :param days_ago: a new world begins so many days ago; an old one goes on
    """

    def __init__(self, state=None, host="127.0.0.1", ports=None, days_ago=0):
        self.world = World(path=state)
        past = -timedelta(days=days_ago).total_seconds()
        offset = self.world.state.setdefault("clock_offset", past)
        self.world.clock = SystemClock(timedelta(seconds=offset))
        self.saver = Saver(self.world)
        self.servers = {
            name: self._server(app, host, {**PORTS, **(ports or {})}[name])
            for name, app in make_apps(self.world).items()
        }
        shop = self.urls["shop"]
        pages = {
            "tracking_base": f"{shop}/track",
            "mollie_checkout_base": f"{shop}/pay",
        }
        self.world.state["settings"].update(pages)

    def _server(self, app, host, port):
        return ThreadedWSGIServer(host, port, self._watched(app), Handler)

    def _watched(self, app):
        def watched_app(environ, start_response):
            try:
                return app(environ, start_response)
            except AnswerLost as error:
                raise ConnectionAbortedError("answer lost on purpose") from error
            finally:
                if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                    self.saver.changed.set()

        return watched_app

    @property
    def urls(self):
        """Addresses by service, as seen from this computer."""
        return {
            name: f"http://{_reachable(server.host)}:{server.port}"
            for name, server in self.servers.items()
        }

    def start(self):
        """Serve from background threads and deliver webhooks."""
        self.world.outbox.start()
        self.saver.start()
        for server in self.servers.values():
            serve = functools.partial(server.serve_forever, poll_interval=0.1)
            threading.Thread(target=serve, daemon=True).start()

    def stop(self):
        """Stop serving and keep the state."""
        for server in self.servers.values():
            server.shutdown()
            server.server_close()
        self.saver.stop()


def _reachable(host):
    return "127.0.0.1" if host == "0.0.0.0" else host


def make_apps(world):
    """Return the WSGI apps of ``world`` by service name."""
    shopify, sendcloud = ShopifyApp(world), SendcloudApp(world)
    mollie = MollieApp(world)
    return {
        "shop": ShopApp(world, shopify, mollie, sendcloud),
        "shopify": shopify,
        "sendcloud": sendcloud,
        "mollie": mollie,
    }


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", metavar="FILE", help="keep the world in this file")
    parser.add_argument(
        "--days-ago", type=int, default=0, help="when a new world begins"
    )
    for service, port in PORTS.items():
        parser.add_argument(
            f"--{service}-port", type=int, default=port, help="default %(default)s"
        )
    return parser.parse_args(arguments)


def main(arguments=None):
    """Run until Ctrl-C or SIGTERM."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    if options.state:
        os.makedirs(os.path.dirname(os.path.abspath(options.state)), exist_ok=True)
    ports = {service: getattr(options, f"{service}_port") for service in PORTS}
    sandbox = Sandbox(options.state, options.host, ports, options.days_ago)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sandbox.start()
    for service, url in sandbox.urls.items():
        print(f"{service:<10}{url}", flush=True)
    stop.wait()
    sandbox.stop()

"""Starts the sandbox and Odoo as processes, waits until they answer, stops them."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from .common import LOCAL, LOGS, ROOT, Problem, say, step, tail

SERVICES = ("shop", "shopify", "sendcloud", "mollie")
HOST = "http://127.0.0.1"


class Process:
    """A server process in a group of its own, with its output in a log file."""

    def __init__(self, name, command, environment, again=False):
        """Start it; ``again`` adds to the log of the process that it replaces."""
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = LOGS / f"{name}.log"
        with self.log.open("ab" if again else "wb") as log:
            # A group of its own: Ctrl-C reaches us only, and we stop in good order.
            self.popen = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=ROOT,
                start_new_session=True,
            )

    def check(self):
        """Raise a Problem with the end of the log when the process has ended."""
        if self.popen.poll() is not None:
            raise self._problem("has ended")

    def wait_for(self, url, seconds=120):
        """Wait until ``url`` answers.

        :raise Problem: the process ended, or does not answer in time
        """
        deadline = time.monotonic() + seconds
        while not answers(url):
            self.check()
            if time.monotonic() > deadline:
                raise self._problem(f"does not answer at {url}")
            time.sleep(0.2)

    def _problem(self, what):
        said = f"all it said is in {self.log}"
        return Problem(f"{tail(self.log)}\n\n{self.name} {what}; {said}")

    def kill(self):
        """End the process and all its children at once, as a power cut does."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it was dead already
        self.popen.wait()

    def stop(self, patience=20):
        """Ask the process to stop; after ``patience`` seconds end its whole group."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not stop by itself and is ended.")
        self.kill()


def answers(url):
    """Tell whether a server gives a good answer at ``url``."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status < 400
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def stopped_at_end(process):
    """Give a process that is stopped whatever happens."""
    try:
        yield process
    finally:
        process.stop()


def sandbox(odoo, name, ports, days_ago=0):
    """Start the four simulated services; their world is kept under ``.local``.

    :param ports: ``{service: port}``, see :data:`SERVICES`
    :param days_ago: when a new world begins
    """
    for service in SERVICES:
        check_free(ports[service], service)
    command = [odoo.python, "-m", "sandbox", "--state", sandbox_state(name)]
    command += ["--days-ago", days_ago]
    for service in SERVICES:
        command += [f"--{service}-port", ports[service]]
    return Process(f"{name}-sandbox", command, odoo.environment())


def sandbox_state(name):
    """Return the file that keeps the simulated world of a run."""
    return LOCAL / f"{name}-world.json"


def odoo_server(odoo, name, database, port, workers=4, again=False):
    """Start Odoo with its job runner and its crons.

    :param bool again: it takes the place of one that was killed
    """
    check_free(port, "Odoo")
    check_free(port + 3, "Odoo's live messages")
    configuration = odoo.configuration(name, database, port, workers)
    command = odoo.command(configuration=configuration)
    return Process(f"{name}-odoo", command, odoo.environment(), again)


def check_free(port, what):
    """Raise a Problem when somebody else has a port that ``what`` needs."""
    if answers_at_all(port):
        raise Problem(
            f"Port {port} is taken, and {what} needs it: stop what runs there. "
            "(Is another demo running?)"
        )


def answers_at_all(port):
    """Tell whether anybody listens at a port of this computer."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_ready(title, process, url):
    """Wait for a server and show that we do."""
    with step(title):
        process.wait_for(url)

"""What every benchmark needs: an Odoo with a fresh database, workers, and a result."""

import argparse
import json
import os
import subprocess
from configparser import ConfigParser
from contextlib import contextmanager
from dataclasses import dataclass

from tools import postgres, servers
from tools.common import ROOT, Problem, say
from tools.database import Databases
from tools.odoo_run import Odoo


@dataclass
class Place:
    """A database, and how a process gets into it."""

    database: str
    configuration: str
    python: str
    environment: dict

    def worker(self, module, **arguments):
        """Start ``python -m <module>`` inside the database.

        :return: a :class:`Worker`
        """
        given = {"database": self.database, "configuration": self.configuration}
        command = [self.python, "-m", module, json.dumps({**given, **arguments})]
        return Worker(command, self.environment)

    @contextmanager
    def server(self, workers, *addons):
        """Run Odoo's server with worker processes; give its port.

        Neither jobs nor crons are worked on: only what is asked for is measured.

        :param addons: of ``benchmarks/addons``, loaded without being installed
        """
        port = postgres.free_port()
        read = ConfigParser(interpolation=None)
        read.read(self.configuration)
        paths = f"{read['options']['addons_path']},{ROOT / 'benchmarks' / 'addons'}"
        options = {
            "-c": self.configuration,
            "-d": self.database,
            "--addons-path": paths,
            "--load": ",".join(["base", "web", *addons]),
            "--http-port": port,
            "--gevent-port": postgres.free_port(),
            "--workers": workers,
            "--max-cron-threads": 0,
            "--log-level": "critical",
        }
        given = [str(part) for pair in options.items() for part in pair]
        command = [self.python, "-m", "odoo", *given]
        process = servers.Process("bench-odoo", command, self.environment)
        with servers.stopped_at_end(process):
            address = f"{servers.HOST}:{port}/web/login"
            servers.wait_until_ready("Starting Odoo", process, address)
            yield port

    def run(self, module, **arguments):
        """Run a worker to its end and return its answer."""
        worker = self.worker(module, **arguments)
        worker.go()
        return worker.answer()


class Worker:
    """A process of its own that waits for :meth:`go` once it is ready.

    Loading Odoo takes seconds that belong to no measurement.
    """

    def __init__(self, command, environment):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=pipe,
            stdout=pipe,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        self._line()

    def go(self):
        """Let the process begin."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def answer(self):
        """Return what the process found, and wait for its end."""
        answer = json.loads(self._line())
        self.process.communicate()
        return answer

    def _line(self):
        while line := self.process.stdout.readline():
            if line.startswith("{"):
                return line
        code = self.process.wait()
        raise Problem(f"A worker of the benchmark ended early (exit code {code}).")


@contextmanager
def place(name, options):
    """Give a fresh database with the suite, or the one that ``options`` names.

    :param name: of the benchmark; names its database
    :param options: from :func:`parser`
    """
    if options.database:
        yield Place(
            options.database,
            options.configuration,
            options.python,
            {**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        return
    with postgres.running() as server:
        odoo = Odoo(server)
        databases = Databases(server, odoo)
        database = f"{odoo.prefix}bench_{name}"
        databases.clone(databases.suite_template(), database)
        configuration = odoo.configuration("bench", database)
        try:
            yield Place(
                database, str(configuration), str(odoo.python), odoo.environment()
            )
        finally:
            databases.drop(database)


def parser(purpose):
    """Return a parser with the options that all benchmarks share."""
    found = argparse.ArgumentParser(description=purpose)
    given = found.add_argument_group("use a database that is there already")
    given.add_argument("--database")
    given.add_argument("--configuration", help="Odoo's configuration file")
    given.add_argument("--python", default="python3")
    return found


def report(name, ours, reference, reference_is, **more):
    """Print the result as the last line, for machines.

    :param ours: our figure; with ``reference`` it makes the ratio
    :param reference_is: in words, what we are compared with
    """
    result = {
        "name": name,
        "ratio": round(ours / reference, 3),
        "ours": round(ours, 2),
        "reference": round(reference, 2),
        "reference_is": reference_is,
        "cores": os.cpu_count(),
    }
    say(json.dumps({**result, **more}))

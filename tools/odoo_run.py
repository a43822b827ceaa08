"""Runs Odoo: the configuration file, one-off runs, scripts inside a database."""

import os
import tempfile

from . import odoo_home, series, venv
from .common import LOCAL, ROOT, run_logged
from .database import DATA

#: for the demo's database only
SANDBOX_ADDONS = ROOT / "tools" / "addons"
CONFIGURATION = """\
[options]
addons_path = {addons_path}
data_dir = {data}
db_host = {server.host}
db_port = {server.port}
db_user = {server.user}
db_password = {server.password}
db_name = {database}
http_interface = 127.0.0.1
http_port = {port}
gevent_port = {gevent_port}
server_wide_modules = base,web,queue_job
workers = {workers}
max_cron_threads = 1
limit_time_real = 600
limit_time_cpu = 600
list_db = False
proxy_mode = False
log_level = {log_level}
log_handler = py.warnings:ERROR
without_demo = True

[queue_job]
channels = root:2,root.o2c:2
"""


class Odoo:
    """An Odoo with its Python, ready to be run on databases of ``server``.

    :param choice: a :class:`.series.Choice`; without it, what ``ODOO`` asks for
    """

    def __init__(self, server, choice=None):
        choice = choice or series.choose()
        self.server = server
        self.series = choice.series
        self.notice = choice.notice
        self.home = choice.home
        self.python = venv.ensure(self.home, self.series)
        #: folder of our addons, written for this Odoo
        self.root = self.series.sources(self.home, self.python)
        #: begins the names of databases
        self.prefix = f"{server.prefix}{self.series.prefix}"

    def configuration(self, name, database="", port=8069, workers=0):
        """Write a configuration file under ``.local`` and return its path."""
        paths = [*odoo_home.addons_paths(self.home), self.root, SANDBOX_ADDONS]
        text = CONFIGURATION.format(
            addons_path=",".join(map(str, paths)),
            data=DATA,
            server=self.server,
            port=port,
            gevent_port=port + 3,
            workers=workers,
            database=database,
            log_level="info" if workers else "warn",
        )
        LOCAL.mkdir(exist_ok=True)
        path = LOCAL / f"{self.series.prefix}{name}.conf"
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def command(self, *options, sub_command=None, configuration=None):
        """Return the command line that starts Odoo."""
        start = [self.python, self.home / "odoo-bin"]
        if sub_command:
            start.append(sub_command)
        return [*start, "-c", configuration or self.configuration("odoo"), *options]

    def environment(self, **changes):
        """Return the environment in which ``import odoo`` and our packages work."""
        # A run whose clock is moved brings something that Python loads first.
        first = filter(None, [os.environ.get("O2C_SITE")])
        folders = dict.fromkeys([*first, self.home, self.root, ROOT])
        path = ":".join(map(str, folders))
        return self.server.environment(
            PYTHONPATH=path, PYTHONWARNINGS="ignore", **changes
        )

    def run(self, database, *arguments):
        """Run Odoo once on a database, for example to install modules."""
        command = self.command("-d", database, *arguments, "--no-http")
        command.append("--stop-after-init")
        run_logged(command, "odoo-install", env=self.environment())

    def script(self, database, text):
        """Execute Python text inside a database, with ``env`` at hand."""
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.seek(0)
            command = self.command("-d", database, "--no-http", sub_command="shell")
            run_logged(command, "odoo-script", env=self.environment(), stdin=file)

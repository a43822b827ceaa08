"""The whole suite running: PostgreSQL, the sandbox and Odoo with data in it."""

import hashlib
import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from . import postgres, servers
from .common import LOCAL, ROOT, say, step
from .database import Databases, suite_key
from .odoo_run import Odoo

DEMO_PORTS = {
    "odoo": 8069,
    "shop": 8100,
    "shopify": 8101,
    "sendcloud": 8102,
    "mollie": 8103,
}

#: what the demo's records are made from
DATA_FILES = (
    "tools/demo_*.py",
    "sandbox/catalogue.py",
    "sandbox/settings.py",
    "tools/addons/*/*.py",
)
#: lets customers of Odoo's portal pay at the sandbox, in these runs
SANDBOX_ADDON = "payment_mollie_sandbox"
WITH_PORTAL = ("demo", "pictures")
DATA_SCRIPT = """
from tools import demo_data
demo_data.set_up(env, {urls})
env.cr.commit()
"""


@dataclass
class Place:
    """What runs, and how to reach it."""

    name: str
    database: str
    urls: dict
    odoo: Odoo
    processes: list

    @property
    def odoo_url(self):
        """Odoo's address."""
        return self.urls["odoo"]

    @property
    def shop_url(self):
        """The shop's address; its control page and API are under ``/control``."""
        return self.urls["shop"]

    def check(self):
        """Raise a Problem when one of the servers has ended."""
        for process in self.processes:
            process.check()


@contextmanager
def running(name, fresh=False, days_ago=0):
    """Start everything, give a :class:`Place`, and stop everything at the end.

    :param name: names the database, the sandbox's world and the logs
    :param bool fresh: begin with new data instead of the data of the last run
    :param int days_ago: when a new world of the simulated services begins
    """
    ports = DEMO_PORTS if name == "demo" else free_ports()
    with ExitStack() as exits:
        server = exits.enter_context(postgres.running())
        odoo = Odoo(server)
        announce(odoo.notice)
        exits.callback(announce, odoo.notice)
        database = f"{odoo.prefix}{name}"
        more = [SANDBOX_ADDON] if name in WITH_PORTAL else []
        name = f"{odoo.series.prefix}{name}"
        urls = {key: f"{servers.HOST}:{port}" for key, port in ports.items()}
        data_is_current = _prepare_database(odoo, name, database, fresh, urls, more)

        sandbox = servers.sandbox(odoo, name, ports, days_ago)
        exits.enter_context(servers.stopped_at_end(sandbox))
        health = f"{urls['shop']}/healthz"
        servers.wait_until_ready("Starting the shop", sandbox, health)
        if not data_is_current:
            with step("Setting up the company, its products and connections"):
                odoo.script(database, DATA_SCRIPT.format(urls=urls))
            _stamp(name).write_text(_state(odoo, database, urls))

        web = servers.odoo_server(odoo, name, database, ports["odoo"])
        exits.enter_context(servers.stopped_at_end(web))
        servers.wait_until_ready("Starting Odoo", web, f"{urls['odoo']}/web/login")
        yield Place(name, database, urls, odoo, [sandbox, web])


def announce(notice):
    """Say on which Odoo this runs, when it is not what one would expect."""
    if notice:
        say(f"\n{notice}\n")


def free_ports():
    """Return ports for a run that may happen beside a demo and beside others."""
    return {name: postgres.free_port() for name in DEMO_PORTS}


def _prepare_database(odoo, name, database, fresh, urls, more):
    """Make or update the database; tell whether its data is what it should be.

    :param more: names of addons that it gets besides the suite
    """
    databases = Databases(odoo.server, odoo)
    if fresh or database not in databases.names():
        template = databases.suite_template()
        forget_data(name)
        databases.clone(template, database)
        _install(databases, database, more)
        return False
    former = _stamp(name).read_text() if _stamp(name).exists() else ""
    if former == _state(odoo, database, urls):
        return True
    with step("The code has changed: updating the database, data is kept"):
        databases.update(database)
        _install(databases, database, more)
    return False


def _install(databases, database, more):
    for addon in more:
        databases.install(database, addon)


def forget_data(name):
    """Remove the sandbox's world: it belongs to one database only."""
    servers.sandbox_state(name).unlink(missing_ok=True)
    _stamp(name).unlink(missing_ok=True)


def _stamp(name):
    return LOCAL / f"{name}.stamp"


def _state(odoo, database, urls):
    """Describe code and data that a database was made with."""
    data = hashlib.sha256()
    for pattern in DATA_FILES:
        for path in sorted(ROOT.glob(pattern)):
            data.update(path.read_bytes())
    return json.dumps([database, suite_key(odoo), data.hexdigest(), urls])

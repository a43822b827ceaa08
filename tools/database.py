"""Databases with the modules installed, kept as templates and cloned.

Two templates: "core" has Odoo's and OCA's modules and changes only with the pins;
"suite" is a clone of it with our addons and changes with their code. A clone takes
a second, installing everything from nothing a minute.
"""

import fcntl
import hashlib
import shutil
import subprocess
from contextlib import contextmanager

from . import odoo_home
from .common import ADDONS, LOCAL, ROOT, Problem, step
from .postgres import program

#: what the addons build on, and what a person at the demo wants besides
CORE_MODULES = (
    "account",
    "contacts",
    "l10n_nl",
    "queue_job",
    "sale_management",
    "stock_delivery",
)
DATA = LOCAL / "odoo"
#: nothing in these is written into a database
NOT_INSTALLED = {"controllers", "lib", "static", "tests", "__pycache__"}

DUTCH_COMPANY = """
company = env.ref("base.main_company")
company.country_id = env.ref("base.nl")
if company.chart_template != "nl":
    env["account.chart.template"].try_loading("nl", company, install_demo=False)
env.cr.commit()
"""
ASSETS = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""
#: lets an index find part of a number; Odoo makes it in the databases it makes itself
TRIGRAMS = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
HAS_TRIGRAMS = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"


class Databases:
    """The databases of one server.

    :param server: a :class:`.postgres.Server`
    :param odoo: an :class:`.odoo.Odoo`, which knows how to run Odoo
    """

    def __init__(self, server, odoo):
        self.server = server
        self.odoo = odoo
        self.prefix = odoo.prefix if odoo else server.prefix

    def names(self):
        """Return the names of all databases of the server."""
        query = "SELECT datname FROM pg_database WHERE NOT datistemplate"
        return self._psql(query).split()

    def create(self, name):
        """Make an empty database that can look for parts if the server can."""
        self._run("createdb", name)
        if self._psql(HAS_TRIGRAMS).strip():
            self._psql(TRIGRAMS, name)

    def clone(self, source, target):
        """Make ``target`` a fresh copy of ``source``, attachments included."""
        self.drop(target)
        self._run("createdb", "-T", source, target)
        if _files(source).exists():
            shutil.copytree(_files(source), _files(target))

    def drop(self, name):
        """Remove a database and its attachments, also while somebody uses it."""
        self._run("dropdb", "--if-exists", "--force", name)
        shutil.rmtree(_files(name), ignore_errors=True)

    def drop_all(self):
        """Remove every database that these tools have made."""
        for name in self.names():
            if name.startswith(self.prefix):
                self.drop(name)

    def suite_template(self):
        """Return the name of an up-to-date template with everything installed."""
        name = f"{self.prefix}suite_{suite_key(self.odoo)}"
        with _one_builder():
            self._make_suite_template(name)
        return name

    def _make_suite_template(self, name):
        if name not in self.names():
            core = self.core_template()
            with step("Installing the five addons (about 40 s)"):
                self._build(name, lambda draft: self._install_suite(core, draft))
            self._forget("suite", name)

    def core_template(self):
        """Return the name of a template with Odoo's and OCA's modules."""
        name = f"{self.prefix}core_{core_key(self.odoo)}"
        if name not in self.names():
            with step("Installing Odoo's modules, once (about a minute)"):
                self._build(name, self._install_core)
            self._forget("core", name)
        return name

    def install(self, name, module):
        """Install one more of Odoo's modules in an existing database."""
        self.odoo.run(name, "-i", module)

    def update(self, name):
        """Bring our addons in an existing database up to the present code."""
        self.odoo.run(name, "-u", ",".join(ADDONS), "-i", ",".join(ADDONS))

    def _install_core(self, draft):
        self.create(draft)
        self.odoo.run(draft, "-i", ",".join(core_modules(self.odoo.series)))
        self.odoo.script(draft, DUTCH_COMPANY)

    def _install_suite(self, core, draft):
        self.clone(core, draft)
        self.odoo.run(draft, "-i", ",".join(ADDONS))
        self.odoo.script(draft, ASSETS)

    def _build(self, name, install):
        """Make a database under a draft name: a broken one never gets the real name."""
        draft = f"{name}_draft"
        self.drop(draft)
        install(draft)
        self._psql(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        if _files(draft).exists():
            shutil.rmtree(_files(name), ignore_errors=True)
            _files(draft).rename(_files(name))

    def _forget(self, kind, current):
        """Drop the templates of former code, but those that somebody uses."""
        query = "SELECT DISTINCT datname FROM pg_stat_activity WHERE datname <> ''"
        used = self._psql(query).split()
        for name in self.names():
            is_former = name.startswith(f"{self.prefix}{kind}_") and name != current
            if is_former and name not in used:
                self.drop(name)

    def _psql(self, query, name="postgres"):
        return self._run("psql", "-AtqX", "-c", query, name)

    def _run(self, name, *arguments):
        done = subprocess.run(
            [program(name), *arguments],
            env=self.server.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Problem(f"{name} {' '.join(arguments)}\n{done.stderr.strip()}")
        return done.stdout


@contextmanager
def _one_builder():
    """Let a second command wait while a first one makes the same template."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _files(name):
    return DATA / "filestore" / name


def core_modules(series):
    """Return the modules of the core template."""
    return (*CORE_MODULES, *series.core_modules)


def core_key(odoo):
    """Return a short text that changes when the core template must be made anew."""
    paths = (*odoo.series.requirements, ROOT / "constraints.txt")
    pins = [path.read_text() for path in paths]
    modules = core_modules(odoo.series)
    scripts = [DUTCH_COMPANY, TRIGRAMS]
    parts = [odoo_home.fingerprint(odoo.home), *pins, *modules, *scripts]
    return _short_hash("\n".join(parts).encode())


def suite_key(odoo):
    """Return a short text that changes with the addons or what they build on."""
    root = odoo.root
    parts = [core_key(odoo).encode()]
    for addon in ADDONS:
        for path in sorted((root / addon).rglob("*")):
            place = path.relative_to(root)
            if path.is_file() and not NOT_INSTALLED & set(place.parts):
                parts += [str(place).encode(), path.read_bytes()]
    return _short_hash(b"\n".join(parts))


def _short_hash(data):
    return hashlib.sha256(data).hexdigest()[:10]

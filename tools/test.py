"""``make test``: all tests, on a database of their own; a silent skip is a failure."""

import json
import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from . import odoo_home, postgres
from .common import ADDONS, LOCAL, ROOT, Problem, say, step
from .database import Databases
from .odoo_run import Odoo
from .runtime import announce

ALLOWED_SKIPS = ROOT / "tests" / "allowed_skips.txt"
REPORTS = LOCAL / "test"
PURE = ("sandbox/tests", "tools/tests", "tests/test_architecture.py")
#: tests do their jobs themselves; the runner of the server beside them would take those
#: that a test has committed
NO_RUNNER = {"ODOO_QUEUE_JOB_CHANNELS": "root:0"}
NOTHING_COLLECTED = 5  # pytest's exit code
#: more at once need more memory than a small machine has
MOST_AT_ONCE = 2
#: more than run at once: how long one takes is not known before
SHARES = 6
#: modules that no addon needs and some users have: their tests, each on a database
#: of its own, lie in folders of that name
BESIDES = ("mrp",)
#: tests that commit, such as taking the addons out: on a database of their own
SCRATCH = "tests/scratch"


@dataclass
class Result:
    """What one run of pytest came to."""

    counts: Counter = field(default_factory=Counter)
    skipped: list = field(default_factory=list)
    failures: list = field(default_factory=list)


def main(_command, arguments):
    """Run the tests; further arguments go to pytest.

    :raise Problem: a test failed, none was found, or one was skipped without leave
    """
    REPORTS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with postgres.running() as server:
        odoo = Odoo(server)
        announce(odoo.notice)
        results = [run_pure(odoo, arguments), *run_odoo(server, odoo, arguments)]
    problems = judge(results, allowed_skips(ALLOWED_SKIPS), selected=bool(arguments))
    total = sum((result.counts for result in results), Counter())
    say(f"\nAll tests took {time.monotonic() - start:.0f} s")
    say("{passed} passed, {failed} failed, {skipped} skipped".format_map(total))
    announce(odoo.notice)
    if problems:
        raise Problem("\n".join(problems))


def run_pure(odoo, arguments):
    """Run the tests that need neither Odoo nor a database."""
    say("\n== Tests without a database")
    return _pytest(odoo, "pure", ["-p", "no:odoo", *_there(*PURE)], arguments)


def run_odoo(server, odoo, arguments):
    """Run the tests of the addons and of the whole suite on fresh clones.

    Without a choice of tests two run side by side, and take share after share: some
    for the addons, and one for each of ``BESIDES``. Chosen tests run in one process at
    the terminal, so that a debugger can be used: ``T="-k mrp"`` are those with
    manufacturing.

    :return: a :class:`Result` for each share
    """
    databases = Databases(server, odoo)
    template = databases.suite_template()
    folders = _there(*(f"{addon}/tests" for addon in ADDONS), "tests")
    at_once = 1 if arguments else min(MOST_AT_ONCE, os.cpu_count() or 1)
    count = 1 if at_once == 1 else SHARES
    plan = [("", share) for share in shares(weights(odoo.root, folders), count)]
    # The longest first: what is short fills the time that another share leaves.
    plan += besides(odoo.root, folders, arguments)
    runs = []
    with step("Making the test databases"):
        for number, (module, share) in enumerate(plan, 1):
            database = f"{odoo.prefix}test_{number}"
            databases.clone(template, database)
            if module:
                databases.install(database, module)
            options = _options(odoo, number, database, share)
            runs.append((f"odoo-{number}", options, arguments))
        runs += scratch_runs(databases, template, arguments)
    say("\n== Tests on Odoo")
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda run: _run_share(odoo, run, at_once == 1), runs))


def besides(root, folders, arguments=()):
    """Return ``[(module, test folders)]`` of tests that need one more module.

    :param arguments: a choice of tests; those here are chosen by the module's name
    """
    found = []
    for module in BESIDES:
        there = [f"{folder}/{module}" for folder in folders]
        there = [path for path in there if (root / path).is_dir()]
        if there and (not arguments or any(module in word for word in arguments)):
            found.append((module, there))
    return found


def _options(odoo, number, database, share):
    # a port of its own, so that a demo may run beside
    port = postgres.free_port()
    configuration = odoo.configuration(f"test-{number}", database, port)
    options = [f"--odoo-config={configuration}", f"--odoo-database={database}"]
    return [*options, "--odoo-http", *share]


def scratch_runs(databases, template, arguments=()):
    """Return the run of the tests that commit, their database made.

    :param arguments: a choice of tests; these are chosen by the word scratch
    """
    odoo = databases.odoo
    chosen = not arguments or any("scratch" in word for word in arguments)
    if not chosen or not (odoo.root / SCRATCH).is_dir():
        return []
    database = f"{odoo.prefix}test_scratch"
    databases.clone(template, database)
    configuration = odoo.configuration("test-scratch", database, postgres.free_port())
    shell = odoo.command(sub_command="shell", configuration=configuration)
    there = {
        "shell": list(map(str, shell)),
        "database": database,
        "upgrade": "",
        "addons_path": ",".join(map(str, addons_paths(odoo))),
        "root": str(odoo.root),
    }
    if odoo.root == ROOT:
        # The first release is for Odoo 17; for 19 its sources would be built again.
        there["upgrade"] = f"{odoo.prefix}test_upgrade"
        databases.clone(databases.core_template(), there["upgrade"])
    more = {"O2C_SCRATCH": json.dumps(there)}
    return [("scratch", ["-p", "no:odoo", SCRATCH], arguments, more)]


def addons_paths(odoo):
    """Return the folders that Odoo takes its addons from, ours last."""
    return [*odoo_home.addons_paths(odoo.home), odoo.root]


def _run_share(odoo, run, alone):
    name, options, arguments, *more = run
    mark = "" if alone else f"{name.removeprefix('odoo-')}| "
    return _pytest(odoo, name, options, arguments, odoo.root, mark, *more)


def weights(root, folders):
    """Return ``{test file: number of its tests}`` of the tests that need Odoo."""
    found = {
        str(path.relative_to(root)): path.read_text(encoding="utf-8").count("def test_")
        for folder in folders
        for path in (root / folder).rglob("test_*.py")
        if path.parent.name not in BESIDES and path.parent != root / SCRATCH
    }
    return {path: count for path, count in found.items() if path not in PURE}


def shares(weighted, count):
    """Deal the test files out so that each share has about as many tests.

    Files of one folder stay together as far as that goes, because they share what
    is prepared once for a class.
    """
    piles = [[] for _share in range(count)]
    whole = sum(weighted.values()) or 1
    dealt = 0
    for path in sorted(weighted):
        piles[min(dealt * count // whole, count - 1)].append(path)
        dealt += weighted[path]
    return [pile for pile in piles if pile]


def _there(*names):
    return [name for name in names if (ROOT / name).exists()]


def _pytest(odoo, name, options, arguments, folder=ROOT, mark="", more=None):
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = [odoo.python, "-m", "pytest", "-q", f"--junitxml={report}"]
    command = [str(part) for part in [*command, *options, *arguments]]
    environment = odoo.environment(
        O2C_SPECS=specs_folder(), **NO_RUNNER, **(more or {})
    )
    code = _call(command, folder, environment, mark)
    if not report.exists():
        raise Problem(f"pytest broke off with code {code}.")
    result = read_report(report)
    if code not in (0, 1, NOTHING_COLLECTED):
        result.failures.append(f"pytest ended with code {code}")
    return result


def _call(command, folder, environment, mark):
    """Run a command; with a ``mark``, begin each line that it says with it."""
    if not mark:
        return subprocess.run(
            command, cwd=folder, env=environment, check=False
        ).returncode
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout:
            print(f"{mark}{line}", end="", flush=True)
    return process.returncode


def specs_folder():
    """Return the folder of the services' official schemas, there or not."""
    return os.environ.get("O2C_SPECS") or str(ROOT.parent / "shared" / "specs")


def read_report(path):
    """Return the :class:`Result` in one of pytest's JUnit reports."""
    result = Result(Counter(passed=0, failed=0, skipped=0))
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.counts["failed"] += 1
            result.failures.append(name)
        elif skip is not None:
            result.counts["skipped"] += 1
            result.skipped.append((name, skip.get("message") or ""))
        else:
            result.counts["passed"] += 1
    return result


def allowed_skips(path):
    """Return the texts of skips that may be, from a list that gives each a reason.

    A line is ``text of the skip | why it is right``; # begins a remark.
    """
    allowed = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        text, _bar, reason = (part.strip() for part in line.partition("|"))
        if not text or not reason:
            raise Problem(f"{path.name}: a skip needs a text and a reason: {line}")
        allowed.append(text)
    return allowed


def judge(results, allowed, selected=False):
    """Return what is wrong with the results, as sentences.

    :param bool selected: somebody chose some tests, so one run may find none
    """
    problems = []
    for result in results:
        problems += [f"Failed: {name}" for name in result.failures]
        for name, reason in result.skipped:
            if not any(text in reason for text in allowed):
                problems.append(f"Skipped without leave: {name} ({reason})")
        if not result.counts.total() and not selected:
            problems.append("A run found no test at all.")
    if not sum(result.counts["passed"] for result in results):
        problems.append("No test has passed.")
    return problems

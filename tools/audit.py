"""``make audit``: have the packages that are installed published advisories?

The answer is kept in ``advisories.json`` with its day, as neither CI nor every
developer reaches https://osv.dev. ``make lint`` compares with that file and says when
it cannot tell: a check that was not made, or long ago, is never called good.
"""

import argparse
import json
import re
import subprocess
import urllib.request
from datetime import date
from pathlib import Path

from . import series, venv
from .common import ROOT, Problem, say

KEPT = ROOT / "advisories.json"
#: https://google.github.io/osv.dev/post-v1-querybatch/
SERVICE = "https://api.osv.dev/v1/querybatch"
#: a checkout of it answers offline
DATABASE = "https://github.com/pypa/advisory-database"
READER = Path(__file__).with_name("advisories.py")
#: days after which an answer is called old
FRESH = 90
LIST = (
    "import json, importlib.metadata as m;"
    "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
)


def main(_command, arguments):
    """Look; with ``--update`` ask the service first, or the folder of ``--from``.

    :raise Problem: an advisory that nobody has judged, or no usable answer
    """
    wanted = _options(arguments)
    choice = series.choose()
    python = venv.ensure(choice.home, choice.series)
    if wanted.update:
        packages = installed(python)
        folder = wanted.folder
        answer = read_folder(python, packages, folder) if folder else ask(packages)
        keep(choice.series.number, answer)
    if not look(python, choice.series.number):
        raise Problem("Raise these versions, or judge them under accepted in the file.")


def _options(arguments):
    parser = argparse.ArgumentParser(prog="tools audit")
    parser.add_argument("--update", action="store_true", help=f"ask {SERVICE} anew")
    parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        help=f"with --update: a checkout of {DATABASE}, for want of the service",
    )
    wanted = parser.parse_args(arguments)
    if wanted.folder and not wanted.update:
        parser.error("--from goes with --update")
    return wanted


def installed(python):
    """Return ``{name: version}`` of an environment's packages, names as in PEP 503."""
    done = subprocess.run(
        [python, "-c", LIST], capture_output=True, text=True, check=True
    )
    return {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version in json.loads(done.stdout).items()
    }


def ask(packages, service=SERVICE):
    """Ask the service about exactly these versions and return its answer.

    :raise Problem: the service cannot be reached
    """
    names = sorted(packages)
    queries = [
        {"package": {"name": n, "ecosystem": "PyPI"}, "version": packages[n]}
        for n in names
    ]
    request = urllib.request.Request(
        service,
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            results = json.load(answer)["results"]
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"{service} gave no usable answer: {error}") from error
    found = {
        name: sorted(row["id"] for row in result.get("vulns", ()))
        for name, result in zip(names, results, strict=True)
    }
    return _answer("https://osv.dev", date.today().isoformat(), packages, found)


def read_folder(python, packages, folder):
    """Look these versions up in a checkout of PyPA's database.

    The day of the answer is the newest advisory's: what a copy does not hold yet, it
    cannot tell.

    :param python: of an environment with PyYAML and packaging
    :raise Problem: the folder is no such database, or cannot be read
    """
    done = subprocess.run(
        [python, READER, folder],
        input=json.dumps(packages),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"Nothing could be looked up in {folder}: {done.stderr.strip()}")
    found = json.loads(done.stdout)
    return _answer(DATABASE, found["day"], packages, found["advisories"])


def _answer(source, day, packages, found):
    return {
        "source": source,
        "asked_on": day,
        "versions": dict(sorted(packages.items())),
        "advisories": {name: ids for name, ids in sorted(found.items()) if ids},
    }


def keep(number, answer, kept=KEPT):
    """Write an answer down for one series; what was judged for it stays."""
    content = json.loads(kept.read_text()) if kept.exists() else {}
    accepted = content.get(number, {}).get("accepted", {})
    content[number] = {**answer, "accepted": accepted}
    kept.write_text(json.dumps(content, indent=2) + "\n")


def read(number, kept=KEPT):
    """Return what is kept for a series, None when nothing is."""
    return json.loads(kept.read_text()).get(number) if kept.exists() else None


def look(python, number, kept=KEPT, today=None):
    """Say what is known of the installed packages; False when something is open."""
    known = read(number, kept)
    title = f"{'Security: known advisories':<34}"
    if known is None:
        say(f"{title}not checked: nobody has asked yet (make audit-update)")
        return True
    problems, unknown = compare(installed(python), known)
    say(f"{title}{verdict(problems, unknown, known, today or date.today())}")
    for problem in problems:
        say(f"  {problem}")
    return not problems


def verdict(problems, unknown, known, today):
    """Return the line for a person: only what is fresh can be good."""
    day = known["asked_on"]
    days = (today - date.fromisoformat(day)).days
    clean = "good" if days <= FRESH else "nothing open, but the data is old"
    said = [f"as of {day}, {days} days ago", known["source"]]
    if known["accepted"]:
        said.append(f"{len(known['accepted'])} accepted")
    if unknown:
        said.append(f"not checked: {', '.join(unknown)}")
    return f"{'found something' if problems else clean} ({'; '.join(said)})"


def compare(packages, known):
    """Return advisories nobody accepted, and the packages that were not asked about.

    :param known: what is kept for a series; ``accepted`` is ``{id: reason}``
    """
    problems, unknown = [], []
    for name, version in sorted(packages.items()):
        if known["versions"].get(name) != version:
            unknown.append(f"{name} {version}")
            continue
        for advisory in known["advisories"].get(name, ()):
            if not known["accepted"].get(advisory):
                problems.append(f"{name} {version}: {advisory}")
    return problems, unknown

"""``make audit``: have the packages that are installed published advisories?

The answers of https://osv.dev are kept in ``advisories.json`` with their day, because
neither CI nor every developer reaches it. ``make lint`` compares with that file and
says when it cannot tell: a check that was not made is never called good.
"""

import json
import subprocess
import urllib.request
from datetime import date

from . import series, venv
from .common import ROOT, Problem, say

KEPT = ROOT / "advisories.json"
#: https://google.github.io/osv.dev/post-v1-querybatch/
SERVICE = "https://api.osv.dev/v1/querybatch"
#: days after which an answer is called old
FRESH = 90
LIST = (
    "import json, importlib.metadata as m;"
    "print(json.dumps({d.metadata['Name'].lower(): d.version"
    " for d in m.distributions()}))"
)


def main(_command, arguments):
    """Look, or with ``--update`` ask the service first.

    :raise Problem: an advisory that nobody has judged, or the service did not answer
    """
    choice = series.choose()
    python = venv.ensure(choice.home, choice.series)
    if "--update" in arguments:
        update(installed(python))
    if not look(python):
        raise Problem("Raise these versions, or judge them under accepted in the file.")


def installed(python):
    """Return ``{name: version}`` of the packages of an environment."""
    done = subprocess.run(
        [python, "-c", LIST], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def update(packages, service=SERVICE, kept=KEPT):
    """Ask about exactly these versions and keep the answer; what was judged stays.

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
    former = read(kept) or {}
    found = {
        name: sorted(row["id"] for row in result.get("vulns", ()))
        for name, result in zip(names, results, strict=True)
    }
    content = {
        "asked_on": date.today().isoformat(),
        "versions": {name: packages[name] for name in names},
        "advisories": {name: ids for name, ids in found.items() if ids},
        "accepted": former.get("accepted", {}),
    }
    kept.write_text(json.dumps(content, indent=2) + "\n")


def read(kept):
    """Return what is kept, None when nothing is."""
    return json.loads(kept.read_text()) if kept.exists() else None


def look(python, kept=KEPT, today=None):
    """Say what is known of the installed packages; False when something is open."""
    known = read(kept)
    title = f"{'Security: known advisories':<34}"
    if known is None:
        say(f"{title}not checked: nobody has asked yet (make audit-update)")
        return True
    packages = installed(python)
    problems, unknown = compare(packages, known)
    days = ((today or date.today()) - date.fromisoformat(known["asked_on"])).days
    said = [f"asked {days} days ago" + (", which is old" if days > FRESH else "")]
    if unknown:
        said.append(f"not checked: {', '.join(unknown)}")
    say(f"{title}{'found something' if problems else 'good'} ({'; '.join(said)})")
    for problem in problems:
        say(f"  {problem}")
    return not problems


def compare(packages, known):
    """Return advisories nobody accepted, and the packages that were not asked about.

    :param known: the content of the kept file; ``accepted`` is ``{id: reason}``
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

"""Compare installed packages with PyPA's advisory database; for :mod:`.audit`.

It runs with the Python of the project's environment, as the tools themselves have
neither PyYAML nor packaging: ``python tools/advisories.py FOLDER``, with
``{name: version}`` as JSON on stdin and what was found as JSON on stdout.
"""

import json
import re
import sys
from pathlib import Path

import yaml
from packaging.version import InvalidVersion, Version

#: the C parser is part of PyYAML's wheels, not of every build
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MODIFIED = re.compile(r"^modified:\s*[\"']?(\d{4}-\d\d-\d\d)", re.MULTILINE)
#: https://ossf.github.io/osv-schema/#affectedrangesevents-fields: before all others
FIRST = Version("0.dev0")


def main(folder):
    """Print the newest advisory's day and ``{name: [ids]}`` of what is affected."""
    files = sorted(Path(folder, "vulns").glob("*/*.yaml"))
    if not files:
        sys.exit(f"{folder} is no advisory database: it has no vulns/*/*.yaml")
    found = {
        name: ids
        for name, version in sorted(json.load(sys.stdin).items())
        if (ids := ids_of(Path(folder, "vulns", name), name, version))
    }
    print(json.dumps({"day": newest(files), "advisories": found}))


def newest(files):
    """Return the day (UTC, ISO) on which the last of the advisories was changed."""
    texts = (path.read_text(encoding="utf-8") for path in files)
    return max(day for text in texts for day in MODIFIED.findall(text))


def ids_of(folder, name, version):
    """Return the ids of a package's advisories that are about this version."""
    ids = []
    for path in sorted(folder.glob("*.yaml")):
        advisory = yaml.load(path.read_text(encoding="utf-8"), LOADER)
        try:
            if is_about(advisory, name, version):
                ids.append(advisory["id"])
        except InvalidVersion as error:
            sys.exit(f"{path}: {error}")
    return ids


def is_about(advisory, name, version):
    """Tell whether an advisory that still stands is about this version.

    :raise packaging.version.InvalidVersion: a bound is no version
    """
    return not advisory.get("withdrawn") and any(
        is_affected(version, affected)
        for affected in advisory["affected"]
        if affected["package"]["ecosystem"] == "PyPI"
        and normalized(affected["package"]["name"]) == name
    )


def normalized(name):
    """Return a package's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_affected(version, affected):
    """Tell whether a version is listed or within a range.

    What names neither versions nor ranges of them cannot be ruled out.
    """
    ranges = [row for row in affected.get("ranges", ()) if row["type"] == "ECOSYSTEM"]
    listed = affected.get("versions", ())
    if not ranges and not listed:
        return True
    return any(is_same(version, str(other)) for other in listed) or any(
        is_within(Version(version), row["events"]) for row in ranges
    )


def is_same(version, other):
    """Compare two versions; 1.0 is 1.0.0. Old ones may follow no rule."""
    try:
        return Version(version) == Version(other)
    except InvalidVersion:
        return version == other


def is_within(version, events):
    """Tell whether a version lies between a range's events (OSV's evaluation)."""
    inside = False
    for bound, kind in sorted(_bounds(events)):
        if kind == "introduced" and version >= bound:
            inside = True
        if kind == "fixed" and version >= bound:
            inside = False
        if kind == "last_affected" and version > bound:
            inside = False
    return inside


def _bounds(events):
    for event in events:
        for kind, value in event.items():
            text = str(value)
            yield (FIRST if text == "0" else Version(text)), kind


if __name__ == "__main__":
    main(sys.argv[1])

"""A database of the first release, updated, is what a fresh installation is."""

import subprocess
from pathlib import Path

import pytest

from .conftest import run_inside
from .upgrade import MODULES

ROOT = Path(__file__).resolve().parents[2]
#: 17.0.1.0.0 as it was first given to merchants
FIRST = "7924acad8a2de0ae8bb9b9af6e913750c3403b00"
SCRIPT = "from tests.scratch import upgrade\nupgrade.{}(env)\n"


def first_sources():
    """Return the first release's addons as an archive, None without the history."""
    done = subprocess.run(
        ["git", "archive", FIRST, *MODULES], cwd=ROOT, capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


@pytest.fixture(scope="module")
def upgraded(scratch, tmp_path_factory):
    """Return how to get into a database that began with the first release."""
    if not scratch["upgrade"]:
        pytest.skip("the first release is for Odoo 17 only")
    archive = first_sources()
    if archive is None:
        pytest.skip("this clone has not the history that the first release is in")
    folder = tmp_path_factory.mktemp("first")
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    database = scratch["upgrade"]
    names = ",".join(MODULES)
    paths = scratch["addons_path"].replace(scratch["root"], str(folder))
    odoo(scratch, "-d", database, "-i", names, f"--addons-path={paths}")
    old = [*scratch["shell"], f"--addons-path={paths}"]
    run_inside({"shell": old, "database": database}, SCRIPT.format("use"))
    odoo(scratch, "-d", database, "-u", names)
    return {"shell": scratch["shell"], "database": database}


def odoo(there, *options):
    """Run Odoo once; an error in its log fails."""
    command = [word for word in there["shell"] if word != "shell"]
    done = subprocess.run(
        [*command, *options, "--no-http", "--stop-after-init"],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and " ERROR " not in said, said[-4000:]


def different(fresh, found):
    """Return what differs between two catalogues, in words."""
    words = []
    for kind, wanted in fresh.items():
        has = found[kind]
        words += [f"{kind}: {name} is missing" for name in wanted.keys() - has.keys()]
        words += [f"{kind}: {name} is left over" for name in has.keys() - wanted.keys()]
        words += [
            f"{kind}: {name} is {has[name]}, not {wanted[name]}"
            for name in wanted.keys() & has.keys()
            if wanted[name] != has[name]
        ]
    return sorted(words)


def test_same_as_a_fresh_installation(upgraded, fresh):
    found = run_inside(upgraded, SCRIPT.format("catalogue"))
    assert different(fresh, found["catalogue"]) == []


def test_what_was_there_works_on(upgraded):
    assert run_inside(upgraded, SCRIPT.format("kept")) == {
        "token": "shpat_kept",
        "state": "connected",
        "orders": ["#1"],
        "mollie": "access_kept",
        "webhooks": True,
        "exception": ["open"],
        "row": True,
        "invoiced": "invoiced",
    }


def test_a_difference_is_seen():
    fresh = {"columns": {"a.b": "int4", "a.c": "text"}}
    found = {"columns": {"a.b": "int8", "a.d": "text"}}
    assert different(fresh, found) == [
        "columns: a.b is int8, not int4",
        "columns: a.c is missing",
        "columns: a.d is left over",
    ]

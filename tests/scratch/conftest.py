"""Tests that commit: each on a database that is thrown away afterwards.

``make test`` makes the databases and names them in ``O2C_SCRATCH``.
"""

import json
import os
import subprocess

import pytest


def run_inside(there, script):
    """Execute Python text in a database and return the JSON of its last line."""
    done = subprocess.run(
        [*there["shell"], "-d", there["database"], "--no-http"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0 and lines, (done.stdout + done.stderr)[-4000:]
    return json.loads(lines[-1])


@pytest.fixture(scope="session")
def scratch():
    """Return how to get into the scratch database."""
    return json.loads(os.environ["O2C_SCRATCH"])


@pytest.fixture(scope="session")
def fresh(scratch):
    """Return the catalogue of a fresh installation."""
    script = "from tests.scratch import upgrade\nupgrade.catalogue(env)\n"
    return run_inside(scratch, script)["catalogue"]


@pytest.fixture(scope="session")
def uninstalled(scratch, fresh):
    """Return what is left after all addons were taken out; fresh was read before."""
    return run_inside(
        scratch, "from tests.scratch import uninstall\nuninstall.main(env)\n"
    )

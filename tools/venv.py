"""The Python environment in ``.venv``: Odoo's requirements, ours, the test tools."""

import hashlib
import os
import re
import sys

from .common import ROOT, Problem, run_logged, step, which

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "o2c-stamp"
CONSTRAINTS = ROOT / "constraints.txt"
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")

#: need a compiler or another system, and the suite does not use them
LEFT_OUT = ("ebaysdk", "pypiwin32", "python-ldap", "rl-renderpm")
#: the Python versions for which Odoo 17.0 names requirements
VERSIONS = ("3.11", "3.12", "3.10")


def ensure(home):
    """Make or renew the environment where needed and return its Python.

    :param home: folder of Odoo, for Odoo's own requirements
    """
    wanted = key(home)
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return PYTHON
    with step("Installing Python packages into .venv"):
        _create()
        odoo = VENV / "odoo-requirements.txt"
        odoo.write_text(odoo_requirements(home))
        _install("-r", odoo, "setuptools")
        # OCA's wheels name "odoo" as a dependency, which no registry carries;
        # our lists are complete, so nothing else needs to be looked up.
        for requirements in REQUIREMENTS:
            _install("--no-deps", "-r", requirements)
    STAMP.write_text(wanted)
    return PYTHON


def odoo_requirements(home):
    """Return Odoo's own requirements without the packages the suite never uses."""
    lines = (home / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if _name(line) not in LEFT_OUT) + "\n"


def _name(line):
    match = re.match(r"[A-Za-z0-9._-]+", line)
    return match.group().lower() if match else ""


def key(home):
    """Return a text that changes with the pins, Odoo's and ours."""
    digest = hashlib.sha256()
    for path in (home / "requirements.txt", CONSTRAINTS, *REQUIREMENTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _create():
    if PYTHON.exists():
        return
    python = find_python()
    uv = which("uv")
    make = [uv, "venv", "--python", python] if uv else [python, "-m", "venv"]
    run_logged([*make, VENV], "venv")


def find_python():
    """Return a Python that Odoo 17.0 runs on, this one if it will do."""
    if "{}.{}".format(*sys.version_info) in VERSIONS:
        return sys.executable
    found = which(*(f"python{version}" for version in VERSIONS))
    if not found:
        raise Problem(
            "Odoo 17.0 needs Python 3.10, 3.11 or 3.12: install one, "
            "for example the package python3.11."
        )
    return found


def _install(*arguments):
    uv = which("uv")
    if uv:
        command = [uv, "pip", "install", "--python", PYTHON]
    else:
        command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    # The variables also pin what builds the few packages without a wheel.
    pins = {"PIP_CONSTRAINT": str(CONSTRAINTS), "UV_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    run_logged(
        [*command, "--constraint", CONSTRAINTS, *arguments],
        "pip",
        env={**os.environ, **pins},
    )

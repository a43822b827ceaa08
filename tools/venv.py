"""The Python environment of a series: Odoo's requirements, ours, the test tools."""

import hashlib
import os
import re
import sys

from .common import ROOT, Problem, run_logged, step, which

CONSTRAINTS = ROOT / "constraints.txt"

#: need a compiler or another system, and the suite does not use them
LEFT_OUT = ("ebaysdk", "pypiwin32", "python-ldap", "rl-renderpm")
#: the Python versions for which both series have requirements
VERSIONS = ("3.11", "3.12", "3.10")


def python_of(series):
    """Return the path of a series' Python, there or not."""
    return series.venv / "bin" / "python"


def ensure(home, series):
    """Make or renew the environment where needed and return its Python.

    :param home: folder of Odoo, for Odoo's own requirements
    :param series: a :class:`.series.Series`
    """
    wanted, stamp = key(home, series), series.venv / "o2c-stamp"
    python = python_of(series)
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    with step(f"Installing Python packages into {series.venv.name}"):
        _create(series)
        if series.has_own_requirements():
            _install_odoo(home, series)
        # OCA's wheels name "odoo" as a dependency, which no registry carries;
        # our lists are complete, so nothing else needs to be looked up.
        for requirements in series.requirements:
            _install(python, "--no-deps", "-r", requirements)
    stamp.write_text(wanted)
    return python


def _install_odoo(home, series):
    odoo = series.venv / "odoo-requirements.txt"
    odoo.write_text(odoo_requirements(home))
    constraint = ("--constraint", CONSTRAINTS)
    _install(python_of(series), *constraint, "-r", odoo, "setuptools")


def odoo_requirements(home):
    """Return Odoo's own requirements without the packages the suite never uses."""
    lines = (home / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if _name(line) not in LEFT_OUT) + "\n"


def _name(line):
    match = re.match(r"[A-Za-z0-9._-]+", line)
    return match.group().lower() if match else ""


def key(home, series):
    """Return a text that changes with the pins, Odoo's and ours."""
    digest = hashlib.sha256()
    odoos = [home / "requirements.txt"] if series.has_own_requirements() else []
    for path in (*odoos, CONSTRAINTS, *series.requirements):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _create(series):
    if python_of(series).exists():
        return
    python = find_python()
    uv = which("uv")
    make = [uv, "venv", "--python", python] if uv else [python, "-m", "venv"]
    run_logged([*make, series.venv], "venv")


def find_python():
    """Return a Python that Odoo runs on, this one if it will do."""
    if "{}.{}".format(*sys.version_info) in VERSIONS:
        return sys.executable
    found = which(*(f"python{version}" for version in VERSIONS))
    if not found:
        raise Problem(
            "Odoo needs Python 3.10, 3.11 or 3.12: install one, "
            "for example the package python3.11."
        )
    return found


def _install(python, *arguments):
    uv = which("uv")
    if uv:
        command = [uv, "pip", "install", "--python", python]
    else:
        command = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    # The variables also pin what builds the few packages without a wheel.
    pins = {"PIP_CONSTRAINT": str(CONSTRAINTS), "UV_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    run_logged([*command, *arguments], "pip", env={**os.environ, **pins})

"""Which Odoo a run is for: 17.0, for which the suite is written, or 19.

``ODOO=17`` is the default. ``ODOO=19`` takes 19. ``ODOO=auto`` takes 17.0 where it
can be had and 19 where it cannot, and says so.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import build19, odoo19, odoo_home
from .common import ROOT, Problem

VARIABLE = "ODOO"


@dataclass(frozen=True)
class Series:
    """What differs between the two when the tools make and run things.

    :param label: the name for a person
    :param prefix: begins the names of databases and logs, after the server's own
    :param venv: folder of the Python environment
    :param requirements: what is installed there with ``--no-deps``, in this order
    :param core_modules: OCA's modules that the suite or the demo wants
    """

    number: str
    label: str
    prefix: str
    venv: Path
    requirements: tuple
    core_modules: tuple

    def sources(self, home, python):
        """Return the folder of our addons and their tests, written for this Odoo."""
        return build19.build(home, python) if self is ODOO_19 else ROOT

    def has_own_requirements(self):
        """Tell whether Odoo's requirements are in its folder, not in our lists."""
        return self is ODOO_17


ODOO_17 = Series(
    number="17",
    label="Odoo 17.0",
    prefix="",
    venv=ROOT / ".venv",
    requirements=(ROOT / "requirements.txt", ROOT / "requirements-dev.txt"),
    # The importers are what the merchant's own bank statements come in by.
    core_modules=(
        "account_reconcile_model_oca",
        "account_reconcile_oca",
        "account_statement_import_camt",
        "account_statement_import_sheet_file",
    ),
)
ODOO_19 = Series(
    number="19",
    label="Odoo 19",
    prefix="19_",
    venv=ROOT / ".venv-19",
    requirements=(ROOT / "requirements-19.txt", ROOT / "requirements-dev.txt"),
    core_modules=(
        "account_reconcile_oca",
        "account_statement_import_camt",
        "account_statement_import_sheet_file",
    ),
)


@dataclass(frozen=True)
class Choice:
    """The Odoo of this run; ``notice`` is said at its start and at its end."""

    series: Series
    home: Path
    notice: str = ""


def choose():
    """Return the :class:`Choice` that ``ODOO`` and this computer allow.

    :raise Problem: what was asked for cannot be had
    """
    wanted = os.environ.get(VARIABLE) or "17"
    if wanted in ("19", "19.0"):
        return Choice(ODOO_19, odoo19.find())
    if wanted in ("17", "17.0"):
        return _seventeen()
    if wanted == "auto":
        return _seventeen_or_nineteen()
    raise Problem(f"ODOO is {wanted}; it can be 17, 19 or auto.")


def _seventeen():
    if _major_of_named_home() == "19":
        raise Problem("ODOO_HOME is a folder of Odoo 19: add ODOO=19.")
    try:
        return Choice(ODOO_17, odoo_home.find())
    except Problem as problem:
        if not odoo19.available():
            raise
        offer = "Odoo 19 can be had here: add ODOO=19."
        raise Problem(f"{problem}\n{offer}") from problem


def _seventeen_or_nineteen():
    if _major_of_named_home() == "19":
        return Choice(ODOO_19, odoo19.find(), "This is Odoo 19, as ODOO_HOME says.")
    try:
        return Choice(ODOO_17, odoo_home.find())
    except Problem:
        notice = "Odoo 17.0 cannot be had on this computer: this is Odoo 19."
        return Choice(ODOO_19, odoo19.find(), notice)


def _major_of_named_home():
    """Return the number of the Odoo in ``ODOO_HOME``, or nothing."""
    named = os.environ.get("ODOO_HOME")
    release = Path(named or "/nowhere").expanduser() / "odoo" / "release.py"
    if not release.exists():
        return None
    found = re.search(r"version_info = \((\d+)", release.read_text(encoding="utf-8"))
    return found and found.group(1)

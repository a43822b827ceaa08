import re
from dataclasses import replace

import pytest

from tools import venv
from tools.common import ROOT
from tools.series import ODOO_17, ODOO_19

PINNED = re.compile(r"[A-Za-z0-9._-]+==[^ ]+( ; .+)?")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "requirements.txt").write_text(
        "# comment\nBabel==2.9.1\npython-ldap==3.4.0 ; sys_platform != 'win32'\n"
        "ebaysdk==2.1.5\nrl-renderPM==4.0.3 ; sys_platform == 'win32'\n"
        "pypiwin32 ; sys_platform == 'win32'\nlxml==4.9.3\n"
    )
    return tmp_path


def test_what_needs_a_compiler_is_left_out(home):
    text = venv.odoo_requirements(home)
    assert text == "# comment\nBabel==2.9.1\nlxml==4.9.3\n"


def test_nothing_is_installed_twice(home, monkeypatch, tmp_path):
    def refuse(*_arguments, **_options):
        raise AssertionError("installed again")

    here = replace(ODOO_17, venv=tmp_path)
    python = venv.python_of(here)
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(venv, "run_logged", refuse)
    (tmp_path / "o2c-stamp").write_text(venv.key(home, here))
    assert venv.ensure(home, here) == python


def test_changed_pins_are_installed(home):
    before = venv.key(home, ODOO_17)
    (home / "requirements.txt").write_text("Babel==2.9.2\n")
    assert venv.key(home, ODOO_17) != before


def test_odoo_19_has_its_requirements_in_our_list(tmp_path):
    before = venv.key(tmp_path, ODOO_19)
    (tmp_path / "requirements.txt").write_text("Babel==2.9.2\n")
    assert venv.key(tmp_path, ODOO_19) == before


@pytest.mark.parametrize(
    "name",
    [
        "constraints.txt",
        "requirements.txt",
        "requirements-19.txt",
        "requirements-dev.txt",
    ],
)
def test_everything_is_pinned(name):
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith("#"):
            assert PINNED.fullmatch(line), line

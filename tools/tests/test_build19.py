"""The way to Odoo 19: finding it, choosing it, rewriting our addons for it."""

import re
import subprocess

import pytest

from tools import (
    build19,
    odoo19,
    odoo_home,
    rewrites19,
    rewrites19_tests,
    series,
)
from tools.common import ROOT, Problem
from tools.rewrite import Rewrite

RULES = (*rewrites19.REWRITES, *rewrites19_tests.IN_TESTS)


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# === Rewriting === #


def test_rewrite_changes_what_it_names_and_nothing_else(tmp_path):
    ours = write(tmp_path, "addon/models/a.py", 'x = "old"\n')
    other = write(tmp_path, "addon/views/a.xml", '<a x="old"/>')
    build19.apply([Rewrite("why", "**/models/*.py", '"old"', '"new"')], tmp_path)
    assert ours.read_text() == 'x = "new"\n'
    assert other.read_text() == '<a x="old"/>'


def test_rule_that_matches_nothing_stops_the_build(tmp_path):
    write(tmp_path, "addon/a.py", "x = 1\n")
    with pytest.raises(Problem, match="gone.*the reason"):
        build19.apply([Rewrite("the reason", "**/*.py", "gone", "")], tmp_path)


def test_every_rule_has_work_in_our_sources(tmp_path):
    build19.copy_sources(ROOT, tmp_path)
    build19.apply(RULES, tmp_path)


def test_every_rule_says_why():
    assert all(len(rule.reason) > 20 for rule in RULES)
    assert all(re.compile(rule.find) for rule in RULES)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a/models/x.py", "_sql_constraints = [x]\n"),
        ("a/views/x.xml", "<odoo><tree/></odoo>"),
        ("a/views/x.xml", '<odoo><field name="view_mode">tree</field></odoo>'),
        ("a/controllers/x.py", "route(type='json')\n"),
    ],
)
def test_what_upgrade_code_left_behind_is_named(tmp_path, name, text):
    write(tmp_path, name, text)
    with pytest.raises(Problem, match=name):
        build19.check(tmp_path)


def test_file_that_cannot_be_read_stops_the_build(tmp_path):
    write(tmp_path, "a/x.py", "def\n")
    with pytest.raises(SyntaxError):
        build19.check(tmp_path)


def test_copy_has_addons_and_tests_without_compiled_files(tmp_path):
    write(tmp_path, "from/o2c_base/models/a.py", "x = 1\n")
    write(tmp_path, "from/o2c_base/models/__pycache__/a.pyc", "")
    write(tmp_path, "from/tests/test_a.py", "x = 1\n")
    write(tmp_path, "from/sandbox/a.py", "x = 1\n")
    build19.copy_sources(tmp_path / "from", tmp_path / "to")
    found = {str(p.relative_to(tmp_path / "to")) for p in tmp_path.glob("to/**/*.*")}
    assert found == {"o2c_base/models/a.py", "tests/test_a.py"}


# === Publishing === #


def git(folder, *arguments):
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project in git whose addons for 19 are built."""
    root = tmp_path / "project"
    for name in ("LICENSE", "requirements-19.txt", "docs/odoo-19.md", "x/a.py"):
        write(root, name, f"{name}\n")
    git(root.parent, "init", "-q", "-b", "main", str(root))
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    monkeypatch.setattr(build19, "ROOT", root)
    monkeypatch.setattr(build19, "FOLDER", tmp_path)
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "T")
        monkeypatch.setenv(f"{name}_EMAIL", "t@example.com")
    write(tmp_path, "addons/x/a.py", "for 19\n")
    return root


def test_branch_gets_the_addons_and_the_work_tree_stays(project, tmp_path):
    build19.publish(tmp_path / "addons")
    assert git(project, "show", "19.0:x/a.py") == "for 19"
    assert git(project, "show", "19.0:requirements.txt") == "requirements-19.txt"
    assert git(project, "show", "19.0:README.md") == "docs/odoo-19.md"
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "branch", "--show-current") == "main"
    assert [p.name for p in (tmp_path / "addons").iterdir()] == ["x"]


def test_publishing_again_adds_to_the_branch(project, tmp_path):
    first = build19.publish(tmp_path / "addons")
    write(tmp_path, "addons/x/a.py", "newer\n")
    second = build19.publish(tmp_path / "addons")
    assert git(project, "rev-parse", f"{second}^") == first
    assert git(project, "show", "19.0:x/a.py") == "newer"


# === Choosing === #


@pytest.fixture
def nothing_named(monkeypatch):
    monkeypatch.delenv("ODOO", raising=False)
    monkeypatch.delenv("ODOO_HOME", raising=False)


def no_seventeen():
    raise Problem("There is no 17.")


def test_seventeen_is_the_default(nothing_named, monkeypatch, tmp_path):
    monkeypatch.setattr(odoo_home, "find", lambda: tmp_path)
    choice = series.choose()
    assert (choice.series, choice.home, choice.notice) == (
        series.ODOO_17,
        tmp_path,
        "",
    )


def test_without_seventeen_nineteen_is_offered(nothing_named, monkeypatch):
    monkeypatch.setattr(odoo_home, "find", no_seventeen)
    monkeypatch.setattr(odoo19, "available", lambda: True)
    with pytest.raises(Problem, match="no 17(.|\n)*add ODOO=19"):
        series.choose()


def test_without_either_nothing_is_offered(nothing_named, monkeypatch):
    monkeypatch.setattr(odoo_home, "find", no_seventeen)
    monkeypatch.setattr(odoo19, "available", lambda: False)
    with pytest.raises(Problem) as caught:
        series.choose()
    assert "19" not in str(caught.value)


def test_auto_goes_on_with_nineteen_and_says_so(nothing_named, monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO", "auto")
    monkeypatch.setattr(odoo_home, "find", no_seventeen)
    monkeypatch.setattr(odoo19, "find", lambda: tmp_path)
    choice = series.choose()
    assert choice.series is series.ODOO_19
    assert "Odoo 19" in choice.notice


def test_home_of_nineteen_decides_where_it_may(nothing_named, monkeypatch, tmp_path):
    write(tmp_path, "odoo/release.py", "version_info = (19, 0, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Problem, match="add ODOO=19"):
        series.choose()
    monkeypatch.setenv("ODOO", "auto")
    assert series.choose().series is series.ODOO_19


def test_unknown_wish_is_answered(nothing_named, monkeypatch):
    monkeypatch.setenv("ODOO", "18")
    with pytest.raises(Problem, match="17, 19 or auto"):
        series.choose()


# === Finding === #


def test_home_that_is_another_odoo_is_refused(monkeypatch, tmp_path):
    write(tmp_path, "odoo/release.py", "version_info = (17, 0, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Problem, match="not a folder of Odoo 19"):
        odoo19.find()


def test_apt_is_led_to_its_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("O2C_DEBIAN_MIRROR", "file:/mirror/debian")
    monkeypatch.setattr(odoo19, "KEYRINGS", (write(tmp_path, "key.gpg", ""),))
    leader = odoo19._write_settings(tmp_path)
    assert f'Dir::Etc::main "{tmp_path}/apt.conf";' in leader.read_text()
    settings = (tmp_path / "apt.conf").read_text()
    for name in ("Dir::State", "Dir::Cache", "Dir::State::status"):
        assert re.search(rf'^{name} "{tmp_path}', settings, re.MULTILINE)
    assert (
        (tmp_path / "sources.list")
        .read_text()
        .endswith("] file:/mirror/debian sid main\n")
    )


def test_missing_program_is_one_sentence(monkeypatch):
    monkeypatch.setattr(odoo19, "which", lambda name: None)
    with pytest.raises(Problem, match="no apt-get.*set ODOO_HOME"):
        odoo19._download()


def test_lists_have_the_same_services():
    wanted = (ROOT / "requirements.txt").read_text().split("# Services")[1]
    have = (ROOT / "requirements-19.txt").read_text()
    lines = [line for line in wanted.splitlines() if "==" in line]
    assert lines
    assert [line for line in lines if line not in have.splitlines()] == []

from types import SimpleNamespace

import pytest

from tools import database


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "ADDONS", ("o2c_base",))
    monkeypatch.setattr(database, "core_key", lambda odoo: f"core of {odoo.home}")
    for name in ("models/thing.py", "views/thing.xml", "tests/test_thing.py"):
        path = tmp_path / "o2c_base" / name
        path.parent.mkdir(parents=True)
        path.write_text("one")
    return tmp_path


def key(tree, home="home"):
    return database.suite_key(SimpleNamespace(home=home, root=tree))


@pytest.mark.parametrize("name", ["models/thing.py", "views/thing.xml"])
def test_what_is_installed_changes_the_key(tree, name):
    before = key(tree)
    (tree / "o2c_base" / name).write_text("two")
    assert key(tree) != before


def test_a_new_file_changes_the_key(tree):
    before = key(tree)
    (tree / "o2c_base" / "views" / "other.xml").write_text("one")
    assert key(tree) != before


def test_a_test_does_not_change_the_key(tree):
    before = key(tree)
    (tree / "o2c_base" / "tests" / "test_thing.py").write_text("two")
    assert key(tree) == before


def test_another_core_changes_the_key(tree):
    assert key(tree) != key(tree, "other")

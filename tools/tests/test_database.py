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


class Server:
    """Takes what would be asked of PostgreSQL."""

    prefix = "o2c_"

    def __init__(self, has_trigrams):
        self.has_trigrams = has_trigrams
        self.asked = []

    def run(self, name, *arguments):
        self.asked.append((name, *arguments))
        return "1" if database.HAS_TRIGRAMS in arguments and self.has_trigrams else ""


@pytest.mark.parametrize("has_trigrams", [True, False])
def test_a_new_database_can_look_for_parts_where_the_server_can(
    monkeypatch, has_trigrams
):
    server = Server(has_trigrams)
    databases = database.Databases(server, None)
    monkeypatch.setattr(databases, "_run", server.run)
    databases.create("fresh")
    assert ("createdb", "fresh") in server.asked
    extended = [call for call in server.asked if database.TRIGRAMS in call]
    assert [call[-1] for call in extended] == (["fresh"] if has_trigrams else [])

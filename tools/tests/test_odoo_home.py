import pytest

from tools import odoo_home
from tools.common import Problem


def make_tree(folder, *addons_folders):
    folder.mkdir(parents=True)
    (folder / "odoo-bin").touch()
    (folder / "odoo").mkdir()
    (folder / "odoo" / "release.py").write_text("version = '17.0'")
    for name in addons_folders:
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def no_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(odoo_home, "CACHE", tmp_path / "cache" / "odoo-17.0")
    monkeypatch.delenv("ODOO_HOME", raising=False)
    return tmp_path / "cache" / "odoo-17.0"


def test_named_folder_comes_first(no_cache, tmp_path, monkeypatch):
    make_tree(no_cache, "addons")
    named = make_tree(tmp_path / "mine", "addons")
    monkeypatch.setenv("ODOO_HOME", str(named))
    assert odoo_home.find() == named


def test_named_folder_without_odoo_is_refused(no_cache, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Problem, match="has no odoo-bin"):
        odoo_home.find()


def test_cache_is_used_without_a_name(no_cache):
    make_tree(no_cache, "addons")
    assert odoo_home.find() == no_cache


def test_failed_download_is_one_sentence_with_three_ways(no_cache, monkeypatch):
    monkeypatch.setattr(odoo_home, "SOURCE", str(no_cache / "no-such-repository"))
    with pytest.raises(Problem) as caught:
        odoo_home.find()
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.count(". ") == 0
    assert "ODOO_HOME" in sentence
    assert str(no_cache) in sentence
    assert "downloaded with git" in sentence


def test_both_layouts_are_known(tmp_path):
    tarball = make_tree(tmp_path / "tarball", "odoo/addons")
    clone = make_tree(tmp_path / "clone", "odoo/addons", "addons")
    assert odoo_home.addons_paths(tarball) == [tarball / "odoo" / "addons"]
    assert odoo_home.addons_paths(clone) == [
        clone / "odoo" / "addons",
        clone / "addons",
    ]

import io
from types import SimpleNamespace

import polib
import pytest

from tools import translation_files, translations
from tools.common import Problem

EXPORTED = """
#. module: one
#: code:addons/one/b.py:0 model:ir.model,name:one.model_b
msgid "Zebra"
msgstr ""

#. module: one
#: code:addons/one/b.py:0 code:addons/one/a.py:0
msgid "Ape"
msgstr ""
"""
WRITTEN = """
#, fuzzy
msgid "Ape"
msgstr "Aap"

msgid "Dodo"
msgstr "Dodo"
"""


def _trans_export(lang, modules, buffer, format, cr):
    assert (lang, modules, format, cr) == (None, ["one"], "po", "the cursor")
    buffer.write(EXPORTED.encode())


@pytest.fixture
def env(monkeypatch):
    monkeypatch.setattr(translation_files.translate, "trans_export", _trans_export)
    return SimpleNamespace(cr="the cursor")


def test_terms_and_their_places_have_one_order(env):
    terms = translation_files.export(env, "one")
    assert [entry.msgid for entry in terms] == ["Ape", "Zebra"]
    assert [path for path, _line in terms[0].occurrences] == [
        "code:addons/one/a.py",
        "code:addons/one/b.py",
    ]


def test_a_file_without_change_keeps_its_bytes(env, tmp_path):
    (tmp_path / "one").mkdir()
    translation_files.refresh(env, ["one"], tmp_path)
    files = sorted((tmp_path / "one" / "i18n").iterdir())
    assert [path.name for path in files] == ["fr.po", "nl.po", "one.pot"]
    before = [path.read_bytes() for path in files]
    translation_files.refresh(env, ["one"], tmp_path)
    assert [path.read_bytes() for path in files] == before


def test_translations_are_kept_and_former_terms_dropped(env):
    terms = translation_files.export(env, "one")
    merged = translation_files.merge(terms, polib.pofile(WRITTEN), "nl")
    assert [entry.msgid for entry in merged if entry.fuzzy] == ["Ape"]
    assert [(entry.msgid, entry.msgstr) for entry in merged] == [
        ("Ape", "Aap"),
        ("Zebra", ""),
    ]
    assert merged.metadata["Language"] == "nl"


def test_missing_and_doubtful_translations_are_counted(env, tmp_path):
    folder = tmp_path / "one" / "i18n"
    folder.mkdir(parents=True)
    (folder / "nl.po").write_text(WRITTEN)
    missing = translation_files.refresh(env, ["one"], tmp_path)
    assert missing == {("one", "fr"): 2, ("one", "nl"): 2}


def test_a_file_that_odoo_cannot_read_stops_the_export(env, monkeypatch):
    def stumble(lang, modules, buffer, format, cr):
        _trans_export(lang, modules, buffer, format, cr)
        logger = translation_files.logging.getLogger("odoo.tools.translate")
        logger.error("Failed to extract terms from %s", "b.py")

    monkeypatch.setattr(translation_files.translate, "trans_export", stumble)
    with pytest.raises(Problem, match="Failed to extract terms from b.py"):
        translation_files.export(env, "one")


def test_odoo_19_gets_the_environment(monkeypatch):
    def export_19(lang, modules, buffer: io.BytesIO, format, env):
        assert env.cr == "the cursor"
        buffer.write(EXPORTED.encode())

    monkeypatch.setattr(translation_files.translate, "trans_export", export_19)
    env = SimpleNamespace(cr="the cursor")
    assert len(translation_files.export(env, "one")) == 2


def test_report_names_the_files_that_wait(capsys):
    translations.report({"o2c_base nl": 3, "o2c_base fr": 0})
    assert capsys.readouterr().out == "o2c_base/i18n/nl.po: 3 to translate\n"
    translations.report({"o2c_base nl": 0, "o2c_base fr": 0})
    assert capsys.readouterr().out == "Nothing is left to translate.\n"

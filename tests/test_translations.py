"""Dutch and French: no word of the five addons is missing, and all of them arrive.

On Odoo 19 too: there the addons are rewritten, so a term may have gone (nothing asks
for it), but none may be new.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from unittest.mock import Mock

import polib

from odoo import release
from odoo.tests import tagged
from odoo.tools.translate import (
    TranslationModuleReader,
    code_translations,
)

from odoo.addons.o2c_base.lib.http_client import JsonClient
from odoo.addons.o2c_base.tests.common import O2CCase
from odoo.addons.o2c_base.words import said

from tools import rewrites19, translation_files
from tools.common import ADDONS
from tools.translation_files import LANGUAGES, OF_OTHERS

ROOT = Path(__file__).resolve().parent.parent
IS_17 = release.version_info[0] == 17
#: what a translation has to carry over: values, tags, expressions
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sdfgr]|%[sdfgr%]|\{\{.*?\}\}|\{\w*\}|<[^>]*>|&\w+;|https?://[^\s<]+"
)


@cache
def file_of(addon, language):
    return polib.pofile(ROOT / addon / "i18n" / f"{language}.po")


def files():
    for addon in ADDONS:
        for language in LANGUAGES:
            yield addon, language, file_of(addon, language)


def is_of_19_only(entry, places):
    """Tell whether Odoo 19 only reads or writes a term otherwise than 17.

    It writes the empty tags of a mail in another way; the translation is found by the
    field. The Babel it comes with takes "all" in ``[("a", _("b")), ("all", _("c"))]``
    for a term: code is the same as on 17, where it is looked at.
    """
    where = [path for path, _line in entry.occurrences]
    is_field = all(path.startswith("model:") for path in where)
    is_code = all(path.startswith("code:") for path in where)
    return not IS_17 and (is_code or (is_field and set(entry.occurrences) <= places))


@tagged("standard", "post_install", "-at_install")
class TestTranslations(O2CCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = {
            addon: translation_files.export(cls.env, addon) for addon in ADDONS
        }

    def test_every_term_is_translated(self):
        for addon, language, file in files():
            with self.subTest(addon=addon, language=language):
                places = {place for entry in file for place in entry.occurrences}
                terms = {
                    entry.msgid
                    for entry in self.terms[addon]
                    if not is_of_19_only(entry, places)
                }
                translated = {entry.msgid for entry in file if entry.translated()}
                self.assertFalse(
                    terms - translated, "make translations, then translate these"
                )

    def test_the_build_for_19_adds_no_words(self):
        for rewrite in rewrites19.REWRITES:
            self.assertNotRegex(str(rewrite.put), r"""\b_t?\(["']""")

    def test_files_hold_what_is_exported_and_nothing_else(self):
        if not IS_17:
            return
        for addon, language, file in files():
            with self.subTest(addon=addon, language=language):
                places = {e.msgid: e.occurrences for e in self.terms[addon]}
                self.assertEqual({e.msgid: e.occurrences for e in file}, places)
                self.assertFalse([e.msgid for e in file if e.fuzzy or e.obsolete])

    def test_translations_carry_values_and_tags_over(self):
        wrong = []
        for addon, language, file in files():
            for entry in file:
                wanted = Counter(PLACEHOLDER.findall(entry.msgid))
                if Counter(PLACEHOLDER.findall(entry.msgstr)) != wanted:
                    wrong.append(f"{addon} {language}: {entry.msgid}")
        self.assertFalse(wrong, "\n".join(wrong))

    def test_translations_begin_and_end_like_their_terms(self):
        """A sentence stays a sentence, and a term that is glued to a value fits."""
        wrong = [
            f"{addon} {language}: {entry.msgid!r}, {entry.msgstr!r}"
            for addon, language, file in files()
            for entry in file
            if entry.msgstr != entry.msgstr.strip()
            and entry.msgid == entry.msgid.strip()
        ]
        self.assertFalse(wrong, "\n".join(wrong))


@tagged("standard", "post_install", "-at_install")
class TestTranslationsLoaded(O2CCase):
    """What a person sees whose language is Dutch or French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        codes = [code for code, _name, _counting in LANGUAGES.values()]
        for code in codes:
            cls.env["res.lang"]._activate_lang(code)
        modules = cls.env["ir.module.module"].search([("name", "in", ADDONS)])
        modules._update_translations(codes)

    def test_every_translation_arrives_in_the_database(self):
        for addon, language, file in files():
            known = {entry.msgid: entry.msgstr for entry in file}
            at = {path: e.msgstr for e in file for path, _line in e.occurrences}
            code = LANGUAGES[language][0]
            lost = []
            rows = list(TranslationModuleReader(self.env.cr, [addon], code))
            for _module, kind, name, record, source, value, _comments in rows:
                place = f"{kind}:{name}:{record}"
                if not IS_17 and (kind == "code" or place not in at):
                    # 19 gives fields to models that an addon only extends.
                    continue
                if place.endswith(OF_OTHERS):
                    continue
                wanted = known.get(source, at.get(place) if kind == "model" else None)
                # The reader leaves out what is the same in both.
                if (value or source) != wanted:
                    lost.append(f"{kind} {name} {record}: {source!r}, {value!r}")
            with self.subTest(addon=addon, language=language):
                self.assertTrue(rows)
                self.assertFalse(lost, "\n".join(lost))

    def test_screens_are_in_the_language(self):
        view = self.env.ref("o2c_base.o2c_exception_view_search")
        words = {"nl_NL": ("Verantwoordelijke", "Opgelost"), "fr_FR": ("Responsable",)}
        for code, expected in words.items():
            arch = self.env["o2c.exception"].with_context(lang=code)
            arch = arch.get_views([(view.id, "search")])["views"]["search"]["arch"]
            fields = self.env["o2c.exception"].with_context(lang=code).fields_get()
            labels = {field["string"] for field in fields.values()}
            for word in expected:
                self.assertIn(word, f"{arch} {labels} {fields['state']}")

    def test_the_board_is_in_the_language(self):
        for code, title in {
            "nl_NL": "Geld onderweg",
            "fr_FR": "Argent en route",
        }.items():
            found = code_translations.get_web_translations("o2c_dashboard", code)
            texts = {row["id"]: row["string"] for row in found["messages"]}
            self.assertEqual(texts["Money on its way"], title)

    def test_what_a_service_says_is_in_the_language(self):
        error = JsonClient("Sendcloud", "http://sendcloud.test")._not_reachable()
        dutch = self.env(context={"lang": "nl_NL"})
        self.assertEqual(said(dutch, error), "Sendcloud is niet bereikbaar.")
        french = self.env(context={"lang": "fr_FR"})
        self.assertEqual(said(french, error), "Sendcloud est injoignable.")

    def test_a_job_speaks_to_who_is_told(self):
        """Crons and messages have no language: the person responsible has one."""
        user = self.env.ref("base.user_admin")
        user.lang = "nl_NL"
        shop = self.env["shopify.shop"].create(
            {
                "name": "Winkel",
                "domain": "winkel.myshopify.com",
                "access_token": "shpat_1",
                "state": "connected",
                "responsible_id": user.id,
            }
        )
        self.assertFalse(shop.env.context.get("lang"))
        lost = JsonClient("Shopify", "http://shopify.test")._lost(safe=True)
        self.patch(type(shop), "_client", Mock(side_effect=lost))
        for _try in range(4):
            shop._attempt("_check_webhooks")
        told = shop.exception_ids
        self.assertEqual(told.message, "Shopify gaf geen bruikbaar antwoord.")
        self.assertEqual(told.reason_label, "Dienst antwoordt niet")
        self.assertIn("Odoo probeert het vanzelf opnieuw", told.advice)

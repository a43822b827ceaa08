from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.translate import code_translations

from odoo.addons.o2c_base.lib.errors import RejectedError, RetryableError, Sentence
from odoo.addons.o2c_base.lib.http_client import JsonClient
from odoo.addons.o2c_base.words import said

from .common import O2CCase

DUTCH = {
    ("o2c_base", "nl_NL"): {
        "%s cannot be reached.": "%s is niet bereikbaar.",
        "%(who)s refuses %(what)s.": "%(what)s: geweigerd door %(who)s.",
    }
}


def _known(addon, lang):
    return DUTCH.get((addon, lang), {})


@tagged("standard", "post_install", "-at_install")
class TestWords(O2CCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("nl_NL")
        patched = patch.object(code_translations, "get_python_translations", _known)
        self.startPatcher(patched)
        self.dutch = self.env(context={"lang": "nl_NL"})

    def test_an_error_of_a_lib_is_said_in_the_language(self):
        error = JsonClient("Acme", "http://acme.test")._not_reachable()
        self.assertEqual(str(error), "Acme cannot be reached.")
        self.assertEqual(said(self.env, error), "Acme cannot be reached.")
        self.assertEqual(said(self.dutch, error), "Acme is niet bereikbaar.")

    def test_a_translation_may_change_the_order_of_the_values(self):
        text = "%(who)s refuses %(what)s."
        words = Sentence("odoo.addons.o2c_base.lib.x", text, who="Acme", what="TW-1")
        self.assertEqual(words, "Acme refuses TW-1.")
        self.assertEqual(said(self.dutch, words), "TW-1: geweigerd door Acme.")

    def test_words_without_a_translation_stay_as_they_are(self):
        words = Sentence("odoo.addons.o2c_base.lib.x", "Half of it: 50 %%.")
        self.assertEqual(said(self.dutch, words), "Half of it: 50 %.")
        self.assertEqual(said(self.dutch, RejectedError("100 % no")), "100 % no")
        self.assertEqual(said(self.dutch, RetryableError("")), "")

    def test_without_a_language_the_users_own_counts(self):
        error = JsonClient("Acme", "http://acme.test")._not_reachable()
        user = self.env.user.sudo()
        user.lang = "nl_NL"
        nobody = self.env(context={})
        self.assertEqual(said(nobody, error), "Acme is niet bereikbaar.")

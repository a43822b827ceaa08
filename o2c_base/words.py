"""Says in a user's language what the pure parts of the addons say in English."""

from odoo.tools.translate import code_translations

from .lib.errors import Sentence


def said(env, words):
    """Return an error, or a :class:`Sentence`, as text in the language of ``env``."""
    words = words.args[0] if isinstance(words, Exception) and words.args else words
    if not isinstance(words, Sentence):
        return str(words)
    lang = env.lang or env.user.lang
    known = code_translations.get_python_translations(words.addon, lang)
    return known.get(words.source, words.source) % words.values

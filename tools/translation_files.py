"""The files of translations: what Odoo exports, merged into what people wrote.

Needs polib and runs inside Odoo; :mod:`.translations` is the command around it.
"""

import io
import logging
from contextlib import contextmanager

import polib

from odoo.tools import translate

from .common import Problem

#: language file -> (code in Odoo, name, how it counts)
LANGUAGES = {
    "fr": ("fr_FR", "French", "nplurals=2; plural=(n > 1);"),
    "nl": ("nl_NL", "Dutch", "nplurals=2; plural=(n != 1);"),
}
#: fields that sms and portal give to every model with messages: they count as part of
#: the addon that was loaded after them, which differs from database to database
OF_OTHERS = ("__message_has_sms_error", "__website_message_ids")


def refresh(env, addons, root):
    """Write ``<addon>/i18n`` anew: the terms, and the translations brought up to date.

    :param addons: names of installed addons
    :param root: :class:`~pathlib.Path` of the folder that holds them
    :return: ``{(addon, language): number of terms without a translation}``
    """
    missing = {}
    for addon in addons:
        folder = root / addon / "i18n"
        folder.mkdir(exist_ok=True)
        terms = export(env, addon)
        terms.save(folder / f"{addon}.pot")
        for language in LANGUAGES:
            path = folder / f"{language}.po"
            file = merge(terms, polib.pofile(path) if path.exists() else (), language)
            file.save(path)
            missing[addon, language] = sum(not entry.translated() for entry in file)
    return missing


def export(env, addon):
    """Return Odoo's own export of an addon's terms as a :class:`polib.POFile`.

    Dates are left out and all is sorted: the same terms give the same bytes.

    :raise Problem: Odoo could not read a file, so its terms would be missing
    """
    buffer = io.BytesIO()
    # Odoo 17 wants the cursor here, 19 the environment.
    wants_cursor = "cr" in translate.trans_export.__code__.co_varnames[:5]
    with _nothing_skipped():
        translate.trans_export(
            None, [addon], buffer, "po", env.cr if wants_cursor else env
        )
    exported = polib.pofile(buffer.getvalue().decode())
    file = _empty_file(addon)
    for entry in sorted(exported, key=lambda entry: entry.msgid):
        term = _entry(entry)
        if term.occurrences:
            file.append(term)
    return file


@contextmanager
def _nothing_skipped():
    """Turn into an error what Odoo only logs: a file that it could not read."""
    handler = _Keeper(logging.ERROR)
    logger = logging.getLogger(translate.__name__)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    if handler.messages:
        # Babel gives up at an f-string between the brackets of _().
        raise Problem("\n".join(handler.messages))


class _Keeper(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, level):
        super().__init__(level)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


def merge(terms, written, language):
    """Return the file of a language: all ``terms``, translated as ``written``.

    What is no longer a term is dropped; a new one is empty until somebody writes it.
    """
    known = {entry.msgid: entry for entry in written if not entry.obsolete}
    _code, name, counting = LANGUAGES[language]
    file = _empty_file(terms.metadata["Project-Id-Version"])
    file.metadata["Language-Team"] = name
    file.metadata["Language"] = language
    file.metadata["Plural-Forms"] = counting
    for entry in terms:
        file.append(_entry(entry, known.get(entry.msgid)))
    return file


def _empty_file(addon):
    file = polib.POFile(wrapwidth=78)
    file.metadata = {
        "Project-Id-Version": addon,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return file


def _entry(entry, written=None):
    """Return a new entry for the term of ``entry``, translated as ``written``."""
    return polib.POEntry(
        msgid=entry.msgid,
        msgstr=written.msgstr if written else "",
        flags=["fuzzy"] if written and written.fuzzy else [],
        comment="\n".join(sorted(set(entry.comment.splitlines()))),
        occurrences=sorted(
            {row for row in entry.occurrences if not row[0].endswith(OF_OTHERS)}
        ),
    )

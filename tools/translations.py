"""``make translations``: the files of translations, brought up to the present terms."""

import json

from . import postgres
from .common import ADDONS, LOCAL, ROOT, Problem, say, step
from .database import Databases
from .odoo_run import Odoo
from .series import ODOO_17

MISSING = LOCAL / "translations.json"
SCRIPT = """
import json, pathlib
from tools import translation_files
from tools.common import ADDONS, ROOT
missing = translation_files.refresh(env, ADDONS, ROOT)
named = {" ".join(place): count for place, count in missing.items()}
pathlib.Path("%s").write_text(json.dumps(named))
"""


def main(_command, _arguments):
    """Export the terms of the five addons and merge them into the translations.

    :raise Problem: it is Odoo 19, for which the sources are rewritten
    """
    with postgres.running() as server:
        odoo = Odoo(server)
        if odoo.series is not ODOO_17:
            raise Problem("Terms are those of the sources, which are Odoo 17's.")
        databases = Databases(server, odoo)
        draft = f"{odoo.prefix}translations"
        # A copy, because nobody can clone a template that somebody reads.
        databases.clone(databases.suite_template(), draft)
        try:
            with step(f"Reading the terms of {len(ADDONS)} addons"):
                odoo.script(draft, SCRIPT % MISSING)
        finally:
            databases.drop(draft)
    report(json.loads(MISSING.read_text()))


def report(missing):
    """Say which files wait for a translator.

    :param missing: ``{"addon language": number of terms without a translation}``
    """
    for place, count in missing.items():
        addon, language = place.split()
        path = (ROOT / addon / "i18n" / f"{language}.po").relative_to(ROOT)
        if count:
            say(f"{path}: {count} to translate")
    if not any(missing.values()):
        say("Nothing is left to translate.")

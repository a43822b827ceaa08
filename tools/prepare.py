"""``prepare`` and ``clean``: what the other commands need, made or removed."""

import os
import shutil

from . import postgres
from .common import LOCAL, say
from .database import Databases
from .odoo_run import Odoo
from .series import ODOO_17, ODOO_19


def main(command, _arguments):
    """Make the environment and the databases, or remove all that was made."""
    if command == "clean":
        return clean()
    with postgres.running() as server:
        odoo = Odoo(server)
        say(f"Ready: {Databases(server, odoo).suite_template()}")


def clean():
    """Remove databases, logs and the Python environments."""
    if os.environ.get("PGHOST"):
        server = postgres.named_server()
        Databases(server, None).drop_all()
    else:
        postgres.remove_private()
    for folder in (LOCAL, ODOO_17.venv, ODOO_19.venv):
        shutil.rmtree(folder, ignore_errors=True)
    say("Removed .local and the Python environments; Odoo in ~/.cache/o2c is kept.")

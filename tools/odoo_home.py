"""Finds Odoo 17.0, or downloads it."""

import os
import subprocess
from pathlib import Path

from .common import Problem, say, which

CACHE = Path("~/.cache/o2c/odoo-17.0")
SOURCE = "https://github.com/odoo/odoo"

THREE_WAYS = (
    "Odoo 17.0 was not found: set ODOO_HOME to a folder that has odoo-bin, or put "
    "one at {cache}, or connect this computer to the internet so that it can be "
    "downloaded with git."
)


def find():
    """Return the folder of Odoo 17.0; download it when there is none.

    :raise Problem: there is none and it cannot be downloaded
    """
    cache = CACHE.expanduser()
    if named := os.environ.get("ODOO_HOME"):
        return _checked(Path(named).expanduser().resolve())
    if not (cache / "odoo-bin").exists():
        _download(cache)
    return cache


def _checked(home):
    if (home / "odoo-bin").exists():
        return home
    raise Problem(f"ODOO_HOME is {home}, but that folder has no odoo-bin.")


def _download(cache):
    say(f"Downloading Odoo 17.0 to {cache} (about 1 GB, once)")
    cache.parent.mkdir(parents=True, exist_ok=True)
    command = ["git", "clone", "--depth", "1", "--branch", "17.0", SOURCE, str(cache)]
    # a question for a password would wait for ever where nobody sits
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    done = which("git") and subprocess.run(command, env=environment, check=False)
    if not done or done.returncode or not (cache / "odoo-bin").exists():
        raise Problem(THREE_WAYS.format(cache=cache))


def addons_paths(home):
    """Return the folders with core's addons: git trees have two, tarballs one."""
    candidates = (home / "odoo" / "addons", home / "addons")
    return [path for path in candidates if path.is_dir()]


def fingerprint(home):
    """Return a text that changes when this Odoo is another one."""
    head = home / ".git" / "HEAD"
    parts = [str(home), (home / "odoo" / "release.py").read_text(encoding="utf-8")]
    if head.exists():
        git = ["git", "-C", str(home), "rev-parse", "HEAD"]
        done = subprocess.run(git, capture_output=True, text=True, check=False)
        parts.append(done.stdout)
    # not the folders' own times: Python's first run leaves its cache in them
    for folder in addons_paths(home):
        manifests = sorted(folder.glob("*/__manifest__.py"))
        parts += [f"{path.parent.name} {path.stat().st_size}" for path in manifests]
    return "\n".join(parts)

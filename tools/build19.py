"""Makes the addons for Odoo 19 out of the ones for 17.0, under ``.local/19``.

Odoo's own ``upgrade_code`` does what it knows, :mod:`.rewrites19` the rest.
``python3 -m tools publish-19`` puts the outcome on the branch ``19.0``.
"""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import odoo19, rewrites19, rewrites19_tests
from .common import ADDONS, LOCAL, ROOT, Problem, run_logged, say

FOLDER = LOCAL / "19"
TREE = FOLDER / "addons"
STAMP = FOLDER / "stamp"
#: the addons, and the tests that cross them
PARTS = (*ADDONS, "tests")
BRANCH = "19.0"
PYTHON = ROOT / ".venv-19" / "bin" / "python"
UPGRADE = """
import sys
from odoo.cli.upgrade_code import migrate, parse_version, release
migrate(sys.argv[1:], "**/*", parse_version("17.0"), parse_version(release.version))
"""
#: what the branch has besides the addons: path here -> name there
COMPANIONS = {
    "LICENSE": "LICENSE",
    "requirements-19.txt": "requirements.txt",
    "docs/odoo-19.md": "README.md",
}


def build(home, python):
    """Return the folder with the addons for Odoo 19, made anew where needed.

    :param home: folder of Odoo 19
    :param python: a Python with Odoo 19's requirements
    :raise Problem: a rewrite has nothing to rewrite, or the outcome cannot be read
    """
    key = _key(home)
    if not (TREE.is_dir() and STAMP.exists() and STAMP.read_text() == key):
        draft = FOLDER / "draft"
        copy_sources(ROOT, draft)
        upgrade_code(home, python, draft)
        apply((*rewrites19.REWRITES, *rewrites19_tests.IN_TESTS), draft)
        check(draft)
        shutil.rmtree(TREE, ignore_errors=True)
        draft.rename(TREE)
        STAMP.write_text(key)
    return TREE


def copy_sources(root, target):
    """Copy the addons and the tests that cross them; nothing else is rewritten."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    leave = shutil.ignore_patterns("__pycache__", "*.py[co]")
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, target / part, ignore=leave)


def upgrade_code(home, python, folder):
    """Run Odoo's rewriting scripts on ``folder`` and on nothing else."""
    # odoo-bin upgrade_code would rewrite core's own addons as well, and the script
    # by itself cannot read its arguments (19.0.0): so its function is called.
    environment = {**os.environ, "PYTHONPATH": str(home)}
    command = [python, "-c", UPGRADE, folder]
    run_logged(command, "upgrade-code", env=environment)


def apply(rewrites, folder):
    """Do all rewrites in the files of ``folder``.

    :raise Problem: one of them matches nothing, so it is out of date
    """
    stale = [rewrite for rewrite in rewrites if not _apply_one(rewrite, folder)]
    if stale:
        lines = [f"- {rule.files}: {rule.find}  ({rule.reason})" for rule in stale]
        raise Problem(
            "\n".join(lines) + "\nNothing to rewrite for Odoo 19: take these out of "
            "tools/rewrites19.py, or make them fit."
        )


def _apply_one(rewrite, folder):
    pattern = re.compile(rewrite.find, re.MULTILINE)
    total = 0
    for path in folder.glob(rewrite.files):
        text, count = pattern.subn(rewrite.put, path.read_text(encoding="utf-8"))
        if count:
            path.write_text(text, encoding="utf-8")
            total += count
    return total


def check(folder):
    """See that every file can be read and that nothing was left behind.

    :raise Problem: with the names of the files
    """
    wrong = [
        f"{path.relative_to(folder)} still has {pattern}"
        for pattern, files in rewrites19.LEFT_BEHIND.items()
        for path in folder.glob(files)
        if re.search(pattern, path.read_text(encoding="utf-8"))
    ]
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), str(path))
    for path in folder.rglob("*.xml"):
        ElementTree.parse(path)
    if wrong:
        raise Problem("\n".join(wrong))


def _key(home):
    digest = hashlib.sha256((home / "odoo" / "release.py").read_bytes())
    sources = [path for part in PARTS for path in sorted((ROOT / part).rglob("*"))]
    tables = (__file__, rewrites19.__file__, rewrites19_tests.__file__)
    for path in (*sources, *map(Path, tables)):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def main(_command, _arguments):
    """Build the addons for Odoo 19 and put them on their branch."""
    if not PYTHON.exists():
        raise Problem("Run make prepare ODOO=19 first.")
    commit = publish(build(odoo19.find(), PYTHON))
    say(f"Branch {BRANCH} is at {commit[:10]}: git push origin {BRANCH}")


def publish(tree):
    """Commit the addons for Odoo 19 on their branch; the work tree is not touched."""
    for source, name in COMPANIONS.items():
        shutil.copy(ROOT / source, tree / name)
    index = FOLDER / "index"
    index.unlink(missing_ok=True)
    here = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(tree)}
    here["GIT_DIR"] = _git("rev-parse", "--absolute-git-dir")
    _git("add", "--all", "--force", ".", cwd=tree, **here)
    content = _git("write-tree", **here)
    source = _git("rev-parse", "--short", "HEAD")
    former = _git("for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}")
    parents = ["-p", former] if former else []
    message = f"Addons for Odoo 19, made from {source}"
    commit = _git("commit-tree", content, *parents, "-m", message)
    _git("update-ref", f"refs/heads/{BRANCH}", commit)
    for name in COMPANIONS.values():
        (tree / name).unlink()
    return commit


def _git(*arguments, cwd=None, **environment):
    done = subprocess.run(
        ["git", *arguments],
        cwd=cwd or ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()

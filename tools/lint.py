"""``make lint`` and ``make format``: the checks of the house, all in one go."""

import filecmp
import re
import shutil
import subprocess
import time

from . import audit, series, venv
from .common import ADDONS, LOCAL, ROOT, Problem, run_logged, say, which

NODE = LOCAL / "node"
PRETTIER_FILES = re.compile(r"\.(xml|js|css|scss|json|ya?ml)$")


def main(command, _arguments):
    """Check everything, or bring the files into shape.

    :raise Problem: some check found something
    """
    choice = series.choose()
    venv.ensure(choice.home, choice.series)
    if command == "format":
        for work in (*_ruff(fix=True), _prettier("--write")):
            subprocess.run(work, cwd=ROOT, check=False)
        return
    failed = [title for title, work in checks().items() if not _passes(title, work)]
    if not audit.look(venv.python_of(choice.series), choice.series.number):
        failed.append("Security: known advisories")
    if failed:
        raise Problem(f"Found something: {', '.join(failed)}. make format may help.")


def checks():
    """Return the commands that must succeed, by what they look at."""
    check, layout = _ruff()
    addons = [addon for addon in ADDONS if (ROOT / addon).is_dir()]
    return {
        "Python: mistakes": check,
        "Python: layout": layout,
        "Odoo: pylint-odoo": [*_pylint(), *addons],
        "Odoo: OCA's checks": [_tool("oca-checks-odoo-module"), *addons],
        "Security: bandit": [
            _tool("bandit"),
            *("--quiet", "--configfile", "pyproject.toml", "--recursive"),
            *addons,
        ],
        "XML, styles, JSON, YAML: layout": _prettier("--check", "--log-level=warn"),
        "Dockerfile": [_tool("hadolint"), "Dockerfile"],
        "docker-compose.yml": [_tool("docker-compose"), "config", "--quiet"],
    }


def _passes(title, command):
    start = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    word = "found something" if done.returncode else "good"
    say(f"{title:<34}{word} ({time.monotonic() - start:.0f} s)")
    if done.returncode:
        say(done.stdout)
    return not done.returncode


def _tool(name):
    return str(series.choose().series.venv / "bin" / name)


def _pylint():
    # A long model is told in several files here, one subject in each.
    several = "--disable=consider-merging-classes-inherited"
    return [_tool("pylint"), "--rcfile=.pylintrc", several]


def _ruff(fix=False):
    """Return the two ruff commands, to check or to repair."""
    ruff = _tool("ruff")
    if fix:
        return [ruff, "check", "--fix", "--quiet", "."], [ruff, "format", "."]
    return [ruff, "check", "--quiet", "."], [ruff, "format", "--check", "--quiet", "."]


def _prettier(*options):
    """Return the prettier command for all its files, installed when missing."""
    _install_prettier()
    modules = NODE / "node_modules"
    plugin = modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"
    command = [modules / ".bin" / "prettier", f"--plugin={plugin}", *options]
    return [*map(str, command), *_own_files(PRETTIER_FILES)]


def _install_prettier():
    lock = "package-lock.json"
    done = NODE / "installed.json"
    if done.exists() and filecmp.cmp(ROOT / lock, done, shallow=False):
        return
    if not which("npm"):
        raise Problem("npm was not found: install it (the package npm).")
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", lock):
        shutil.copy(ROOT / name, NODE / name)
    run_logged(["npm", "ci", "--no-audit", "--no-fund"], "npm", cwd=NODE)
    shutil.copy(ROOT / lock, done)


def _own_files(pattern):
    """Return the files of the project that git knows or would know."""
    list_files = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(
        list_files, cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = done.stdout.splitlines()
    return [name for name in names if pattern.search(name) and (ROOT / name).exists()]

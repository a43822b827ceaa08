"""Finds Odoo 19, or takes it out of Debian's package ``odoo-19``.

Apt works with a package list of its own under ``~/.cache/o2c``: the system's
lists, settings and packages stay as they are, and nothing is installed.
"""

import os
import shutil
import subprocess
from pathlib import Path

from .common import Problem, run_logged, step, which

CACHE = Path("~/.cache/o2c/odoo-19.0")
APT = Path("~/.cache/o2c/debian-sid")
SUITE = "sid"
PACKAGE = "odoo-19"
#: what files of the package point to; the web client does not start without them
LINKED = (
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
#: where the package keeps Odoo
INSIDE = Path("usr/lib/python3/dist-packages")
#: left out by Debian, but named among the web client's scripts: each page would
#: complain. It blurs the background in video calls.
BLUR = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
KEYRINGS = tuple(
    Path("/usr/share/keyrings") / f"debian-archive-keyring.{kind}"
    for kind in ("pgp", "gpg")
)

NOT_FOUND = (
    "Odoo 19 was not found and cannot be downloaded ({reason}): set ODOO_HOME to a "
    "folder of Odoo 19, or run this where apt-get reaches a mirror of Debian."
)

# Post-Invoke hooks of the system clean the system's caches; they are not ours to run.
APT_SETTINGS = """\
#clear APT::Update;
#clear DPkg;
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{folder}";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
APT::Sandbox::User "root";
Acquire::Languages "none";
"""


def find():
    """Return the folder of Odoo 19; download it when there is none.

    :raise Problem: there is none and it cannot be downloaded
    """
    if named := os.environ.get("ODOO_HOME"):
        return _checked(Path(named).expanduser().resolve())
    home = CACHE.expanduser() / INSIDE
    if not (home / "odoo-bin").exists():
        with step(f"Downloading Odoo 19 to {CACHE} (130 MB, once)"):
            _unpack(_download(), CACHE.expanduser())
    return home


def _checked(home):
    release = home / "odoo" / "release.py"
    if not release.exists() or "(19, 0," not in release.read_text(encoding="utf-8"):
        raise Problem(f"ODOO_HOME is {home}, but that is not a folder of Odoo 19.")
    return home


def available():
    """Tell whether Odoo 19 is here, or could be downloaded by what this computer has.

    The network is not asked: a download can still fail.
    """
    if os.environ.get("ODOO_HOME") or (CACHE.expanduser() / INSIDE).exists():
        return True
    return not _what_is_missing()


def _what_is_missing():
    programs = [name for name in ("apt-get", "dpkg") if not which(name)]
    if programs:
        return f"this computer has no {programs[0]}"
    if not _keyring():
        return "the package debian-archive-keyring is missing"
    if not _mirror():
        return "no mirror of Debian is named in /etc/apt or O2C_DEBIAN_MIRROR"
    return None


def _keyring():
    return next((path for path in KEYRINGS if path.exists()), None)


def _mirror():
    """Return the address from which this system takes Debian's own packages."""
    if named := os.environ.get("O2C_DEBIAN_MIRROR"):
        return named
    etc = Path("/etc/apt")
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    words = [
        word.rstrip("/")
        for path in files
        if path.suffix in (".list", ".sources") and path.exists()
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith("#")
        for word in line.split()
    ]
    return next((w for w in words if "://" in w and w.endswith("/debian")), None)


def _download():
    """Fetch the packages and return their files."""
    if reason := _what_is_missing():
        raise Problem(NOT_FOUND.format(reason=reason))
    folder = APT.expanduser()
    archives = folder / "archives"
    shutil.rmtree(archives, ignore_errors=True)
    for path in (archives / "partial", folder / "lists" / "partial"):
        path.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "APT_CONFIG": str(_write_settings(folder))}
    try:
        run_logged(["apt-get", "update"], "apt", env=environment)
        command = ["apt-get", "download", PACKAGE, *LINKED]
        run_logged(command, "apt", env=environment, cwd=archives)
    except Problem as problem:
        reason = f"apt-get failed: {_last_error(problem)}"
        raise Problem(NOT_FOUND.format(reason=reason)) from problem
    return sorted(archives.glob("*.deb"))


def _last_error(problem):
    lines = str(problem).splitlines()
    errors = [line for line in lines if line.startswith(("E:", "Err:", "W:"))]
    return errors[-1].removeprefix("E: ") if errors else lines[-1]


def _write_settings(folder):
    """Write apt's settings and return the file that leads apt to them."""
    options = f"target=Packages signed-by={_keyring()}"
    source = f"deb [{options}] {_mirror()} {SUITE} main\n"
    (folder / "sources.list").write_text(source, encoding="utf-8")
    (folder / "status").write_text("", encoding="utf-8")
    settings = folder / "apt.conf"
    # a proxy of the system's main file stays in force
    system = Path("/etc/apt/apt.conf")
    text = f'#include "{system}"\n' if system.exists() else ""
    settings.write_text(text + APT_SETTINGS.format(folder=folder), encoding="utf-8")
    # Apt reads APT_CONFIG first, the system's folder of settings next and the
    # "main" file last, which is the only one that can take hooks back.
    leader = folder / "leader.conf"
    leader.write_text(f'Dir::Etc::main "{settings}";\n', encoding="utf-8")
    return leader


def _unpack(packages, target):
    """Unpack the packages beside each other, so that links between them hold."""
    building = target.with_name(f"{target.name}.part")
    for folder in (building, target):
        shutil.rmtree(folder, ignore_errors=True)
    building.mkdir(parents=True)
    for package in packages:
        command = ["dpkg", "-x", str(package), str(building)]
        subprocess.run(command, check=True)
    home = building / INSIDE
    # a second, incomplete copy of the addons that Odoo must not find
    shutil.rmtree(home / "addons")
    (home / "odoo-bin").symlink_to(os.path.relpath(building / "usr/bin/odoo", home))
    (home / BLUR).parent.mkdir(parents=True)
    (home / BLUR).write_text("/* not in Debian's package */\n", encoding="utf-8")
    building.rename(target)
    # 130 MB that are not needed again
    shutil.rmtree(packages[0].parent)

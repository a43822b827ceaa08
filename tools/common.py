"""Places, and the few helpers that all commands share."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: everything that a run leaves behind, but for the Python environment
LOCAL = ROOT / ".local"
LOGS = LOCAL / "log"

ADDONS = (
    "o2c_base",
    "shopify_connector",
    "sendcloud_shipping",
    "mollie_reconcile",
    "o2c_dashboard",
)


class Problem(Exception):
    """Something a person has to solve; its text is all that is shown."""


def say(text=""):
    """Print at once, also when the output goes into a file."""
    print(text, flush=True)


@contextmanager
def step(title):
    """Show what is being done and how long it took."""
    print(f"{title} ...", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say()
        raise
    say(f" {time.monotonic() - start:.0f} s")


def run_logged(command, log_name, **options):
    """Run a command with its output in a log file.

    :raise Problem: it failed; the end of the log is part of the text
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    with log.open("wb") as file:
        done = subprocess.run(
            [str(part) for part in command],
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            check=False,
            **options,
        )
    if done.returncode:
        raise Problem(f"{tail(log)}\n\nThis step failed; all that was said is in {log}")


def tail(path, lines=15):
    """Return the last lines of a log file."""
    if not path.exists():
        return ""
    text = path.read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def clean_environment(**changes):
    """Return this process's environment with changes; None removes a name."""
    environment = {**os.environ, **changes}
    return {name: value for name, value in environment.items() if value is not None}


def which(*names):
    """Return the path of the first program found, or None."""
    return next((path for name in names if (path := shutil.which(name))), None)

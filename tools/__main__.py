"""``python3 -m tools <command>``: the one door for the Makefile and ``.ci/run``."""

import argparse
import importlib
import os
import signal
import sys

from .common import Problem, say

#: command -> (module, what it does)
COMMANDS = {
    "demo": ("demo", "start the shop and Odoo; data is kept between runs"),
    "demo-reset": ("demo", "throw the demo's data away and start over"),
    "flow": ("flow", "send orders from checkout to the reconciled invoice"),
    "chaos": ("chaos", "break things while orders flow, and see it heal"),
    "test": ("test", "run all tests on a database of their own"),
    "lint": ("lint", "check style and known mistakes"),
    "audit": ("audit", "look for packages with advisories; --update [--from FOLDER]"),
    "bench": ("bench", "measure how fast it is; --few for the short form"),
    "format": ("lint", "rewrite files in the house style"),
    "screenshots": ("screenshots", "make the pictures of the documentation"),
    "translations": ("translations", "bring the translators' files up to date"),
    "prepare": ("prepare", "make the Python environment and the databases"),
    "publish-19": ("build19", "put the addons for Odoo 19 on the branch 19.0"),
    "clean": ("prepare", "remove what these commands have made"),
}


def run(command, arguments):
    """Call the command's module; only now, as each needs something else."""
    module = importlib.import_module(f".{COMMANDS[command][0]}", __package__)
    if command == "flow":
        parser = argparse.ArgumentParser(prog="tools flow")
        parser.add_argument("--orders", type=int, default=20)
        return module.main(parser.parse_args(arguments).orders)
    return module.main(command, arguments)


def main(arguments):
    """Run one command and return the exit code of the process."""
    command, *rest = arguments or ["help"]
    if command not in COMMANDS:
        for name, (_module, purpose) in COMMANDS.items():
            say(f"{name:<14}{purpose}")
        return 0 if command == "help" else 2
    # The database server runs as another user and has to reach its folder.
    os.umask(0o022)
    # A stop signal unwinds the stack as Ctrl-C does, so that servers are stopped.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return run(command, rest) or 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

import importlib
import os
import signal
import subprocess
import sys

import pytest

from tools.__main__ import COMMANDS
from tools.common import ROOT


def run(*arguments, **changes):
    return subprocess.run(
        [sys.executable, "-m", "tools", *arguments],
        cwd=ROOT,
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command():
    done = run("help")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(COMMANDS)


def test_unknown_command_is_refused():
    assert run("fly").returncode == 2


def test_a_problem_is_a_sentence_and_no_traceback(tmp_path):
    done = run("lint", ODOO="17", ODOO_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[0] == (
        f"ODOO_HOME is {tmp_path}, but that folder has no odoo-bin."
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_module(command):
    module = importlib.import_module(f"tools.{COMMANDS[command][0]}")
    assert callable(module.main)


def test_makefile_knows_every_command():
    text = (ROOT / "Makefile").read_text()
    assert set(COMMANDS) <= set(text.replace(":", " ").split())


def test_a_stop_signal_unwinds_like_ctrl_c():
    code = (
        "import time, tools.__main__ as m\n"
        "def wait(command, rest):\n"
        "    try:\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(60)\n"
        "    finally: print('put away', flush=True)\n"
        "m.run = wait\n"
        "raise SystemExit(m.main(['demo']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    output, _none = process.communicate(timeout=10)
    assert "put away" in output
    assert process.returncode == 130

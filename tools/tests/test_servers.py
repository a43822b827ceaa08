import os
import socket
import sys
import time

import pytest

from tools import servers
from tools.common import Problem

#: does not care about a polite request to stop, and has a child
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    started = []

    def start_python(code):
        monkeypatch.setattr(servers, "LOGS", tmp_path)
        command = [sys.executable, "-c", code]
        started.append(servers.Process("server", command, dict(os.environ)))
        return started[-1]

    yield start_python
    for process in started:
        process.stop(patience=0.1)


def test_an_ended_server_shows_the_end_of_its_log(start):
    process = start("raise SystemExit('the port is mine')")
    with pytest.raises(Problem, match="the port is mine(.|\n)*has ended"):
        process.wait_for("http://127.0.0.1:1/")


def test_a_silent_server_is_given_up(start):
    process = start("import time; time.sleep(60)")
    with pytest.raises(Problem, match="does not answer at http://127.0.0.1:1/"):
        process.wait_for("http://127.0.0.1:1/", seconds=0.1)


def test_a_stubborn_server_and_its_children_are_ended(start):
    process = start(STUBBORN)
    while not process.log.read_text().strip():
        process.check()
    child = int(process.log.read_text())
    process.stop(patience=0.2)
    assert process.popen.poll() is not None
    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)  # the system takes a moment to end it
    assert not is_alive(child)


def is_alive(pid):
    """Tell whether a process runs; one that only waits to be buried does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_said_before_the_start():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} is taken, and Odoo needs it"):
            servers.check_free(port, "Odoo")
    servers.check_free(port, "Odoo")

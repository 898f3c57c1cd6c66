"""The embedded PostgreSQL: started by whoever needs it first, gone when the last one is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kb import embedded

ROOT = Path(__file__).resolve().parents[2]
USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from kb import embedded
with embedded.running(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a path") / "with a space" / ("long" * 30)


@pytest.fixture
def start() -> Iterator["StartUser"]:
    starter = StartUser()
    yield starter
    starter.end()


class StartUser:
    """Starts processes that use the server until they read a line."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def __call__(self, var: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USER_OF_THE_SERVER, str(var)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


def connect(var: Path) -> "psycopg.Connection[tuple[object, ...]]":
    found = embedded.address(var)
    return psycopg.connect(host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=found["USER"])


def wait_up(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def is_alive(var: Path) -> bool:
    return embedded.Cluster(var.resolve()).is_alive()


def postmaster(var: Path) -> int:
    found = embedded.Cluster(var.resolve()).postmaster()
    assert found is not None
    return found


def wait_down(var: Path) -> None:
    deadline = time.monotonic() + 20
    while is_alive(var):
        assert time.monotonic() < deadline, "the server still runs"
        time.sleep(0.02)


def test_the_address_starts_nothing_and_fits_a_socket(tmp_path: Path) -> None:
    var = tmp_path / ("deep/" * 40)
    found = embedded.address(var)
    assert len(os.fsencode(f"{found['HOST']}/.s.PGSQL.{found['PORT']}")) <= 107
    assert not Path(found["HOST"]).exists()
    assert not var.exists()


def test_two_checkouts_have_two_addresses(tmp_path: Path) -> None:
    assert embedded.address(tmp_path / "one")["HOST"] != embedded.address(tmp_path / "two")["HOST"]


def test_it_starts_in_a_path_with_a_space_keeps_its_rows_and_stops(var: Path) -> None:
    with embedded.running(var), connect(var) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('挂失')")
    assert not is_alive(var)
    assert not Path(embedded.address(var)["HOST"]).exists()
    with embedded.running(var), connect(var) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("挂失",)


def test_nothing_listens_on_tcp_and_nothing_is_risked(var: Path) -> None:
    settings = ["listen_addresses", "fsync", "full_page_writes", "synchronous_commit", "server_encoding"]
    with embedded.running(var), connect(var) as connection:
        found = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in settings]
        assert found == [("",), ("on",), ("on",), ("on",), ("UTF8",)]
        mode = Path(embedded.address(var)["HOST"]).stat().st_mode
        assert mode & 0o777 == 0o700


def test_a_second_command_connects_and_the_last_one_stops(var: Path, start: StartUser) -> None:
    first = start(var)
    wait_up(first)
    second = start(var)
    wait_up(second)
    server = postmaster(var)
    finish(first)
    with connect(var) as connection:
        connection.execute("SELECT 1")
    assert postmaster(var) == server
    finish(second)
    assert not is_alive(var)


def test_two_commands_at_the_same_moment_share_one_server(var: Path, start: StartUser) -> None:
    users = [start(var) for _ in range(3)]
    for user in users:
        wait_up(user)
    with connect(var) as connection:
        connection.execute("SELECT 1")
    for user in users:
        finish(user)
    wait_down(var)


def test_nested_use_in_one_process_stops_at_the_outermost(var: Path) -> None:
    with embedded.running(var):
        with embedded.running(var):
            pass
        with connect(var) as connection:
            connection.execute("SELECT 1")
    assert not is_alive(var)


def test_a_killed_owner_takes_the_server_along_and_the_next_starts(var: Path, start: StartUser) -> None:
    owner = start(var)
    wait_up(owner)
    owner.kill()
    owner.wait()
    wait_down(var)
    finish(start(var))


def test_a_killed_owner_does_not_disturb_another_user(var: Path, start: StartUser) -> None:
    owner, other = start(var), start(var)
    wait_up(owner)
    wait_up(other)
    with connect(var) as connection:
        owner.kill()
        owner.wait()
        time.sleep(0.2)
        connection.execute("SELECT 1")
    finish(other)
    assert not is_alive(var)


def test_a_killed_keeper_takes_the_server_along(var: Path, start: StartUser) -> None:
    user = start(var)
    wait_up(user)
    facts = Path(f"/proc/{postmaster(var)}/stat").read_text()
    os.kill(int(facts.rpartition(")")[2].split()[1]), signal.SIGKILL)
    wait_down(var)
    finish(user)
    finish(start(var))


def test_a_killed_server_leaves_a_stale_pid_file_and_starts_again(var: Path, start: StartUser) -> None:
    with embedded.running(var):
        os.kill(postmaster(var), signal.SIGKILL)
        wait_down(var)
    pid_file = var / "pg" / "postmaster.pid"
    assert pid_file.exists()
    lines = pid_file.read_text().splitlines()
    pid_file.write_text(
        "\n".join([str(os.getpid()), *lines[1:]]) + "\n"
    )  # the number belongs to somebody else now
    with embedded.running(var), connect(var) as connection:
        connection.execute("SELECT 1")


def test_a_directory_somebody_else_laid_at_the_sockets_place_is_refused(var: Path, tmp_path: Path) -> None:
    sockets = Path(embedded.address(var)["HOST"])
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(embedded.EmbeddedError, match="private directory"), embedded.running(var):
            pass
    finally:
        sockets.unlink()
    assert not is_alive(var)


def test_an_interrupted_first_start_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "PG_VERSION").write_text("18\n")
    with embedded.running(tmp_path), connect(tmp_path) as connection:
        connection.execute("SELECT 1")


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir(mode=0o700)
    (tmp_path / "pg" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 17"), embedded.running(tmp_path):
        pass

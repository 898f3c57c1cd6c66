"""script/server's command: one tree that says when it is ready, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("granian", "procrastinate", "run_indexer", "bin/postgres")
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A var directory of its own marks every process of the tree."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"WENQU_VAR": str(tmp_path / "v a r"), "WENQU_DEMO": "0", "PORT": str(free_port())}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def serve() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*MANAGE, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield serve
    for process in started:
        process.kill()
        process.communicate()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if "is ready" in line:
            return
    pytest.fail("".join(lines))


def wait_until_said(process: subprocess.Popen[str], words: str) -> None:
    """A step that is being done has no end of line yet."""
    assert process.stdout is not None
    said = ""
    while not said.endswith(words):
        letter = process.stdout.read(1)
        assert letter, said
        said += letter


def processes_of(environment: dict[str, str]) -> list[str]:
    """The command lines of all processes that work in this test's var directory."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            facts = (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if environment["WENQU_VAR"].encode() in facts:
            found.append(command)
    return found


def wait_for_nobody(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + 10
    while left := processes_of(environment):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")
def test_a_server_ends_without_a_trace_however_it_ends(
    start: Callable[[], subprocess.Popen[str]], environment: dict[str, str]
) -> None:
    killed = start()
    wait_until_ready(killed)
    killed.kill()
    killed.wait()
    wait_for_nobody(environment)

    server = start()
    wait_until_ready(server)
    with urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/healthz", timeout=5) as answer:
        assert answer.status == 200
    running = " ".join(processes_of(environment))
    assert [
        word
        for word in ("kb.wsgi", "kb.asgi", "procrastinate", "run_indexer", "bin/postgres")
        if word not in running
    ] == []
    assert f"Port {environment['PORT']} is taken" in refusal(environment)
    assert "runs already" in refusal(environment | {"PORT": str(free_port())})

    server.send_signal(signal.SIGINT)
    last_words = server.communicate(timeout=60)[0]
    assert server.returncode == 0
    assert last_words.endswith("Ending.\nEnded.\n")
    assert processes_of(environment) == []


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")
@pytest.mark.parametrize("step", ["Database", "Migrations"])
def test_ctrl_c_while_starting_stops_the_database_too(
    start: Callable[[], subprocess.Popen[str]], environment: dict[str, str], step: str
) -> None:
    server = start()
    wait_until_said(server, f"{step} ... ")
    server.send_signal(signal.SIGINT)
    assert "Ended while starting" in server.communicate(timeout=60)[0]
    assert server.returncode == 130
    wait_for_nobody(environment)


def test_a_bad_value_ends_it_with_the_name_of_the_variable(environment: dict[str, str]) -> None:
    assert refusal(environment | {"PORT": "http"}) == "PORT must be a whole number, not 'http'.\n"


def refusal(environment: dict[str, str]) -> str:
    done = subprocess.run(
        [*MANAGE, "serve"], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    return done.stderr

"""One program ends, all end; whatever ends the supervisor leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kb.supervisor import Program, Supervisor, is_port_free

ROOT = Path(__file__).resolve().parents[2]
SUPERVISE = """
import sys
from kb.supervisor import Program, Supervisor
programs = [Program(str(n), [sys.executable, "-c", text]) for n, text in enumerate(sys.argv[1:])]
sys.exit(Supervisor(programs, lambda line: print(line, flush=True)).run())
"""
# Each prints the ids of its processes; "stubborn" has a child and ends neither when asked to.
SLEEPS = "import os, time; print('pid', os.getpid()); time.sleep(60)"
ENDS = "import time; time.sleep(0.3); raise SystemExit(7)"
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "60"], preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
print("pid", os.getpid())
print("pid", child.pid)
time.sleep(60)
"""


class Supervised:
    def __init__(self, *programs: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, *programs], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.pids: list[int] = []

    def wait_for_pids(self, count: int) -> None:
        assert self.process.stdout is not None
        while len(self.pids) < count:
            line = self.process.stdout.readline()
            assert line, "the supervisor ended early"
            if "| pid " in line:
                self.pids.append(int(line.rpartition(" ")[2]))

    def end(self, timeout: float = 15) -> str:
        return self.process.communicate(timeout=timeout)[0]

    def survivors(self) -> list[int]:
        return [pid for pid in self.pids if is_alive(pid)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def supervised() -> Iterator[list[Supervised]]:
    started: list[Supervised] = []
    yield started
    for one in started:
        one.process.kill()
        one.process.communicate()
        for pid in one.survivors():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(supervised: list[Supervised], signum: signal.Signals) -> None:
    tree = Supervised(SLEEPS, SLEEPS)
    supervised.append(tree)
    tree.wait_for_pids(2)
    tree.process.send_signal(signum)
    assert "Ending." in tree.end(timeout=4)
    assert tree.process.returncode == 0
    assert tree.survivors() == []


def test_one_ends_and_all_end_with_a_reason(supervised: list[Supervised]) -> None:
    tree = Supervised(SLEEPS, ENDS)
    supervised.append(tree)
    tree.wait_for_pids(1)
    assert "The process 1 ended by itself with status 7; ending all others." in tree.end()
    assert tree.process.returncode == 1
    assert tree.survivors() == []


def test_a_program_that_will_not_end_is_killed_with_its_children(supervised: list[Supervised]) -> None:
    tree = Supervised(STUBBORN)
    supervised.append(tree)
    tree.wait_for_pids(2)
    tree.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    tree.process.send_signal(signal.SIGINT)  # a second Ctrl-C does not wait for the grace
    tree.end(timeout=3)
    assert tree.survivors() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_supervisor_takes_its_programs_along(supervised: list[Supervised]) -> None:
    tree = Supervised(SLEEPS, SLEEPS)
    supervised.append(tree)
    tree.wait_for_pids(2)
    tree.process.kill()
    tree.process.wait()
    deadline = time.monotonic() + 5
    while tree.survivors():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_database_that_ends_ends_everything(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([True, False])
    programs = [Program("web", [sys.executable, "-c", SLEEPS])]
    assert Supervisor(programs, print, lambda: next(answers, False)).run() == 1
    assert "The database ended by itself" in capsys.readouterr().out


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_port_free(port)
    assert is_port_free(port)

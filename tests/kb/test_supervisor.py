"""Some programs come back, else one ends and all end; whatever ends the supervisor leaves nothing behind."""

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
from django.db import DEFAULT_DB_ALIAS, connections

from kb.management.commands import serve
from kb.supervisor import MOST_QUICK_ENDS, STEADY_SECONDS, Absence, Program, Supervisor, is_port_free

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

    def wait_for(self, words: str) -> None:
        assert self.process.stdout is not None
        assert any(words in line for line in self.process.stdout)

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
    tree.wait_for("Ending.")
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


# Ends twice and then, its third time, asks its supervisor to end.
ENDS_TWICE = """
import os, pathlib, signal, sys
tally = pathlib.Path(sys.argv[1])
with tally.open("a") as file:
    file.write("started ")
if tally.read_text().count("started") == 3:
    os.kill(os.getppid(), signal.SIGTERM)
    signal.pause()
"""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a supervisor of this process says; it restarts at once."""
    monkeypatch.setattr("kb.supervisor.LONGEST_BACK_OFF_SECONDS", 0)
    return []


def test_a_restartable_program_that_ends_twice_is_started_a_third_time(
    said: list[str], tmp_path: Path
) -> None:
    tally = tmp_path / "tally"
    programs = [
        Program("web", [sys.executable, "-c", SLEEPS]),
        Program("worker", [sys.executable, "-c", ENDS_TWICE, str(tally)], is_restartable=True),
    ]
    assert Supervisor(programs, said.append).run() == 0
    assert tally.read_text().split() == ["started"] * 3
    again = [line for line in said if "starting it again" in line]
    assert again == ["The process worker ended by itself with status 0; starting it again in 0 s."] * 2
    assert said[-1] == "Ending."


def test_a_program_that_only_ends_while_the_database_answers_ends_everything(said: list[str]) -> None:
    worker = Program("worker", [sys.executable, "-c", "raise SystemExit(7)"], is_restartable=True)
    programs = [Program("web", [sys.executable, "-c", SLEEPS]), worker]
    assert Supervisor(programs, said.append).run() == 1
    assert sum("starting it again" in line for line in said) == MOST_QUICK_ENDS - 1
    assert said[-1] == "The process worker ended by itself with status 7; ending all others."


def test_the_end_of_the_own_database_is_no_reason_to_restart(said: list[str]) -> None:
    is_up = iter([True] * 5)
    worker = Program("worker", [sys.executable, "-c", "raise SystemExit(0)"], is_restartable=True)
    programs = [Program("web", [sys.executable, "-c", SLEEPS]), worker]
    assert Supervisor(programs, said.append, lambda: next(is_up, False), lambda: False).run() == 1
    assert "The database ended by itself" in said[-1]


def test_the_pauses_grow_and_an_outage_of_the_database_is_not_held_against_a_program() -> None:
    absence = Absence()
    pauses = [absence.ended(0.0, does_database_answer=False) for _ in range(7)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert absence.quick_ends == 0
    assert absence.ended(0.0, does_database_answer=True) == 30
    assert absence.quick_ends == 1
    assert absence.ended(STEADY_SECONDS, does_database_answer=True) == 1
    assert absence.quick_ends == 1


def test_only_web_does_not_come_back() -> None:
    assert [program.name for program in serve.programs(1) if not program.is_restartable] == ["web"]


@pytest.mark.django_db
def test_a_database_that_is_not_there_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert serve.does_database_answer()
    database = connections[DEFAULT_DB_ALIAS]
    nobody = {**database.get_connection_params(), "host": "/nowhere"}
    monkeypatch.setattr(database, "get_connection_params", lambda: nobody)
    assert not serve.does_database_answer()


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_port_free(port)
    assert is_port_free(port)

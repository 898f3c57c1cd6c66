"""Whether every reminder and every escalation of forwarded questions is told once, in time, whatever dies.

10,000 inquiries are planted (`bench/planted.py`) and their moments moved into the next minutes. The worker
and the worker of the clock run as the server starts them and are killed with SIGKILL again and again, in
turn. From outside it is watched when each row can be seen; mails go to a mail server that counts.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.models import Count  # noqa: E402
from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: E402

from bench import planted as planting  # noqa: E402
from bench.mail_sink import Sink, mail_sink  # noqa: E402
from bench.printing import at_most, exactly, print_result, rounded, summary  # noqa: E402
from bench.site import fresh_database, say  # noqa: E402
from courier.models import Mail, Notification  # noqa: E402
from faq.services.locking import database_now  # noqa: E402
from inquiries.models import Reminder  # noqa: E402
from kb.management.commands.serve import programs  # noqa: E402
from kb.supervisor import Program, end_with_parent  # noqa: E402

LEAD_SECONDS = 20.0  # until both workers run
RESTART_SECONDS = 1.0  # as long as the supervisor waits after a first end
PATIENCE_SECONDS = 120.0  # after the last moment
LOOK_SECONDS = 0.25
LATEST_SECONDS = 60


@dataclass
class Watched:
    """How late each row could be seen from outside, in seconds, and by whose death it was disturbed."""

    late: dict[int, float] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    mail_seconds: float = 0.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--inquiries", type=int, default=10_000)
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=900, help="how long the moments are spread over")
    arguments.add_argument("--drain-seconds", type=float, default=1800, help="how long mails may take then")
    chosen = arguments.parse_args()
    fresh_database()
    say(f"{chosen.inquiries} inquiries ...")
    planted = planting.plant(chosen.inquiries)
    with mail_sink() as sink:
        say(f"{len(planted.expected)} to tell in {chosen.seconds:g} s, {chosen.kills} kills ...")
        watched = run(planted, sink, chosen)
    tell(chosen, planted, sink, watched)


def run(planted: planting.Planted, sink: Sink, chosen: argparse.Namespace) -> Watched:
    """Let the moments come, kill, watch; then wait until every mail has left."""
    watched, chance = Watched(), random.Random(8)
    start = database_now() + timedelta(seconds=LEAD_SECONDS)
    planting.move(start, chosen.seconds)
    began = time.monotonic() + LEAD_SECONDS
    pause = chosen.seconds / max(chosen.kills, 1)
    kills = [began + pause * (number + chance.random()) for number in range(chosen.kills)]
    with workers(sink.port) as running:
        while time.monotonic() < began + chosen.seconds + PATIENCE_SECONDS:
            look(watched)
            if kills and time.monotonic() >= kills[0]:
                kills.pop(0)
                name = list(running)[len(kills) % len(running)]
                running[name].kill()
                watched.kills[name] = watched.kills.get(name, 0) + 1
            for worker in running.values():
                worker.come_back()
            if not kills and len(watched.late) >= len(planted.expected):
                break
            time.sleep(LOOK_SECONDS)
        watched.mail_seconds = drain(chosen.drain_seconds)
    return watched


def look(watched: Watched) -> None:
    """Note what can be seen now and could not before."""
    newest = max(watched.late, default=0) - 5000  # rows become visible in the order of their commits
    now = database_now()
    for pk, due_at in Reminder.objects.filter(pk__gt=newest).values_list("pk", "due_at"):
        watched.late.setdefault(pk, (now - due_at).total_seconds())


def drain(seconds: float) -> float:
    """Wait until no mail waits any more; how long that took."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        if not Mail.objects.exclude(state=Mail.State.SENT).exists():
            break
        time.sleep(1)
    return time.monotonic() - began


class Worker:
    """One process of the server, killed and started again."""

    def __init__(self, program: Program, environment: dict[str, str]) -> None:
        self.program, self.environment = program, environment
        self.process: subprocess.Popen[bytes] | None = None
        self.due_at = 0.0

    def come_back(self) -> None:
        if self.process is None and time.monotonic() >= self.due_at:
            self.process = subprocess.Popen(
                self.program.command,
                env={**self.environment, **self.program.environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent(),
            )

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process, self.due_at = None, time.monotonic() + RESTART_SECONDS


@contextmanager
def workers(port: int) -> Iterator[dict[str, Worker]]:
    """The worker of the clock and the other one, as ``manage.py serve`` starts them."""
    environment = {**os.environ, "WENQU_MAIL_URL": f"smtp://127.0.0.1:{port}?tls=off"}
    wanted = [program for program in programs(settings.PORT) if program.name in ("clock", "worker")]
    running = {program.name: Worker(program, environment) for program in wanted}
    try:
        for worker in running.values():
            worker.come_back()
        yield running
    finally:
        for worker in running.values():
            worker.kill()


def tell(chosen: argparse.Namespace, planted: planting.Planted, sink: Sink, watched: Watched) -> None:
    found = planting.told()
    rows, mails, ids = Reminder.objects.count(), Mail.objects.count(), len(sink.handed_over)
    twice = Notification.objects.values("person", "key").annotate(times=Count("pk")).filter(times__gt=1)
    late = list(watched.late.values()) or [float("inf")]
    results: dict[str, Any] = {
        "inquiries": sum(planted.fates.values()),
        "fates": planted.fates,
        "provisional": planted.provisional,
        "spread_over_seconds": chosen.seconds,
        "kills": watched.kills,
        "late_seconds": summary(late),
        "rows": rows,
        "mails": mails,
        "mails_handed_over": sum(sink.handed_over.values()),
        "handed_over_again": sum(sink.handed_over.values()) - ids,
        "mail_drain_seconds": rounded(watched.mail_seconds),
        "jobs": ProcrastinateJob.objects.count(),
    }
    goals = [
        exactly("inquiries", results["inquiries"], chosen.inquiries),
        exactly("kills of the worker", sum(watched.kills.values()), chosen.kills),
        exactly("deadlines that differ from counting minutes", planted.wrong_deadlines, 0),
        exactly("reminders and escalations that are missing", len(planted.expected - found), 0),
        exactly("rows beyond one for each", rows - len(planted.expected & found), 0),
        at_most("late, p99, seconds", summary(late)["p99"], LATEST_SECONDS),
        at_most("late, worst, seconds", max(late), LATEST_SECONDS),
        exactly("told twice under one bell", twice.count(), 0),
        exactly("mails written", mails, planted.mails),
        exactly("distinct Message-IDs less mail rows", ids - mails, 0),
    ]
    print_result("inquiries", results, goals)
    connection.close()


if __name__ == "__main__":
    try:
        main()
    finally:
        connections.close_all()
        sys.stdout.flush()

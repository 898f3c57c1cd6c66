"""Whether closing a month leaves one report with the same bytes, twice at once and killed in the middle.

Each run is a process of its own with its own connection. After a kill there is either no report of the month
or all of them, and closing again gives the bytes of a month that was closed in peace.
"""

import argparse
import hashlib
import multiprocessing
import os
import signal
import time
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from bench import counts, printing, site  # noqa: E402
from kb.lib.months import Month  # noqa: E402
from reports import closing  # noqa: E402
from reports.models import Report, ReportRow  # noqa: E402

MONTH = Month(2024, 2)
WAIT_SECONDS = 60
processes = multiprocessing.get_context("fork")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--doubles", type=int, default=200)
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--events", type=int, default=20_000)
    chosen = arguments.parse_args()
    site.fresh_database()
    entries = counts.make_entries(300)
    counts.load(counts.around_month_ends(chosen.events, entries))
    twice = double_runs(MONTH, chosen.doubles)
    site.say(f"{chosen.doubles} double runs, {twice['wrong']} wrong")
    killed = kills(MONTH, chosen.kills)
    results = {"scopes": len(closing.scopes()), "double_runs": twice, "kills": killed}
    goals = [
        printing.exactly("double runs with other bytes or more than one report", twice["wrong"], 0),
        printing.exactly("kills after which bytes differ or a report is not whole", killed["wrong"], 0),
        printing.at_least("kills in the middle of closing", killed["before_the_end"], chosen.kills // 4),
    ]
    printing.print_result("closing", results, goals)


def double_runs(month: Month, number: int) -> dict[str, int]:
    """Close the month in two processes at the same moment, so many times; ``wrong`` are those that differ."""
    right, wrong = closed_in_peace(month)[0], 0
    for _turn in range(number):
        forget(month)
        barrier, answers = processes.Barrier(2), processes.Queue()
        both = [started(month, barrier, answers) for _one in range(2)]
        found = {answers.get(timeout=WAIT_SECONDS) for _one in both}
        for one in both:
            one.join(WAIT_SECONDS)
        wrong += found != {right} or not is_whole(month)
    return {"runs": number, "wrong": wrong}


def kills(month: Month, number: int) -> dict[str, int]:
    """Kill the closing process at so many moments, from its start to past its end, and close again."""
    right, seconds = closed_in_peace(month)
    wrong = before_the_end = 0
    for turn in range(number):
        forget(month)
        barrier, answers = processes.Barrier(2), processes.Queue()
        victim = started(month, barrier, answers)
        barrier.wait(WAIT_SECONDS)
        time.sleep(seconds * turn / number)
        os.kill(victim.pid, signal.SIGKILL)
        victim.join(WAIT_SECONDS)
        left = Report.objects.filter(month=month.first_day).count()
        before_the_end += left == 0
        wrong += left not in (0, len(closing.scopes())) or digest(month) != right or not is_whole(month)
    return {"kills": number, "wrong": wrong, "before_the_end": before_the_end}


def closed_in_peace(month: Month) -> tuple[str, float]:
    """What the month's reports say, and the seconds it takes to close it."""
    forget(month)
    began = time.perf_counter()
    right = digest(month)
    return right, time.perf_counter() - began


def digest(month: Month) -> str:
    """Close the month if it is not, and sum up every byte of its reports."""
    found = hashlib.sha256()
    for report in closing.close(month, closing.scopes()):
        for line in closing.written(report):
            found.update(line.encode())
    return found.hexdigest()


def is_whole(month: Month) -> bool:
    """Whether there is one report of each scope, and each has the bytes its checksum is of."""
    reports = list(Report.objects.filter(month=month.first_day))
    scopes = {line.pk if line else None for line in closing.scopes()}
    return len(reports) == len(scopes) and all(closing.checksum(one) == one.sha256 for one in reports)


def forget(month: Month) -> None:
    """As nobody but the owner of the tables can."""
    ReportRow.objects.filter(report__month=month.first_day).delete()
    Report.objects.filter(month=month.first_day).delete()


def started(month: Month, barrier: Any, answers: Any) -> Any:
    connections.close_all()  # a connection cannot be shared with a child
    process = processes.Process(target=_close, args=[month, barrier, answers], daemon=True)
    process.start()
    return process


def _close(month: Month, barrier: Any, answers: Any) -> None:
    connection.ensure_connection()
    barrier.wait(WAIT_SECONDS)
    answers.put(digest(month))
    answers.close()
    answers.join_thread()
    connections.close_all()
    os._exit(0)  # what the parent registered for its own end is not ours to do


if __name__ == "__main__":
    main()

"""How long the monthly report takes: closing a month, its page, the running month, roll-ups, spikes.

A year of 10,000,000 events on 50,000 entries (`bench.year`). One pair is judged beside: hits per entry and
month of twelve months, all lines, from the raw events by the rule of `hits.rule_sql` against the roll-ups,
both inside the server, warm, the median of five. The leaner way to ask the raw events, which is right as
long as nobody writes in another's call, is told beside it.
"""

import argparse
import os
import statistics
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import Agent  # noqa: E402
from bench import counts, printing, site, year  # noqa: E402
from bench.pages import measure  # noqa: E402
from bench.processes import run_command  # noqa: E402
from faq.services.locking import database_now  # noqa: E402
from hits import rollup  # noqa: E402
from hits.rule_sql import hits_in_calls  # noqa: E402
from kb.lib.months import Month  # noqa: E402
from reports import closing  # noqa: E402
from reports.models import Report, ReportRow  # noqa: E402
from reports.reads import figures  # noqa: E402
from reports.spikes.watching import look  # noqa: E402

MONTHS = 12
TURNS = 5
LIVE_TURNS = 40
LOOKS = 25

BY_MONTH = "date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')"
RAW = f"""
SELECT count(*), sum(n) FROM (
    SELECT entry_id, {BY_MONTH} AS month, count(*) AS n FROM ({hits_in_calls()}) AS h
    WHERE at >= %(since)s AND at < %(until)s GROUP BY 1, 2
) AS found
"""
LEAN = f"""
SELECT count(*), sum(n) FROM (
    SELECT entry_id, {BY_MONTH} AS month, count(*) AS n FROM (
        SELECT entry_id, min(at) AS at FROM hits_hitevent e
        WHERE call_id IS NOT NULL AND counts AND how IN ('dwelled', 'copied', 'confirmed')
          AND NOT EXISTS (
              SELECT FROM hits_hitevent b WHERE b.how = 'taken_back' AND b.counts
                 AND b.call_id = e.call_id AND b.entry_id = e.entry_id AND (b.at, b.seq) > (e.at, e.seq)
          )
        GROUP BY call_id, entry_id
    ) AS h
    WHERE at >= %(since)s AND at < %(until)s GROUP BY 1, 2
) AS found
"""
ROLLED_UP = """
SELECT count(*), sum(n) FROM (
    SELECT month, entry_id, sum(hits) AS n FROM hits_monthlyhits
    WHERE month >= %(first)s AND month <= %(last)s GROUP BY 1, 2
) AS found
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=10_000_000)
    arguments.add_argument("--entries", type=int, default=50_000)
    arguments.add_argument("--keep", action="store_true", help="measure on what the last run has generated")
    chosen = arguments.parse_args()
    results: dict[str, Any] = {"load_1_minute": printing.rounded(os.getloadavg()[0])}
    goals: list[printing.Goal] = []
    now = database_now()
    running = Month.of(now)
    if not chosen.keep:
        prepare(chosen.events, chosen.entries, running, now, results, goals)
    ReportRow.objects.all().delete()
    Report.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    measure_closing(running, results, goals)
    measure_pages(running, results, goals)
    measure_looks(now, results, goals)
    measure_pair(running, results, goals)
    results["load_1_minute_after"] = printing.rounded(os.getloadavg()[0])
    printing.print_result("report", results, goals)


def prepare(
    events: int,
    entries: int,
    running: Month,
    now: datetime,
    results: dict[str, Any],
    goals: list[printing.Goal],
) -> None:
    site.fresh_database()
    first = running.later(-MONTHS)
    began = time.perf_counter()
    made = year.make(
        events=events,
        entries=entries,
        since=first.starts_at,
        until=now,
        searches_from=running.later(-1).starts_at,
    )
    site.say(f"{made} events in {time.perf_counter() - began:.0f} s; rolling up ...")
    began = time.perf_counter()
    rollup.catch_up()
    pace = made / (time.perf_counter() - began)
    results |= {"events": made, "entries": entries, "roll_up_events_per_second": printing.rounded(pace)}
    goals.append(printing.at_least("events rolled up per second", pace, 2000))


def measure_closing(running: Month, results: dict[str, Any], goals: list[printing.Goal]) -> None:
    """Every month for every scope, oldest first; the last again by the command, for what a process needs."""
    times = []
    for number in range(MONTHS, 0, -1):
        began = time.perf_counter()
        closing.close(running.later(-number), closing.scopes())
        times.append(time.perf_counter() - began)
        site.say(f"{running.later(-number)} closed in {times[-1]:.1f} s")
    last = Report.objects.filter(month=running.later(-1).first_day)
    ReportRow.objects.filter(report__in=last).delete()
    last.delete()
    seconds, megabytes = run_command("close_month", str(running.later(-1)), "--output", os.devnull)
    results |= {
        "scopes_closed": len(closing.scopes()),
        "close_seconds": [printing.rounded(one) for one in times],
        "close_command_seconds": printing.rounded(seconds),
        "close_memory_mb": printing.rounded(megabytes),
    }
    goals.append(printing.at_most("close a month, every scope, slowest of twelve, s", max(times), 10))
    goals.append(printing.at_most("memory of the closing job, MB", megabytes, 300))


def measure_pages(running: Month, results: dict[str, Any], goals: list[printing.Goal]) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    cookie = site.session_of(Agent.objects.get(username="chief"))
    figures(running, None, database_now())
    times = []
    for _turn in range(LIVE_TURNS):
        began = time.perf_counter()
        figures(running, None, database_now())
        times.append((time.perf_counter() - began) * 1000)
    results["live_figures_ms"] = printing.summary(times)
    goals.append(printing.at_most("live figures, p95 ms", results["live_figures_ms"]["p95"], 500))
    with site.served() as port:
        for name, month in (("closed", running.later(-1)), ("running", running)):
            results[f"page_of_{name}_month_ms"] = printing.summary(
                measure(port, cookie, f"/reports/{month}/")
            )
    closed = results["page_of_closed_month_ms"]["p95"]
    goals.append(printing.at_most("page of the closed month, p95 ms", closed, 300))


def measure_looks(now: datetime, results: dict[str, Any], goals: list[printing.Goal]) -> None:
    """The looks of the last two hours, one after the other, with what they store and tell."""
    times, began = [], 0
    for number in reversed(range(LOOKS)):
        start = time.perf_counter()
        began += len(look(now - number * timedelta(minutes=5)).began)
        times.append(time.perf_counter() - start)
    results |= {"look_at_spikes_s": printing.summary(times), "spikes_begun": began}
    goals.append(printing.at_most("look at spikes, slowest, s", max(times), 2))


def measure_pair(running: Month, results: dict[str, Any], goals: list[printing.Goal]) -> None:
    twelve = window(running.later(-MONTHS), running.later(-1))
    now = window(running, running)
    raw, lean, fast = timed(RAW, twelve), timed(LEAN, twelve), timed(ROLLED_UP, twelve)
    raw_now, fast_now = timed(RAW, now, 1), timed(ROLLED_UP, now)
    results["pair"] = {
        "raw_s": printing.rounded(raw[0]),
        "raw_lean_s": printing.rounded(lean[0]),
        "roll_ups_s": printing.rounded(fast[0]),
        "factor_lean": printing.rounded(lean[0] / fast[0]),
        "factor_running_month": printing.rounded(raw_now[0] / fast_now[0]),
        "rows": fast[1][0],
        "hits": int(fast[1][1]),
    }
    goals.append(printing.at_least("hits per entry and month, times faster", raw[0] / fast[0], 50))
    same = [raw[1] == fast[1], lean[1] == fast[1], raw_now[1] == fast_now[1]]
    goals.append(printing.exactly("answers of the pair that differ", same.count(False), 0))


def window(first: Month, last: Month) -> dict[str, Any]:
    return {
        "since": first.starts_at, "until": last.ends_at, "first": first.first_day, "last": last.first_day,
        **counts.counted_upto(),
    }  # fmt: skip


def timed(query: str, params: Mapping[str, Any], turns: int = TURNS) -> tuple[float, tuple[Any, ...]]:
    """The median of so many turns after one that warms up, and the answer."""
    times = []
    with connection.cursor() as cursor:
        for _turn in range(turns + 1):
            began = time.perf_counter()
            cursor.execute(query, params)
            answer: tuple[Any, ...] = cursor.fetchone()
            times.append(time.perf_counter() - began)
    return statistics.median(times[1:]), answer


if __name__ == "__main__":
    main()

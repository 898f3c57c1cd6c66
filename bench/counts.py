"""Whether days and months are exact around month ends, whatever time zone the server keeps.

Events of calls at 100,000 instants around three month ends (a leap year's 29 February among them), from the
very microsecond to an hour away; for each of three time zones of the server they are written, rolled up, and
held against `hits.rule` with Python's calendar, and against the raw events counted by SQL.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402

from accounts.models import BusinessLine  # noqa: E402
from bench import printing, site  # noqa: E402
from faq.models import Entry, EntryState, Revision, RevisionState  # noqa: E402
from hits import rollup  # noqa: E402
from hits.loading import EventRow, load_events  # noqa: E402
from hits.models import DailyHits, Hit, HitEvent, LineHours, MonthlyHits, RollUpCursor  # noqa: E402
from hits.rule import Event, hits_of  # noqa: E402
from hits.rule_sql import hits_in_calls  # noqa: E402
from kb.lib.months import SITE_ZONE, Month  # noqa: E402

MONTHS = (Month(2024, 2), Month(2025, 12), Month(2026, 4))
ZONES = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati")
EVENTS, INSTANTS, ENTRIES, AGENTS = 1_000_000, 100_000, 300, 60
WAYS = ("opened", "dwelled", "copied", "confirmed", "taken_back")
WAY_WEIGHTS = (40, 30, 10, 16, 4)
Figures = dict[str, Counter[tuple[object, ...]]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=EVENTS)
    chosen = arguments.parse_args()
    site.fresh_database()
    events = around_month_ends(chosen.events, make_entries(ENTRIES))
    right = by_calendar(events)
    site.say(f"{len(events)} events, {right['months'].total()} hits")
    wrong = {zone: differences(events, right, zone) for zone in ZONES}
    results = {
        "events": len(events),
        "instants": len({event.at for event in events}),
        "hits": right["months"].total(),
        "differences": wrong,
    }
    goals = [printing.exactly(f"figures that differ, {zone}", wrong[zone], 0) for zone in ZONES]
    printing.print_result("counts", results, goals)


def differences(events: Sequence[Event], right: Figures, zone: str) -> int:
    """Write and count the events on a server that keeps this time zone; how many figures differ."""
    with connection.cursor() as cursor:
        forget()
        cursor.execute("SET TIME ZONE %s", [zone])
        try:
            load(events)
            found = [stored(), counted_raw()]
        finally:
            cursor.execute("RESET TIME ZONE")
    return sum(len(_apart(right[name], one[name])) for one in found for name in right)


def around_month_ends(count: int, entries: Sequence[tuple[int, int]]) -> list[Event]:
    """Events of calls in the order of their times; ``entries`` are (id, line id)."""
    chance = random.Random(20240229)
    instants = _instants(chance, min(INSTANTS, count))
    times = sorted(chance.choices(instants, k=count - len(instants)) + instants)
    events, call = [], _uuid(chance)
    for number, at in enumerate(times):
        if chance.random() < 0.3:
            call = _uuid(chance)
        entry, line = chance.choice(entries[: 1 + number % len(entries)])
        how = chance.choices(WAYS, WAY_WEIGHTS)[0]
        agent = call.int % AGENTS + 1
        events.append(Event(_uuid(chance), at, number, agent, entry, line, how, call_id=call))
    return events


def _instants(chance: random.Random, count: int) -> list[datetime]:
    """Half of them before a month's end, the nearer the more; the end itself and its neighbours always."""
    ends = [month.ends_at for month in MONTHS]
    found = {end + timedelta(microseconds=step) for end in ends for step in (-1, 0, 1)}
    while len(found) < count:
        away = int(10 ** chance.uniform(0, 9.556))  # up to an hour
        found.add(chance.choice(ends) + timedelta(microseconds=away * chance.choice((-1, 1))))
    return sorted(found)


def make_entries(count: int) -> list[tuple[int, int]]:
    """Published entries of three lines, in force for years; (id, line id) of each."""
    writer = site.person("bench-writer", "information_administrator")
    lines = [BusinessLine.objects.create(code=f"L{number}", name=f"L{number}") for number in range(3)]
    long_ago = MONTHS[0].later(-24).starts_at
    for number in range(count):
        line = lines[number % len(lines)]
        entry = Entry.objects.create(line=line, concerned_line_ids=[line.pk], created_by=writer)
        text = Revision.objects.create(
            entry=entry, number=1, state=RevisionState.PUBLISHED, line=line,
            question=f"问题{number}", created_by=writer,
        )  # fmt: skip
        Entry.objects.filter(pk=entry.pk).update(
            live_revision=text, state=EntryState.PUBLISHED, published_at=long_ago, created_at=long_ago
        )
    return list(Entry.objects.order_by("pk").values_list("pk", "line_id"))


def load(events: Iterable[Event]) -> None:
    """Append the events with the times they have, and count them."""
    load_events(
        EventRow(one.id, one.at, one.agent_id, one.entry_id, one.line_id, one.how, one.call_id)
        for one in events
    )
    rollup.catch_up()


def forget() -> None:
    tables = [m._meta.db_table for m in (HitEvent, Hit, DailyHits, MonthlyHits, LineHours, RollUpCursor)]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)}")


def by_calendar(events: Iterable[Event]) -> Figures:
    """Days and months by the slow rule and Python's calendar."""
    here = [(hit, hit.at.astimezone(SITE_ZONE)) for hit in hits_of(events)]
    return {
        "days": Counter((at.date(), hit.entry_id, hit.line_id) for hit, at in here),
        "months": Counter((Month.of(at).first_day, hit.entry_id, hit.line_id) for hit, at in here),
    }


def stored() -> Figures:
    days = DailyHits.objects.values_list("day", "entry_id", "line_id", "hits")
    months = MonthlyHits.objects.values_list("month", "entry_id", "line_id", "hits")
    return {
        "days": Counter({row[:-1]: row[-1] for row in days}),
        "months": Counter({row[:-1]: row[-1] for row in months}),
    }


def counted_raw() -> Figures:
    """The same from the raw events, as `rebuild_counts` counts them."""
    found = {}
    upto = counted_upto()
    with connection.cursor() as cursor:
        for name, unit in (("days", "day"), ("months", "month")):
            cursor.execute(
                f"SELECT date_trunc('{unit}', at AT TIME ZONE 'Asia/Shanghai')::date, entry_id, line_id,"
                f" count(*) FROM ({hits_in_calls()}) AS h GROUP BY 1, 2, 3",
                upto,
            )
            found[name] = Counter({row[:-1]: row[-1] for row in cursor.fetchall()})
    return found


def counted_upto() -> dict[str, Any]:
    """The last event that is counted, as `hits_in_calls` asks for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid::text, seq FROM hits_rollupcursor")
        return dict(zip(("to_xid", "to_seq"), cursor.fetchone(), strict=True))


def _apart(one: Counter[tuple[object, ...]], other: Counter[tuple[object, ...]]) -> set[object]:
    return {key for key, _count in one.items() ^ other.items()}


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


if __name__ == "__main__":
    main()

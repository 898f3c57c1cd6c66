"""Loads the whole demo: people, entries through faq's import, calls through the honest counter."""

import json
import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from procrastinate.exceptions import AlreadyEnqueued
from tqdm import tqdm

from accounts.models import Agent
from faq import exchange
from faq.models import Entry
from faq.services import applying, importing
from hits import rollup
from hits.loading import CallRow, EventRow, SearchRow, load_calls, load_events, load_searches
from kb.demo import authoring, bulletins, history, inquiries, spikes, variants
from kb.demo.calls import DemoCall, Year, generate
from kb.demo.disorder import FILED_WRONGLY, OWNED_WRONGLY
from kb.demo.entries import Row, rows, topics
from kb.demo.house import House, demo_agents, open_house
from kb.demo.story import Story, story_of, with_validity
from kb.demo.topics import Topic, year_before
from kb.lib.errors import RuleBrokenError
from reports.tasks import close_ended_months
from search.tasks import find_gaps, propose_similar_questions

SEED = 1126
LOCK = 0x64656D6F
Item = TypeVar("Item")


def load(calls: int) -> None:
    """Load everything but the counts in one transaction, then count: a killed load leaves nothing behind,
    or a demo whose counts the counter reads up.

    Needs the owner's role, and tables that `refuse_unless_empty` has looked at. Raises RuleBrokenError when
    another load runs.
    """
    with transaction.atomic():
        _be_the_only_one()
        if Entry.objects.exists():
            raise RuleBrokenError("There are entries already; demo data was loaded meanwhile.")
        year = _load_everything(calls)
    with tqdm(desc="Counting", unit="event") as bar:
        while read := rollup.roll_up():
            bar.update(read)
        bar.update(rollup.catch_up())  # autovacuum may have held the last ones back
    spikes.watch([year.rush, year.outage])
    night_jobs: tuple[Any, ...] = (propose_similar_questions, find_gaps, close_ended_months)
    for night_job in night_jobs:
        with suppress(AlreadyEnqueued):
            night_job.defer(timestamp=0)  # so that nobody has to wait for the night to see what it finds


def _be_the_only_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _load_everything(calls: int) -> Year:
    rng, now = random.Random(SEED), _now()  # noqa: S311
    people = demo_agents(SEED)
    house = open_house(people, year_before(now) - timedelta(days=600), SEED)
    written = [with_validity(row, now) for row in rows(now)]
    stories = {row["external_id"]: story_of(row, now, rng) for row in written}
    _import([_as_filed(row, stories[row["external_id"]]) for row in written], house)
    entries = history.tell(stories, house, now, rng)
    variants.add(entries)
    authoring.set_to_work(entries, house, now)
    inquiries.ask(house, now)
    bulletins.tell(entries, house, now)
    asked = [_lived(topic, stories[topic.key], year_before(now)) for topic in topics(written)]
    year = generate(
        asked, people, now, calls=calls, seed=SEED, follow=lambda all_: _bar(all_, "Calls", len(all_))
    )
    _load_calls(year.calls, house, entries)
    return year


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
        return now


def _import(written: list[Row], house: House) -> None:
    """By the same way as `import_entries --publish`; the permission is given for this one act."""
    importer = house.accounts["info"]
    permission = Permission.objects.get(content_type__app_label="accounts", codename="publish_unsigned")
    importer.user_permissions.add(permission)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.jsonl"
        path.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in written), encoding="utf-8"
        )
        order = importing.Order(Agent.objects.get(pk=importer.pk), is_publishing=True)
        plan = importing.plan(exchange.read(path), order)
        if plan.problems:
            raise RuleBrokenError("; ".join(str(problem) for problem in plan.problems[:10]))
        with tqdm(total=len(plan.items), desc="Entries", unit="entry") as bar:
            applying.apply(plan, file_name=path.name, tell=bar.update)
    importer.user_permissions.remove(permission)


def _as_filed(row: Row, story: Story) -> Row:
    """The row as somebody entered it; callers and agents know better where a few of them belong."""
    key = row["external_id"]
    return {
        **row,
        "is_restricted": story.is_restricted,
        "category": FILED_WRONGLY.get(key, row["category"]),
        "line": OWNED_WRONGLY.get(key, row["line"]),
    }


def _lived(topic: Topic, story: Story, begin: datetime) -> Topic:
    """The topic with the time in which agents could use it, where that limits calls from ``begin`` on."""
    begins = max(filter(None, [topic.asked_from, story.published_at]))
    ends = min(filter(None, [topic.asked_until, story.withdrawn_at]), default=None)
    values = vars(topic) | {"asked_until": ends, "is_restricted": story.is_restricted}
    return Topic(**values | {"asked_from": begins if begins > begin else None})


def _load_calls(calls: list[DemoCall], house: House, entries: dict[str, Entry]) -> None:
    load_calls(_bar(_call_rows(calls, house), "Writing calls", len(calls)))
    load_searches(
        _bar(_search_rows(calls, house, entries), "Writing searches", sum(len(c.searches) for c in calls))
    )
    load_events(_bar(_event_rows(calls, house, entries), "Writing events", sum(len(c.events) for c in calls)))


def _call_rows(calls: list[DemoCall], house: House) -> Iterator[CallRow]:
    for call in calls:
        yield CallRow(call.id, house.agents[call.agent.number].pk, _at(call.starts_at), _at(call.ends_at))


def _search_rows(calls: list[DemoCall], house: House, entries: dict[str, Entry]) -> Iterator[SearchRow]:
    keys = {key: entry.pk for key, entry in entries.items()}
    for call in calls:
        agent = house.agents[call.agent.number].pk
        for search in call.searches:
            shown = [keys[key] for key in search.shown]
            chips = {"line": search.line} if search.line else {}
            yield SearchRow(
                search.id, _at(search.at), agent, call.id, search.text, shown, search.took_ms, chips
            )


def _event_rows(calls: list[DemoCall], house: House, entries: dict[str, Entry]) -> Iterator[EventRow]:
    keys = {key: (entry.pk, entry.line_id) for key, entry in entries.items()}
    for call in calls:
        agent = house.agents[call.agent.number].pk
        for event in call.events:
            entry, line = keys[event.key]
            yield EventRow(event.id, _at(event.at), agent, entry, line, event.how, call.id, event.search_id)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _bar(items: Iterable[Item], name: str, total: int) -> Iterable[Item]:
    return tqdm(items, desc=name, total=total, unit="", mininterval=0.5)

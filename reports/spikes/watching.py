"""The look every five minutes: spikes begin, go on and end, each with one alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from faq.models import Entry
from hits import recent
from hits.recent import By, Window
from reports.models import Spike
from reports.spikes import alerting, gathering, rule
from reports.spikes.database import Database
from reports.spikes.gathering import Gathered, Source
from reports.spikes.rule import Open, Standing, Step

LOCK = 0x5350494B45
MOST_KEPT_SAMPLES = 5


@dataclass(frozen=True)
class Look:
    """What one look did: spikes that began with an alert, and how many ended."""

    began: list[Spike]
    ended: int


@transaction.atomic
def look(now: datetime, source: Source | None = None) -> Look:
    """Hold the last 60 minutes against the weeks before, store what changed, and alert.

    Waits for another look that runs, so that a spike is one row with one alert however many workers look.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    running = {spike.subject: spike for spike in Spike.objects.filter(ended_at__isnull=True)}
    words = {subject: spike.words for subject, spike in running.items()}
    gathered = gathering.gather(now, source or Database(), words)
    if not gathered.standings:
        return Look([], 0)
    known = {subject: Open(subject, spike.calm_since) for subject, spike in running.items()}
    step = rule.check(now, gathered.standings, known)
    _go_on(running, gathered.standings, step, now)
    began = {subject: _begin(gathered.standings[subject], gathered, now) for subject in step.began}
    _absorb(step.absorbed, running | began)
    alerted = [began[subject] for subject in step.began if subject not in step.absorbed]
    for spike in alerted:
        alerting.began(spike)
    return Look(alerted, len(step.ended))


def _go_on(
    running: Mapping[str, Spike], standings: Mapping[str, Standing], step: Step, now: datetime
) -> None:
    for subject, spike in running.items():
        standing = standings[subject]
        spike.calls = max(spike.calls, standing.calls)
        spike.agents = max(spike.agents, standing.agents)
        if subject in step.calm_since:
            spike.calm_since = step.calm_since[subject]
        if subject in step.ended:
            spike.ended_at = now
        spike.save(update_fields=["calls", "agents", "calm_since", "ended_at"])
        if subject in step.ended and spike.absorbed_by_id is None:
            alerting.ended(spike)


def _begin(standing: Standing, gathered: Gathered, now: datetime) -> Spike:
    kind, _, key = standing.subject.partition(":")
    window = (now - rule.WINDOW, now)
    times, samples = _seen(standing.subject, gathered, window)
    usual = standing.usual
    entry = Entry.objects.select_related("live_revision").get(pk=key) if kind == "entry" else None
    return Spike.objects.create(
        kind=kind,
        subject=standing.subject,
        entry=entry,
        line_id=entry.line_id if entry else int(key) if kind == "line" else None,
        words=samples[0][0] if kind == "gap" else "",
        samples=samples,
        calls=standing.calls,
        agents=standing.agents,
        usual=usual.median,
        least=usual.least,
        started_at=times[min(usual.least, len(times)) - 1] if times else now,
    )


def _seen(subject: str, gathered: Gathered, window: Window) -> tuple[list[datetime], list[tuple[str, int]]]:
    """When its calls came, and what was typed in them; the spike starts with the call that made it one."""
    if subject in gathered.attempts:
        tried = gathered.attempts[subject]
        return sorted({one.call_id: one.at for one in tried}.values()), gathering.samples_of(tried)
    key = gathering.key_of(subject)
    by: By = "entry" if subject.startswith("entry:") else "line"
    entry_ids = [key] if by == "entry" else recent.entries_of_line(key, window)
    if by == "line":  # what is closed to others must not be told to them by its words
        open_ones = Entry.objects.filter(pk__in=entry_ids, is_restricted=False)
        entry_ids = list(open_ones.values_list("pk", flat=True))
    return recent.call_times(by, key, window), recent.words_for(entry_ids, window, MOST_KEPT_SAMPLES)


def _absorb(absorbed: Mapping[str, str], spikes: Mapping[str, Spike]) -> None:
    for subject, line in absorbed.items():
        spike = spikes[subject]
        if spike.absorbed_by_id is None:
            spike.absorbed_by = spikes[line]
            spike.save(update_fields=["absorbed_by"])

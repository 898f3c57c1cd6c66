"""What stands where: calls of the last 60 minutes and of the same hour before, by entry, line and gap."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hits.attempts import Attempt
from hits.recent import Asked, By, Window
from kb.lib.workdays import is_holiday
from reports.spikes import rule
from reports.spikes.rule import Standing
from search import asked_in_vain
from search.tokenizer import exact_key

MOST_SAMPLES = 5


class Source(Protocol):
    """Where counts come from: the database, or a year in memory that is played again."""

    def first_hit_at(self) -> datetime | None: ...

    def asked_in(self, windows: Sequence[Window], by: By) -> Sequence[Asked]: ...

    def attempts_in(self, windows: Sequence[Window], now: datetime) -> Sequence[Attempt]: ...

    def lines_of(self, entry_ids: Collection[int]) -> Mapping[int, int]: ...

    def gap_keys(self) -> Mapping[str, str]: ...


@dataclass
class Gathered:
    """The standings by subject, and for gaps what was typed: the attempts of the last 60 minutes."""

    standings: dict[str, Standing] = field(default_factory=dict)
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)


def windows_at(now: datetime, began_at: datetime) -> list[Window]:
    """The last 60 minutes, then the hours they are held against, as far as anything was counted then."""
    ends = [now, *rule.past_windows(now, is_holiday)]
    return [(end - rule.WINDOW, end) for end in ends if end == now or end - rule.WINDOW >= began_at]


def gather(now: datetime, source: Source, running: Mapping[str, str]) -> Gathered:
    """Every subject with enough calls to begin a spike, and every one whose spike runs.

    ``running`` gives the words of each running spike by subject. Nothing where nothing was counted before:
    then there is nothing to hold a count against.
    """
    began_at = source.first_hit_at()
    windows = windows_at(now, began_at) if began_at else []
    gathered = Gathered()
    if len(windows) < 2:
        return gathered
    _gather_asked(gathered, windows, source, running)
    _gather_gaps(gathered, windows, now, source, running)
    for subject in running.keys() - gathered.standings.keys():
        gathered.standings[subject] = Standing(subject, 0, 0, [0] * (len(windows) - 1))
    return gathered


def key_of(subject: str) -> int:
    """The entry's or line's id in a subject."""
    return int(subject.partition(":")[2])


def _gather_asked(
    gathered: Gathered, windows: Sequence[Window], source: Source, running: Mapping[str, str]
) -> None:
    kinds: tuple[By, ...] = ("entry", "line")
    for by in kinds:
        calls: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(windows))
        agents: dict[int, int] = {}
        for one in source.asked_in(windows, by):
            calls[one.key][one.window] = one.calls
            if one.window == 0:
                agents[one.key] = one.agents
        looked = {key for key in calls if calls[key][0] >= rule.FEWEST_CALLS or f"{by}:{key}" in running}
        lines = source.lines_of(looked) if by == "entry" and looked else {}
        for key in looked:
            line = f"line:{lines[key]}" if key in lines else ""
            now, *past = calls[key]
            subject = f"{by}:{key}"
            gathered.standings[subject] = Standing(subject, now, agents.get(key, 0), past, line)


def _gather_gaps(
    gathered: Gathered,
    windows: Sequence[Window],
    now: datetime,
    source: Source,
    running: Mapping[str, str],
) -> None:
    """Given-up attempts that ask the same, by the code that finds the gaps of the night."""
    known = {subject: words for subject, words in running.items() if subject.startswith("gap:")}
    current = source.attempts_in(windows[:1], now)
    is_quiet = len({one.call_id for one in current}) < rule.FEWEST_CALLS
    if is_quiet and not known:
        return
    attempts = [*current, *source.attempts_in(windows[1:], now)]
    subject_of = _subjects(attempts, known, source.gap_keys())
    calls: defaultdict[str, list[set[object]]] = defaultdict(lambda: [set() for _ in windows])
    for attempt in attempts:
        subject, place = subject_of.get(_key(attempt)), _place(attempt.at, windows)
        if subject is not None and place is not None:
            calls[subject][place].add(attempt.call_id)
            if place == 0:
                gathered.attempts.setdefault(subject, []).append(attempt)
    for subject, asked in calls.items():
        counts = [len(ids) for ids in asked]
        if counts[0] >= rule.FEWEST_CALLS or subject in known:
            agents = len({one.agent_id for one in gathered.attempts.get(subject, [])})
            gathered.standings[subject] = Standing(subject, counts[0], agents, counts[1:])


def _subjects(
    attempts: Sequence[Attempt], running: Mapping[str, str], gap_keys: Mapping[str, str]
) -> dict[str, str]:
    """By the key of a text, the subject of its group: a running spike's, a known gap's, or one of its own."""
    subject_of_running = {exact_key(words): subject for subject, words in running.items()}
    found: dict[str, str] = {}
    for group in asked_in_vain.grouped(asked_in_vain.unanswered(attempts, (), {}), attempts, []):
        keys = [wording.key for wording in group]
        runs = next((subject_of_running[key] for key in keys if key in subject_of_running), None)
        gap = next((f"gap:{gap_keys[key]}" for key in keys if key in gap_keys), None)
        found |= dict.fromkeys(keys, runs or gap or f"gap:{keys[0]}")
    return found


def _key(attempt: Attempt) -> str:
    return exact_key(asked_in_vain.without_numbers(attempt.text))


def _place(at: datetime, windows: Sequence[Window]) -> int | None:
    return next((number for number, (since, until) in enumerate(windows) if since <= at < until), None)


def tried_for(subject: str, words: str, window: Window, now: datetime, source: Source) -> list[Attempt]:
    """The given-up attempts of a gap's subject in a stretch of time; ``words`` are its spike's."""
    attempts = source.attempts_in([window], now)
    subject_of = _subjects(attempts, {subject: words}, source.gap_keys())
    return [one for one in attempts if subject_of.get(_key(one)) == subject]


def samples_of(attempts: Sequence[Attempt]) -> list[tuple[str, int]]:
    """What was typed, with its calls, most first."""
    calls: defaultdict[str, set[object]] = defaultdict(set)
    for one in attempts:
        calls[asked_in_vain.without_numbers(one.text)].add(one.call_id)
    found = sorted(((text, len(ids)) for text, ids in calls.items()), key=lambda pair: (-pair[1], pair[0]))
    return found[:MOST_SAMPLES]

"""What stands where: calls of the last 60 minutes and of the same hour before, by entry, line and gap."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hits.attempts import Attempt
from hits.recent import Asked, By, Window
from kb.lib.workdays import is_holiday
from reports.spikes import rule
from reports.spikes.rule import Standing
from search import clustering
from search.asked_in_vain import without_numbers
from search.tokenizer import exact_key

MOST_SAMPLES = 5


class Source(Protocol):
    """Where counts come from: the database, or a year in memory that is played again."""

    def first_hit_at(self) -> datetime | None: ...

    def asked_in(self, windows: Sequence[Window], by: By) -> Sequence[Asked]: ...

    def attempts_in(self, windows: Sequence[Window], now: datetime) -> Sequence[Attempt]: ...

    def lines_of(self, entry_ids: Collection[int]) -> Mapping[int, int]: ...


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
    """Given-up attempts that ask the same; groups form around the words of spikes that run."""
    known = {subject: words for subject, words in running.items() if subject.startswith("gap:")}
    current = source.attempts_in(windows[:1], now)
    is_quiet = len({one.call_id for one in current}) < rule.FEWEST_CALLS
    if is_quiet and not known:
        return
    before = source.attempts_in(windows[1:], now)
    subject_of = _subjects([*current, *before], known)
    calls: defaultdict[str, list[set[object]]] = defaultdict(lambda: [set() for _ in windows])
    for attempt in [*current, *before]:
        subject = subject_of.get(without_numbers(attempt.text))
        place = next(
            (number for number, (since, until) in enumerate(windows) if since <= attempt.at < until), None
        )
        if subject is not None and place is not None:
            calls[subject][place].add(attempt.call_id)
            if place == 0:
                gathered.attempts.setdefault(subject, []).append(attempt)
    for subject, asked in calls.items():
        counts = [len(ids) for ids in asked]
        if counts[0] >= rule.FEWEST_CALLS or subject in known:
            agents = len({one.agent_id for one in gathered.attempts.get(subject, [])})
            gathered.standings[subject] = Standing(subject, counts[0], agents, counts[1:])


def _subjects(attempts: Sequence[Attempt], known: Mapping[str, str]) -> dict[str, str]:
    """By text, the subject of the group it goes with."""
    counted = Counter(without_numbers(one.text) for one in attempts)
    names = {words: subject for subject, words in known.items()}
    texts = [*names, *sorted(counted.keys() - names.keys(), key=lambda text: (-counted[text], text))]
    texts = [text for text in texts if text in names or exact_key(text)]
    places = clustering.group(texts)
    leaders = [texts[place] for place in places]
    return {
        text: names.get(leader) or f"gap:{exact_key(leader)}"
        for text, leader in zip(texts, leaders, strict=True)
    }


def tried_for(subject: str, words: str, window: Window, now: datetime, source: Source) -> list[Attempt]:
    """The given-up attempts of a gap's subject in a stretch of time; ``words`` are its spike's."""
    attempts = source.attempts_in([window], now)
    subject_of = _subjects(attempts, {subject: words})
    return [one for one in attempts if subject_of.get(without_numbers(one.text)) == subject]


def samples_of(attempts: Sequence[Attempt]) -> list[tuple[str, int]]:
    """What was typed, with its calls, most first."""
    calls: defaultdict[str, set[object]] = defaultdict(set)
    for one in attempts:
        calls[without_numbers(one.text)].add(one.call_id)
    found = sorted(((text, len(ids)) for text, ids in calls.items()), key=lambda pair: (-pair[1], pair[0]))
    return found[:MOST_SAMPLES]

"""Asks the rivals in turn, and tells what each took."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import site
from bench.printing import rounded, summary
from bench.rivals import questions
from bench.rivals.booth import Asking, Booth, RivalFailedError, Took, size_mb
from bench.rivals.entrants import FIRST_STAGE, Entrant
from search.engines.base import Document

SLOW_WARM_UP = 3
ROUNDS = ("new", "again")
Booths = Mapping[str, Booth]


def prepare(entrant: Entrant, directory: Path, documents: Sequence[Document]) -> dict[str, Any]:
    """Build its index, unless it stands there already; what that took, or why it is not measured."""
    if len(documents) > entrant.most_entries:
        return {"not_measured": f"above {entrant.most_entries:g} entries: {entrant.reason}"}
    files = directory / entrant.directory
    record = directory / f"{entrant.directory}.build_s"
    if not (record.exists() and files.exists()):
        site.say(f"  building: {entrant.name}")
        with Booth(entrant.make, files, documents) as booth:
            record.write_text(str(booth.build()), encoding="ascii")
    told: dict[str, Any] = {"build_s": rounded(float(record.read_text(encoding="ascii")))}
    if entrant.files:
        told["searches_the_files_of"] = entrant.files
    if files.exists():
        told["files_mb"] = rounded(size_mb(files))
    return told


def opened(entrant: Entrant, directory: Path, documents: Sequence[Document]) -> Booth:
    booth = Booth(entrant.make, directory / entrant.directory, documents)
    booth.open()
    return booth


def warm_up(booths: Booths, entrants: Mapping[str, Entrant], askings: Sequence[Asking]) -> None:
    for name, booth in booths.items():
        few = SLOW_WARM_UP if entrants[name].is_slow else len(askings)
        for number, asking in enumerate(askings[:few]):
            booth.ask(narrowed(asking, is_narrowed=number % 2 == 0))


def narrowed(asking: Asking, *, is_narrowed: bool) -> Asking:
    return asking if is_narrowed else asking._replace(line=None)


def ask_all(
    booths: Booths, entrants: Mapping[str, Entrant], askings: Sequence[Asking], slow: int
) -> dict[str, dict[str, Any]]:
    """Every question twice, once narrowed and once not; the slow are asked ``slow`` of them."""
    every = max(len(askings) // max(slow, 1), 1) | 1  # odd, so that both ways come in turn
    took: defaultdict[tuple[str, str, str], list[Took]] = defaultdict(list)
    alike: defaultdict[str, list[float]] = defaultdict(list)
    for number_of_round, round_name in enumerate(ROUNDS):
        for number, asking in enumerate(askings):
            is_narrowed = (number + number_of_round) % 2 == 0
            way = "filtered" if is_narrowed else "unfiltered"
            found: dict[str, Took] = {}
            for name, booth in booths.items():
                if not entrants[name].is_slow or number % every == 0:
                    found[name] = booth.ask(narrowed(asking, is_narrowed=is_narrowed))
                    took[name, way, round_name].append(found[name])
            for name, share in shared(found).items():
                alike[name].append(share)
    figures: dict[str, dict[str, Any]] = {name: {} for name in booths}
    for (name, way, round_name), times in took.items():
        figures[name].setdefault(way, {})[round_name] = told(times)
    for name, shares in alike.items():
        figures[name]["found_like_first_stage"] = rounded(statistics.fmean(shares))
    return figures


def told(times: Sequence[Took]) -> dict[str, Any]:
    return {
        "search_ms": summary([each.search_ms for each in times]),
        "whole_ms": summary([each.cut_ms + each.search_ms for each in times]),
        "cpu_ms": summary([each.cpu_ms for each in times]),
    }


def shared(found: Mapping[str, Took]) -> dict[str, float]:
    """What share of the first stage's matches the others found, in any order; nothing where it found none."""
    right = set(found[FIRST_STAGE].found) if FIRST_STAGE in found else set()
    others = {name: took.found for name, took in found.items() if name != FIRST_STAGE}
    return {name: len(right & set(ids)) / len(right) for name, ids in others.items()} if right else {}


def ask_typed(booth: Booth, count: int) -> dict[str, Any]:
    """Each way of typing in turn, every text for the first time; narrowed and not by turns."""
    per_kind = max(count // len(questions.TYPED), 1)
    took: dict[str, list[Took]] = {}
    for kind in questions.TYPED:
        texts = questions.typed(kind)
        askings = questions.in_turn(list(texts[1 :: max(len(texts) // per_kind, 2)][:per_kind]))
        mixed = [narrowed(each, is_narrowed=number % 2 == 0) for number, each in enumerate(askings)]
        took[kind or "plain"] = [booth.ask(asking) for asking in mixed]
    every = [each for times in took.values() for each in times]
    by_kind = {kind: told(times)["whole_ms"] for kind, times in took.items()}
    return {"all": told(every)["whole_ms"], "all_cpu": told(every)["cpu_ms"], **by_kind}


def race(booths: Sequence[Booth], askings: Sequence[Asking], seconds: float) -> float:
    """Queries a second of processes that search at the same time, half of them narrowed."""
    mixed = [narrowed(asking, is_narrowed=number % 2 == 0) for number, asking in enumerate(askings)]
    for pause in (seconds / 3, seconds):  # the first only warms up
        for booth in booths:
            booth.begin_racing(mixed, pause)
        total = sum(booth.raced() for booth in booths)
    return rounded(total)


def publish(booth: Booth, entrant: Entrant, documents: Sequence[Document]) -> dict[str, Any]:
    """Edited entries, one at a time, until each is found."""
    step = max(len(documents) // entrant.publishings, 1)
    try:
        took = [booth.publish(document) for document in documents[::step][: entrant.publishings]]
    except RivalFailedError as error:
        return {"publishing_failed": str(error)}
    return {
        "publish_to_searchable_ms": summary([each.found_ms for each in took]),
        "of_that_until_written_ms": summary([each.written_ms for each in took]),
        "query_after_publishing_ms": summary([each.next_ms for each in took]),
    }

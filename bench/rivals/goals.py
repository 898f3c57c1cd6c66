"""What issue 3 asks of speed, held against what was measured; a size that was left out has no goal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bench.printing import Goal, at_least, at_most, exactly
from bench.rivals.entrants import ANY_WORD, EVERYTHING_ON, FIRST_STAGE, HAYSTACK, ROWS, TANTIVY

TYPING_MS = {"10000": 5.0, "100000": 15.0}
BOUND_MB = 384.0
OURS = (FIRST_STAGE, EVERYTHING_ON, ROWS)
Figures = Mapping[str, Any]


def of(results: Mapping[str, Any]) -> Iterator[Goal]:
    """A row for every figure the issue asks for and this run has."""
    for size, found in results.items():
        if size.isdigit():
            yield from _of_size(size, found)


def _of_size(size: str, found: Figures) -> Iterator[Goal]:
    ours, everything = found.get(FIRST_STAGE, {}), found.get(EVERYTHING_ON, {})
    if size in TYPING_MS:
        yield from _beside_tantivy(size, ours, found.get(TANTIVY, {}))
        if "typed_ms" in everything:
            p99 = everything["typed_ms"]["all"]["p99"]
            yield at_most(f"everything on, every way of typing, p99 ms, {size}", p99, TYPING_MS[size])
    if size == "10000" and _has_times(ours):
        for name in (HAYSTACK, ANY_WORD):
            if _has_times(found.get(name, {})):
                times = _p50(found[name], "search_ms") / _p50(ours, "search_ms")
                yield at_least(f"times faster than {name}, filtered p50, {size}", times, 2_000)
    failed = [name for name in OURS if "publishing_failed" in found.get(name, {})]
    if EVERYTHING_ON in found:
        yield exactly(f"own engines that cannot answer after an edit, {size}", len(failed), 0)
    if size == "100000" and "publish_to_searchable_ms" in everything:
        searchable, after = everything["publish_to_searchable_ms"], everything["query_after_publishing_ms"]
        yield at_most(f"edited entry indexed and searchable, p50 ms, {size}", searchable["p50"], 50)
        yield at_most(f"next query after an edit, everything on, p50 ms, {size}", after["p50"], 5)
    held = [figures["cache_mb"] for figures in (ours, everything) if "cache_mb" in figures]
    if held:
        yield at_most(f"memory of postings, MB, {size}", max(held), BOUND_MB)
    if "site" in found:
        p99 = found["site"]["publish_to_searchable_s"]["p99"]
        yield at_most(f"publish to searchable through outbox and indexer, p99 s, {size}", p99, 1.0)


def _beside_tantivy(size: str, ours: Figures, tantivy: Figures) -> Iterable[Goal]:
    if not _has_times(ours) or not _has_times(tantivy):
        return
    for key, said in (("search_ms", "words cut beforehand"), ("whole_ms", "cutting included")):
        share = _p50(ours, key) / _p50(tantivy, key)
        yield at_most(f"filtered p50 / tantivy's, {said}, {size}", share, 0.25)


def _has_times(figures: Figures) -> bool:
    return "filtered" in figures


def _p50(figures: Figures, key: str) -> float:
    p50: float = figures["filtered"]["new"][key]["p50"]
    return p50

"""All rules over one month's inputs, with the searches that led there as evidence beside the figures."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from hits import patterns
from reports.proposal_inputs import Inputs, declared_of, gaps, lately, wordings_of
from reports.rules import (
    combining,
    featuring,
    moving,
    reordering,
    retiring,
    splitting,
    writing,
)
from reports.rules.base import Suggestion, usual_shares
from search import clustering
from search.sounds import pairs
from search.tokenizer import IS_IDEOGRAPH, RUN, exact_key, normalise

MOST_SEARCHES = 5
MOST_ENTRIES_WITH_SEARCHES = 3
TELLING_SHARE = 0.05
FEWEST_TELLING = 3
TELLING_OF_MOST = 500
ALIKE_IN_ONE_ENTRY = 0.1


def suggestions(inputs: Inputs) -> list[Suggestion]:
    """What the seven rules suggest, each kind's weightiest first."""
    entries = inputs.entries
    return [
        *reordering.suggest(entries),
        *featuring.suggest(
            entries,
            featured=inputs.featured,
            by_line=inputs.by_line,
            busiest_day=inputs.busiest_day,
            days=inputs.month.days,
        ),
        *moving.suggest_category(entries, likeness=inputs.likeness, company=inputs.company),
        *moving.suggest_line(entries, by_line=inputs.by_line),
        *_combining(inputs),
        *_splitting(inputs),
        *retiring.suggest(lately(inputs)),
        *writing.suggest(gaps(inputs), since=inputs.month.starts_at, usual=usual_shares(inputs.by_line)),
    ]


def with_searches(found: Iterable[Suggestion], inputs: Inputs) -> list[Suggestion]:
    """The same, each with the confirmed searches of its entries; one query for all.

    What a restricted entry was found by stands with suggestions about that entry only.
    """
    about = [(one, _entries_of(one, inputs)) for one in found]
    wanted = {entry for _one, entries in about for entry in entries}
    texts: dict[int, list[list[str | int]]] = {}
    for text in patterns.confirmed_texts(wanted, inputs.starts_at, inputs.ends_at, most=MOST_SEARCHES):
        texts.setdefault(text.entry_id, []).append([text.text, text.calls])
    return [
        replace(
            one,
            evidence={
                **one.evidence,
                "found_by": [
                    {"entry": entry, "searches": texts[entry]} for entry in entries if entry in texts
                ],
            },
        )
        if entries
        else one
        for one, entries in about
    ]


def _entries_of(one: Suggestion, inputs: Inputs) -> list[int]:
    """Those whose searches explain it: its own, or those that would rise most in their category."""
    if one.kind in {"split", "write"}:
        return []
    if one.kind == "reorder":
        hits = {row["entry"]: row["hits"] for row in one.evidence["order"]}
        places = {row["entry"]: place for place, row in enumerate(one.evidence["order"])}
        rising = sorted(
            (
                (-(places[entry] - place) * hits[entry], entry)
                for place, entry in enumerate(one.change["order"])
                if places[entry] > place and entry in inputs.unrestricted
            ),
        )
        return [entry for _gain, entry in rising[:MOST_ENTRIES_WITH_SEARCHES]]
    return [entry for entry in (one.entry, one.other) if entry is not None]


def _combining(inputs: Inputs) -> list[Suggestion]:
    likely = {
        pk
        for one, others in inputs.together.items()
        for other in others
        if one < other
        and one in inputs.likeness
        and other in inputs.likeness
        and inputs.likeness.cosine(one, other) >= combining.LEAST_LIKENESS
        for pk in (one, other)
    }
    wordings = wordings_of(likely)
    return combining.suggest(
        (one for one in inputs.entries if one.pk in likely),
        likeness=inputs.likeness,
        together=inputs.together,
        opened=inputs.opened,
        wordings=lambda entry: wordings.get(entry, []),
        key_of=exact_key,
    )


def _splitting(inputs: Inputs) -> list[Suggestion]:
    declared = declared_of(inputs.said)
    likeness = inputs.likeness
    most = min(max(FEWEST_TELLING, int(TELLING_SHARE * len(inputs.entries))), TELLING_OF_MOST)

    @cache
    def telling(text: str) -> tuple[str, ...]:
        return tuple(word for word in clustering.words_of(text) if likeness.entries_with(word) <= most)

    def group(texts: Sequence[str]) -> list[int]:
        return clustering.group(texts, near=ALIKE_IN_ONE_ENTRY)

    ear = splitting.Ear(words=telling, sounds=_sounds, group=group)
    return splitting.suggest(
        inputs.entries, said=inputs.said, declared=lambda entry: declared.get(entry, []), ear=ear
    )


def _sounds(text: str) -> list[str]:
    """Every two neighbouring syllables; latin letters have none."""
    runs = RUN.findall(normalise(text))
    return [pair for run in runs if IS_IDEOGRAPH.match(run) for pair in pairs(run)]

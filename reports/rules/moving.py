"""Move an entry: to another category, or to another line.

To a category when entries filed there are opened in the same calls most often, its nearest texts are filed
there, and much fewer of either where it is now. To a line when that line asks for most of it, by the filters
set and the lines of the agents, and its own for hardly any; restricted entries stay, for a move would change
who may read them.
"""

from collections.abc import Iterable, Mapping, Sequence

from reports.rules.base import (
    ByLine,
    Company,
    Known,
    Suggestion,
    above_usual,
    shares,
    usual_shares,
    weightiest,
)
from reports.rules.likeness import Likeness

NEIGHBOURS = 10
FEWEST_NEIGHBOURS = 2
LEAST_LIKENESS = 0.08
TEXT_SHARE = 0.35
FEWEST_CALLS_BESIDE = 8
COMPANY_SHARE = 0.4
SHARE_LEFT_BEHIND = 0.4  # of what speaks for the other category
MOST_LOOKED_AT = 2_000

FEWEST_HITS = 25
LINE_SHARE = 0.6
OWN_SHARE = 0.2
LEAST_Z = 4.0


def suggest_category(entries: Iterable[Known], *, likeness: Likeness, company: Company) -> list[Suggestion]:
    """Looked at are the most used entries that were opened beside those of another category."""
    known = {one.pk: one for one in entries}
    used = sorted(known.values(), key=lambda one: (-one.hits, one.pk))
    found: list[Suggestion] = []
    looked_at = 0
    for entry in used:
        beside = company.get(entry.pk, {})
        target = _clear_company(entry, beside)
        if target is None or entry.is_new or entry.pk not in likeness:
            continue
        looked_at += 1
        if looked_at > MOST_LOOKED_AT:
            break
        near = [
            (pk, cosine)
            for pk, cosine in likeness.nearest(entry.pk, NEIGHBOURS)
            if cosine >= LEAST_LIKENESS and pk in known
        ]
        if _texts_agree(entry, target, near, known):
            found.append(_to_category(entry, target, near, known, beside))
    return weightiest(found)


def suggest_line(entries: Iterable[Known], *, by_line: ByLine) -> list[Suggestion]:
    """``by_line`` covers all entries, for how much a line asks for in general is what it is held against."""
    usual = usual_shares(by_line)
    found = [
        _to_line(entry, by_line.get(entry.pk, {}), usual)
        for entry in entries
        if not entry.is_new and entry.restricted_to is None
    ]
    return weightiest([one for one in found if one])


def _clear_company(entry: Known, beside: Mapping[int, int]) -> int | None:
    """The other category that most calls had opened as well, when that is clear and the own one is behind."""
    if entry.category_id is None or not beside:
        return None
    target = min(beside, key=lambda category: (-beside[category], category))
    calls = beside[target]
    is_clear = calls >= max(FEWEST_CALLS_BESIDE, COMPANY_SHARE * sum(beside.values()))
    own = beside.get(entry.category_id, 0)
    return target if target != entry.category_id and is_clear and own <= SHARE_LEFT_BEHIND * calls else None


def _texts_agree(
    entry: Known, target: int, near: Sequence[tuple[int, float]], known: Mapping[int, Known]
) -> bool:
    """Whether the nearest texts are mostly filed there too, and few of them where the entry is."""
    weight: dict[int | None, float] = {}
    for pk, cosine in near:
        category = known[pk].category_id
        weight[category] = weight.get(category, 0.0) + cosine
    there, here = weight.get(target, 0.0), weight.get(entry.category_id, 0.0)
    number = sum(known[pk].category_id == target for pk, _ in near)
    return (
        number >= FEWEST_NEIGHBOURS
        and there >= TEXT_SHARE * sum(weight.values())
        and here <= SHARE_LEFT_BEHIND * there
    )


def _to_category(
    entry: Known,
    target: int,
    near: Sequence[tuple[int, float]],
    known: Mapping[int, Known],
    beside: Mapping[int, int],
) -> Suggestion:
    return Suggestion(
        kind="move",
        key=f"move:{entry.pk}:category",
        weight=entry.hits,
        entry=entry.pk,
        category=target,
        change={"category": target},
        evidence={
            "from": entry.category_id,
            "hits": entry.hits,
            "near": [
                {"entry": pk, "likeness": round(cosine, 2)}
                for pk, cosine in near
                if known[pk].category_id == target
            ],
            "near_in_all": len(near),
            "calls_beside": beside[target],
            "calls_beside_own": beside.get(entry.category_id or 0, 0),
        },
    )


def _to_line(entry: Known, parts: Mapping[int, float], usual: Mapping[int, float]) -> Suggestion | None:
    hits, asking = sum(parts.values()), shares(parts)
    if hits < FEWEST_HITS:
        return None
    line, share = min(asking.items(), key=lambda item: (-item[1], item[0]))
    own = asking.get(entry.line_id, 0.0)
    if line == entry.line_id or share < LINE_SHARE or own > OWN_SHARE:
        return None
    if above_usual(share, usual[line], hits) < LEAST_Z:
        return None
    return Suggestion(
        kind="move",
        key=f"move:{entry.pk}:line",
        weight=round(hits),
        entry=entry.pk,
        line=line,
        change={"line": line},
        evidence={
            "from": entry.line_id,
            "hits": round(hits),
            "share": round(share, 2),
            "own_share": round(own, 2),
            "usual_share": round(usual[line], 2),
        },
    )

"""How the words typed compare with each wording of each candidate, as arrays; see ``features`` for their use.

Five families: those of ``engines.wordings``, and words with those of one synonym group made one. For T
wordings of m candidates and Q distinct keys of the query, arrays are (T, 5), (m, 5) or (m, Q).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search import lexicon
from search.engines.base import SearchEngine
from search.engines.wordings import FAMILIES, HEAD, MOST_CHARACTERS, Keys, Packed, cut, word_key
from search.lexicon import Lexicon
from search.tokenizer import IS_IDEOGRAPH, normalise

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
PAIRS, CHARACTERS, WORDS, SOUNDS, MEANINGS = range(5)
ALL = len(FAMILIES) + 1
LOW_BITS = np.uint32(0xFFFF)
TINY = np.float32(1e-9)


@dataclass(frozen=True, slots=True)
class Asked:
    """The keys of a query, distinct in each family: (Q,) each; its length and how many pieces of Chinese.

    A question is one piece; who types words that tell puts a space between them.
    """

    length: int
    pieces: int
    keys: Keys
    family: Ints

    @classmethod
    def of(cls, text: str) -> "Asked":
        length, families = cut(text)
        means = _meanings(lexicon.current())
        meant = dict.fromkeys(means.get(key, key) for key in families[WORDS])
        parts = [*families, list(meant)]
        keys = np.fromiter((key for part in parts for key in part), np.uint32)
        pieces = sum(any(map(IS_IDEOGRAPH.match, piece)) for piece in text[:MOST_CHARACTERS].split())
        return cls(length, pieces, keys, np.repeat(np.arange(ALL), [len(part) for part in parts]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each wording against the query, family by family.

    ``owner`` is the candidate of each wording, ``starts`` the first wording of each candidate, which is its
    standard question; ``best`` (m, 5) the wording with the highest Dice. Dice is twice the rarity in common
    over the rarity of both (L. R. Dice, 1945), coverage the share of the query's, precision of the wording's.
    ``cell``, ``keys`` and ``rarity`` are (K,), for each key held: wording times ALL plus family, the key, and
    how rare it is; ``whole`` is the rarity of a wording's keys together.
    ``counts`` (m, Q) tell how many of a candidate's wordings have a key of the query, ``in_best`` whether the
    best of that family has it. ``rarest_other``, told of best wordings only, is the rarest key not asked for.
    """

    query: Asked
    owner: Ints
    starts: Ints
    lengths: Floats
    sizes: Floats
    asked: Floats
    cell: Ints
    keys: Keys
    rarity: Floats
    whole: Floats
    dice: Floats
    coverage: Floats
    precision: Floats
    best: Ints
    rarest_other: Floats
    counts: Floats
    in_best: NDArray[np.bool_]
    query_rarity: Floats
    most_rarity: float

    @property
    def candidates(self) -> int:
        return len(self.starts)


def compare(query: Asked, packed: Sequence[Packed], engine: SearchEngine) -> Comparison:
    """Compare a query with candidates that have at least one wording each."""
    heads = np.frombuffer(b"".join(each.heads for each in packed), "<u2").reshape(-1, HEAD).astype(np.int64)
    held = np.frombuffer(b"".join(each.keys for each in packed), "<u4")
    wordings = np.array([len(each.heads) for each in packed]) // (2 * HEAD)
    owner = np.repeat(np.arange(len(packed)), wordings)
    starts = np.cumsum(wordings) - wordings
    rarity = engine.rarity(np.concatenate([held, query.keys]))
    own, query_rarity = rarity[: len(held)], rarity[len(held) :]
    runs = heads[:, 1:].ravel()
    cell = np.repeat(_cells(len(heads)), runs)
    words = np.flatnonzero(np.repeat(np.arange(len(runs)) % len(FAMILIES) == WORDS, runs))
    cell = np.concatenate([cell, cell[words] + (MEANINGS - WORDS)])
    keys = np.concatenate([held, _mapped(held[words])])
    own = np.concatenate([own, own[words]])
    size = len(heads) * ALL
    places = _places(query, keys, cell)
    hits = np.flatnonzero(places >= 0)
    inter = np.bincount(cell[hits], own[hits], size).reshape(-1, ALL)
    whole = np.bincount(cell, own, size).reshape(-1, ALL)
    asked = np.bincount(query.family, query_rarity, ALL)
    dice = 2 * inter / (asked + whole + TINY)
    best = _best(dice, owner, starts)
    of_best = np.zeros(size, np.bool_)
    of_best[best * ALL + np.arange(ALL)] = True
    near = np.flatnonzero(of_best.take(cell))
    others = np.where(places[near] >= 0, np.float32(0), own[near])
    wording, place = cell[hits] // ALL, places[hits]
    pairs = owner[wording] * len(query.keys) + place
    shape = len(packed), len(query.keys)
    is_best = best[owner[wording], query.family[place]] == wording
    return Comparison(
        query=query,
        owner=owner,
        starts=starts,
        lengths=heads[:, 0].astype(np.float32),
        sizes=heads[:, [*range(1, HEAD), 1 + WORDS]].astype(np.float32),
        asked=asked.astype(np.float32),
        cell=cell,
        keys=keys,
        rarity=own,
        whole=whole.astype(np.float32),
        dice=dice.astype(np.float32),
        coverage=(inter / (asked + TINY)).astype(np.float32),
        precision=(inter / (whole + TINY)).astype(np.float32),
        best=best,
        rarest_other=_highest(others, cell[near], size).reshape(-1, ALL),
        counts=np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float32),
        in_best=np.bincount(pairs[is_best], minlength=shape[0] * shape[1]).reshape(shape) > 0,
        query_rarity=query_rarity,
        most_rarity=float(rarity.max(initial=np.float32(1))),
    )


def _cells(wordings: int) -> Ints:
    """Wording times ALL plus family, for each run of keys in the order they are packed."""
    rows = np.arange(wordings)[:, None] * ALL
    cells: Ints = (rows + np.arange(len(FAMILIES))).ravel()
    return cells


def _highest(values: Floats, cell: Ints, size: int) -> Floats:
    """The highest value of each cell; cells come in order, but for the last family's behind all others."""
    found = np.zeros(size, np.float32)
    begins = np.flatnonzero(np.diff(cell, prepend=-1))
    if len(begins):
        found[cell[begins]] = np.maximum.reduceat(values, begins)
    return found


def _best(dice: NDArray[np.float64], owner: Ints, starts: Ints) -> Ints:
    """The wording of each candidate with the highest Dice, for each family; the first of equals."""
    highest = np.maximum.reduceat(dice, starts)
    found = np.repeat(starts[:, None], ALL, 1)
    wordings, families = np.nonzero(dice >= highest[owner])
    found[owner[wordings[::-1]], families[::-1]] = wordings[::-1]
    return found


def _places(query: Asked, keys: Keys, cell: Ints) -> Ints:
    """Where each key stands among those of the query in its family; -1 for those that are not asked for.

    Nearly all are not: a table of the low bits tells most of them at once.
    """
    found = np.full(len(keys), -1, np.int64)
    if not len(query.keys):
        return found
    maybe = np.zeros(int(LOW_BITS) + 1, np.bool_)
    maybe[query.keys & LOW_BITS] = True
    likely = np.flatnonzero(maybe.take(keys & LOW_BITS))
    wanted = query.keys.astype(np.int64) * ALL + query.family
    order = np.argsort(wanted)
    here = keys[likely].astype(np.int64) * ALL + cell[likely] % ALL
    at = np.minimum(np.searchsorted(wanted, here, sorter=order), len(wanted) - 1)
    is_it = wanted[order[at]] == here
    found[likely[is_it]] = order[at[is_it]]
    return found


def _mapped(keys: Keys) -> Keys:
    """Words with the first of their synonym group in their place."""
    froms, tos = _meaning_arrays(lexicon.current())
    if not len(froms) or not len(keys):
        return keys
    at = np.minimum(np.searchsorted(froms, keys), len(froms) - 1)
    return np.where(froms[at] == keys, tos[at], keys)


@lru_cache(maxsize=4)
def _meanings(words: Lexicon) -> dict[int, int]:
    """For each word of a synonym group the key of the group's first word; the first group counts."""
    found: dict[int, int] = {}
    for group in words.groups:
        members = [word_key(normalise(member)) for member in group]
        for member in members:
            found.setdefault(member, members[0])
    return found


@lru_cache(maxsize=4)
def _meaning_arrays(words: Lexicon) -> tuple[Any, Any]:
    pairs = sorted(_meanings(words).items())
    return (
        np.array([key for key, _ in pairs], np.uint32),
        np.array([group for _, group in pairs], np.uint32),
    )

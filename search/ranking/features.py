"""What a ranker looks at: the same figures for each candidate, scaled so that they mean the same anywhere."""

import math
from collections.abc import Sequence

import numpy as np

from search.engines.base import Match, Reading
from search.engines.bm25 import K1
from search.engines.wordings import Packed
from search.ranking.comparison import (
    ALL,
    CHARACTERS,
    MEANINGS,
    PAIRS,
    TINY,
    WORDS,
    Comparison,
    Floats,
)
from search.ranking.verdict import verdict

FAMILY_NAMES = ("pairs", "characters", "words", "sounds", "meanings")
EACH = (
    "dice",
    "dice_to_best",
    "coverage",
    "precision",
    "most_coverage",
    "title_dice",
    "title_coverage",
    "together",
    "frequency",
    "frequency_to_best",
)
ENTITY = ("extra", "missing", "missing_everywhere")
ENTITY_FAMILIES = (PAIRS, WORDS, MEANINGS)
STANDINGS = ("dice_pairs", "dice_characters", "dice_meanings", "sum", "verdict")
NAMES: tuple[str, ...] = (
    *(f"{name}_{family}" for name in EACH for family in FAMILY_NAMES),
    *(f"{name}_{FAMILY_NAMES[family]}" for name in ENTITY for family in ENTITY_FAMILIES),
    "top_three",
    "near",
    "first",
    "first_to_best",
    "first_place",
    "first_margin",
    "sum",
    "sum_to_best",
    "answer",
    "answer_to_best",
    "sound_share",
    "synonym_share",
    "category",
    "category_guess",
    "category_guess_to_best",
    "query_length",
    "query_pieces",
    "length_ratio",
    "verdict",
    "verdict_to_best",
    "wordings",
    "wordings_usual",
    *(f"{what}_{name}" for what in ("place", "margin") for name in STANDINGS),
)
IS_OF_MATCH = np.array([not name.startswith("place_") and name != "first_place" for name in NAMES])
"""Which figures tell something of a candidate itself; the others follow from the order of all."""
PLACE_DIGITS = 4
POOL_B = 0.6


def features(
    compared: Comparison, matches: Sequence[Match], packed: Sequence[Packed], guess: Floats | None = None
) -> Floats:
    """One row for each candidate, in the order of the first stage, one column for each of NAMES.

    ``guess`` says how likely each candidate's category is, from the words alone; without it the categories of
    the candidates themselves vote.
    """
    together, frequency = _pools(compared)
    best_dice = compared.dice[compared.best, np.arange(ALL)]
    first = np.array([match.score for match in matches], np.float32)
    shares = np.array([match.shares for match in matches], np.float32)
    total = frequency[:, PAIRS] + frequency[:, CHARACTERS] + frequency[:, WORDS]
    basics = compared.asked[[PAIRS, CHARACTERS, WORDS]].sum() + TINY
    top = first.max() + TINY
    answer = shares[:, Reading.ANSWER]
    vote = _vote(total / (total.max() + TINY) + np.float32(0.2) * answer / top, packed)
    guess = vote if guess is None else guess
    judged = verdict(compared)
    wordings = np.log1p(np.bincount(compared.owner, minlength=compared.candidates).astype(np.float32))
    standings = [best_dice[:, PAIRS], best_dice[:, CHARACTERS], best_dice[:, MEANINGS], total, judged]
    columns = [
        *_closeness(compared),
        first / basics,
        first / top,
        1 / (1 + np.arange(len(first), dtype=np.float32)),
        _margin(first) / top,
        total,
        total / (total.max() + TINY),
        answer / top,
        answer / (answer.max() + TINY),
        shares[:, Reading.SOUND] / top,
        shares[:, Reading.SYNONYM] / top,
        vote,
        guess,
        guess / (guess.max() + TINY),
        np.full(len(first), math.log1p(compared.query.length)),
        np.full(len(first), math.log1p(compared.query.pieces)),
        _length_ratio(compared),
        judged,
        judged / (np.abs(judged).max() + TINY),
        wordings,
        np.full(len(first), wordings.mean()),
        *map(_place, standings),
        *map(_margin, standings),
    ]
    by_family = [
        best_dice,
        best_dice / (best_dice.max(0) + TINY),
        compared.coverage[compared.best, np.arange(ALL)],
        compared.precision[compared.best, np.arange(ALL)],
        np.maximum.reduceat(compared.coverage, compared.starts),
        compared.dice[compared.starts],
        compared.coverage[compared.starts],
        together,
        frequency,
        frequency / (frequency.max(0) + TINY),
    ]
    rows: Floats = np.concatenate(
        [*by_family, *_entities(compared), np.stack(columns, 1)], axis=1, dtype=np.float32
    )
    return _equal_places(rows)


def _pools(compared: Comparison) -> tuple[Floats, Floats]:
    """All wordings of a candidate as one text, (m, 5) each: coverage of the query by it, and BM25 over it."""
    sizes = np.add.reduceat(compared.sizes, compared.starts)
    relative = (sizes / (sizes.mean(0) + TINY))[:, compared.query.family]
    counts = compared.counts
    length = np.float32(1 - POOL_B) + np.float32(POOL_B) * relative
    saturated = counts * np.float32(K1 + 1) / (counts + np.float32(K1) * length + TINY)
    families = np.zeros((len(compared.query.keys), ALL), np.float32)
    families[np.arange(len(families)), compared.query.family] = compared.query_rarity
    together = (counts > 0).astype(np.float32) @ families / (compared.asked + TINY)
    return together, saturated @ families / (compared.asked + TINY)


def _entities(compared: Comparison) -> list[Floats]:
    """Each of ENTITY, (m, 3): the rarest key too many in the best wording, missing there, missing everywhere.

    These tell entries of one template apart: the words that differ are the rare ones.
    """
    extra, missing, nowhere = [], [], []
    for family in ENTITY_FAMILIES:
        of_family = compared.query.family == family
        asked = np.where(compared.query_rarity < compared.most_rarity, compared.query_rarity, 0)[of_family]
        extra.append(compared.rarest_other[compared.best[:, family], family])
        missing.append(np.where(compared.in_best[:, of_family], 0, asked).max(1, initial=0))
        nowhere.append(np.where(compared.counts[:, of_family] > 0, 0, asked).max(1, initial=0))
    return [np.stack(each, 1) / compared.most_rarity for each in (extra, missing, nowhere)]


def _closeness(compared: Comparison) -> tuple[Floats, Floats]:
    """The mean of the three closest wordings, and the share of a candidate in the ten closest of all."""
    close = (compared.dice[:, PAIRS] + compared.dice[:, CHARACTERS]) / 2
    order = np.lexsort((-close, compared.owner))
    owner = compared.owner[order]
    place = np.arange(len(order)) - compared.starts[owner]
    three = np.bincount(owner, np.where(place < 3, close[order], 0), compared.candidates) / 3
    ten = np.partition(close, -10)[-10:] if len(close) > 10 else close
    near = np.bincount(compared.owner, np.where(close >= max(ten.min(), 1e-6), close, 0), compared.candidates)
    return three, near / (ten.sum() + TINY)


def _vote(worth: Floats, packed: Sequence[Packed]) -> Floats:
    """How much of the candidates, the better ones above all, lies in each candidate's category."""
    _, category = np.unique([each.category for each in packed], return_inverse=True)
    weight = np.maximum(worth, 0) ** 4
    share: Floats = np.bincount(category, weight)[category] / (weight.sum() + TINY)
    return share


def _length_ratio(compared: Comparison) -> Floats:
    best = compared.best[:, PAIRS]
    ratio: Floats = np.log((compared.lengths[best] + 1) / (compared.query.length + 1))
    return ratio


def _equal_places(rows: Floats) -> Floats:
    """Candidates that differ in nothing but their place get the place of the first: they are equals."""
    first: dict[bytes, int] = {}
    told = np.round(rows[:, IS_OF_MATCH], PLACE_DIGITS)
    same = [first.setdefault(row.tobytes(), number) for number, row in enumerate(told)]
    if len(first) < len(rows):
        rows[:, ~IS_OF_MATCH] = rows[same][:, ~IS_OF_MATCH]
    return rows


def _place(values: Floats) -> Floats:
    """1 for the highest, 1/2 for the next, and so on."""
    place = np.empty(len(values), np.float32)
    place[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    reciprocal: Floats = 1 / place
    return reciprocal


def _margin(values: Floats) -> Floats:
    """How far above the best of the others, or below it."""
    if len(values) < 2:
        return values - values
    second, best = np.partition(values, -2)[-2:]
    margin: Floats = values - np.where(values >= best, second, best)
    return margin

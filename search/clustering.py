"""Wordings that ask the same. Pure: no model, no clock, the same every time.

A wording goes with the group whose first wording is near it, by the cosine of their words; a word weighs the
more the fewer texts have it. Only groups that share one of its weightiest words can be near enough, so that
not all are compared with all (prefix filtering: Bayardo, Ma and Srikant 2007, WWW). One that is near none
goes with what was mostly tried together with it: who is not understood says it again in other words.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from search.tokenizer import IS_IDEOGRAPH, RUN, count_words, normalise, words_of_run

NEAR = 0.35
TOGETHER = 0.1  # of the attempts with the rarer of two wordings
Vector = dict[str, float]


def group(
    texts: Sequence[str],
    *,
    known: Iterable[str] = (),
    together: Mapping[int, Mapping[int, float]] | None = None,
    near: float = NEAR,
) -> list[int]:
    """For each text the place of the text it goes with, its own for the first of a group.

    The order counts: put first what groups should form around. ``known`` are texts that only say how common
    words are. ``together`` holds, by places, the share in which two texts were tried for one question.
    ``near`` is the least cosine, above 0.
    """
    leaders: dict[int, Vector] = {}
    having: defaultdict[str, list[int]] = defaultdict(list)
    found: list[int] = []
    for place, vector in enumerate(_vectors([words_of(text) for text in texts], map(words_of, known))):
        alike = [(_cosine(vector, leaders[other]), -other) for other in _candidates(vector, having, near)]
        likeness, leader = max(alike, default=(0.0, 0))
        if likeness >= near:
            found.append(-leader)
            continue
        tried = [(share, -other) for other, share in (together or {}).get(place, {}).items() if other < place]
        share, other = max(tried, default=(0.0, 0))
        if share >= TOGETHER:
            found.append(found[-other])
            continue
        found.append(place)
        leaders[place] = vector
        for word in vector:
            having[word].append(place)
    return found


def words_of(text: str) -> frozenset[str]:
    """jieba's words and whole latin ones; pairs of characters and single ones where there is none."""
    words: set[str] = set()
    for run in RUN.findall(normalise(text)):
        words.update(words_of_run(run) if IS_IDEOGRAPH.match(run) else [run])
    return frozenset(words or count_words(text))


def _vectors(texts: Sequence[frozenset[str]], known: Iterable[frozenset[str]]) -> Iterable[Vector]:
    """Each of length 1, its weightiest words first."""
    counts, number = Counter(word for words in texts for word in words), len(texts)
    for words in known:
        counts.update(words)
        number += 1
    for words in texts:
        weights = {word: math.log(1 + number / counts[word]) for word in words}
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
        yield {
            word: weights[word] / length for word in sorted(words, key=lambda word: (-weights[word], word))
        }


def _candidates(vector: Vector, having: Mapping[str, Sequence[int]], near: float) -> set[int]:
    """The groups that share a word before those whose weights together could no longer be near."""
    left, found = 1.0, set[int]()
    for word, weight in vector.items():
        if left < near * near - 1e-9:
            break
        found.update(having.get(word, ()))
        left -= weight * weight
    return found


def _cosine(left: Vector, right: Vector) -> float:
    return math.fsum(weight * right[word] for word, weight in left.items() if word in right)

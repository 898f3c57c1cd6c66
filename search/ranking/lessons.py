"""Questions a ranker can learn from, made from an index's own similar questions.

A similar question is asked of an index that lacks it, and its entry is the right answer. They are left out by
the quarter, not one by one: with a single wording gone, entries with fewer wordings would be right more often
than they should. Every second question is asked once more spoilt, as people type it.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np

from search import sounds
from search.engines.base import Document, Query, SearchEngine
from search.engines.terms import MOST_ANSWER_CHARACTERS
from search.ranking import classifier
from search.ranking.learning import Lesson
from search.ranking.model import Model
from search.ranking.ranker import POOL, Ranker
from search.tokenizer import CUTTER, IS_IDEOGRAPH, normalise

PARTS = 4
MOST_OF_AN_ENTRY = 6
MOST_QUESTIONS = 6_000

Question = tuple[str, Collection[int]]
OwnEngine = Callable[[], AbstractContextManager[SearchEngine]]


def of_similar_questions(
    documents: Sequence[Document],
    model: Model,
    own_engine: OwnEngine,
    *,
    seed: int = 0,
    parts: int = PARTS,
    most: int = MOST_QUESTIONS,
    told: Callable[[int], None] = lambda _percent: None,
) -> list[Lesson]:
    """Lessons from the similar questions of these entries; one part leaves all of them out.

    ``model`` only says which figures there are. ``told`` hears the percentage done.
    """
    rng = random.Random(seed)  # noqa: S311 - which questions are taken is no secret
    asked = [(number, place) for number, each in enumerate(documents) for place in range(len(each.similar))]
    rng.shuffle(asked)
    taken: Counter[int] = Counter()
    kept = []
    for number, place in asked:
        taken[number] += 1
        if taken[number] <= MOST_OF_AN_ENTRY:
            kept.append((number, place))
    alike, common = _alike(documents), _common(documents)
    lessons: list[Lesson] = []
    for part in range(parts + 1):
        out = kept[part::parts][: most // parts] if part < parts else kept[: most // parts]
        gone: defaultdict[int, set[int]] = defaultdict(set)
        for number, place in asked if part == parts else asked[part::parts]:
            gone[number].add(place)
        for number, place in out:
            gone[number].add(place)
        questions: list[Question] = []
        for turn, (number, place) in enumerate(out):
            document = documents[number]
            questions.append((document.similar[place], {document.id}))
            if turn % 2 == 0:
                questions.append((spoilt(document.similar[place], alike, common, rng), {document.id}))
        lessons += asked_of(_without(documents, gone), questions, model, own_engine)
        told(100 * (part + 1) // (parts + 1))
    return lessons


def asked_of(
    documents: Sequence[Document], questions: Iterable[Question], model: Model, own_engine: OwnEngine
) -> list[Lesson]:
    """A lesson for each question that finds a right entry among others, in an index of these entries.

    Every second one is asked without a classifier, for a site's first day: there is none then.
    """
    lessons = []
    with own_engine() as engine:
        engine.rebuild(documents, None)
        rankers = [Ranker(model, classifier.train(documents)), Ranker(model)]
        for number, (text, right) in enumerate(questions):
            matches = engine.search(Query(text, at=0.0, limit=POOL))
            figures = rankers[number % 2].figures(text, matches, engine)
            if figures is not None:
                is_right = np.array([match.id in right for match in figures.matches])
                lessons.append(Lesson(figures.rows, is_right))
    return lessons


def spoilt(text: str, alike: Mapping[str, Sequence[str]], common: Counter[str], rng: random.Random) -> str:
    """A question as somebody in a hurry types it: three words, a beginning, a letter gone or a wrong one.

    The words are those that tell most, as people choose them, or now and then any.
    """
    normal = normalise(text)
    kind = rng.random()
    if kind < 0.3:
        words = _words(normal)
        telling = sorted(words, key=lambda word: common[word])[:3]
        chosen = set(telling if kind < 0.2 else rng.sample(words, min(len(words), 3)))
        return " ".join(word for word in words if word in chosen) or normal
    if kind < 0.55:
        return normal[: max(2, round(len(normal) * 0.6))]
    if len(normal) < 4:
        return normal
    place = rng.randrange(len(normal))
    others = alike.get(sounds.syllables(normal[place])[0], []) if IS_IDEOGRAPH.match(normal[place]) else []
    wrong = "" if kind < 0.8 or not others else rng.choice(others)
    return normal[:place] + wrong + normal[place + 1 :]


def _words(normal: str) -> list[str]:
    return [word for word in dict.fromkeys(CUTTER.cut(normal, HMM=False)) if len(word) > 1]


def _common(documents: Iterable[Document]) -> Counter[str]:
    """In how many of these entries each word stands, in whatever wording or in the answer."""
    texts = (
        " ".join([each.question, *each.similar, each.answer[:MOST_ANSWER_CHARACTERS]]) for each in documents
    )
    return Counter(word for text in texts for word in set(_words(normalise(text))))


def _alike(documents: Iterable[Document]) -> dict[str, list[str]]:
    """The characters of these entries' questions by their sound."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for character in {each for document in documents for each in normalise(document.question)}:
        if IS_IDEOGRAPH.match(character):
            found[sounds.syllables(character)[0]].add(character)
    return {sound: sorted(characters) for sound, characters in found.items()}


def _without(documents: Sequence[Document], gone: dict[int, set[int]]) -> list[Document]:
    return [
        replace(
            document,
            similar=tuple(
                text for place, text in enumerate(document.similar) if place not in gone.get(number, ())
            ),
        )
        for number, document in enumerate(documents)
    ]
